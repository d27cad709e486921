"""The reports of a snapshot as lists want them: filtered, in pages, already written as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from indexer.chinese.folding import fold
from indexer.chinese.places import within
from indexer.types import Record, ReportSummary
from service.errors import BadQuestion
from service.types import MAX_ID_CHARS, MAX_NAME_CHARS, MAX_NAMES, MAX_REGIONS, MAX_YEARS

Rows = NDArray[np.int64]
V = TypeVar("V")


# In a query, where numbers are written as text.
Asked = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]
AskedYear = Annotated[int, Field(ge=0, le=9999)]


class ReportQuery(Record):
    """The query of ``GET /v1/reports``: which reports the list has, those that fit each of these, and any one value of
    one that is given several times. ``region``, ``year``, ``year_told``, ``kind``, ``issuing_body`` as in ``Filters``.
    """

    region: Annotated[tuple[Asked, ...], Field(max_length=MAX_REGIONS)] = ()
    year: Annotated[tuple[AskedYear, ...], Field(max_length=MAX_YEARS)] = ()
    year_told: Annotated[tuple[AskedYear, ...], Field(max_length=MAX_YEARS)] = ()
    kind: Annotated[tuple[Asked, ...], Field(max_length=MAX_NAMES)] = ()
    issuing_body: Annotated[tuple[Asked, ...], Field(max_length=MAX_NAMES)] = ()
    title: Annotated[str, Field(max_length=MAX_NAME_CHARS)] = ""
    cursor: Annotated[str | None, Field(max_length=MAX_ID_CHARS)] = None
    limit: Annotated[int | None, Field(ge=1, le=1000)] = None


@dataclass(frozen=True)
class ReportPage:
    """A page: the reports as JSON, how many there are on all pages, and where the next page begins and the one before,
    None where there is none; "" is the cursor of the first page."""

    written: Sequence[bytes]
    total: int
    next_cursor: str | None
    previous_cursor: str | None = None


@dataclass(frozen=True)
class Counts:
    """Of the reports that fit a query, how many have each value: places (each with its parts), years, kinds, issuing
    bodies; the most frequent first, years from the latest."""

    region: Sequence[tuple[str, int]]
    year: Sequence[tuple[str, int]]
    kind: Sequence[tuple[str, int]]
    issuing_body: Sequence[tuple[str, int]]


class Listing:
    """The reports of one snapshot, in the order of the index; made once. Safe to use from several threads."""

    def __init__(self, reports: Iterable[ReportSummary]) -> None:
        summaries = list(reports)
        self._ids = [report.report_id for report in summaries]
        self._row = {report_id: row for row, report_id in enumerate(self._ids)}
        self._written = [report.model_dump_json().encode() for report in summaries]
        self._titles = [fold(report.title) for report in summaries]
        self._paths = _rows_by(report.region_path for report in summaries)
        self._years = _rows_by(report.year for report in summaries)
        self._years_told = _rows_by(report.year_told for report in summaries)
        self._kinds = _rows_by(report.kind for report in summaries)
        self._named_bodies = _rows_by(report.issuing_body for report in summaries)
        self._bodies = _rows_by(report.issuing_body and fold(report.issuing_body) for report in summaries)

    def page(self, query: ReportQuery) -> ReportPage:
        """At most ``query.limit`` (None: all) of the reports that fit the query, those behind its cursor, if
        it has one (an empty one is none).

        A cursor names the last report of the page before, so it holds in the next snapshot too, unless that report is
        gone. Raises BadQuestion for a cursor of other filters, or of none of these reports."""
        rows = self._fitting(query)
        start = int(np.searchsorted(rows, self._after(query.cursor, query))) if query.cursor else 0
        end = len(rows) if query.limit is None else min(start + query.limit, len(rows))
        before = None if not start else max(start - (query.limit or start), 0)
        return ReportPage(
            written=[self._written[row] for row in rows[start:end]],
            total=len(rows),
            next_cursor=self._cursor(rows, end, query) if end < len(rows) else None,
            previous_cursor=None if before is None else self._cursor(rows, before, query),
        )

    def counts(self, query: ReportQuery) -> Counts:
        """How many of the reports that fit ``query`` have each value."""
        fits = np.zeros(len(self._ids), np.bool_)
        fits[self._fitting(query)] = True
        places: dict[str, int] = {}
        for path, n in _counted(self._paths.items(), fits):
            for name in path:
                places[name] = places.get(name, 0) + n
        return Counts(
            region=_frequent(places.items()),
            year=sorted(_counted(self._years.items(), fits), reverse=True),
            kind=_frequent(_counted(self._kinds.items(), fits)),
            issuing_body=_frequent(_counted(self._named_bodies.items(), fits)),
        )

    def _cursor(self, rows: Rows, start: int, query: ReportQuery) -> str:
        """Of the page that begins with the row at ``start`` of ``rows``."""
        return f"{self._ids[rows[start - 1]]}.{_digest(query)}" if start else ""

    def _after(self, cursor: str, query: ReportQuery) -> int:
        """The first row behind the report that the cursor names."""
        report_id, _, digest = cursor.rpartition(".")
        if report_id in self._row and digest != _digest(query):
            raise BadQuestion("the cursor is of a list with other filters; give the same filters with each page")
        if report_id not in self._row:
            raise BadQuestion("the cursor is of no report that is there now; ask for the list again, without a cursor")
        return self._row[report_id] + 1

    def _fitting(self, query: ReportQuery) -> Rows:
        kept = np.ones(len(self._ids), np.bool_)
        if query.region:
            places = [within(name) for name in query.region]
            kept &= self._of(self._paths, lambda path: any(place(path) for place in places))
        for rows, years in ((self._years, query.year), (self._years_told, query.year_told)):
            if years:
                kept &= self._of(rows, frozenset(map(str, years)).__contains__)
        if query.kind:
            kept &= self._of(self._kinds, frozenset(query.kind).__contains__)
        if query.issuing_body:
            names = [fold(name) for name in query.issuing_body]
            kept &= self._of(self._bodies, lambda body: body is not None and any(name in body for name in names))
        for word in fold(query.title).split():
            kept &= np.array([word in title for title in self._titles], np.bool_)
        return np.flatnonzero(kept)

    def _of(self, rows: Mapping[V, Rows], fits: Callable[[V], bool]) -> NDArray[np.bool_]:
        """Which reports have a value that fits: it is asked once a value, of which there are few."""
        found = np.zeros(len(self._ids), np.bool_)
        for value, its_rows in rows.items():
            if fits(value):
                found[its_rows] = True
        return found


def _rows_by(values: Iterable[V]) -> dict[V, Rows]:
    rows: dict[V, list[int]] = {}
    for row, value in enumerate(values):
        rows.setdefault(value, []).append(row)
    return {value: np.array(its_rows, np.int64) for value, its_rows in rows.items()}


def _counted(rows: Iterable[tuple[V | None, Rows]], fits: NDArray[np.bool_]) -> list[tuple[V, int]]:
    counts = [(value, int(fits[its_rows].sum())) for value, its_rows in rows if value is not None]
    return [(value, n) for value, n in counts if n]


def _frequent(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def _digest(query: ReportQuery) -> str:
    return hashlib.sha256(query.model_dump_json(exclude={"cursor", "limit"}).encode()).hexdigest()[:8]
