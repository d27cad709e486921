"""Of many things told alike in one sentence, the figure of the one that the question names by its number or its name.

“第3号点位蓄水12立方米，第4号点位蓄水15立方米”: their words are the same, and the identifier beside a figure says whose
it is. It stands in the figure's clause, or leads the clauses up to the next identifier of its kind, or follows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.types import Span
from service.asked.identifiers import IDENTIFIER, identifier
from service.figures import Figure
from service.understand import Understood

_CLAUSE = re.compile(r"[,;。:!?()|\n]")


@dataclass(frozen=True)
class _Named:
    kind: str
    name: str
    span: Span
    is_asked: bool


def of_the_named(understood: Understood, sentence: str, found: Sequence[Figure], among: Sequence[int]) -> list[int]:
    """Of the figures ``among`` the ``found`` those of what the question identifies; all where it names
    nothing that the folded ``sentence`` tells from another."""
    named = _named(understood, sentence)
    for kind in dict.fromkeys(one.kind for one in named if one.is_asked):
        alike = [one for one in named if one.kind == kind]
        if len({one.name for one in alike}) > 1 and (own := _own(alike, sentence, found, among)):
            return own
    return list(among)


def _named(understood: Understood, sentence: str) -> list[_Named]:
    return [
        _Named(
            match.lastgroup or "",
            name := identifier(match),
            Span(start=match.start(), end=match.end()),
            # A name that the report quotes, people write without marks.
            name in understood.identifiers or (match.lastgroup in ("quoted", "work") and understood.says(name)),
        )
        for match in IDENTIFIER.finditer(sentence)
    ]


def _own(alike: list[_Named], sentence: str, found: Sequence[Figure], among: Sequence[int]) -> list[int]:
    """The figures of what is asked: in its clause behind it, else before it; else up to its next neighbour."""
    ends = [0, *(one.span.end for one in alike)]
    starts = [*(one.span.start for one in alike[1:]), len(sentence)]
    marks = [-1, *(match.start() for match in _CLAUSE.finditer(sentence)), len(sentence)]
    led = [at for at in among if found[at].span.start >= ends[-1]]
    follows = not led and any(found[at].span.end <= alike[0].span.start for at in among)
    for one, end_before, start_behind in zip(alike, ends[:-1], starts, strict=True):
        if not one.is_asked:
            continue
        left = max(mark for mark in marks if mark < one.span.start) + 1
        right = min(mark for mark in marks if mark >= one.span.end)
        behind = _within(found, among, one.span.end, min(right, start_behind))
        before = _within(found, among, max(left, end_before), one.span.start)
        rest = (end_before, one.span.start) if follows else (one.span.end, start_behind)
        if own := behind or before or _within(found, among, *rest):
            return own
    return []


def _within(found: Sequence[Figure], among: Sequence[int], start: int, end: int) -> list[int]:
    return [at for at in among if start <= found[at].span.start and found[at].span.end <= end]
