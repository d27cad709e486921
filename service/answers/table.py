"""The things that a table lists, a row each: “哪些项目没有完成”, the names in the rows whose cell says so.

Which table is meant says what stands over it: title, headings, the line before it and the heads of its columns have
most of the question's words. A cell that the question says, 未完成 or a department, chooses among its rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from indexer.chunks import full_title
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Span
from service.answers.gaps import n_masked
from service.answers.types import Answerer, Draft, Piece
from service.asked.rows import as_in_cells
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

N_PASSAGES = 5
MIN_ROWS, MAX_ROWS = 2, 80
MIN_HEADS = 2
MIN_CHARS = 2  # of a head or a cell that a question says
MOST = 0.75  # of what the question says, in characters, that stands over the table, in its heads, or in a cell
TITLE_CHARS = 60
LIKELY = 0.7
_CELL = re.compile(r"(?P<head>[^；;：:\n]{1,40})[：:](?P<value>[^；;\n]*)")
_NO_NAME = re.compile(r"序号|编号|代码|备注|.*(?:时间|日期|年[份度]|数量?|金额|投资|面积|单价|占比|比例)")
_TOTAL = re.compile(r"[合总共小]\s?计")
_IN_BRACKETS = re.compile(r"\([^()]*\)")

Cell = tuple[str, Span]


@dataclass(frozen=True)
class TableAnswerer:
    """The rows of the best table, as far as they are asked for; what ``otherwise`` answers where none is meant."""

    snapshot: Snapshot
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        draft = self.otherwise.draft(understood, passages, readings)
        listed = any(piece.item for piece in draft.pieces)
        for passage in passages[:N_PASSAGES]:
            report = self.snapshot.reports[passage.chunk.report_id]
            rows = _table(report.text, passage.chunk.span) if self._may_be_meant(understood, report.report_id) else []
            if MIN_ROWS <= len(rows) <= MAX_ROWS and (found := self._asked(understood, report, passage, rows, listed)):
                pieces = tuple(
                    Piece(report.report_id, _line(report.text, item), passage.chunk.heading_path, item=item)
                    for item in found
                )
                return replace(
                    Draft(pieces, evidence=draft.evidence, certainty=LIKELY), n_masked=n_masked(report.text, found)
                )
        return draft

    def _may_be_meant(self, understood: Understood, report_id: str) -> bool:
        """Whether the report is of the place and the year that the question names, as far as it says of which it is."""
        summary, scope = self.snapshot.summaries[report_id], understood.scope
        years = {summary.year, summary.year_told} - {None}
        is_of_place = (
            summary.region is None or not (scope.regions or scope.elsewhere) or summary.region in scope.regions
        )
        return is_of_place and (not scope.years or not years or bool(years & scope.years))

    def _asked(
        self, understood: Understood, report: Report, passage: Passage, rows: Sequence[Sequence[Cell]], listed: bool
    ) -> list[Span]:
        """The cells that are asked for of a table; none where it is not meant."""
        text = report.text
        asked = understood.rows
        heads = [as_in_cells(_IN_BRACKETS.sub("", head)) for head, _ in rows[0]]
        columns = [[as_in_cells(fold(row[at][1].of(text))) for row in rows] for at in range(len(heads))]
        units = [unit[0].strip("()") if (unit := _IN_BRACKETS.search(head)) else "" for head, _ in rows[0]]
        found = {at: asked.bound_of(head, units[at]) for at, head in enumerate(heads) if len(head) >= MIN_CHARS}
        bounds = {at: bound for at, bound in found.items() if bound}
        said = [  # 480 of “480万元以上” chooses no row by itself
            max(
                (
                    value
                    for value in set(column)
                    if at not in bounds and len(value) >= MIN_CHARS and value in asked.plain
                ),
                key=len,
                default="",
            )
            for at, column in enumerate(columns)
        ]
        named = [at for at, head in enumerate(heads) if len(head) >= MIN_CHARS and head in asked.plain and not said[at]]
        if listed and not (named or any(said)):
            return []
        may_name = (at for at, head in enumerate(heads) if not _NO_NAME.fullmatch(head))
        names = (at for at in may_name if len(set(columns[at])) == len(rows) and not columns[at][0].isdigit())
        behind = [at for at in named if heads[at] in asked.behind]
        first = next(iter(named), next(names, None))
        column = min(behind, key=lambda at: asked.behind.index(heads[at]), default=first)
        over = text[max(text.rfind("\n\n", 0, rows[0][0][1].start), 0) : rows[0][0][1].start]
        around = [fold(one) for one in (full_title(report), text[:TITLE_CHARS], *passage.chunk.heading_path, over)]
        if column is None or said[column] or not _mentions(understood, around):
            return []
        if asked.share([*around, *heads, *said, *(bound.said for bound in bounds.values())]) < MOST:
            return []
        kept = [
            row
            for at, row in enumerate(rows)
            if all(bound.holds(columns[n][at]) for n, bound in bounds.items())
            and all(not value or columns[n][at] == value for n, value in enumerate(said))
            and not _TOTAL.search(columns[column][at])
        ]
        return [row[column][1] for row in kept if len(row[column][1])]


def _table(text: str, within: Span) -> list[list[Cell]]:
    """The rows of the first table that has a row in ``within``, each by its cells; those before and behind it too."""
    start = text.rfind("\n", 0, within.start) + 1
    lines = re.compile(r"[^\n]+").finditer(text, start, within.end)
    first = next((cells for line in lines if (cells := _cells(text, line.start()))), None)
    if first is None:
        return []
    rows = [first]
    while (row := _cells(text, text.rfind("\n", 0, max(_start(text, rows[0]) - 1, 0)) + 1)) and _is_next(row, rows):
        rows.insert(0, row)
    while (row := _cells(text, _end(text, rows[-1][-1][1].end) + 1)) and _is_next(row, rows):
        rows.append(row)
    return rows


def _is_next(row: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> bool:
    is_new = row[0][1] not in (rows[0][0][1], rows[-1][0][1])
    return is_new and len(rows) <= MAX_ROWS and [head for head, _ in row] == [head for head, _ in rows[0]]


def _start(text: str, row: Sequence[Cell]) -> int:
    return text.rfind("\n", 0, row[0][1].start) + 1


def _cells(text: str, start: int) -> list[Cell]:
    """The cells with their heads of the row that begins at ``start``; none of what is no row."""
    end = _end(text, start)
    found = [
        (fold(match["head"]).strip(), Span(start=match.start("value"), end=match.end("value")))
        for match in _CELL.finditer(text, start, end)
    ]
    is_row = len(found) >= MIN_HEADS and len({head for head, _ in found}) == len(found)
    return found if is_row and "。" not in text[start:end] else []


def _end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _line(text: str, item: Span) -> Span:
    return Span(start=text.rfind("\n", 0, item.start) + 1, end=_end(text, item.end))


def _mentions(understood: Understood, around: Sequence[str]) -> bool:
    """Whether no other year alone stands over the table than those that are asked for."""
    years = years_in(" ".join(around))
    return not understood.scope.years or not years or bool(years & understood.scope.years)
