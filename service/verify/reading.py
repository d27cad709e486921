"""A text as it is compared: folded, in clauses, with the figures in it and what each is worth."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from indexer.chinese.folding import fold
from indexer.chinese.numerals import HAN as NUMERALS
from indexer.chinese.numerals import value
from indexer.types import Span
from service.figures import FIGURE, SAME_UNIT, Figure, figures

MAX_READINGS = 8192  # kept; a sentence of a report is cited again and again
HAN = r"\u4e00-\u9fff"
_LAYOUT = re.compile(r"(?<![a-z0-9%.,])\s+|\s+(?![a-z0-9])|\[\d{1,2}\](?=[。；;.!?！？]?$)")
# A comma between digits is part of the figure.
_CLAUSE_END = re.compile(r"[。；;！？!?:…()\n]|(?<!\d),|,(?!\d{3}(?!\d))|-{2,}")
# How near a figure is to the amount: before it, and behind it.
NEARNESS = ("about", "near", "over", "under", "passed")
_BEFORE = tuple(
    (kind, re.compile(rf"(?:{words})(?:了|达到?|为|有|占|是|到|全[市区省国县]|增长|下降|提高|增加|减少)?$"))
    for kind, words in (
        ("under", "未满|不满|不超过|不高于|不多于|至多|最多|(?<![高不])低于|少于"),
        ("near", r"(?<![附靠最邻临就相接])近|接近|将近|不足|不到|未到"),
        (
            "over",
            "(?<![赶不])超过?|超出|逾|(?<!不)高于|多于|不低于|不少于|不小于|至少|(?<![以之加达至等及地路线网场船])上(?=[百千万亿]?$)",
        ),
        # What was just passed may be told as reached, or as exceeded.
        ("passed", "突破|迈过|迈上|站上|跃上|跨过"),
        ("about", "(?<![节合公签制契大特履违条])约|大约|大概|约为"),
    )
)
_BEHIND = tuple(
    (kind, re.compile(words))
    for kind, words in (("over", "岁?以上|有余|之多(?=\\b)"), ("under", "岁?以下|以内|之内"), ("about", "左右|上下"))
)
_APART_CHARS = 8
_MORE = re.compile("[余多几]")
_TO = re.compile(r"[-~至到]+|以上")
# What units of one kind are worth, in the smallest; whatever is not here is worth itself.
_BASE: dict[str, tuple[str, Decimal]] = {
    unit: (base, Decimal(str(worth)))
    for base, units in (
        ("米", {"公里": 1000, "千米": 1000, "km": 1000, "米": 1}),
        ("平方米", {"平方公里": 10**6, "平方千米": 10**6, "km2": 10**6, "公顷": 10**4, "㎡": 1, "m2": 1, "平方米": 1}),
        ("公斤", {"吨": 1000, "公斤": 1, "千克": 1, "kg": 1, "斤": "0.5"}),
        ("千瓦", {"兆瓦": 1000, "mw": 1000, "吉瓦": 10**6, "千瓦": 1, "kw": 1}),
        ("千瓦时", {"兆瓦时": 1000, "千瓦时": 1, "度电": 1}),
        ("立方米", {"m3": 1, "立方米": 1}),
        ("%", {"倍": 100, "%": 1}),
        ("元", {"万元": 10**4, "亿元": 10**8, "元": 1}),
    )
    for unit, worth in units.items()
}


@dataclass(frozen=True, eq=False)
class Amount:
    """A figure with what it is worth, from ``low`` to ``high`` in ``unit``; both None where it is open (数百) or
    masked, and then ``text`` is all that can be compared. ``nearness``: one of NEARNESS, or empty for an exact one."""

    span: Span
    text: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    nearness: str = ""
    masked: bool = False
    is_year: bool = False


@dataclass(frozen=True, eq=False)
class Reading:
    """``text`` folded, without the white space of layout; ``clauses`` and ``amounts`` in order."""

    text: str
    clauses: tuple[Span, ...]
    amounts: tuple[Amount, ...]

    def clause_at(self, at: int) -> Span:
        """The clause that holds the character at ``at``."""
        return next((clause for clause in self.clauses if clause.start <= at < clause.end), Span(start=at, end=at))


@lru_cache(maxsize=MAX_READINGS)
def read(text: str) -> Reading:
    """The same text gives the same object."""
    folded = _LAYOUT.sub("", fold(text))
    amounts: list[Amount] = []
    for figure in figures(folded, ordinals=True):
        amount = _amount(folded, figure)
        if amounts and _shares_nearness(folded, amounts[-1], amount):
            amount = replace(amount, nearness=amounts[-1].nearness)
        amounts.append(amount)
    return Reading(folded, _clauses(folded), tuple(amounts))


def _shares_nearness(text: str, before: Amount, amount: Amount) -> bool:
    """分别超过1600万、180万: the second too."""
    return (
        before.unit == amount.unit
        and not amount.nearness
        and text[before.span.end : amount.span.start] in ("、", "和")
        and "分别" in text[max(0, before.span.start - _APART_CHARS) : before.span.start]
    )


def _clauses(text: str) -> tuple[Span, ...]:
    found, start = [], 0
    for match in _CLAUSE_END.finditer(text):
        found.append(Span(start=start, end=match.start()))
        start = match.end()
    found.append(Span(start=start, end=len(text)))
    return tuple(span for span in found if len(span))


def _amount(text: str, figure: Figure) -> Amount:
    # Stars on both sides make it bold.
    starred = (text[: figure.span.start].endswith("*"), text.startswith("*", figure.span.end))
    masked = figure.masked or starred[0] != starred[1]
    low, high, unit = (None, None, SAME_UNIT.get(figure.unit, figure.unit)) if masked else _worth(figure)
    before, behind = text[max(0, figure.span.start - 8) : figure.span.start], text[figure.span.end :]
    nearness = next((kind for kind, pattern in _BEFORE if pattern.search(before)), "")
    if nearness == "near" and unit in ("年", "个月", "日", "周"):
        nearness = ""  # 近五年 is when
    nearness = nearness or next((kind for kind, pattern in _BEHIND if pattern.match(behind)), "")
    if not nearness and _MORE.search(figure.text) and low is not None:
        nearness = "over"
    written = figure.text
    if written.startswith("第"):  # 第二 and 第二位
        digits = re.search(rf"\d+|[{NUMERALS}]+", written)
        written, unit = f"第{value(digits[0]) if digits else written}", "第"
    return Amount(figure.span, written, unit, low, high, nearness, masked, figure.is_year)


def _worth(figure: Figure) -> tuple[Decimal | None, Decimal | None, str]:
    """Both ends, and the unit they are in. A range with one unit has it for both its ends."""
    first = FIGURE.match(figure.text)
    if figure.masked or figure.unit == "日期" or first is None or first["none"] or first["multiple"]:
        return None, None, figure.unit
    ends = [first]
    if to := _TO.match(figure.text, first.end()):
        second = FIGURE.match(figure.text, to.end())
        ends += [second] if second and not second["none"] else []
    base, factor = _BASE.get(figure.unit, (figure.unit, Decimal(1)))
    read_ends = [_number(end) for end in ends]
    if any(end is None for end in read_ends) or ends[-1].end() < len(figure.text.rstrip("以下")):
        return None, None, figure.unit
    amounts = [end * factor for end in read_ends if end is not None]
    if len(ends) == 2 and not ends[0]["unit"] and not ends[0]["percent"]:
        amounts[0] = _in_scale_of(amounts[0], amounts[1], ends[1]["number"] or "")
    return min(amounts), max(amounts), base


def _number(match: re.Match[str]) -> Decimal | None:
    if match["percent"]:
        read = value(match["percent"].replace(" ", ""))
        return None if read is None else read * 100
    number = match["number"]
    return None if number is None else value(re.sub(r"[余多\s]|\[\d+\]|[①-⑳¹²³⁰-⁹]", "", number))


def _in_scale_of(low: Decimal, high: Decimal, written: str) -> Decimal:
    """3至5万: the lower end is in 万 too."""
    for scale, factor in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if written.endswith(scale) and low * factor <= high:
            return low * factor
    return low
