"""Clauses of rules and standards, which carry the numbers of what they are in: 3, 3.1, 3.1.2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.outline.headings import UNNUMBERED_RANK, Candidate, is_unnumbered_heading, parse_number
from indexer.types import Span

CLAUSE_STYLES = frozenset(("decimal", "decimal-3", "decimal-4"))
PARENT_STYLES = frozenset(("spaced", "arabic"))
MAX_STEP = 2  # one number may be missing: a typist's slip, a page lost


def number_of(candidate: Candidate) -> tuple[int, ...]:
    """(3, 1, 2) of 3.1.2; nothing where the mark is of another kind."""
    if candidate.style not in CLAUSE_STYLES | PARENT_STYLES:
        return ()
    return tuple(parse_number(part) for part in re.findall(r"\d+", candidate.mark))


def is_next_clause(candidate: Candidate, open_headings: Sequence[Candidate]) -> bool:
    """Whether a clause stands where its number says: 3.1 below 3, 3.1.2 behind 3.1.1, and 4.1 behind 3.2.

    ``open_headings`` lead from the top to the newest heading.
    """
    if candidate.style not in CLAUSE_STYLES:
        return False
    here = number_of(candidate)
    set_off = candidate.heading.start - candidate.start > len(candidate.mark)  # by a blank
    before = next((number for heading in reversed(open_headings) if (number := number_of(heading))), ())
    if not before or not (candidate.own_line or set_off):
        return False
    before = before[: len(here)]  # of a deeper level, which ends here
    if before == here[:-1]:
        return here[-1] == 1
    same_parent = before[:-1] == here[:-1] and len(before) == len(here)
    return (same_parent and 1 <= here[-1] - before[-1] <= MAX_STEP) or (here > before and here[-1] == 1)


def heads_clauses(found: Sequence[Candidate], index: int) -> bool:
    """Whether the first clause of ``found[index]`` comes next: 3.1 behind 3."""
    candidate = found[index]
    if candidate.style not in PARENT_STYLES or not candidate.own_line or index + 1 == len(found):
        return False
    behind = found[index + 1]
    return behind.style in CLAUSE_STYLES and number_of(behind) == (candidate.number, 1)


def decided(found: Sequence[Candidate], text: str) -> list[Candidate]:
    """``found`` with its numbers that a blank sets off: those are of headings whose first clause comes next, and of the
    ones that go on with them; of others they are part of the line, which may be a heading without a number."""
    kept: list[Candidate] = []
    newest: int | None = None
    for index, candidate in enumerate(found):
        if candidate.style != "spaced":
            kept.append(candidate)
            continue
        goes_on = newest is not None and 1 <= candidate.number - newest <= MAX_STEP
        if goes_on or heads_clauses(found, index):
            newest = candidate.number
            kept.append(candidate)
            continue
        line = Span(start=candidate.start, end=candidate.heading.end)
        if is_unnumbered_heading(line.of(text)):
            plain = replace(candidate, style="unnumbered", rank=UNNUMBERED_RANK, number=0, mark="", heading=line)
            kept.append(plain)
    return kept
