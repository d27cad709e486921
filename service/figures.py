"""Figures in a sentence, with their units: what a number question asks for, what stands there, what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.chinese.dates import MONTH_OR_DAY
from indexer.chinese.numerals import HAN
from indexer.types import Span

_HAN = f"〇{HAN}"
_QUANTITY = rf"(?:第)?(?:\d[\d,，]*(?:\.\d+)?|[{_HAN}]{{1,7}})(?:多|余)?\s*(?:万|亿|千|百)*(?:多|余)?"
# Measure words and units, longest first. A figure without one of them is still a figure.
UNITS = (
    "个百分点 个工作日 平方公里 平方千米 平方米 立方米 公顷 公里 千米 万元 亿元 美元 元 亩 吨 公斤 千瓦时 千瓦 "
    "人次 户次 件次 家次 个月 小时 分钟 工作日 周年 年 月 日 天 岁 周 季度 部门 单位 城市 项目 案件 企业 "
    "个 件 项 种 类 家 人 名 位 户 次 批 场 篇 部 条 座 所 处 台 辆 套 宗 起 份 期 轮 级 倍 成 支 道 张 本 间 栋 队 门 "
    "款 笔 股 米 度 步 字 方 %"
).split()
# Units that answer for one another; a question's 几成 is answered by a percentage.
SAME_UNIT = {
    "成": "%",
    "天": "日",
    "工作日": "日",
    "个工作日": "日",
    "周年": "年",
    "万元": "元",
    "亿元": "元",
    "美元": "元",
    "名": "人",
    "位": "人",
}
DATE = "日期"
# Units that measure the same kind of thing; all others count things, with whatever measure word.
_CLASSES = {
    **dict.fromkeys("% 个百分点 成 倍".split(), "share"),
    **dict.fromkeys("元 万元 亿元 美元".split(), "money"),
    **dict.fromkeys("人 人次 名 位".split(), "people"),
    **dict.fromkeys("年 月 日 天 岁 周 季度 周年 个月 小时 分钟 工作日 个工作日 期 日期".split(), "time"),
    **dict.fromkeys("平方公里 平方千米 平方米 公顷 亩".split(), "area"),
    **dict.fromkeys("公里 千米 米 度".split(), "length"),
    **dict.fromkeys("吨 公斤 立方米 千瓦时 千瓦".split(), "amount"),
}
_NAMED = frozenset("市 县 区 省 州".split())  # 哪个市 asks for a name
_UNIT = "|".join(re.escape(unit) for unit in UNITS)
_PERCENT = r"\d+(?:\.\d+)?\s*[%％‰]|[百千]分之[零一二三四五六七八九十百点\d.]+|[一二三四五六七八九]成(?:半)?"
FIGURE = re.compile(rf"(?P<percent>{_PERCENT})|(?P<date>{MONTH_OR_DAY})|(?P<number>{_QUANTITY})(?P<unit>{_UNIT})?")
# It begins where a run of digits or of stars begins, and gives no run back: a long one is read once.
MASK = re.compile(
    rf"(?:(?<![\d.])[\d.]++|(?<![\d.*＊]))[*＊]++[\d.]*+\s*+(?:万|亿)?(?P<unit>{_UNIT}|市|县|区|省|州|人)"
)

# Markdown marks a figure bold with the same stars; there they stand on both sides of it.
_BOLD = re.compile(rf"\*\*(?:{_QUANTITY})(?:{_UNIT})?\*\*")


def unit_class(unit: str) -> str | None:
    """The kind of thing that ``unit`` measures; None where there is none, or where it stands for a name."""
    return None if not unit or unit in _NAMED else _CLASSES.get(unit, "things")


@dataclass(frozen=True)
class Figure:
    """A figure with its unit; ``unit`` is ``%`` for shares and DATE for dates with a month."""

    span: Span
    text: str
    unit: str
    masked: bool = False


def figures(sentence: str) -> list[Figure]:
    """The figures of a sentence, masked ones included, in order; spans count from its start."""
    bold = _BOLD.finditer(sentence)
    masked = [
        Figure(Span(start=match.start(), end=match.end()), match[0], match["unit"], masked=True)
        for match, is_bold in _met(MASK.finditer(sentence), (match.span() for match in bold), by_start=True)
        if not is_bold
    ]
    found = list(masked)
    taken = ((figure.span.start, figure.span.end) for figure in masked)
    for match, is_masked in _met(FIGURE.finditer(sentence), taken):
        if is_masked:
            continue
        if match["percent"]:
            unit = "%"
        elif match["date"]:
            unit = DATE
        else:
            unit = match["unit"] or ""
            if not unit and not any(char.isdigit() for char in match[0]):
                continue  # 一 in 一些, 统一, 一律
            if unit in ("方", "道", "度", "级", "成", "位", "部", "本", "门", "步", "支") and not match[0][0].isdigit():
                continue  # 一方面, 一级, 三位一体: words more often than figures
        found.append(Figure(Span(start=match.start(), end=match.end()), match[0], SAME_UNIT.get(unit, unit)))
    return sorted(found, key=lambda figure: figure.span.start)


def _met(
    matches: Iterable[re.Match[str]], ranges: Iterable[tuple[int, int]], *, by_start: bool = False
) -> Iterator[tuple[re.Match[str], bool]]:
    """Each match, and whether one of ``ranges`` meets it, or, ``by_start``, its first character; both are in order."""
    rest = iter(ranges)
    at = next(rest, None)
    for match in matches:
        while at is not None and at[1] <= match.start():
            at = next(rest, None)
        end = match.start() + 1 if by_start else match.end()
        yield match, at is not None and at[0] < end
