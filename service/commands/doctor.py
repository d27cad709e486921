"""``judian doctor``: what is missing on this machine."""

from __future__ import annotations

import json as json_
import sys
from pathlib import Path
from typing import Annotated

import typer

from indexer.unseen import escaped_json
from service.commands.terminal import Terminal
from service.settings import Settings
from service.words import say

out = Terminal()


def doctor(
    index: Annotated[
        Path | None, typer.Option("--index", help="An index folder, which is looked at too.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Say what is missing on this machine for what is configured, and what to do.

    Loads the encoder, and asks nothing of the network. Ends with 0, or with 1 when a problem stops Judian.
    """
    settings = Settings.from_environment()
    from service.commands.diagnosis import look

    found = []
    for check in look(settings, index):
        found.append(check)
        if not json:
            out.print(
                f"{say(check.state):<8}  {say(check.name)}: {check.found}" + (f" → {check.todo}" if check.todo else "")
            )
    if json:
        held = json_.dumps([check.model_dump() for check in found], ensure_ascii=False, indent=2)
        sys.stdout.buffer.write(escaped_json(held).encode() + b"\n")
    if any(check.state == "problem" for check in found):
        raise typer.Exit(1)
