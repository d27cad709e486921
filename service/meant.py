"""Which reports are meant, where their titles are not said.

“Longgang's 2022 report”, “龙岗区2022年的报告”: those of the place and the year, where there are any; a report of
another place that speaks of the same is none of them.

“去年”, “今年”, and no place and no year named: what the newest reports tell, of whatever places they are. A folder has
the reports of many years. Who asks what was built last year means the last year that is told of; where reports of
several places tell of it, theirs stand side by side, and those of years before are not meant.

“2022年的工作还存在哪些不足”: of a year's work the report tells that tells of that year, which is the one of 2023; that
of 2022 owns up to what was lacking the year before.
"""

from __future__ import annotations

from collections.abc import Collection

from indexer.types import ReportSummary
from service.understand import Understood

MIN_PLACES = 2  # a single place may have been last heard of years after the others


def meant(understood: Understood, reports: Collection[ReportSummary]) -> frozenset[str]:
    """The reports that alone may answer, by their ids; none, which leaves all, where the question does not say."""
    return (
        understood.report_ids
        or meant_by_place_and_year(understood, reports)
        or meant_by_the_work_of_a_year(understood, reports)
        or meant_by_relative_years(understood, reports)
    )


def meant_by_place_and_year(understood: Understood, reports: Collection[ReportSummary]) -> frozenset[str]:
    """Those of a region and a year that are named as a report's own."""
    scope = understood.scope
    return frozenset(one.report_id for one in reports if one.region in scope.regions and one.year in scope.report_years)


def meant_by_the_work_of_a_year(understood: Understood, reports: Collection[ReportSummary]) -> frozenset[str]:
    """Where it is asked what was lacking in a year: all but the reports that are known to tell of other years; none,
    which leaves all, where no report of the place tells of that one, or a report is named by its year."""
    scope = understood.scope
    if not understood.text_part.lacking or scope.report_years:
        return frozenset()
    of_place = [one for one in reports if not scope.regions or one.region in scope.regions]
    if not any(one.year_told in scope.years for one in of_place):
        return frozenset()
    return frozenset(one.report_id for one in reports if one.year_told is None or one.year_told in scope.years)


def meant_by_relative_years(understood: Understood, reports: Collection[ReportSummary]) -> frozenset[str]:
    """The reports that may be meant: all but the yearly ones that are older than the newest; none, which leaves all,
    where the question says of which place or year, or the newest year is told of one place alone."""
    scope = understood.scope
    if not scope.relative or scope.years or scope.regions or scope.elsewhere or scope.national:
        return frozenset()
    yearly = {one.report_id: one.year for one in reports if one.year and one.year_told}
    newest = max(yearly.values(), default="")
    places = {one.region for one in reports if yearly.get(one.report_id) == newest}
    if len(places) < MIN_PLACES:
        return frozenset()
    return frozenset(one.report_id for one in reports if yearly.get(one.report_id, newest) == newest)
