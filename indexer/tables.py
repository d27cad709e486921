"""Tables as rows that can be read alone: each cell behind its head, ``地区：甲区；受理：120；办结：118``.

A grid is what the reader of the document sees: a merged cell lies over several columns or rows of it. A row repeats
the table's caption and its group (a cell that fills the row, above it), the heads, with the unit that is said above the
table once for all, and the merged cells that began above it; what is repeated is listed, so that it is known to be no
text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.chinese.dates import CENTURIES
from indexer.chinese.numerals import BELOW_100
from indexer.types import Span

MAX_HEAD_CHARS = 40  # a longer cell is prose, and no head of a column
MAX_HEAD_ROWS = 4
MAX_REPEATED_CHARS = 80  # of what is repeated in row after row; what is longer stands once
HEAD, NEXT = "：", "；"
_FIGURE = re.compile(r"[-+−—–±]?[\d.,，]+\s*[%％‰]?|[-—–/\\*]+")
_BARE = re.compile(r"\**[-+−—–±]?[\d.,，]+\**|[-—–/\\*…]*")  # it takes the unit of its column
_YEAR = re.compile(CENTURIES)  # heads a column, as no figure does
_SENTENCE = re.compile(r"[。；！？]")
_ENDED = re.compile(r"[。；！？：;!?:]$")
_GOES_ON = re.compile(r"[。；！？：，、;!?:,]$")
_LABEL = re.compile(r"[：:]$")  # of the cell beside it, as in a form
_SCALED = (
    r"[十百千万亿]{0,3}(?:(?:人民币|美|港|欧|日)?元|人次?|名|户次?|家|个|件|项|宗|起|次|辆|台|套|头|只|册|所|处|吨标准煤|吨|公斤|千克"
    r"|平方公里|平方米|公顷|亩|立方米|公里|米|千瓦时|千瓦|标准?箱|床|张)|个百分点|[%％‰]"
)
_UNIT_SAID = re.compile(
    rf"(?:(?:计量|金额|货币|计价)?单位\s*[:：]\s*(?:人民币)?|[(（])(?P<units>(?:{_SCALED})(?:\s*[、，,/／和\s]\s*(?:{_SCALED}))*)"
    r"\s*[)）]?\s*$"
)
_SHARE = re.compile(r"[%％‰]|百分点")
_OF_SHARE = re.compile(r"率|比重|占比|增长|增速|增幅|降幅|同比|环比|比上年|[%％]")
# Heads of what is in no unit of money or the like: ranks, dates, numbers, and what is counted by the head itself.
_NO_UNIT = re.compile(
    rf"[(（](?:单位[:：])?(?:{_SCALED})[^()（）]*[)）]|序号|编号|代码|电话|名次|排名|位次|^年[份度]?$|日期|时间|单位|[人户件个次项家]数"
)
_UNIT_COLUMN = re.compile(r"(?:计量)?单位")
_CAPTION = re.compile(
    rf"附?表\s*[-\dA-Z{BELOW_100}].*|(?!.{{0,4}}[见如]).{{2,}}(?<![下上附代前后列发])表(?:\s*[(（][^()（）]{{1,20}}[)）])?"
)
_MARKS = "#*_ \t\u3000\r\n"  # around a caption in Markdown
MAX_ROWS_JUDGED = 200  # of a column, for whether its figures are bare
LINES_ABOVE = 3  # a table, in which its caption and its unit stand


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
class Above:
    """What is said once for all rows of a table: its ``caption``, and the units of its figures (``万元、%``)."""

    caption: str = ""
    units: tuple[str, ...] = ()


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


def above(lines: Sequence[str]) -> Above:
    """What the last of the ``lines`` before a table say of it: “表2 各区财政收入”, “单位：万元”."""
    caption, units = "", tuple[str, ...]()
    shown = [text for line in lines if (text := line.strip(_MARKS))]
    for text in reversed(shown[-LINES_ABOVE:]):
        if len(text) > MAX_HEAD_CHARS or _SENTENCE.search(text):
            break
        said = _units_in(text)
        units = units or said
        if _CAPTION.fullmatch(text):
            caption = text
            break
        if not said:
            break
    return Above(caption, units)


def _units_in(text: str) -> tuple[str, ...]:
    said = _UNIT_SAID.search(text)
    return tuple(re.findall(_SCALED, said["units"])) if said else ()


def rows_read(rows: Sequence[Row], over: Above = Above()) -> list[RowText]:
    """One text a row, in order, of the table that stands below ``over``. Rows of nothing are empty texts; heads stand
    once as a row of their own."""
    grid = list(_placed(rows))
    width = max((placed[-1].last for placed in grid if placed), default=0)
    read: list[RowText] = []
    heads: list[str] | None = None
    group = ""  # the cell over the rows below it, which fills its own
    units, with_units = over.units, list[str]()
    at = 0
    while at < len(grid):
        n_heads = _n_heads(rows, grid, at, width) if at == 0 or _is_banner(grid[at - 1], width) else 0
        if n_heads:
            heads = _heads(grid[at : at + n_heads], width)
            with_units = _with_units(heads, grid[at + n_heads :], units)
        for placed in grid[at : at + n_heads]:
            read.append(_line([(None, one) for one in placed if not one.repeated]))
        at += n_heads
        if at < len(grid):
            is_group = _is_banner(grid[at], width)
            said = ""
            if is_group:
                told = grid[at][0].cell.text
                units = _units_in(told) or units
                if not _says_but_units(told):
                    group = told if len(told) <= MAX_HEAD_CHARS and not _SENTENCE.search(told) else ""
            else:
                of_table = f"单位{HEAD}{'、'.join(units)}" if units and not heads else ""
                said = NEXT.join(filter(None, (over.caption, group, of_table)))
            over_cells = heads if heads and _says_unit(grid[at]) else with_units or heads
            read.append(_line([(_head_of(one, over_cells), one) for one in grid[at]], said))
            at += 1
    return read


def _says_but_units(text: str) -> bool:
    said = _UNIT_SAID.search(text)
    return said is not None and not text[: said.start()].strip("(（ \u3000")


def _says_unit(placed: list[_Placed]) -> bool:
    """Whether a row says itself in what its figures are: “增速（%）”."""
    named = next((one.cell.text for one in placed if one.cell.text and not _BARE.fullmatch(one.cell.text)), "")
    return bool(_OF_SHARE.search(named) or _NO_UNIT.search(named))


def _with_units(heads: list[str], below: list[list[_Placed]], units: tuple[str, ...]) -> list[str]:
    """The heads, those of bare figures with their unit: the one that all are in, or shares in the one and all else in
    the other. Of several others it cannot be told."""
    if any(_UNIT_COLUMN.fullmatch(head) for head in heads):
        return heads
    shares = [unit for unit in units if _SHARE.search(unit)]
    others = [unit for unit in units if unit not in shares]
    found: list[str] = []
    columns: list[list[str]] = [[] for _ in heads]
    for placed in below[:MAX_ROWS_JUDGED]:
        for one in placed:
            if one.last == one.first + 1:
                columns[one.first].append(one.cell.text)
    for head, texts in zip(heads, columns, strict=True):
        bare = any(map(str.strip, texts)) and all(_BARE.fullmatch(text.strip()) for text in texts)
        fitting = shares if _OF_SHARE.search(head) else others
        takes = head and bare and len(fitting) == 1 and not _NO_UNIT.search(head) and not _of_serials(texts)
        found.append(f"{head}（{fitting[0]}）" if takes else head)
    return found


def _of_serials(texts: list[str]) -> bool:
    """Whether they count the rows: 1, 2, 3."""
    return [text.strip() for text in texts] == [str(number) for number in range(1, len(texts) + 1)] and len(texts) > 1


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


def _texts(placed: list[_Placed]) -> list[str]:
    return [one.cell.text for one in placed]


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
    if _is_banner(grid[at], width) or not reads_as_head(_texts(grid[at])):
        return 0
    n_heads = 1
    while n_heads < MAX_HEAD_ROWS and at + n_heads < len(rows) - 1:
        placed = grid[at + n_heads]
        goes_on = any(one.repeated or not one.cell.text for one in placed) and any(
            one.last - one.first > 1 for one in grid[at]
        )
        if not goes_on or not reads_as_head(_texts(placed)):
            break
        n_heads += 1
    return n_heads


def reads_as_head(texts: Sequence[str]) -> bool:
    """Whether the cells of a row are names, of which columns have them: no figures but years, and no prose."""
    years = {text for text in texts if _YEAR.fullmatch(text)}
    if len(years) == len(texts) or len(years) == 1:
        years = set()
    return (
        len(texts) > 1
        and sum(bool(text) for text in texts) >= max(2, len(texts) - 1)
        and len(set(texts)) > 1
        and all(len(text) <= MAX_HEAD_CHARS and not _SENTENCE.search(text) for text in texts)
        and not any((_FIGURE.fullmatch(text) and text not in years) or _LABEL.search(text) for text in texts)
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
