"""Tables as rows that can be read alone: each cell behind its head, ``地区：甲区；受理：120；办结：118``.

A grid is what the reader of the document sees: a merged cell lies over several columns or rows of it. A row repeats
its group (a cell that fills the row, above it), the heads, and the merged cells that began above it; what is repeated
is listed, so that it is known to be no text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.types import Span

MAX_HEAD_CHARS = 40  # a longer cell is prose, and no head of a column
MAX_HEAD_ROWS = 4
MAX_REPEATED_CHARS = 80  # of what is repeated in row after row; what is longer stands once
HEAD, NEXT = "：", "；"
_FIGURE = re.compile(r"[-+−—–±]?[\d.,，]+\s*[%％‰]?|[-—–/\\*]+")
_SENTENCE = re.compile(r"[。；！？]")
_ENDED = re.compile(r"[。；！？：;!?:]$")
_GOES_ON = re.compile(r"[。；！？：，、;!?:,]$")
_LABEL = re.compile(r"[：:]$")  # of the cell beside it, as in a form


@dataclass(frozen=True)
class Cell:
    """Text over ``n_columns`` columns; ``goes_on`` where it is merged with the cell above it, whose text it shows.

    ``generated``: what of the text was rendered, and stands in no file.
    """

    text: str
    n_columns: int = 1
    goes_on: bool = False
    generated: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Row:
    """The cells from left to right; ``before`` columns of the grid stay empty; ``is_head`` where the format says so."""

    cells: tuple[Cell, ...]
    before: int = 0
    is_head: bool = False


@dataclass
class RowText:
    """A row as it is read: its text, and what of it was rendered or is repeated."""

    text: str = ""
    generated: list[Span] = field(default_factory=list)

    def add(self, text: str, generated: Sequence[Span] | None) -> None:
        """``generated``: which spans of ``text`` are, or None for all of it."""
        start = len(self.text)
        self.text += text
        whole = [Span(start=0, end=len(text))] if text else []
        self.generated += [span.shifted(start) for span in (whole if generated is None else generated)]


@dataclass(frozen=True)
class _Placed:
    """A cell in the grid: columns ``[first, last)``."""

    cell: Cell
    first: int
    last: int
    repeated: bool


def joined(lines: Iterable[tuple[str, Sequence[Span]]]) -> tuple[str, list[Span]]:
    """The lines of a cell, each with what of it was rendered, as one text, with what of that was."""
    text, generated = "", list[Span]()
    for line, rendered in lines:
        if not line.strip():
            continue
        if text and not _GOES_ON.search(text):
            text += " "
        generated += [span.shifted(len(text)) for span in rendered]
        text += line.strip() if not rendered else line
    return text, generated


def rows_read(rows: Sequence[Row]) -> list[RowText]:
    """One text a row, in order. Rows of nothing are empty texts; heads stand once as a row of their own."""
    grid = list(_placed(rows))
    width = max((placed[-1].last for placed in grid if placed), default=0)
    read: list[RowText] = []
    heads: list[str] | None = None
    group = ""  # the cell over the rows below it, which fills its own
    at = 0
    while at < len(grid):
        n_heads = _n_heads(rows, grid, at, width) if at == 0 or _is_banner(grid[at - 1], width) else 0
        if n_heads:
            heads = _heads(grid[at : at + n_heads], width)
        for placed in grid[at : at + n_heads]:
            read.append(_line([(None, one) for one in placed if not one.repeated]))
        at += n_heads
        if at < len(grid):
            is_group = _is_banner(grid[at], width)
            if is_group:
                told = grid[at][0].cell.text
                group = told if len(told) <= MAX_HEAD_CHARS and not _SENTENCE.search(told) else ""
            read.append(_line([(_head_of(one, heads), one) for one in grid[at]], "" if is_group else group))
            at += 1
    return read


def _placed(rows: Sequence[Row]) -> Iterator[list[_Placed]]:
    above: dict[int, Cell] = {}
    for row in rows:
        column, placed, here = row.before, [], {}
        for cell in row.cells:
            over = above.get(column) if cell.goes_on else None
            shown = Cell(over.text if len(over.text) <= MAX_REPEATED_CHARS else "", cell.n_columns) if over else cell
            placed.append(_Placed(shown, column, column + cell.n_columns, over is not None))
            here[column] = shown
            column += cell.n_columns
        above = here
        yield placed


def _is_banner(placed: list[_Placed], width: int) -> bool:
    """Whether one cell fills the row: what stands below it may have heads of its own."""
    return len(placed) == 1 and placed[0].last - placed[0].first == width > 1


def _n_heads(rows: Sequence[Row], grid: list[list[_Placed]], at: int, width: int) -> int:
    """How many rows from ``at`` on are heads of columns: those that the format marks, else one that reads so, with
    those that it reaches down to."""
    if width < 2 or at + 1 >= len(rows):
        return 0
    marked = 0
    while marked < MAX_HEAD_ROWS and at + marked < len(rows) - 1 and rows[at + marked].is_head:
        marked += 1
    if marked and not all(_is_banner(placed, width) for placed in grid[at : at + marked]):
        return marked
    if _is_banner(grid[at], width) or not _reads_as_head(grid[at]):
        return 0
    n_heads = 1
    while n_heads < MAX_HEAD_ROWS and at + n_heads < len(rows) - 1:
        placed = grid[at + n_heads]
        goes_on = any(one.repeated or not one.cell.text for one in placed) and any(
            one.last - one.first > 1 for one in grid[at]
        )
        if not goes_on or not _reads_as_head(placed):
            break
        n_heads += 1
    return n_heads


def _reads_as_head(placed: list[_Placed]) -> bool:
    texts = [one.cell.text for one in placed]
    return (
        len(placed) > 1
        and sum(bool(text) for text in texts) >= max(2, len(texts) - 1)
        and len(set(texts)) > 1
        and all(len(text) <= MAX_HEAD_CHARS and not _SENTENCE.search(text) for text in texts)
        and not any(_FIGURE.fullmatch(text) or _LABEL.search(text) for text in texts)
    )


def _heads(grid: list[list[_Placed]], width: int) -> list[str]:
    """For each column what stands over it, from above: ``复议案件 受理``."""
    stacked: list[list[str]] = [[] for _ in range(width)]
    for placed in grid:
        for one in placed:
            text = " ".join(one.cell.text.split())
            for column in range(one.first, one.last):
                if text and text not in stacked[column]:
                    stacked[column].append(text)
    heads = [" ".join(texts) for texts in stacked]
    return [head if len(head) <= MAX_REPEATED_CHARS else "" for head in heads]


def _head_of(one: _Placed, heads: list[str] | None) -> str | None:
    if heads is None:
        return None
    over = {head for head in heads[one.first : one.last] if head}
    return over.pop() if len(over) == 1 else None


def _line(cells: list[tuple[str | None, _Placed]], group: str = "") -> RowText:
    line = RowText()
    for head, one in cells:
        if not one.cell.text:
            continue
        if group and not line.text:
            line.add(group, None)
        if line.text and not _ENDED.search(line.text):
            line.add(NEXT, None)
        if head is not None and head != one.cell.text:
            line.add(f"{head}{HEAD}", None)
        line.add(one.cell.text, None if one.repeated else one.cell.generated)
    return line
