"""A grid of cells as lines: its titles, and the rows of its tables, each cell behind its head.

A sheet may hold several tables, with blank rows between. What stands alone in a row above a table is its title, its
unit, or says who made it; what stands alone below it is a note.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from indexer.errors import OverLimit
from indexer.outline.headings import is_numbered
from indexer.readers.lines import Line
from indexer.readers.sheet.workbook import MAX_CELLS, MAX_COLUMNS, Sheet
from indexer.tables import LINES_ABOVE, MAX_HEAD_CHARS, Above, Cell, Row, above, rows_read

MAX_PLACES = 2_000_000  # of a sheet, empty ones between its cells included
_NOTE = re.compile(r"注\s*[:：\d]|注释|备注|说明|(?:资料|数据)来源|填[报表]|制表|审核|\*")
_ABOUT = re.compile(r"[:：]|单位|20\d\d年\d{1,2}月\d{1,2}日")
_PROSE = re.compile(r"[。；！？，]")
Grid = Sequence[Row]


def lines_of(grid: Grid, level: int) -> list[Line]:
    """The lines; the title of a table is a heading of ``level``."""
    lines: list[Line] = []
    held: list[Row] = []  # a title with a blank row below it
    blocks = list(_blocks(grid))
    for number, block in enumerate(blocks, start=1):
        block = [*held, *block]
        first = next((at for at, row in enumerate(block) if not _stands_above(row)), len(block))
        if first == len(block) <= LINES_ABOVE and number < len(blocks):
            held = block
            continue
        held = []
        last = len(block)
        while last > first and _is_note(block[last - 1]):
            last -= 1
        lines += _titles(block[:first], level, is_over=last > first)
        for read in rows_read(_with_groups(_narrow(block[first:last])), _over(lines)):
            if read.text:
                lines.append(Line(read.text, read.generated, is_aside=True))
        lines += [Line(_texts(row)[0], is_aside=True) for row in block[last:]]
        lines.append(Line(""))
    return lines


def grid_of(sheet: Sheet) -> list[Row]:
    """The rows of a sheet up to the last that shows anything; hidden columns take no place. Raises OverLimit."""
    numbers = sorted(sheet.rows)
    if not numbers:
        return []
    reach: dict[int, dict[int, tuple[int, bool]]] = {row: {} for row in numbers}  # last column, goes on from above
    n_merged = 0
    for top, bottom, first, last in sheet.merged:
        if top == bottom and first == last:
            continue
        for row in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)] if first < MAX_COLUMNS else ():
            n_merged += 1
            reach[row][first] = (min(last, MAX_COLUMNS - 1), row > top and top in reach)
        if n_merged > MAX_CELLS:
            raise OverLimit(f"the sheet {sheet.name[:40]!r} merges more than {MAX_CELLS:,} cells; split it")
    rows: list[Row] = []
    width = max(max(texts) for texts in sheet.rows.values()) + 1
    if width * len(numbers) > MAX_PLACES:
        raise OverLimit(
            f"the cells of the sheet {sheet.name[:40]!r} are spread over {len(numbers):,} rows and {width:,} columns, "
            f"more than {MAX_PLACES:,} places; split it"
        )
    before = numbers[0]
    for number in numbers:
        if any(between not in sheet.hidden_rows for between in range(before + 1, number)):
            rows.append(Row(()))
        rows.append(_row(sheet, number, reach[number], width))
        before = number
    return rows


def _row(sheet: Sheet, number: int, reach: dict[int, tuple[int, bool]], most: int) -> Row:
    """The cells up to the last that shows or reaches over anything; ``most`` columns hold any text of the sheet."""
    texts = sheet.rows[number]
    width = min(max([*texts, *(last for last, _ in reach.values())], default=-1) + 1, most)
    cells: list[Cell] = []
    column = 0
    while column < width:
        last, goes_on = reach.get(column, (column, False))
        last = min(last, width - 1)
        n_columns = sum(at not in sheet.hidden_columns for at in range(column, last + 1))
        if n_columns:
            cells.append(Cell(" ".join(texts.get(column, "").split()), n_columns, goes_on))
        column = last + 1
    return Row(tuple(cells))


def _blocks(grid: Grid) -> Iterable[list[Row]]:
    block: list[Row] = []
    for row in [*grid, Row(())]:
        if any(cell.text or cell.goes_on for cell in row.cells):
            block.append(row)
        elif block:
            yield block
            block = []


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells if cell.text]


def _stands_above(row: Row) -> bool:
    """Whether the row is over a table: alone in it, or nothing but labels such as 编制单位：… and 单位：万元."""
    texts = _texts(row)
    return len(texts) == 1 or (len(texts) < 4 and all(_ABOUT.search(text) for text in texts))


def _is_note(row: Row) -> bool:
    texts = _texts(row)
    return len(texts) == 1 and bool(_NOTE.match(texts[0]) or len(texts[0]) > MAX_HEAD_CHARS)


def _titles(rows: Sequence[Row], level: int, *, is_over: bool) -> list[Line]:
    """The rows above a table as lines. The first that reads as a title heads it."""
    lines: list[Line] = []
    titled = not is_over
    for row in rows:
        text = "　".join(_texts(row))
        is_short = len(text) <= 2 * MAX_HEAD_CHARS and not _PROSE.search(text) and not _ABOUT.search(text)
        lines.append(Line(text, level=level if is_short and not titled else None))
        titled = titled or is_short
    return lines


def _over(lines: Sequence[Line]) -> Above:
    """The units that are said above a table, also in its title, which heads its rows anyhow."""
    before: list[str] = []
    for line in reversed(lines):
        if line.is_aside or len(before) == LINES_ABOVE:
            break
        before += [line.text] if line.text else []
    return Above(units=above(before[::-1]).units)


def _with_groups(rows: Sequence[Row]) -> list[Row]:
    """A number and words alone in a row are over the rows below it, as if they filled it: 一、税收收入."""
    width = max((sum(cell.n_columns for cell in row.cells) for row in rows), default=0)
    alone = [len(texts) == 1 and is_numbered(texts[0]) for texts in map(_texts, rows)]
    return [Row((Cell(_texts(row)[0], width),)) if is_group else row for row, is_group in zip(rows, alone, strict=True)]


def _narrow(rows: Sequence[Row]) -> list[Row]:
    """The rows without the columns that are empty in all of them, to the left."""
    empty = min((_n_empty(row) for row in rows), default=0)
    return [_without_first(row, empty) for row in rows]


def _n_empty(row: Row) -> int:
    n = 0
    for cell in row.cells:
        if cell.text or cell.goes_on or cell.n_columns > 1:
            break
        n += 1
    return n


def _without_first(row: Row, n: int) -> Row:
    return Row(row.cells[n:]) if n else row
