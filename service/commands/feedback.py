"""``judian feedback``: what people said of answers, for whoever runs the service."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from indexer.unseen import cleaned, escaped_json
from service.commands.terminal import Terminal
from service.errors import SettingsError
from service.kept import Kept
from service.settings import Settings
from service.words import say

MAX_SHOWN_CHARS = 60
app = typer.Typer(
    help="What people said of answers, kept in the file that JUDIAN_ANSWERS names.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
out = Terminal()

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Since = Annotated[
    datetime | None, typer.Option(metavar="DATE", formats=DATES, help="Only what was said then or later (UTC).")
]


class Format(StrEnum):
    """What is exported."""

    JSONL = "jsonl"


@app.command()
def export(
    since: Since = None,
    form: Annotated[Format, typer.Option("--format", help="One JSON object a line.")] = Format.JSONL,
) -> None:
    """Print each rating with the answer as it was given, for `judian-eval import-feedback`. It holds what people asked:
    keep it as you keep the file."""
    assert form is Format.JSONL
    for said in _opened().feedback(_utc(since)):
        # JSON is UTF-8 (RFC 8259), whatever the terminal writes: a quote must not lose a character.
        sys.stdout.buffer.write(escaped_json(said.model_dump_json()).encode() + b"\n")
    sys.stdout.buffer.flush()


@app.command(name="list")
def list_feedback(since: Since = None) -> None:
    """List the ratings: when, up or down, which answer, the question, the comment."""
    n_up = n_down = 0
    for said in _opened().feedback(_utc(since)):
        n_up, n_down = n_up + (said.rating == "up"), n_down + (said.rating == "down")
        comment = f"  “{_short(said.comment)}”" if said.comment else ""
        question = _short(said.answer.question)
        out.print(f"{said.rated_at}  {say(said.rating):<4}  {said.answer_id}  {question}{comment}")
    out.print(say("{up} up, {down} down", up=n_up, down=n_down))


@app.command()
def delete(
    before: Annotated[datetime, typer.Option(metavar="DATE", formats=DATES, help="What was said before then (UTC).")],
) -> None:
    """Delete ratings, with the copies of the answers that they are about."""
    moment = _utc(before)
    assert moment is not None
    out.print(say("deleted {n}", n=_opened().delete_feedback(moment)))


def _opened() -> Kept:
    settings = Settings.from_environment()
    if settings.answers is None:
        raise SettingsError("no answers are kept, and so no feedback: set JUDIAN_ANSWERS as it is set for the service")
    if not settings.answers.expanduser().exists():
        raise SettingsError(f"JUDIAN_ANSWERS: {settings.answers} is not there; a service that is given it makes it")
    return Kept(settings.answers, settings.keep_answers_days)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _short(text: str) -> str:
    line = cleaned(text)
    return line if len(line) <= MAX_SHOWN_CHARS else line[: MAX_SHOWN_CHARS - 1] + "…"
