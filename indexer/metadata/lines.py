"""What metadata is read from: the lines of a report, its name, the folders that it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sentences import trimmed
from indexer.types import ReadValue, Span

HEAD_LINES = 12
TAIL_LINES = 6
SHORT_CHARS = 60


@dataclass(frozen=True)
class Clues:
    """Where metadata may stand. ``head`` and ``tail`` are the short ones of the first and last ``lines``; ``named`` is
    the title, where it is the report's own; ``stem`` the name of its file, where it names no other report; ``folders``
    those of its path, the nearest first."""

    text: str
    lines: Sequence[Span]
    named: Sequence[ReadValue] = ()
    stem: Sequence[ReadValue] = ()
    folders: Sequence[ReadValue] = ()

    @property
    def head(self) -> list[Span]:
        return [line for line in self.lines[:HEAD_LINES] if len(line) <= SHORT_CHARS]

    @property
    def tail(self) -> list[Span]:
        return [line for line in self.lines[-TAIL_LINES:] if len(line) <= SHORT_CHARS]


def lines_of(text: str) -> list[Span]:
    """The lines of ``text`` that are not empty, without the white space around them."""
    cursor, spans = 0, []
    for line in text.splitlines(keepends=True):
        span = trimmed(text, cursor, cursor + len(line))
        cursor += len(line)
        if len(span):
            spans.append(span)
    return spans


def read(text: str, line: Span) -> ReadValue:
    """All of ``line``."""
    return ReadValue(value=line.of(text), origin="text", span=line)


def inside(value: ReadValue, start: int, end: int, as_value: str) -> ReadValue:
    """A part of a value that was read, with the part's own span."""
    if value.span is None:
        return ReadValue(value=as_value, origin=value.origin)
    if len(value.span) != len(value.value):  # spaces were taken out of a spaced title: cite the whole of it
        return ReadValue(value=as_value, origin=value.origin, span=value.span)
    return ReadValue(
        value=as_value,
        origin=value.origin,
        span=Span(start=value.span.start + start, end=value.span.start + end),
    )
