"""Sentences of reports made wrong by code: what a verifier is measured by.

Each way takes a sentence and gives another, or None where it holds nothing to change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.chinese.divisions import divisions_in
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from service.figures import Figure, figures
from service.verify import Source

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
OPPOSITES = tuple(
    tuple(pair.split("→"))
    for pair in (
        "增长→下降 增加→减少 提高→降低 提升→下降 上升→下降 上涨→下跌 扩大→缩小 加快→放缓 增至→降至 新增→减少 高于→低于 "
        "超额→未 超过→不足 下降→上升 降低→提高 减少→增加 压减→增加 缩短→延长 回落→回升 改善→恶化 加强→削弱 最高→最低"
    ).split()
)
_NOT = re.compile(
    r"尚未|从未|并未|未(?=[完达能按经纳落建报参公发取得])|没有(?=[\u4e00-\u9fff])|"
    r"(?<=[还仍并也较])不(?=[够高强大足])|不(?=够|完善|平衡|充分|到位|规范|健全|明显|明确|合理|适应|协调|稳定|扎实|高|强|愿|敢|会|能|符合|合格|达标|允许|得|准|再)"
)
_DONE_VERBS = re.compile(
    r"(?<![未不没])(?:完成|实现|建成|达到|开展|出台|纳入|落实|通过|建立|获得|引进|投入使用|启动|入选|受理|办结)(?=[\u4e00-\u9fff\d])"
)
_PLANNED = re.compile(
    r"(?<![即必终])将(?=[\u4e00-\u9fff])(?![军领士近])|计划(?=[建新投引开实完启推])|力争|(?<!虚)拟(?=[建新投引开实安发])|争取(?=[\d\u4e00-\u9fff])"
)
_TOLD_DONE = re.compile(r"(?<![早业自])已经?(?=[\u4e00-\u9fff])(?![有知往故])")
_NAME = re.compile(
    r"(?=(?P<name>[\u4e00-\u9fff]{2,4}(?:街道|社区|大学|医院|公园|机场|法院|检察院|委员会|研究院|实验室|博物馆|图书馆|集团|[港湖河局]|大道|隧道|"
    r"水库|片区|[市县区镇](?![场域化民长委级间]))))"
)
# What such a name does not begin with, or has within: verbs, and words that say which or how many.
_NO_NAME = re.compile(
    r"(?:实施|完善|启动|发挥|推[进动出]|加快|建设|促进|支持|打造|提升|优化|加强|深化|开展|规划|新建|改造|扩大|落实|建成|引进|强化|健全|举办|拓展|"
    r"推广|增加|成立|创建|提高|全面|积极|统筹|服务|国际|现代|科技|公共|教育|鼓励|依托|用好|办好|做强|培育|整治|治理|主要|一流|特色|优质|部分|"
    r"抢抓|担当|联动|携手|参与|协同|编制|疏浚|对接|共建|有序|继续|稳妥|不断|发展|统一|合作|示范|试验|高新|城中|区域|居家|宜居|先行|特别|向全|于全|百强)|"
    rf"[的和与及等各全本我该每个年新老大小多两{BELOW_100}在是为了名级所家座建设社园城郊辖以]|"
    r".*?(?:重点|国家|全[国省市]|省|市.|各|多|上市|高水平|综合|基层|社会|城市|农村|医疗|公立|三甲|动|进|[社园景校辖城郊]区.)|"
    r".{2,4}(?<=[城社园郊辖地山老新林灾片校景牧特库小战矿防街作范验])区$|.*城市$"
)
_TITLES = re.compile(r"《[^《》]{2,30}》|“[^“”\d]{2,12}”")
_ABOUT_BEFORE = re.compile(r"(?:约|(?<![最附])近|超过?|逾|不足|大约)$")
_ABOUT_BEHIND = re.compile(r"以上|左右|以下")
_ABOUT_WITHIN = re.compile(r"(?<=\d)[余多](?=[\u4e00-\u9fff])")
_QUANTIFIERS = tuple(
    tuple(pair.split("→"))
    for pair in (
        "全部→部分 所有→部分 部分→全部 大部分→全部 多数→全部 首次→再次 首个→又一个 唯一→之一 均→大多 基本→全面"
    ).split()
)


@dataclass(frozen=True)
class Case:
    """A sentence, what it cites."""

    said: str
    source: Source


Way = Callable[[random.Random, Source, Sequence[str]], Case | None]


def counted(text: str) -> list[Figure]:
    """Figures in digits that are neither years nor masked."""
    return [
        figure
        for figure in figures(fold(text))
        if not figure.is_year and not figure.masked and _DIGIT.search(figure.text)
    ]


def with_figure(text: str, figure: Figure, new: str) -> str:
    """``text`` with ``new`` for ``figure``."""
    return text[: figure.span.start] + new + text[figure.span.end :]


def one_digit(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = counted(source.text)
    if not found:
        return None
    figure = rng.choice(found)
    at = rng.choice([match.start() for match in _DIGIT.finditer(figure.text)])
    first = at == 0 or not figure.text[at - 1].isdigit()
    digits = [digit for digit in "0123456789" if digit != figure.text[at] and not (first and digit == "0")]
    new = figure.text[:at] + rng.choice(digits) + figure.text[at + 1 :]
    return None if _same(figure.text, new) else Case(with_figure(source.text, figure, new), source)


def _same(one: str, other: str) -> bool:
    return [Decimal(n) for n in _NUMBER.findall(one)] == [Decimal(n) for n in _NUMBER.findall(other)]


def swapped(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = counted(source.text)
    pairs = [
        (one, other)
        for i, one in enumerate(found)
        for other in found[i + 1 :]
        if one.unit == other.unit and not _same(one.text, other.text) and one.unit != "日期"
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    return Case(with_figure(with_figure(source.text, other, one.text), one, other.text), source)


def other_scale(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    scaled = [(figure, at) for figure in counted(source.text) for at in re.finditer("[万亿]", figure.text)]
    if not scaled:
        return None
    figure, at = rng.choice(scaled)
    new = figure.text[: at.start()] + ("亿" if at[0] == "万" else "万") + figure.text[at.end() :]
    return Case(with_figure(source.text, figure, new), source)


def points_for_percent(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    shares = [figure for figure in counted(source.text) if figure.unit in ("%", "个百分点")]
    if not shares:
        return None
    figure = rng.choice(shares)
    number = _NUMBER.search(figure.text)
    new = (number[0] if number else "") + ("%" if figure.unit == "个百分点" else "个百分点")
    return Case(with_figure(source.text, figure, new), source)


def other_year(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = list(_YEAR.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    year = str(int(match[0]) + rng.choice((-1, 1)))
    return Case(source.text[: match.start()] + year + source.text[match.end() :], source)


def opposite(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    return _replaced(rng, source, OPPOSITES)


def other_quantifier(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    return _replaced(rng, source, _QUANTIFIERS)


def _replaced(rng: random.Random, source: Source, pairs: Sequence[Sequence[str]]) -> Case | None:
    found = [(match, new) for old, new in pairs for match in re.finditer(old, source.text)]
    found = [
        (match, new)
        for match, new in found
        if not source.text.startswith(_WORDS_BEHIND.get(match[0], ("\0",)), match.end())
    ]
    if not found:
        return None
    match, new = rng.choice(found)
    return Case(source.text[: match.start()] + new + source.text[match.end() :], source)


# 均衡 and 基本医疗 are words.
_WORDS_BEHIND = {
    "均": tuple("衡等匀价线地产"),
    "基本": tuple("医公农法养建生民原方国制面保盘"),
    "部分": tuple("，。、"),
}


def negation_dropped(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = list(_NOT.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    return Case(source.text[: match.start()] + source.text[match.end() :], source)


def negation_added(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = list(_DONE_VERBS.finditer(source.text))
    if not found:
        return None
    at = rng.choice(found).start()
    return Case(source.text[:at] + rng.choice(("未", "没有", "尚未")) + source.text[at:], source)


def plan_as_done(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    return _inserted(rng, source, _PLANNED, "已")


def done_as_plan(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    return _inserted(rng, source, _TOLD_DONE, rng.choice(("将", "计划", "拟")))


def _inserted(rng: random.Random, source: Source, old: re.Pattern[str], new: str) -> Case | None:
    found = list(old.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    return Case(source.text[: match.start()] + new + source.text[match.end() :], source)


def names_in(sentences: Sequence[str]) -> tuple[str, ...]:
    """Organs, places, titles and what stands in quotes in the sentences of a report, each once. A name is whole where
    different characters stand before it."""
    before: dict[str, set[str]] = {}
    found: set[str] = set()
    for text in sentences:
        for match in _NAME.finditer(text):
            before.setdefault(match["name"], set()).add(text[max(0, match.start() - 1) : match.start()])
        found.update(match[0] for match in _TITLES.finditer(text))
        found.update(place for place in divisions_in(text) if place[-1] in "省市区县州")
    whole = (name for name, lefts in before.items() if len(lefts) > 1 and not _NO_NAME.match(name))
    return tuple(sorted(found.union(whole)))


def other_name(rng: random.Random, source: Source, names: Sequence[str]) -> Case | None:
    """``names`` are those of the same report."""
    own = [name for name in names if name in source.text]
    for name in rng.sample(own, len(own)):
        alike = [
            other
            for other in names
            if other[-1] == name[-1]
            and not {other[:2], other[1:3]} & {source.text[i : i + 2] for i in range(len(source.text))}
        ]
        if alike:
            return Case(source.text.replace(name, rng.choice(alike), 1), source)
    return None


def nearness_dropped(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    text, made = source.text, []
    for figure in counted(text):
        if before := _ABOUT_BEFORE.search(text[: figure.span.start]):
            made.append(text[: before.start()] + text[before.end() :])
        if behind := _ABOUT_BEHIND.match(text, figure.span.end):
            made.append(text[: behind.start()] + text[behind.end() :])
        if within := _ABOUT_WITHIN.search(figure.text):
            made.append(with_figure(text, figure, figure.text[: within.start()] + figure.text[within.end() :]))
    return Case(rng.choice(made), source) if made else None


def nearness_added(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = [
        figure
        for figure in counted(source.text)
        if figure.unit != "日期"
        and not re.search(r"[约近超逾足过于上至到第前多大]$", source.text[: figure.span.start])
        and not _ABOUT_BEHIND.match(source.text, figure.span.end)
        and not re.search("[余多几-]", figure.text)
    ]
    if not found:
        return None
    at = rng.choice(found).span.start
    return Case(source.text[:at] + rng.choice(("约", "近", "超", "不足")) + source.text[at:], source)


def mask_filled(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    """A figure of the source is masked; the sentence has it."""
    found = counted(source.text)
    if not found:
        return None
    figure = rng.choice(found)
    masked = _NUMBER.sub(lambda match: match[0][: rng.randint(0, 1)] + "**", figure.text, count=1)
    return Case(source.text, replace(source, text=with_figure(source.text, figure, masked)))


# what is wrong: its ways, and the bar that at least so many must be caught
WRONG: dict[str, tuple[tuple[Way, ...], float]] = {
    "one digit of a figure changed": ((one_digit,), 0.99),
    "万 for 亿 or 亿 for 万": ((other_scale,), 0.99),
    "个百分点 for % or % for 个百分点": ((points_for_percent,), 0.99),
    "year one more or one less": ((other_year,), 0.99),
    "two figures of one unit swapped": ((swapped,), 0.80),
    "approximator dropped": ((nearness_dropped,), 0.95),
    "approximator added": ((nearness_added,), 0.95),
    "masked value filled in": ((mask_filled,), 0.99),
    "the opposite word": ((opposite,), 0.95),
    "negation dropped": ((negation_dropped,), 0.95),
    "negation added": ((negation_added,), 0.95),
    "plan told as done": ((plan_as_done,), 0.95),
    "done told as a plan": ((done_as_plan,), 0.95),
    "name replaced by another of the report": ((other_name,), 0.95),
    "quantifier changed": ((other_quantifier,), 0.95),
}
