"""Tables in plain text: Markdown's, and columns that are set apart by tabs or by wide spaces below a line of heads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indexer.tables import LINES_ABOVE, Above, Cell, Row, above, joined, reads_as_head, rows_read
from indexer.types import Span

MAX_COLUMNS = 200
MIN_ROWS = 3  # of columns without rules, the heads among them
MIN_WIDE_COLUMNS = 3  # two words with a gap between them are a signature more often than a row
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BETWEEN = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_INDENTED = re.compile(r"(?: {4}|\t)")
_WIDE = re.compile(r"(?:\t|[ \u00a0]{2,}|\u3000)[ \u00a0\u3000\t]*")
_FIGURE = re.compile(r"[-+−—–±]?\d[\d.,，]*\s*[^\d\s。；，]{0,6}|[-—–/*]*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")


@dataclass(frozen=True)
class TextTable:
    """Lines ``[first, end)`` are a table. ``rows`` are as they are read; each stands in the place of a line."""

    first: int
    end: int
    rows: tuple[tuple[int, str, tuple[Span, ...]], ...]


def tables_in(lines: Sequence[str]) -> list[TextTable]:
    """The tables of a text, in order. What a fence encloses is none."""
    found: list[TextTable] = []
    at, fence = 0, ""
    while at < len(lines):
        mark = _FENCE.match(lines[at])
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        table = None if fence else _ruled(lines, at) or _set_apart(lines, at)
        if table is None:
            at += 1
            continue
        numbers, rows = table
        read = rows_read(rows, _above(lines, at, found[-1].end if found else 0))
        end = numbers[-1] + 1
        texts = tuple((number, row.text, tuple(row.generated)) for number, row in zip(numbers, read, strict=True))
        found.append(TextTable(at, end, texts))
        at = end
    return found


def _above(lines: Sequence[str], at: int, after: int) -> Above:
    """What stands over the table that begins in line ``at``: no heading, which is over its rows anyhow."""
    before: list[str] = []
    for line in reversed(lines[after:at]):
        if len(before) == LINES_ABOVE or _HEADING.match(line):
            break
        before += [line] if line.strip() else []
    return above(before[::-1])


def _ruled(lines: Sequence[str], at: int) -> tuple[list[int], list[Row]] | None:
    """Markdown's table that begins in line ``at``: heads, a rule, and rows up to a line without a bar."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "-" not in lines[at + 1] or _INDENTED.match(lines[at]):
        return None
    heads = _cells(lines[at])
    if not _RULE.fullmatch(lines[at + 1]) or len(_cells(lines[at + 1])) != len(heads) or len(heads) > MAX_COLUMNS:
        return None
    numbers, rows = [at], [_row(heads, is_head=True)]
    for number in range(at + 2, len(lines)):
        if "|" not in lines[number]:
            break
        numbers.append(number)
        rows.append(_row((_cells(lines[number]) + [""] * len(heads))[: max(len(heads), 1)], is_head=False))
    return numbers, rows


def _cells(line: str) -> list[str]:
    inside = line.strip()
    inside = inside.removeprefix("|")
    inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
    return [cell.strip().replace("\\|", "|") for cell in _BETWEEN.split(inside)]


def _row(cells: Sequence[str], *, is_head: bool) -> Row:
    return Row(tuple(Cell(joined((line, ()) for line in _BREAK.split(cell))[0]) for cell in cells), is_head=is_head)


def _set_apart(lines: Sequence[str], at: int) -> tuple[list[int], list[Row]] | None:
    """Lines from ``at`` on of as many columns each, the first of which reads as heads, with a column of figures."""
    for cells_of, fewest in ((_tabbed, 2), (_spaced, MIN_WIDE_COLUMNS)):
        heads = cells_of(lines[at])
        if not fewest <= len(heads) <= MAX_COLUMNS or not reads_as_head(heads):
            continue
        rows = [heads, *_as_many(lines, at + 1, len(heads), cells_of)]
        columns = list(zip(*rows[1:], strict=True))
        if len(rows) < MIN_ROWS or not any(any(c) and all(map(_FIGURE.fullmatch, c)) for c in columns[1:]):
            continue
        return list(range(at, at + len(rows))), [_row(cells, is_head=not number) for number, cells in enumerate(rows)]
    return None


def _as_many(
    lines: Sequence[str], at: int, n_columns: int, cells_of: Callable[[str], list[str]]
) -> Iterator[list[str]]:
    for line in lines[at:]:
        cells = cells_of(line)
        if len(cells) != n_columns:
            return
        yield cells


def _tabbed(line: str) -> list[str]:
    return [cell.strip() for cell in line.rstrip("\r\n").split("\t")] if "\t" in line.strip() else []


def _spaced(line: str) -> list[str]:
    return _WIDE.split(line.strip())
