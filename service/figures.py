"""Figures in a sentence, with their units: what a number question asks for, what stands there, what is masked.

A figure is read whole or not at all: a range is one (3%—5%, 5至8名), so is what is written in several scales (3万5千人)
or with a note mark inside (48[3]座). What is broken (2l6件, 38 . 5 %, 1,23件), what counts nothing (第十条, 5号, 1.2.3)
and numerals that belong to words (统一) are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.chinese.dates import CENTURIES, MONTH_OR_DAY
from indexer.chinese.numerals import BELOW_100, DIGITS, value
from indexer.types import Span
from service.units import DATE as DATE
from service.units import SAME_UNIT as SAME_UNIT
from service.units import UNITS as UNITS
from service.units import WORDLIKE
from service.units import unit_class as unit_class

_LATIN = "A-Za-z"
# What begins another word behind a number: 由5回落至3.
_NOT_BEFORE = {"回": "落升归", "只": "有能是需", "列": "入为", "封": "闭"}
_UNIT = "|".join(
    re.escape(unit) + (f"(?![{behind}])" if behind else "")
    for unit in UNITS
    for behind in [_LATIN if unit.isascii() and unit.isalnum() else _NOT_BEFORE.get(unit, "")]
)
_RATE = rf"[/／](?:[百千万]?(?:{_UNIT})|[\u4e00-\u9fff])(?:·(?:{_UNIT}))?"  # 元/吨, 微克/立方米, 元/人·月
_NOTE = r"(?:\[\d{1,3}\]|〔\d{1,3}〕|[①-⑳❶-❿¹²³⁰-⁹]{1,3})"
_SPACE = r"[ \u00a0\u2009\u3000]"

# Each of these gives nothing back once it has read it, so that a long run is read once.
_LARGE = r"(?:[万亿]|[百千](?![瓦米克伏分]))"  # 千瓦 and 千米 are units
_MORE = "[多余]"
_START = r"(?<!\d)(?<!\d[.．])"  # of a run of digits
_DIGITS = (
    rf"(?:\d{{1,3}}(?:[,，]\d{{3}})++|\d{{1,3}}(?:{_SPACE}\d{{3}}){{1,4}}(?={_SPACE}?(?:[%％万亿]|{_UNIT}))|\d++)"
    r"(?:[.．]\d++)?"
)
_ARABIC = (
    rf"{_START}{_DIGITS}(?:{_NOTE}(?=[多余万亿%％]|{_UNIT}))?{_MORE}?"
    rf"(?:{_SPACE}?{_LARGE}++(?:(?:\d{{1,4}}{_LARGE}++)++|\d{{4}}(?!\d))?{_MORE}?)?(?:{_NOTE}(?={_UNIT}))?"
)
# 几十, 数百; not of 人数十二, 占人数百分之三
_SOME = rf"(?:几(?=[十百千万亿])|(?<![人户件总次个指系倍款基量参多少])数(?=[十百千万亿](?![{DIGITS[1:]}分])))"
_HAN = (
    rf"(?:{_SOME}?(?:[〇{DIGITS}两十]|{_LARGE})++(?:点[{DIGITS}]++{_LARGE}*+)?(?:(?<=十)几|{_MORE})?{_LARGE}*+{_MORE}?)"
)
_CHEQUE = "壹贰叁肆伍陆柒捌玖拾佰仟"
_FORMAL = rf"(?<![{_CHEQUE}])[{_CHEQUE}][{_CHEQUE}零万亿]{{1,30}}+(?=圆|{_UNIT})"
_NUMBER = rf"(?:{_ARABIC}|{_FORMAL}|{_HAN})"
_PERCENT = (
    rf"(?:(?<![\d{_LATIN}%％\-–—－])[-−－])?{_ARABIC}{_SPACE}{{0,3}}[%％‰]"
    rf"|(?:[{DIGITS}百千万十两]{{1,4}}|\d{{1,3}})分之(?:[零{BELOW_100}百点两]++|\d++(?:\.\d++)?)"
    r"|(?<![\d/])\d{1,2}/\d{1,3}(?![\d/])(?!万)"
    rf"|{_START}\d++(?:[.．]\d++)?[/／](?:10万|十万|百万|100万)(?![元吨])"  # 6.3/10万
    rf"|[{DIGITS[1:]}两\d]{{1,2}}成(?![立果功员为长效绩品本交都年人不])(?:半|[{DIGITS[1:]}](?![{BELOW_100}]))?"
    r"|一半|过半(?![年月天日小])"
)
_MULTIPLE = rf"翻(?:了|上)?(?:近)?(?:{_NUMBER})?(?:番|倍)"
# What looks like an amount and is none. A series with points, commas out of place, a letter or a gap within: broken.
_NONE = (
    rf"(?P<ordinal>第{_SPACE}?(?:\d++|[〇{DIGITS}两十百千]++)(?:[-—~～至到、](?:\d++|[{DIGITS}十百]++))?(?:{_UNIT})?)"
    rf"|^{_SPACE}*+\d{{1,3}}(?:[、)）]|[.．](?!\d))"
    rf"|[\[〔【(（]\s?(?:\d{{1,4}}|[{BELOW_100}]{{1,3}})\s?[\]〕】)）](?:\s?\d++\s?号)?"
    rf"|{_START}(?:"
    r"\d++\s?号|0\d[\d-]*+|\d++[·:：]\d++|\d++(?:[.．]\d++){2,}+"
    rf"|\d++(?:{_SPACE}++[.．]{_SPACE}*+|[.．]{_SPACE}++)\d++"
    r"|(?!\d{1,3}(?:[,，]\d{3})++(?!\d|[,，]\d))\d++(?:[,，]\d++)++(?:[.．]\d++)?"
    rf"|\d[\d.,，]{{0,20}}+(?:(?!k?m[23](?!\d))[{_LATIN}]{{1,2}}\d[\d{_LATIN}.,]{{0,30}}+"
    r"|[oOlI]{1,3}(?=[\u4e00-\u9fff%％])))"
    rf"|(?<![{_LATIN}])(?:[oOlI]{{1,2}}\d[\d.,]{{0,20}}+|[{_LATIN}]++-?\d[\d{_LATIN}.,-]{{0,30}}+(?!\s?[%％万亿元]))"
)
FIGURE = re.compile(
    rf"(?P<none>{_NONE})|(?P<percent>{_PERCENT})|(?P<multiple>{_MULTIPLE})|(?P<date>{MONTH_OR_DAY})"
    rf"|(?P<number>{_NUMBER})(?:{_SPACE}?(?P<unit>{_UNIT}))?(?P<rate>{_RATE})?",
    re.MULTILINE,
)
_TO = re.compile(rf"{_SPACE}?(?:[-—–~～〜－]{{1,2}}|至|到){_SPACE}?")
_OR_MORE = re.compile("以上")  # 3日以上5日以下
_YEAR = re.compile(rf"(?:{CENTURIES}|[〇{DIGITS}]{{4}})(?:年|{_TO.pattern})")
_BARE_SCALES = frozenset("百千万亿")  # 百家, 每万人: words; 百余家 and 上百家 are amounts
_ABOUT_BEFORE = frozenset("上近约超逾过")
# It begins where a run of digits or of stars begins, and gives no run back: a long one is read once.
MASK = re.compile(
    rf"(?:(?<![\d.])[\d.]++|(?<![\d.*＊]))[*＊]++[\d.]*+\s*+(?:万|亿)?(?P<unit>{_UNIT}|市|县|区|省|州|人)"
)
# Markdown marks a figure bold with the same stars; there they stand on both sides of it.
_BOLD = re.compile(rf"\*\*(?:{_NUMBER})(?:{_UNIT})?\*\*")

_LASTS = re.compile(r"[\u4e00-\u9fff](?<![自从于在至到])")  # before a masked 年 that counts years: 任期**年
_MASKED_NAME = re.compile(r"[*×]{2,}")
_BOLD_WORDS = re.compile(r"(?<!\*)\*\*(?![*\s])[^*,;。]{2,20}(?<!\s)\*\*(?!\*)")


@dataclass(frozen=True)
class Figure:
    """A figure with its unit; ``unit`` is ``%`` for shares, 倍 for multiples and DATE for dates with a month."""

    span: Span
    text: str
    unit: str
    masked: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it names a year (2023年) and does not count years (3年)."""
        return self.unit == "年" and _YEAR.match(self.text) is not None


def figures(sentence: str, *, ordinals: bool = False) -> list[Figure]:
    """The figures of a sentence, masked ones included, in order; spans count from its start.

    With ``ordinals`` also those that name a place in an order: 第3名.
    """
    bold = [Span(start=match.start(), end=match.end()) for match in _BOLD.finditer(sentence)]
    stars = (
        Figure(Span(start=match.start(), end=match.end()), match[0], match["unit"], masked=True)
        for match in MASK.finditer(sentence)
    )
    masked = [figure for figure, is_bold in _met(stars, bold, by_start=True) if not is_bold]
    taken = [figure.span for figure in masked]
    found = [figure for figure, is_masked in _met(_unmasked(sentence, ordinals), taken) if not is_masked]
    return sorted([*masked, *found], key=lambda figure: figure.span.start)


def says_when(figure: Figure, sentence: str) -> bool:
    """Whether it is a date, or a year though it be masked (“**年，全区…”), and no length of time."""
    at_start = not _LASTS.search(sentence[: figure.span.start][-1:])
    return figure.unit == DATE or figure.is_year or (figure.masked and figure.unit == "年" and at_start)


def masked_names(sentence: str, span: Span) -> list[Figure]:
    """The mask in the place of a name, where ``span`` has it: 对***街道 and 由***担任组长; not what is set bold."""
    bold = [match.span() for match in _BOLD_WORDS.finditer(sentence)]
    found = [
        Figure(Span(start=match.start(), end=match.end()), match[0], "", masked=True)
        for match in _MASKED_NAME.finditer(sentence)
        if match.start() < span.end and span.start < match.end()
        if not any(start <= match.start() < end for start, end in bold)
    ]
    return found if len(found) == 1 else []


def _unmasked(sentence: str, ordinals: bool) -> Iterator[Figure]:
    at = 0
    while match := FIGURE.search(sentence, at):
        at = match.end()
        if match["none"]:
            if ordinals and match["ordinal"]:
                yield _figure(sentence, match.start(), match.end(), match[0][-1])
            continue
        first = _read(sentence, match)
        second = _range_end(sentence, match, first)
        if second is not None:
            at = second.span.end
            yield _figure(sentence, match.start(), at, second.unit)
        elif first is not None:
            yield first


def _range_end(sentence: str, match: re.Match[str], first: Figure | None) -> Figure | None:
    """The upper end of the range that ``match`` opens: 3%—5%, 5至8名, 3日以上5日以下. Not of a change: 由3%到5%."""
    to = _TO.match(sentence, match.end()) or _OR_MORE.match(sentence, match.end())
    if to is None or sentence[max(0, match.start() - 1) : match.start()] in ("由", "从"):
        return None
    behind = FIGURE.match(sentence, to.end())
    second = _read(sentence, behind) if behind and not behind["none"] else None
    if second is None or (to.re is _OR_MORE and not sentence.startswith("以下", second.span.end)):
        return None
    if not second.unit or (first is not None and first.unit not in ("", second.unit)):
        return None
    low, high = (value(part["number"]) if part["number"] else None for part in (match, behind) if part)
    return None if low is not None and high is not None and low >= high and not match["unit"] else second


def _read(sentence: str, match: re.Match[str]) -> Figure | None:
    """The figure that ``match`` is; None for a numeral inside a word (一些, 统一, 百姓)."""
    if match["percent"] or match["multiple"] or match["date"]:
        unit = "%" if match["percent"] else "倍" if match["multiple"] else DATE
        return _figure(sentence, match.start(), match.end(), unit)
    number, unit = match["number"], match["unit"] or ""
    if not unit and re.match(f"[{_LATIN}]", sentence[match.end() : match.end() + 1]):
        return None  # 5G
    if not any(char.isdigit() for char in number):
        if not unit and not (len(number) > 1 and number[-1] in "万亿"):
            return None
        if unit in WORDLIKE or (number, unit) == ("一", "批"):  # 一批 says no number
            return None
        if number in _BARE_SCALES and sentence[max(0, match.start() - 1) : match.start()] not in _ABOUT_BEFORE:
            return None
    return _figure(sentence, match.start(), match.end() if unit else match.end("number"), unit)


def _figure(sentence: str, start: int, end: int, unit: str) -> Figure:
    return Figure(Span(start=start, end=end), sentence[start:end], SAME_UNIT.get(unit, unit))


def _met(found: Iterable[Figure], spans: Iterable[Span], *, by_start: bool = False) -> Iterator[tuple[Figure, bool]]:
    """Each figure, and whether one of ``spans`` meets it, or, ``by_start``, its first character; both are in order."""
    rest = iter(spans)
    at = next(rest, None)
    for figure in found:
        while at is not None and at.end <= figure.span.start:
            at = next(rest, None)
        end = figure.span.start + 1 if by_start else figure.span.end
        yield figure, at is not None and at.start < end
