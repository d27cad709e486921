"""What a question asks: language, kind, the unit of an asked figure, whose and of which year. Rules, no model.

A question is read once, here, by patterns that stand by subject in ``service.asked``, ``demands``, ``kinds``, ``scope``
and ``terms``; the steps behind it take what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.chinese.tokens import tokenize
from indexer.outline.headings import parse_number
from indexer.types import ReportSummary
from service.asked.comparison import Comparison, asked_comparison
from service.asked.identifiers import identifiers_in
from service.asked.papers import Papers, asked_papers
from service.asked.parts import TextPart, text_part
from service.asked.rows import AskedRows, asked_rows
from service.asked.subject import asks_what_is_to_come, without_filler
from service.asked.things import Things, asked_things
from service.asked.values import Wanted, asked_as_doubled, wanted
from service.demands import Demands, demands_of
from service.kinds import KINDS, PARTS_ASKED, PARTS_COUNTED, Form, first_of, fitting, form_of
from service.scope import Scope, asked_scope, names_beside, names_of
from service.terms import Term, as_named, as_written, corrected, terms_in
from service.types import Kind, Language

Tense = Literal["target", "outcome"]

# Whether it is asked what was planned, or what became of it; most questions leave it open.
_TENSES: tuple[tuple[Tense, re.Pattern[str]], ...] = (
    (
        "outcome",
        re.compile(
            r"实际(?!使用|利用|到位|控制)|实绩|最终|完成了|最后(?=[^，。,]{0,8}(?:多少|几|了|没))|到底(?=[^，。,]{0,10}了)|真(?:的|正)?(?=[\u4e00-\u9fff]{1,3}了)"
            r"|执行数|决算|(?:目标|任务)[^，。,]{0,4}(?:达成|实现|完成|达到)|达成|达标[了没]|\bactual",
            re.IGNORECASE,
        ),
    ),
    (
        "target",
        re.compile(
            r"目标|计划(?:[^，。]{0,12}多少|在|到)|预期|力争|打算|\btargets?\b|\bgoals?\b|\bplans? to\b", re.IGNORECASE
        ),
    ),
)
MIN_TITLE_CHARS = 8  # a shorter one, 政府工作报告, says of no report which it is
# “获得表彰的单位有几个”, “有多少家企业…”; of what grew by so many no list tells.
_HOW_MANY_THINGS = re.compile(
    r"有(?:几|多少)[个家名位所](?!月|百分点|小时|工作日|点)(?!.*(?:增|减|[更最提上下][多少升降高]))"
    r"|\bhow many (?!(?:percent|percentage|years?|months?|days?|times|more|hours?|yuan|people|tons?|kilomet)\b)"
    r"[a-z -]{1,40}\b(?:are|were|is) (?:there|named|listed)\b"
)
_LATIN_WORD = re.compile(r"[A-Za-z]+")
PART_BEFORE = f"(?<![{BELOW_100}两几各每])篇"  # 篇三, and not 三篇
_PART = re.compile(rf"第(?P<a>[{BELOW_100}])篇|{PART_BEFORE}(?P<b>[{BELOW_100}])")


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
    """What was asked, and what the rules found in it. ``folded`` is half width and simplified, for matching alone;
    ``pairs`` are its pairs of letters, and those of what reports call it; ``kind``, which rules for it are
    ``fitting``, ``form``, whether it ``asks_parts`` or ``counts_parts``: see ``service.kinds``; ``tense`` is whether a
    plan or what became of it is asked for, ``is_to_come`` that it is of the future; ``subject`` are the ``pairs``
    without those that say that things grew; ``wanted`` which value, ``text_part`` which part of a text, ``things`` how
    many, ``papers`` what of the reports themselves, ``comparison`` what of two sides, ``rows`` what of the rows of a
    table; ``identifiers`` tell what it is
    about from others of its kind; ``demands`` are what else an answer must say, ``report_ids`` the reports named
    (empty: none)."""

    text: str
    folded: str
    wording: str
    terms: tuple[Term, ...]
    tokens: tuple[str, ...]
    pairs: frozenset[str]
    language: Language
    kind: Kind
    fitting: tuple[bool, ...]
    form: Form
    asks_parts: bool
    counts_parts: bool
    wanted: Wanted
    text_part: TextPart
    things: Things
    papers: Papers
    comparison: Comparison
    rows: AskedRows
    identifiers: frozenset[str]
    scope: Scope
    tense: Tense | None
    is_to_come: bool
    subject: frozenset[str]
    demands: Demands
    report_ids: frozenset[str]

    @property
    def unit(self) -> str | None:
        """That of the asked figure, as it would stand behind it; None when the question leaves it open."""
        return self.wanted.unit

    @property
    def wants_value(self) -> bool:
        """Whether it is a value that is asked for, by a word, or without one: “南山区2022年GDP”."""
        return self.form == "number" or self.wanted.unasked or (self.kind == "number" and self.wanted.is_told)

    @property
    def counts_things(self) -> bool:
        """Whether it is asked how many things there are, or people, and no more; a report may name them without
        counting them."""
        return self.form == "number" and not self.things.several and self.asks_how_many

    @property
    def counts(self) -> bool:
        """Whether a word of the question says that it is counted: “What shortcomings were there” is no count."""
        return self.form == "number" or self.fitting[[kind for kind, _ in KINDS].index("count")]

    @property
    def asks_how_many(self) -> bool:
        """Whether it is asked how many things there are, whatever else is asked."""
        return bool(_HOW_MANY_THINGS.search(self.folded))

    def worded_as(self, sentence: str) -> str:
        """The question with the name that ``sentence`` has for the product of a place."""
        return as_named(self.wording, sentence)

    def as_doubled(self) -> Understood:
        """The same, asked in the words of what has doubled."""
        return replace(self, wording=asked_as_doubled(self.wording))

    def says(self, words: str) -> bool:
        """Whether the folded ``words``, of a sentence, stand in the question as they are."""
        return words in self.folded

    def states(self, figure: str) -> bool:
        """Whether the folded ``figure``, of a sentence, stands in the question, whole and as no year."""
        return re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.年])", self.folded) is not None


def understand(text: str, named: Nameable = Nameable()) -> Understood:
    """Read the question ``text``; ``named`` is what it may name."""
    folded = fold(text)
    plain = corrected(folded)
    wording = as_written(plain)
    form, fits = form_of(folded), fitting(folded)
    return Understood(
        text=text,
        folded=folded,
        wording=wording if wording != folded else text,
        terms=terms_in(plain),
        tokens=tuple(tokenize(folded)),
        pairs=pairs(folded) | pairs(wording),
        language=language(folded),
        kind=first_of(fits),
        fitting=fits,
        form=form,
        asks_parts=bool(PARTS_ASKED.search(folded)),
        counts_parts=bool(PARTS_COUNTED.search(folded)),
        wanted=wanted(folded, wording),
        text_part=text_part(folded),
        things=asked_things(folded),
        papers=asked_papers(folded),
        comparison=asked_comparison(folded),
        rows=asked_rows(folded),
        identifiers=identifiers_in(folded),
        scope=asked_scope(folded, named.regions, named.beside),
        tense=next((tense for tense, pattern in _TENSES if pattern.search(folded)), None),
        is_to_come=asks_what_is_to_come(folded),
        subject=(pairs(folded) | pairs(wording)) & pairs(without_filler(f"{folded}\n{wording}")),
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


def named_reports(question: str, reports: Iterable[ReportSummary]) -> frozenset[str]:
    """The parts of compilations that the question names (“第二篇”), or else the reports whose 文号, or whole title, it
    says. Regions and years are left to retrieval, where every chunk carries them: a year in a question is as often that
    of a figure as that of a report."""
    named = {parse_number(match["a"] or match["b"]) for match in _PART.finditer(question)}
    if named:
        return frozenset(report.report_id for report in reports if report.part in named)
    said = "".join(question.split())
    reports = tuple(reports)
    titles = {report.report_id: "".join(fold(report.title).split()) for report in reports}
    numbers = {one.report_id: "".join(fold(one.document_number).split()) for one in reports if one.document_number}
    if numbered := frozenset(report_id for report_id, number in numbers.items() if number in said):
        return numbered
    found = {title for title in titles.values() if len(title) >= MIN_TITLE_CHARS and title in said}
    longest = {title for title in found if not any(title in other for other in found - {title})}
    return frozenset(report_id for report_id, title in titles.items() if title in longest)
