"""Which cell of a table's row is asked for: by the head of its column, and the year and the unit that stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import fsum

from indexer.types import Span
from service.answers.units import fits, nearly_fits
from service.asked.values import PLANNED, Wanted
from service.figures import Figure
from service.rows import Cell, RowOfTable
from service.understand import Understood, pairs
from service.units import unit_class

_BEFORE = re.compile(r"(?<![比较于])(?:上年|去年|上期|上一?年度?|同期)(?!增|同期增|[±%])")

Weight = Callable[[str], float]


def asked_cell(
    understood: Understood, sentence: str, row: RowOfTable, weight: Weight = lambda _: 1.0, pointed: Span | None = None
) -> list[Figure]:
    """The figure of the ``row`` that the folded ``sentence`` is, or none when it is open which: then the one that is
    ``pointed`` at, where it may be that."""
    if not understood.wants_value:
        return []
    among = _fitting(understood.wanted, understood, row.cells, sentence)
    found = _best(understood, among, weight)
    if len(found) > 1 and pointed is not None:
        found = [
            cell
            for cell in found
            if cell.figure and cell.figure.span.start < pointed.end and pointed.start < cell.figure.span.end
        ]
    return [found[0].figure] if len(found) == 1 and found[0].figure else []


def _fitting(want: Wanted, understood: Understood, cells: Sequence[Cell], sentence: str) -> list[Cell]:
    """The cells that can be meant: of the asked unit, year and kind."""
    among = [cell for cell in cells if cell.figure is None or cell.figure.masked or not _is_stated(cell, understood)]
    asked_years = understood.scope.years
    if asked_years:
        among = [cell for cell in among if not cell.years or cell.years & asked_years]
    among = _of_unit(want, understood, among, sentence)
    if want.change:
        among = [cell for cell in among if cell.changed]
        among = _some(among, lambda cell: not want.by_share or want.unit is not None or cell.unit in ("%", "倍", ""))
    elif not want.either:
        among = _some(among, lambda cell: not cell.changed)
    if want.kind is not None and want.unit is None:
        among = _some(among, lambda cell: unit_class(cell.unit) == want.kind)
    if not asked_years or not any(cell.years for cell in among):
        among = _some(among, lambda cell: bool(_BEFORE.search(cell.head)) == want.year_before)
    if understood.tense != "target" and not want.planned:
        among = _some(among, lambda cell: not PLANNED.search(cell.head))
    return among


def _is_stated(cell: Cell, understood: Understood) -> bool:
    """Whether the question says the figure itself."""
    return cell.figure is not None and bool(cell.figure.text) and understood.states(cell.figure.text)


def _of_unit(want: Wanted, understood: Understood, among: list[Cell], sentence: str) -> list[Cell]:
    """Those of the asked unit, or of none; else of one that measures the same, if their heads name what is counted."""
    unit = want.unit
    if unit is None:
        return among
    exact = [cell for cell in among if cell.unit == unit or (cell.figure and fits(cell.figure, unit, sentence))]
    headed = [cell for cell in among if not cell.unit and unit in cell.head]  # 受理件数: 多少件
    unknown = [cell for cell in among if not cell.unit]
    nearly = [
        cell
        for cell in among
        if cell.figure
        and nearly_fits(cell.figure, unit)
        and (unit_class(unit) != "things" or pairs(cell.head) & understood.pairs)
    ]
    return exact or headed or unknown or nearly


def _best(understood: Understood, among: Sequence[Cell], weight: Weight) -> list[Cell]:
    """Those whose heads have most of the question's words, and the fewest others."""
    if len(among) < 2:
        return list(among)
    scores: list[tuple[float, float]] = []
    for cell in among:
        words = pairs(cell.head)
        named = words & understood.pairs
        scores.append((fsum(weight(pair) for pair in sorted(named)), len(named) / len(words) if words else 0.0))
    best = max(scores)
    return [cell for cell, score in zip(among, scores, strict=True) if score == best]


def _some(among: list[Cell], good: Callable[[Cell], bool]) -> list[Cell]:
    """Those that are ``good``, or all where none is."""
    return [cell for cell in among if good(cell)] or among
