"""Whether a sentence can answer at all: of the asked year, in the asked unit, told as a plan or as what happened.

Rules, beside the scores of the models: what these take for near, a figure of another year or a target for the outcome,
answers wrongly. A sentence inherits from the headings above it and from its report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100, DIGITS, value
from indexer.chinese.places import own_place
from indexer.types import Chunk, ReportSummary, Span
from service.demands import unmet
from service.demands.modifiers import is_of_modifiers
from service.demands.quantities import is_of_all, is_only_the_whole
from service.demands.sides import is_of_sides
from service.demands.wording import has_name
from service.figures import DATE, Figure, figures, says_when, unit_class
from service.rows import row_of
from service.scope import NATION, Scope, are_named_jointly, is_named, stem
from service.terms import Term
from service.understand import Understood
from service.units import alike, is_when

# Of sections and sentences that say what is to come, by what reports call them.
_PLAN_HEADING = re.compile(r"安排|任务|目标|计划|部署|打算|思路|展望|下一步|今后|规划|(?:重点|主要)工作(?!回顾)|建议")
_REVIEW_HEADING = re.compile(r"回顾|成绩|成效|成就|总结|完成|以来|取得|过去")
_OF_THE_NATION = re.compile(
    r"(?<!占)(?<!高于)(?<!低于)(?<![居是])(?:全国|我国)(?!第|首|唯一|前|最|领先|率先|平均|文明|先进|示范|人大|政协|[\d一])|国务院|中央财政"
)
_NATIONAL_TITLE = re.compile(r"国务院|全国|中华人民共和国|国家")
_OWN = re.compile(r"我[省市县区旗州盟](?![域间级别])")
_COMPARED_YEAR = re.compile(r"[比较](?:20|19)\d\d年|[与和同](?:20|19)\d\d年(?:同期)?(?:基本)?(?:相比|持平)")
_THIS_YEAR = re.compile(r"(?:^|[,;。])\s*今年(?!以来|来)")
# What begins so is of that year, and what follows it: 到2025年,….
_LEAD_YEAR = re.compile(
    r"(?:^|[。;:\n])\s*(?:力争)?(?:到|至)?(?P<year>(?:19|20)\d\d)年(?!以?来|起|[以之]?[前后])[^,。;]{0,6},"
)
# A date that no calendar tells: 到明年底, 次月, “7·17”.
_RELATIVE_DATE = re.compile(r"[今明次当][年月]|年[底末初中]|月[底末初]|季度|[上下]半年|[之以]?前|后|\d+·\d+")
_FIRST = re.compile(r"首[次期届批个家座例条]|最后|[百千]年一遇")
_PLACE_IN_ORDER = re.compile(rf"第\s?[{BELOW_100}\d]|首|最|榜|冠|亚军|前[十三五列]|末|领先|唯一|[百千]年一遇")
_LAST_YEAR = re.compile(r"(?<![比较与和同于])去年(?!同期|同比)")
_SAID_THIS_YEAR = re.compile(r"今年(?!以来|来)")
_FIVE_YEARS = re.compile(rf"(?P<plan>十[{DIGITS[1:]}]?)五(?=[\"”]|时期|规划|期间|末)")
_OF_A_PLAN = re.compile(r"目标|计划|预期|任务|力争")
_OF_ALL = ("总共", "总量", "总数", "保有量")
_PLAN_REACHED = re.compile(r"(?:超额|提前|圆满|全面|顺利|较好|胜利)?(?:完成|实现)了?[^,。;]{0,12}(?:目标|任务|计划)")
_DONE = re.compile(r"同比|[比较][上去]年|已经?(?!有)|累计|完成|实现了|[增下][长降]了")
# It says what something is, and not what is done with it.
_DEFINES = re.compile(
    r"[是系]指|指的?是|所称|所谓|(?:^|[,。:])指(?![导出定标明])|(?<![随立当])即(?!将|使|可|便|时|应|予)|是一[种个项类套]|[:：]|——"
)
# 八连增, 二十连丰, 百年一遇.
_IN_A_ROW = re.compile(rf"[\d{BELOW_100}]连[\u4e00-\u9fff]|[\d{BELOW_100}百千]年一遇")
_PLAN_SENTENCE = re.compile(r"目标|预期|力争|计划|拟|预计|争取|确保|将[^于]|左右|到(?:20\d\d|[“\"]?十[四五六])")


def lacks(
    understood: Understood,
    chunk: Chunk,
    sentence: str,
    report: ReportSummary,
    asked: Sequence[Figure] = (),
    pointed: Span | None = None,
    before: str = "",
    parts: Sequence[str] = (),
) -> str | None:
    """What the folded ``sentence`` of ``chunk``, of ``report``, lacks of what is asked: a region or a year (named), or
    ``""`` for anything else; None when it may answer. ``asked`` are its figures that are taken for the asked one,
    ``pointed`` what of it the reader takes for the answer, None where it points elsewhere; ``before`` is what stands
    before it in its paragraph, folded, ``parts`` are the headings of the report's parts up to it."""
    scope, region = understood.scope, report.region
    path = report.region_path  # 我市 means, in the report of a district, its city
    places = scope.regions | scope.elsewhere
    if scope.regions and region not in scope.regions and not _names(scope.regions, chunk, sentence, path, places):
        return min(scope.regions)
    if region is not None and scope.national and not _OF_THE_NATION.search(sentence):
        return NATION
    elsewhere = _not_around(scope.elsewhere, path) if region in scope.regions else scope.elsewhere
    if region is not None and elsewhere and not _names(elsewhere, chunk, fold(chunk.text), path, places):
        return min(elsewhere)
    # Of the country as a whole a sentence does not tell what one place did.
    is_national = region is None and _NATIONAL_TITLE.search(report.title) is not None
    if is_national and elsewhere and not _names(elsewhere, chunk, _around(chunk, sentence), path, places):
        return min(elsewhere)
    if scope.years and not _is_of_years(scope, chunk, sentence, report, before, parts):
        year = min(scope.years)
        return f"{year}年" if understood.language == "zh" else year
    if understood.form == "number" and not (
        asked or _may_count(understood, sentence) or _says_so_many(understood, sentence, pointed)
    ):
        return ""
    # In Chinese the name itself says what a sentence is about; English words stand in none.
    if understood.form == "definition" and understood.language == "en" and not _DEFINES.search(sentence):
        return ""
    if _is_share_of_amount(understood, asked) or _is_added_for_all(understood, sentence, asked):
        return ""
    asks_share = understood.says("占") or unit_class(understood.unit or "") == "share"
    if asked and not asks_share and any(is_only_the_whole(term.words, sentence) for term in understood.terms):
        return ""
    if understood.tense == "outcome" and is_plan(chunk.heading_path, sentence):
        return ""
    if understood.tense == "target" and _is_done(chunk.heading_path, sentence):
        return ""
    if unmet(understood.demands, understood.says, sentence, asked, pointed):
        return ""
    around = _around(chunk, sentence)
    if not all(term.is_in(around) for term in understood.terms):
        return ""
    demands = understood.demands
    inherited = fold(chunk.context) + fold("".join(chunk.heading_path)) + sentence
    if not is_of_sides(demands.sides, sentence, inherited, asked):
        return ""
    if not is_of_modifiers(demands.modified, sentence, around, asked):
        return ""
    around += fold(chunk.text)  # a name is often said once in a passage
    if missing := next((name for name in understood.demands.quoted if not _has(name, around, understood.terms)), None):
        return missing
    return None


def _is_share_of_amount(understood: Understood, asked: Sequence[Figure]) -> bool:
    """Whether an amount of money is asked for, and what is ``asked`` for in the sentence are shares: 增长7%."""
    is_amount = understood.wanted.amount and understood.unit is None
    return is_amount and bool(asked) and all(unit_class(figure.unit) == "share" for figure in asked)


def _is_added_for_all(understood: Understood, sentence: str, asked: Sequence[Figure]) -> bool:
    """Whether what is ``asked`` for in the sentence is how many more there are, and the question is how many there are,
    or the other way round."""
    if not asked or row_of(sentence):
        return False
    told = {is_of_all(figure, sentence) for figure in asked}
    if understood.wanted.added:
        return told == {True}
    # What there was of one year may be what was new in it, unless it is said that all are meant.
    is_open = understood.scope.years and not any(map(understood.says, _OF_ALL))
    return told == {False} and understood.wanted.all_told and not is_open


def is_plan(headings: Sequence[str], sentence: str) -> bool:
    """Whether it is told there what is to come: by the nearest heading that says so or the contrary, else by its own
    words."""
    for heading in reversed(headings):
        if _REVIEW_HEADING.search(heading):
            return False
        if _PLAN_HEADING.search(heading):
            return True
    return bool(_PLAN_SENTENCE.search(sentence))


def _around(chunk: Chunk, sentence: str) -> str:
    """The folded ``sentence`` and what it inherits: the title, the headings, what stands before it in its passage."""
    before, found, _ = fold(chunk.text).partition(sentence)
    return fold(chunk.context) + fold("".join(chunk.heading_path)) + (before if found else "") + sentence


def _has(name: str, text: str, terms: Sequence[Term]) -> bool:
    return has_name(name, text) or any(name in word or word in name for term in terms for word in term.words)


def _names(
    regions: frozenset[str], chunk: Chunk, text: str, path: Sequence[str], places: frozenset[str] = frozenset()
) -> bool:
    """Whether the folded ``text`` of ``chunk`` names one of ``regions``, or two of all ``places`` together."""
    own = [stem(place) for word in _OWN.findall(text) if (place := own_place(word, path))]
    around = " ".join((text, fold(chunk.context), *own))
    return any(is_named(region, around) for region in regions) or are_named_jointly(places, text)


def _not_around(places: frozenset[str], path: Sequence[str]) -> frozenset[str]:
    """Those of ``places`` that a report of ``path`` does not lie in: 广东省 of 广东省深圳市 says whose it is."""
    return frozenset(place for place in places if not any(is_named(place, above) for above in path[:-1]))


def _is_of_years(
    scope: Scope, chunk: Chunk, sentence: str, report: ReportSummary, before: str, parts: Sequence[str]
) -> bool:
    """Whether the sentence is of one of the years asked for, or of the report that is named by its year; of another
    year in that report, where both are named."""
    own = years_in(fold(chunk.context))
    told = scope.years - scope.report_years
    if not (scope.report_years and told):
        return bool(scope.report_years & own) or _is_of(scope, scope.years, chunk, sentence, report, before, parts)
    of_report = bool(scope.report_years & own) or report.year_told in scope.report_years
    return of_report and _is_of(scope, told, chunk, sentence, report, before, parts)


def _is_of(
    scope: Scope,
    years: frozenset[str],
    chunk: Chunk,
    sentence: str,
    report: ReportSummary,
    before: str,
    parts: Sequence[str],
) -> bool:
    """Whether the sentence, what its paragraph begins with, the nearest heading with a year, or the report is of one of
    ``years``, those of ``scope``.

    A report tells of what was done in the year that it tells of, and plans for its own; where only its own year is
    known, it may tell of that and of the one before.
    """
    own = years_in(sentence if scope.compared else _COMPARED_YEAR.sub("", sentence))
    if years & (own | _told_from(report.year, sentence) | _ends_of_plans("".join((sentence, *chunk.heading_path[:1])))):
        return True
    if not years_in(sentence) and (leads := [match["year"] for match in _LEAD_YEAR.finditer(before)]):
        return leads[-1] in years
    for heading in reversed(chunk.heading_path):
        if named := years_in(heading) or _ends_of_plans(heading if _PLAN_HEADING.search(heading) else ""):
            return bool(years & named)
    if report.year and report.year_told and report.year_told != report.year:
        says = any(_REVIEW_HEADING.search(part) or _PLAN_HEADING.search(part) for part in chunk.heading_path)
        of_part = () if says else parts  # what its headings do not say, the part before says
        is_to_come = _THIS_YEAR.search(sentence) or is_plan((*of_part, *chunk.heading_path), sentence)
        return (report.year if is_to_come else report.year_told) in years
    of_report = years_in(chunk.context)
    year_before = {str(int(year) - 1) for year in of_report}
    if not of_report:  # nothing but the sentence says of which year it is, and it may not say so either
        return not own
    return bool(years & (of_report | year_before))


def _told_from(year: str | None, sentence: str) -> frozenset[str]:
    """What the sentence calls 去年 and 今年, in a report of ``year``."""
    words = ((_LAST_YEAR, -1), (_SAID_THIS_YEAR, 0)) if year else ()
    return frozenset(str(int(year or 0) + ahead) for word, ahead in words if word.search(sentence))


def _ends_of_plans(text: str) -> frozenset[str]:
    """The last years of the five-year plans that ``text`` names: what “十四五” is to reach, it is to reach in 2025."""
    return frozenset(str(1955 + 5 * int(value(match["plan"]) or 0)) for match in _FIVE_YEARS.finditer(text))


def _is_done(headings: Sequence[str], sentence: str) -> bool:
    """Whether it is told there what became of it; many a plan is told in words of no time."""
    told = _PLAN_REACHED.sub("", sentence)
    if _OF_A_PLAN.search(told) or is_plan(headings, told):
        return False
    return any(_REVIEW_HEADING.search(heading) for heading in headings) or bool(_DONE.search(sentence))


def _says_so_many(understood: Understood, sentence: str, pointed: Span | None) -> bool:
    """Whether it is said how many in a word (十连增, 第十四届), or the reader points to so many of the like."""
    if understood.unit == "年" and not understood.wanted.year and _IN_A_ROW.search(sentence):
        return True
    behind = understood.wanted.behind
    if behind and re.search(rf"[\d{BELOW_100}百]{re.escape(behind)}", sentence):
        return True
    return pointed is not None and any(
        alike(figure.unit, understood.unit or "")
        and figure.span.start < pointed.end
        and pointed.start < figure.span.end
        for figure in figures(sentence)
    )


def _may_count(understood: Understood, sentence: str) -> bool:
    """Whether the sentence may answer though none of its figures is taken for the asked one: a time, a place in an
    order, several figures, what is masked, a cell, one of several targets, of which “增长目标” names none, or whatever
    an English question asks for, whose words do not stand there."""
    is_open = (
        understood.language != "zh"
        or unit_class(understood.unit or "") == "time"
        or understood.wanted.is_open
        or (understood.wanted.planned and understood.unit is None and not understood.terms)
        or row_of(sentence) is not None
        or any(figure.masked for figure in figures(sentence))
    )
    return is_open and _counts_in(understood, sentence)


def _counts_in(understood: Understood, sentence: str) -> bool:
    """Whether something stands there in a unit of the asked kind, people, money, shares, things…, or, where the
    question leaves the unit open, any figure that the question does not state itself."""
    lasts = understood.wanted.kind == "time" and understood.unit is None
    wanted = "time" if lasts else unit_class(understood.unit or "")
    lasts |= wanted == "time" and not is_when(understood.unit)
    if understood.wanted.ordinal and not _PLACE_IN_ORDER.search(sentence):
        return False
    if understood.unit == DATE and _RELATIVE_DATE.search(sentence):
        return True
    if understood.wanted.ordinal and _FIRST.search(sentence):
        return True
    row = row_of(sentence)
    read = [cell.figure for cell in row.cells if cell.figure] if row else figures(sentence)
    found = [figure for figure in read if figure.masked or not understood.says(figure.text)]
    found = [figure for figure in found if not (lasts and says_when(figure, sentence))]
    if row and wanted == "things":  # its heads say what each counts: 窗口 are none of the 受理件数
        return any(figure.unit in (understood.unit, "") for figure in found)
    return any(wanted is None or unit_class(figure.unit) in (wanted, None) for figure in found)
