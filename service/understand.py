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
from service.kinds import PARTS_ASKED, PARTS_COUNTED, WHEN, Form, form_of, kind_of
from service.scope import Scope, asked_scope, names_beside, names_of
from service.terms import Term, as_written, corrected, terms_in
from service.types import Kind, Language

Tense = Literal["target", "outcome"]

WHICH_YEAR = r"哪一?年|几几年|什么年份|which year|what year"
# What a question word implies of the unit, where the measure word does not stand behind it.
_ASKED_UNIT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(WHICH_YEAR, re.IGNORECASE), "年"),
    (re.compile(r"几月(?!份?几)|哪[一个]?个?月|which month|what month", re.IGNORECASE), DATE),
    (re.compile(r"几月几[日号]|哪[一]?[天日]|what date|which day|什么时候|何时|" + WHEN, re.IGNORECASE), DATE),
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
    (re.compile(r"(?:多少|几)个?钟头"), "小时"),
)
MIN_TITLE_CHARS = 8  # a shorter one, 政府工作报告, says of no report which it is
_DAY = re.compile(r"几月几[日号]")
# 几个部门 asks for 部门, 几个 alone for 个; of 饭碗 and 岗位 it is people that are told.
_MEASURED = re.compile(
    r"(?:多少|几多|好多|几)(?:万|亿)?(?![个份](?:饭碗|工作(?!日)|就业|岗位|名额))"
    r"(?:个(?=(?:人|部门|单位|城市|项目|案件|企业|小时)))?"
    rf"(?P<unit>{'|'.join(map(re.escape, UNITS))})"
)
_LATIN_WORD = re.compile(r"[A-Za-z]+")
PART_BEFORE = "(?<![一二两三四五六七八九十几各每])篇"  # 篇三, and not 三篇
_PART = re.compile(rf"第(?P<a>[一二三四五六七八九十])篇|{PART_BEFORE}(?P<b>[一二三四五六七八九十])")


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
    of letters; ``kind``, ``form``, whether it ``asks_parts`` or ``counts_parts``: see ``service.kinds``; ``unit`` is
    that of the asked figure, ``tense`` whether a plan or what became of it is asked for, ``demands`` what else an
    answer must say, ``report_ids`` the reports named (empty: none)."""

    text: str
    folded: str
    wording: str
    terms: tuple[Term, ...]
    tokens: tuple[str, ...]
    pairs: frozenset[str]
    language: Language
    kind: Kind
    form: Form
    asks_parts: bool
    counts_parts: bool
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
    form = form_of(folded)
    return Understood(
        text=text,
        folded=folded,
        wording=wording if wording != folded else text,
        terms=terms_in(plain),
        tokens=tuple(tokenize(folded)),
        pairs=pairs(folded),
        language=language(folded),
        kind=kind_of(folded),
        form=form,
        asks_parts=bool(PARTS_ASKED.search(folded)),
        counts_parts=bool(PARTS_COUNTED.search(folded)),
        unit=asked_unit(folded),
        scope=asked_scope(folded, named.regions, named.beside),
        tense=next((tense for tense, pattern in _TENSES if pattern.search(folded)), None),
        demands=demands_of(plain, text, form if form in ("number", "reason") else "other"),
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
