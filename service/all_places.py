"""“六份省级报告…分别…”, “各省…各是多少”: the places that a question means without naming them.

They are those of its level that reports of the asked year, or of the newest, are of. Named, each is asked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.folding import fold
from indexer.chinese.numerals import COUNTED_FROM_2, value
from indexer.types import ReportSummary
from service.scope import stem
from service.understand import Nameable

MAX_PLACES = 6  # of which each is asked by itself
_LEVELS = {"省": 1, "市": 2, "区": 3, "县": 3}
_N = rf"(?:(?P<n>[{COUNTED_FROM_2}]|\d)(?:[个份篇]|$|(?=[省市区县]))|各个?|几[个份]|这几[个份]|每[个份])"
_ALL = re.compile(
    rf"{_N}(?P<level>[省市区县])(?:级|份)?(?:政府)?(?:(?:的)?(?:政府)?工作报告|的?报告)?(?:里|中)?(?![直属级辖长委厅局])"
    r"(?=[^?？。;；]{0,40}?(?:分别|各|都|多少|怎么|如何|几))"
)
_TOGETHER = re.compile(r"都(?=是?(?:多少|几|怎|如何|定))")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|[^\d%])")


def with_places_named(question: str, named: Nameable) -> str:
    """``question`` with the places that it means by “六份省级报告” or “各省” called by their names, in the order of
    their reports; as it is where it names a place, or there is not that many of them, or more than ``MAX_PLACES``."""
    folded = fold(question)
    match = _ALL.search(folded)
    if match is None or len(folded) != len(question):
        return question
    if any(name in folded for called in named.regions.values() for name in called if not name.isascii()):
        return question
    level = _LEVELS[match["level"]]
    reports = [one for one in named.reports if one.region and one.year and len(one.region_path) == level]
    year = _YEAR.search(folded)
    places = _places(reports, year[0] if year else None)
    n = int(value(match["n"].replace("两", "二")) or 0) if match["n"] else len(places)
    if len(places) != n or not 1 < n <= MAX_PLACES:
        return question
    asked = _TOGETHER.sub("分别", question[match.end() :])
    return question[: match.start()] + "、".join(places) + asked


def _places(reports: Sequence[ReportSummary], year: str | None) -> list[str]:
    """The places of the reports of ``year``, or of those that tell of it, or else of the newest."""
    newest = max((one.year or "" for one in reports), default="")
    of_year = [one for one in reports if one.year == year]
    telling = [one for one in reports if one.year_told == year]
    found = of_year or (telling if year else []) or [one for one in reports if one.year == newest]
    return list(dict.fromkeys(stem(one.region) for one in found if one.region))
