"""``judian model``: the bundled encoder as a folder that can be carried to other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from indexer.encoders import bundled
from service.commands.terminal import Terminal
from service.settings import Settings
from service.words import say

app = typer.Typer(
    help="The encoder: the model that turns text into vectors. One comes with Judian on Linux x86-64.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
out = Terminal()
err = Terminal(stderr=True)


@app.command()
def unpack(
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new or empty folder; its parents are made when absent.")
    ],
) -> None:
    """Unpack the model that comes with Judian into DIR, for machines where none does (ARM, for example).

    Run it on Linux x86-64, copy DIR to the other machine, and set JUDIAN_ENCODER to where it lies there. An index
    made with the model that comes with Judian can then be asked and served there as it is. DIR takes 0.6 GB. When it
    holds the model already, every file is compared and nothing is changed.
    """
    with err.status(say("unpacking the model (some seconds)")):
        unpacked = bundled.export(folder, Settings.from_environment().adapters == "on")
    done = say("unpacked into") if unpacked else say("is already, whole, in")
    then = say("copy it to any machine, and set JUDIAN_ENCODER to it there")
    out.print(f"{bundled.FOLDER_NAME} {done} {folder}; {then}")
