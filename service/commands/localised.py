"""The command in the language of who types it: its help, and what is wrong with what was typed."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import typer

from service.settings import language
from service.words import say, told

# What typer says by itself, in the form of ``service.words``; its sections are those of ``write_heading``.
OF_TYPER = (
    "Show this message and exit.",
    "Usage: ",
    "Arguments",
    "Commands",
    "Options",
    "required",
    "default",
    "Missing command.",
    "No such command {}.",
    "No such option: {}",
    "No such option: {} Did you mean {}?",
    "Missing argument {}.",
    "Missing option {}.",
    "Invalid value for {}: {}",
    "{} is not in the range {}.",
    "{} is not a valid {}.",
    "{} is not one of {}.",
    "Option {} requires an argument.",
    "Option {} does not take a value.",
    "Got unexpected extra argument(s) ({})",
    "Got unexpected extra argument ({})",
    "Got unexpected extra arguments ({})",
)


_ENGLISH: Any = typer.Context.formatter_class


class _Formatter(_ENGLISH):  # type: ignore[misc] # typer exports it by this name alone
    """Help in Chinese: of its characters a line holds half as many."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.width: int = max(40, int(self.width) * 5 // 8)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, say("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *arguments: Any, **named: Any) -> None:
        super().write_dl([(first, _extra(second)) for first, second in rows], *arguments, **named)


class _Context(typer.Context):
    formatter_class = _Formatter


def run(app: typer.Typer) -> None:
    """Run ``app``; ends as it does."""
    if language() == "en":
        app()
        return
    command = typer.main.get_command(app)
    localise(command)
    try:
        status = command.main(standalone_mode=False)
    except typer.Abort:
        raise SystemExit(1) from None
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        if context is None:
            raise
        said = error.format_message()
        if not said.startswith(say("Usage: ")):  # as help that is shown in place of nothing does
            print(context.get_usage(), file=sys.stderr)
            said = say("error: {what}", what=told(said))
        print(said, file=sys.stderr)
        raise SystemExit(2) from None
    if isinstance(status, int):
        raise SystemExit(status)


def localise(command: Any) -> None:
    """Put the help of ``command``, its parameters and all commands below it into the language."""
    command.context_class = _Context
    command.help = _paragraphs(command.help)
    for parameter in command.params:
        parameter.help = _paragraphs(getattr(parameter, "help", None))
    if (of_help := command.get_help_option(_Context(command))) is not None:
        of_help.help = say("Show this message and exit.")
    for below in getattr(command, "commands", {}).values():
        localise(below)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _paragraphs(text: str | None) -> str | None:
    return text and "\n\n".join(map(say, paragraphs(text)))


def _extra(text: str) -> str:
    return re.sub(r"\[(?:default: |required)[^\]]*\]", lambda found: _translated(found.group()), text)


def _translated(extra: str) -> str:
    return extra.replace("default: ", f"{say('default')}：").replace("required", say("required"))
