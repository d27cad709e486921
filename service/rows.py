"""A row of a table, as it is read: what it is of, and its figures, each with its head, its unit and its years.

In ``项目：税收收入；2022年（万元）：41200；2023年（万元）：45310`` what is no figure is what the row is of, and holds
for all of its cells: its year, its unit (or a column of units), whether it is a change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.chinese.dates import CENTURIES, years_in
from indexer.chinese.folding import fold
from indexer.types import Span
from service.figures import DATE, Figure, figures

MIN_CELLS = 2  # with a head each, one of them a figure and nothing else
MAX_HEAD_CHARS = 80
MAX_HEAD_ROWS = 4
_CELL = re.compile(r"[^;]+")
_FIGURE = re.compile(r"\s*\**[-+−—–±]?[\d.,*＊]*\d[\d.,*＊]*\s*")
_MASK = re.compile(r"(?!\*\*[\d.,]+\*\*)[\d.,]*[*＊]+[\d.,]*")
_NUMBER = re.compile(r"[-+−—–±]?\d[\d.,]*")
_IN_BRACKETS = re.compile(r"\((?:单位:)?(?P<unit>[^()]{1,8})\)")
_AT_END = re.compile(r"(?P<unit>[万亿]?(?:美)?元|%|‰)\s*$|(?P<counted>人次|[件户个家项次人套辆台所天])数$")
_UNIT_HEAD = re.compile(r"(?:计量)?单位")
_TIME_HEAD = re.compile(r"年[份度]?|时间|日期|季度|月份")
_BARE_YEAR = re.compile(rf"(?<!\d){CENTURIES}(?=\s|$)")
_NO_FIGURES = re.compile(rf"{_TIME_HEAD.pattern}|序号|编号|代码")
_NO_LABEL = re.compile(rf"{_UNIT_HEAD.pattern}|{_NO_FIGURES.pattern}")
_CHANGE = re.compile(
    r"增[长速幅减]|增加(?!值)|[涨跌升降]幅|下降|降低|同比|环比|[+±]|[比较](?:上年|去年|上期|同期|20\d\d年)"
)
_PRICES = re.compile(r"cpi|ppi|消费价格|出厂价格|物价")  # told in %, they are what prices rose or fell by
_COMPARED_WITH = re.compile(r"[比较为占]\s*(?:20\d\d|上)年")


@dataclass(frozen=True)
class Cell:
    """A cell that holds a figure, or nothing where it is masked or empty (``figure`` None): its column's ``head``, its
    ``unit`` (``written`` as it stands in a head), and the ``years`` that it is of, as its head says or, where that says
    none, its row."""

    head: str
    figure: Figure | None
    unit: str
    years: frozenset[str]
    changed: bool
    written: str = ""


@dataclass(frozen=True)
class RowOfTable:
    """A row: what it is ``of``, in words; its ``labels``, the cells that say it; its figures from left to right."""

    of: str
    labels: tuple[str, ...]
    cells: tuple[Cell, ...]


def row_of(sentence: str) -> RowOfTable | None:
    """The row that the folded ``sentence`` is, or None for what is none."""
    if ";" not in sentence or sentence.count(":") < MIN_CELLS:
        return None
    parts: list[tuple[str, Span]] = []
    for match in _CELL.finditer(sentence):
        head, colon, _ = match[0].partition(":")
        is_headed = bool(colon) and len(head) <= MAX_HEAD_CHARS and not re.search(r"[。!?]", head)
        start = match.start() + (len(head) + 1 if is_headed else 0)
        parts.append((head.strip() if is_headed else "", Span(start=start, end=match.end())))
    valued = [
        (
            head,
            span,
            _FIGURE.fullmatch(span.of(sentence))
            or _MASK.fullmatch(span.of(sentence).strip())
            or _filled(span.of(sentence)),
        )
        for head, span in parts
    ]
    is_value = [bool(head and value and not _NO_FIGURES.fullmatch(head)) for head, _, value in valued]
    if sum(bool(head) for head, _ in parts) < MIN_CELLS or not any(is_value):
        return None
    told = [(head, span.of(sentence)) for (head, span, _), value in zip(valued, is_value, strict=True) if not value]
    of = " ".join(text for head, text in told if not _UNIT_HEAD.fullmatch(head))
    units = [text.strip() for head, text in told if _UNIT_HEAD.fullmatch(head)]
    of_row = _unit_in(of) or next((unit for unit in units if _unit(unit)), "")
    years = years_in(of) or frozenset(
        year for head, text in told if _TIME_HEAD.fullmatch(head) for year in years_in(f"{text.strip()}年")
    )
    cells = [
        _cell(sentence, head, span, of_row, years, changed=bool(_CHANGE.search(of)), prices=bool(_PRICES.search(of)))
        for (head, span, _), value in zip(valued, is_value, strict=True)
        if value or (head and not span.of(sentence).strip("-—–/\\*… "))
    ]
    labels = tuple(text for head, text in told if head and not _NO_LABEL.fullmatch(head))
    return RowOfTable(of, labels, tuple(cells))


def _filled(value: str) -> bool:
    """Whether a figure with its unit is all that the cell holds: 3.5%, 12万元."""
    found = figures(value)
    return len(found) == 1 and found[0].text == value.strip(" *") and not found[0].is_year and found[0].unit != DATE


def _cell(
    sentence: str, head: str, span: Span, of_row: str, row_years: frozenset[str], *, changed: bool, prices: bool
) -> Cell:
    text = span.of(sentence)
    written_unit = _unit_in(head) or _unit_at_end(head) or of_row
    unit = _unit(written_unit) if written_unit else ""
    years = years_in(_COMPARED_WITH.sub("", head)) or row_years
    is_change = changed or bool(_CHANGE.search(_COMPARED_WITH.sub("比上年", head))) or (prices and unit == "%")
    found = figures(text)
    masked = _MASK.fullmatch(text.strip())
    bare = masked or _NUMBER.search(text)
    if not masked and len(found) == 1 and found[0].text == text.strip(" *"):
        written, own = found[0].text, found[0].unit or unit
    elif bare is not None:
        written, own = bare[0], unit
    else:
        return Cell(head, None, unit, years, is_change)
    start = sentence.index(written, span.start)
    figure = Figure(Span(start=start, end=start + len(written)), written, own, masked=masked is not None)
    return Cell(head, figure, own, years, is_change, written_unit)


def _unit_in(text: str) -> str:
    return next((match["unit"] for match in _IN_BRACKETS.finditer(text) if _unit(match["unit"])), "")


def _unit_at_end(head: str) -> str:
    match = _AT_END.search(head)
    return match["unit"] or match["counted"] if match else ""


def _unit(written: str) -> str:
    """The unit of a figure that ``written`` would stand behind, 元 for 万元; none where it is no unit."""
    found = figures(f"1{written.strip()}")
    return found[0].unit if len(found) == 1 and found[0].text == f"1{written.strip()}" else ""


def in_words(text: str) -> str:
    """A row as one would say it, each figure with its unit: 税收收入2022年41200万元; any other text as it is."""
    row = row_of(fold(text))
    if row is None:
        return text
    said: list[str] = []
    of = _BARE_YEAR.sub("", row.of).strip()
    for cell in row.cells:
        if cell.figure:
            head = _AT_END.sub(lambda match: match[0] if match["counted"] else "", _IN_BRACKETS.sub("", cell.head))
            head = _BARE_YEAR.sub(r"\g<0>年", head)
            unit = "" if cell.figure.text.endswith((cell.unit, cell.written)) and cell.unit else cell.written
            years = "".join(f"{year}年" for year in sorted(cell.years) if year not in head)
            said.append(f"{years}{of}{head}{cell.figure.text}{unit}")
    return ";".join(said)


def heads_at(texts: Sequence[str]) -> set[int]:
    """Which of the folded sentences ``texts`` are the heads of a table, that is what the rows behind them repeat."""
    found: set[int] = set()
    for at, text in enumerate(texts):
        cells = [cell.strip() for cell in text.split(";")]
        if len(cells) < MIN_CELLS or ":" in text or not all(cells):
            continue
        below = next((row for row in texts[at + 1 : at + 1 + MAX_HEAD_ROWS] if ":" in row), "")
        heads = {head for part in below.split(";") for head in _names_of(part)}
        if sum(cell in heads for cell in cells) >= max(MIN_CELLS, len(cells) - 1):
            found.add(at)
    return found


def _names_of(part: str) -> tuple[str, ...]:
    """The head of a cell, without the unit that was added and without the head over it."""
    head = part.partition(":")[0].strip()
    bare = re.sub(r"\([^()]*\)$", "", head)
    return head, bare, head.rpartition(" ")[2], bare.rpartition(" ")[2]
