"""Where a quote stands now: behind ``/v1/citations`` and ``/v1/verify``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from indexer.chinese.folding import fold
from indexer.store.quotes import DIGEST_DIGITS, digest
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Span
from service.errors import UnknownCitation, UnknownReport
from service.types import CitationState, CitationStatus, Place, Verified, Verify

MAX_PLACES = 10
MAX_HASHED_CHARS = (
    100_000_000  # about a second; ids can be made up, so that a long range of a long report would take hours
)
_CITATION_ID = re.compile(
    rf"(?P<report_id>[A-Za-z0-9_-]+)-(?P<start>\d{{1,10}})-(?P<end>\d{{1,10}})-(?P<digest>[0-9a-f]{{{DIGEST_DIGITS}}})",
    re.ASCII,
)


def resolve(snapshot: Snapshot, citation_id: str) -> CitationStatus:
    """What became of a citation. Raises UnknownCitation when ``citation_id`` is none.

    ``present``: the quote stands where it stood. ``moved``: it stands elsewhere, in its own report or in another.
    ``changed``: its report is there and no longer holds it. ``gone``: neither report nor quote is there.
    """
    parsed = _CITATION_ID.fullmatch(citation_id)
    if not parsed or int(parsed["start"]) >= int(parsed["end"]):
        raise UnknownCitation(f"{citation_id!r} is no citation id; take `citation_id` from a citation of an answer")
    report_id, wanted = parsed["report_id"], parsed["digest"]
    was = Span(start=int(parsed["start"]), end=int(parsed["end"]))
    report = snapshot.reports.get(report_id)
    if report is not None and digest(was.of(report.text)) == wanted:
        return _status(snapshot, citation_id, "present", [_place(report, was)])
    places = _sorted(_indexed(snapshot, wanted), report_id)
    if not places and report is not None:
        places = list(islice(_windows(report, len(was), wanted), MAX_PLACES))
    if places:
        return _status(snapshot, citation_id, "moved", places)
    return _status(snapshot, citation_id, "gone" if report is None else "changed", [])


def verify(snapshot: Snapshot, asked: Verify) -> Verified:
    """Whether the quote stands at the span; if not, where it does. Raises UnknownReport.

    Looked for in the report that was named, then in those whose words are nearest, then in all others, until one holds
    it. Without an exact place, one that differs in nothing but width, case or 繁/简 of its characters is given.
    """
    named = snapshot.reports.get(asked.report_id)
    if named is None:
        raise UnknownReport(f"no report {asked.report_id!r} in this index; /v1/reports lists those there are")
    stands = named.text[asked.start : asked.end] == asked.quote
    places: list[Place] = []
    if not stands:
        for report in _likely(snapshot, named, asked.quote):
            places = list(islice(_occurrences(report, asked.quote), MAX_PLACES))
            if places:
                break
    return Verified(stands=stands, places=tuple(places), snapshot_id=snapshot.manifest.snapshot_id)


def _indexed(snapshot: Snapshot, wanted: str) -> Iterator[Place]:
    for stand in snapshot.quotes.find(wanted):
        report = snapshot.reports[snapshot.catalogue[stand.report].summary.report_id]
        if digest(stand.span.of(report.text)) == wanted:
            yield _place(report, stand.span)


def _sorted(places: Iterable[Place], report_id: str) -> list[Place]:
    """Those in the quote's own report first."""
    return sorted(places, key=lambda place: place.report_id != report_id)[:MAX_PLACES]


def _windows(report: Report, n_chars: int, wanted: str) -> Iterator[Place]:
    """Every place of ``report`` with a quote of that length and digest: for what is no whole sentence.

    None when there is more to hash than MAX_HASHED_CHARS; a quote of 3,000 characters in a report of 30,000 is less.
    """
    if len(report.text) * n_chars > MAX_HASHED_CHARS:
        return
    for start in range(len(report.text) - n_chars + 1):
        if digest(report.text[start : start + n_chars]) == wanted:
            yield _place(report, Span(start=start, end=start + n_chars))


def _likely(snapshot: Snapshot, named: Report, quote: str) -> Iterator[Report]:
    yield named
    rows, _ = snapshot.lexical.search(quote, 50)
    near = dict.fromkeys(snapshot.chunks[int(row)].report_id for row in rows)
    for report_id in (*near, *(report_id for report_id in snapshot.reports if report_id not in near)):
        if report_id != named.report_id:
            yield snapshot.reports[report_id]


def _occurrences(report: Report, quote: str) -> Iterator[Place]:
    exact = quote in report.text
    for start in _all_at(report.text, quote) if exact else _all_at(fold(report.text), fold(quote)):
        yield _place(report, Span(start=start, end=start + len(quote)))


def _all_at(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _place(report: Report, span: Span) -> Place:
    paths = [path for path, section in report.walk() if section.span.contains(span)]
    return Place(
        report_id=report.report_id,
        title=report.title,
        heading_path=paths[-1] if paths else (),  # the last in reading order is the deepest
        start=span.start,
        end=span.end,
        quote=span.of(report.text),
    )


def _status(snapshot: Snapshot, citation_id: str, status: CitationState, places: list[Place]) -> CitationStatus:
    return CitationStatus(
        citation_id=citation_id,
        status=status,
        place=places[0] if places else None,
        also_at=tuple(places[1:]),
        snapshot_id=snapshot.manifest.snapshot_id,
    )
