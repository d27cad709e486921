"""Which reports there are: “库里收录了哪几年的报告”, “一共有多少份报告”. The titles, each where it stands, counted."""

from __future__ import annotations

from indexer.chinese.places import within
from indexer.store.snapshot import Snapshot
from indexer.types import Report
from service.answers.metadata import CERTAIN, opening
from service.answers.types import Draft
from service.deadline import check
from service.filters import fitting
from service.types import Filters
from service.understand import Understood

MAX_LISTED = 20


def reports_there_are(snapshot: Snapshot, understood: Understood, filters: Filters) -> Draft | None:
    """The reports of the places and years that the question names, among those that ``filters`` leave; None where it
    asks for something else."""
    if not understood.papers.collection:
        return None
    scope, fits = understood.scope, fitting(filters)
    places = [within(name) for name in (*scope.regions, *scope.elsewhere)]
    years = scope.report_years | scope.years
    found: list[Report] = []
    for report_id, summary in snapshot.summaries.items():
        check()
        of_place = not places or any(test(summary.region_path) for test in places) or summary.region in scope.regions
        if of_place and (not years or summary.year in years) and (fits is None or fits(summary)):
            found.append(snapshot.reports[report_id])
    if not found:
        return Draft(missing=tuple(sorted(scope.elsewhere | years)))
    pieces = [piece for report in found[:MAX_LISTED] if (piece := opening(report))]
    return Draft(tuple(pieces), certainty=CERTAIN, counted=len(found))
