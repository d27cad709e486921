"""What a question asks: language, kind, the unit of an asked figure, whose and of which year. Rules, no model.

A question is read once, here; the steps behind it take what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize
from indexer.outline.headings import parse_number
from indexer.types import ReportSummary
from service.demands import Demands, demands_of
from service.figures import DATE, SAME_UNIT, UNITS
from service.scope import Scope, asked_scope, names_beside, names_of
from service.terms import Term, as_written, corrected, terms_in
from service.types import Kind, Language

Tense = Literal["target", "outcome"]

# 几 asks how many, unless it says “several”: of those pointed at (哪几个, 近几年, 存在的几个问题) or above ten (十几);
# of a multiple or a share it asks also behind 的 (的几倍, 的几分之几).
_HOW_MANY = r"(?<![哪这那近前后好十百千数的])几(?!乎)|的几(?:倍|成|分之几)"
_WHEN = r"\bwhen\b(?!.*\b(?:which|what|who|how|where|why)\b)"  # “When land is sold, which office…” asks no date
# The parts of a text are asked for: what it is divided into, what a part of it says, what its problems or proposals
# are. What is counted and has a name of its own (哪三条路线, 哪几类纠纷) are things, and no parts.
_N = r"(?:[一二两三四五六七八九十几]{1,3}|\d{1,2})"
_WHICH = r"(?:哪些|哪几|什么|啥|哪(?=[一二两三四五六七八九十\d]))"
_PARTS = (
    r"(?:个?大?(?:方面|部分)|个?大?[节章段块步环层]|大?[条点类项种](?:意见|建议|内容|工作|任务|措施|问题)?)"
    r"(?=\W|$|[来去讲写说干做]|内容|分别|都|各|组成|构成|展开|入手|着手|发力|推进|要求|工作|任务)"
)
_SAID = (
    r"(?:主要|突出|具体|重点|大|薄弱)?(?:问题|不足|短板|薄弱环节|毛病|困难|挑战|差距|建议|对策|意见|做法|经验|措施|举措|成效|成绩"
    r"|任务|打算|安排|思路)"
)
OUTLINE = re.compile(
    r"提纲|大纲|目录|框架|小标题|标题(?:[是有]|分别|都|各)|(?:怎么|如何|怎样)(?:展开|布局)"
    rf"|[那这]一?(?:节|章|段|部分|块)[^?？]{{0,20}}(?:{_WHICH}|几[个点条块])"
    rf"|分(?:{_WHICH}|{_N}|多少)+{_PARTS}"
    rf"|分(?:成|为|了|作|做)(?:{_WHICH}{_N}?|几)[^?？,，。]{{1,8}}(?=[?？,，。]|$)"
    rf"|(?:[由从]|{_WHICH}){_N}?{_PARTS}|[有是由从提讲说写分]了?几(?=个?大?(?:方面|部分)|个?大?[节章段块]|点){_PARTS}"
    rf"|{_N}(?:个?大?(?:方面|部分)|大?[节段块点条项件])[^?？，。,]{{0,8}}(?:分别|各|都)?[是叫讲写说](?:{_WHICH})"
    rf"|(?:{_WHICH}){_N}?个?(?:的)?{_SAID}(?=\W|$)"
    rf"|{_SAID}(?:(?:主要|分别|具体|都|各)*[是有]|包括)(?:{_WHICH})"
    rf"|[哪是有]{_N}件(?:民生)?(?:实事|大?事)|{_N}件(?:民生)?(?:实事|大事)[^?？]{{0,6}}(?:{_WHICH})"
    r"|\boutline\b|\btable of contents\b|\bheadings?\b"
    r"|\b(?:what|which)\b.{0,40}\b(?:sections?|parts|problems|shortcomings|recommendations|tasks|measures)\b",
    re.IGNORECASE,
)
# Tried in order; the first that is found in the question decides. Other kinds are answered as facts for now.
KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("outline", OUTLINE),
    (
        "reason",
        re.compile(
            r"(?<![名称成叫作定])为什么|为何|为啥|原因|缘[由故]|症结|病根|怎么(?:会|来的|造成|形成|引起|回事|闹|弄成|就)|咋回事|怪什么|[凭靠]什么"
            r"|\bwhy\b|\bwhat (?:caused|drove|led to|explains)\b|\breasons?\b|\bblame",
            re.IGNORECASE,
        ),
    ),
    (
        "number",
        re.compile(
            rf"多少|{_HOW_MANY}|多大|多高|多长|多久|多远|占比|比例|比重|[总金数]额|哪一?年|哪[一个]?[天月日]|什么时候|何时"
            r"|\bhow (?:many|much|long|large|often|far)\b"
            r"|\bwhat (?:percentage|share|proportion|amount|number|year|date)\b"
            rf"|{_WHEN}|\bwhich year\b|\bwhat .{{0,20}}(?:rate|total)\b",
            re.IGNORECASE,
        ),
    ),
    ("definition", re.compile(r"什么是|是什么意思|指(?:的是)?什么|\bwhat (?:is|are) meant\b", re.IGNORECASE)),
    ("fact", re.compile("")),
)

# What a question word implies of the unit, where the measure word does not stand behind it.
_ASKED_UNIT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"哪一?年|几几年|什么年份|which year|what year", re.IGNORECASE), "年"),
    (re.compile(r"几月(?!份?几)|哪[一个]?个?月|which month|what month", re.IGNORECASE), DATE),
    (re.compile(r"几月几[日号]|哪[一]?[天日]|what date|which day|什么时候|何时|" + _WHEN, re.IGNORECASE), DATE),
    (
        re.compile(
            r"百分之|百分点|几个点|比例|占比|比重|几成|[率]是?多少|percentage|share|proportion|what .{0,20}rate",
            re.IGNORECASE,
        ),
        "%",
    ),
    (re.compile(r"哪一?个市|哪座城市|哪个城市|which city", re.IGNORECASE), "市"),
    (re.compile(r"哪一?个县", re.IGNORECASE), "县"),
    (re.compile(r"哪一?个省|which province", re.IGNORECASE), "省"),
    (re.compile(r"多少钱|多少资金|金额|资金.{0,6}多少|how much (?:money|funding)", re.IGNORECASE), "元"),
)
# Whether it is asked what was planned, or what became of it; most questions leave it open.
_TENSES: tuple[tuple[Tense, re.Pattern[str]], ...] = (
    ("outcome", re.compile(r"实际|最终|完成了|\bactual", re.IGNORECASE)),
    (
        "target",
        re.compile(
            r"目标|计划(?:[^，。]{0,12}多少|在|到)|预期|力争|打算|\btargets?\b|\bgoals?\b|\bplans? to\b", re.IGNORECASE
        ),
    ),
)
# As people say it: 涨了几个点 is in per cent, 几块钱 in 元.
_SPOKEN = (
    (re.compile(r"(?:多少|几)个点(?!位)"), "%"),
    (re.compile(r"(?:多少|(?<!分)几)(?:块|毛)(?:钱|\W|$)"), "元"),
)
MIN_TITLE_CHARS = 8  # a shorter one, 政府工作报告, says of no report which it is
_DAY = re.compile(r"几月几[日号]")
# 几个部门 asks for 部门, 几个 alone for 个.
_MEASURED = re.compile(
    rf"(?:多少|几)(?:万|亿)?(?:个(?=(?:人|部门|单位|城市|项目|案件|企业)))?(?P<unit>{'|'.join(map(re.escape, UNITS))})"
)
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_PART = re.compile(
    r"第(?P<a>[一二三四五六七八九十])篇|(?<![一二两三四五六七八九十几各每])篇(?P<b>[一二三四五六七八九十])"
)


@dataclass(frozen=True)
class Nameable:
    """What a question may name: the reports of a snapshot, its regions with what people call them, folded, and what
    they call the places ``beside`` those."""

    reports: Sequence[ReportSummary] = ()
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()


def nameable(reports: Iterable[ReportSummary]) -> Nameable:
    """What a question over ``reports`` may name."""
    reports = tuple(reports)
    regions = {report.region: names_of(report.region) for report in reports if report.region}
    return Nameable(reports, regions, names_beside(regions))


@dataclass(frozen=True)
class Understood:
    """What was asked, and what the rules found in it. ``folded`` is half width and simplified, ``pairs`` are its pairs
    of letters; ``unit`` is that of the asked figure, ``tense`` whether a plan or what became of it is
    asked for, ``demands`` what else an answer must say, ``report_ids`` the reports named (empty: none)."""

    text: str
    folded: str
    wording: str
    terms: tuple[Term, ...]
    tokens: tuple[str, ...]
    pairs: frozenset[str]
    language: Language
    kind: Kind
    unit: str | None
    scope: Scope
    tense: Tense | None
    demands: Demands
    report_ids: frozenset[str]


def understand(text: str, named: Nameable = Nameable()) -> Understood:
    """Read the question ``text``; ``named`` is what it may name."""
    folded = fold(text)
    plain = corrected(folded)
    wording = as_written(plain)
    kind = next(kind for kind, pattern in KINDS if pattern.search(folded))
    return Understood(
        text=text,
        folded=folded,
        wording=wording if wording != folded else text,
        terms=terms_in(plain),
        tokens=tuple(tokenize(folded)),
        pairs=pairs(folded),
        language=language(folded),
        kind=kind,
        unit=asked_unit(folded),
        scope=asked_scope(folded, named.regions, named.beside),
        tense=next((tense for tense, pattern in _TENSES if pattern.search(folded)), None),
        demands=demands_of(plain, text, kind if kind in ("number", "reason") else "other"),
        report_ids=named_reports(folded, named.reports),
    )


def pairs(text: str) -> frozenset[str]:
    """Every two letters of ``text`` that stand side by side: words, without a dictionary."""
    return frozenset("".join(pair) for pair in pairwise(text) if "".join(pair).isalpha())


def language(question: str) -> Language:
    """``en`` when the question has more Latin words than Han characters: English may name a Chinese place."""
    n_han = sum("\u4e00" <= char <= "\u9fff" for char in question)
    return "zh" if n_han >= len(_LATIN_WORD.findall(question)) else "en"


def asked_unit(question: str) -> str | None:
    """The unit that the asked figure must have, as it would stand behind it; None when the question leaves it open."""
    if spoken := next((unit for pattern, unit in _SPOKEN if pattern.search(question)), None):
        return spoken
    measured = _MEASURED.search(question)
    if measured and not _DAY.search(question):
        return SAME_UNIT.get(measured["unit"], measured["unit"])
    return next((unit for pattern, unit in _ASKED_UNIT if pattern.search(question)), None)


def named_reports(question: str, reports: Iterable[ReportSummary]) -> frozenset[str]:
    """The parts of compilations that the question names (“第二篇”), or else the reports whose whole title it says.
    Regions and years are left to retrieval, where every chunk carries them: a year in a question is as often that of a
    figure as that of a report."""
    named = {parse_number(match["a"] or match["b"]) for match in _PART.finditer(question)}
    if named:
        return frozenset(report.report_id for report in reports if report.part in named)
    said = "".join(question.split())
    titles = {report.report_id: "".join(fold(report.title).split()) for report in reports}
    found = {title for title in titles.values() if len(title) >= MIN_TITLE_CHARS and title in said}
    longest = {title for title in found if not any(title in other for other in found - {title})}
    return frozenset(report_id for report_id, title in titles.items() if title in longest)
