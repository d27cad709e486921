"""Which reports fit what is asked of their metadata: place, years, kind, issuing body."""

from __future__ import annotations

from collections.abc import Callable

from indexer.chinese.folding import fold
from indexer.chinese.places import within
from indexer.types import ReportSummary
from service.types import Filters

Fits = Callable[[ReportSummary], bool]


def fitting(filters: Filters) -> Fits | None:
    """Whether a report fits all of ``filters``; None where they leave every report."""
    tests: list[Fits] = []
    if filters.report_ids:
        ids = frozenset(filters.report_ids)
        tests.append(lambda report: report.report_id in ids)
    if filters.regions:
        tests.append(_of_place([name for name in filters.regions if name.strip()]))
    if filters.years:
        years = frozenset(map(str, filters.years))
        tests.append(lambda report: report.year in years)
    if filters.years_told:
        told = frozenset(map(str, filters.years_told))
        tests.append(lambda report: report.year_told in told)
    if filters.kinds:
        kinds = frozenset(filters.kinds)
        tests.append(lambda report: report.kind in kinds)
    if filters.issuing_bodies:
        bodies = [fold(name) for name in filters.issuing_bodies if name.strip()]
        tests.append(
            lambda report: report.issuing_body is not None and any(name in fold(report.issuing_body) for name in bodies)
        )
    return (lambda report: all(test(report) for test in tests)) if tests else None


def _of_place(names: list[str]) -> Fits:
    tests = [within(name) for name in names]
    known: dict[tuple[str, ...], bool] = {}  # ten thousand reports are of a few hundred places

    def fits(report: ReportSummary) -> bool:
        path = report.region_path
        if path not in known:
            known[path] = any(test(path) for test in tests)
        return known[path]

    return fits
