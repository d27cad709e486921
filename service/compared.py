"""Two sides of a comparison beside each other: whether they tell of the same, which is more, and by how much.

A difference that no report states is worked out only from two exact figures of one unit, both of which stand there,
tell of the same thing, and are both planned or both reached; it is marked as worked out, with both citations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.chinese.folding import fold
from indexer.chinese.numerals import HAN_NUMBER, in_digits, value
from indexer.types import Report
from service.abstain import Decision
from service.answers.types import Piece, WorkedOut
from service.asked.comparison import Comparison
from service.asked.values import CHANGED
from service.checks import is_plan
from service.understand import pairs

ALIKE = 0.5  # share of the pairs of letters of the shorter clause that two have in common, if they tell of the same
LEAD_CHARS = 24
TWO = 2  # have a difference
_CLAUSE_END = re.compile(r"[,;。、:!?\n]")
_EXACT = re.compile(rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|{HAN_NUMBER})(?P<scale>[百千万亿]*)(?P<unit>\D{{0,8}})")
_OPEN = re.compile(r"以[上下内外]|左右|上下|[多余几]")
_ABOUT = re.compile(r"(?:近|约|超|超过|逾|突破|不[足低少]于?|接近|达到?了?|将近|大约|预计|至少)\D{0,2}$")
_REACHES = re.compile(r"(?:达|达到|达到了)$")


@dataclass(frozen=True)
class _Side:
    name: str
    said: str
    number: Decimal
    scale: str
    unit: str
    clause: frozenset[str]
    changed: bool
    planned: bool


def alike(one: Piece, other: Piece, reports: Mapping[str, Report]) -> bool:
    """Whether what is marked in either is a figure of one unit for one thing: 生产总值增长5.8%, 全市生产总值增长5%."""
    first, second = _side("", one, reports), _side("", other, reports)
    return first is not None and second is not None and _same(first, second)


def worked_out(
    asked: Comparison, names: Sequence[str], decisions: Sequence[Decision], reports: Mapping[str, Report]
) -> WorkedOut | None:
    """Which of the sides called ``names`` is more, and by how much, where that is ``asked`` and each side has one
    exact figure for it; otherwise None."""
    by_how_much = len(names) == TWO and asked.by_how_much
    if len(names) != len(decisions) or not (by_how_much or asked.which):
        return None
    sides: list[_Side] = []
    for name, decision in zip(names, decisions, strict=True):
        pieces = decision.draft.pieces if decision.status == "answered" else ()
        side = _side(name, pieces[0], reports, exact=True) if len(pieces) == 1 else None
        if side is None or (sides and not _same(sides[0], side)):
            return None
        sides.append(side)
    sides.sort(key=lambda side: -_worth(side))
    difference = _difference(sides[0], sides[1]) if by_how_much else None
    equal = _worth(sides[0]) == _worth(sides[-1])
    return WorkedOut(tuple((side.name, side.said) for side in sides), equal, difference)


def _side(name: str, piece: Piece, reports: Mapping[str, Report], *, exact: bool = False) -> _Side | None:
    if len(piece.highlights) != 1 or piece.masked:
        return None
    text, mark = reports[piece.report_id].text, piece.highlights[0]
    sentence = fold(piece.span.of(text))
    if len(sentence) != len(piece.span):
        return None
    start, end = mark.start - piece.span.start, mark.end - piece.span.start
    lead = sentence[max(0, start - LEAD_CHARS) : start]
    said = sentence[start:end]
    bare = said if exact else _OPEN.sub("", re.sub(r"^\D+", "", said))
    match = _EXACT.fullmatch(bare)
    number = value(match["number"]) if match else None
    is_open = _OPEN.search(said) or (_ABOUT.search(lead) and not _REACHES.search(lead))
    if match is None or number is None or (exact and is_open):
        return None
    before = max((end.end() for end in _CLAUSE_END.finditer(sentence, 0, start)), default=0)
    return _Side(
        name,
        mark.of(text),
        number,
        match["scale"],
        match["unit"],
        pairs(sentence[before:start]),
        bool(CHANGED.search(lead)),
        is_plan(piece.heading_path, sentence),
    )


def _same(one: _Side, other: _Side) -> bool:
    shared = len(one.clause & other.clause)
    return (
        (one.unit, one.changed, one.planned) == (other.unit, other.changed, other.planned)
        and shared > 0
        and shared >= ALIKE * min(len(one.clause), len(other.clause))
    )


def _worth(side: _Side) -> Decimal:
    return side.number * _scale(side)


def _scale(side: _Side) -> Decimal:
    return (value("一" + side.scale) or Decimal(1)) if side.scale else Decimal(1)


def _difference(more: _Side, less: _Side) -> str:
    """In the scale of the larger one; that of two shares in points."""
    left = in_digits((_worth(more) - _worth(less)) / _scale(more))
    return f"{left}{more.scale}{'个百分点' if more.unit == '%' else more.unit}"
