"""Where a quote stands now, and whether quotes carry a sentence: behind ``/v1/citations`` and ``/v1/verify``."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from indexer.chinese.folding import fold
from indexer.chunks import full_title
from indexer.store.quotes import DIGEST_DIGITS, digest
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Span
from service.deadline import check
from service.errors import BadQuestion, UnknownCitation, UnknownReport
from service.types import CitationState, CitationStatus, CitedSpan, Place, Verified, Verify, VerifySentence
from service.verify import Source, Verdict, verify

MAX_PLACES = 10
MAX_RESOLVING_S = 5.0  # for the citations of one answer
MAX_CITED_CHARS = 2000  # of one citation of a sentence
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


def resolve_all(snapshot: Snapshot, citation_ids: Iterable[str]) -> dict[str, CitationStatus]:
    """What became of each; without those that there was no time for: a quote that is gone from a long report is looked
    for at each of its characters."""
    ends = time.monotonic() + MAX_RESOLVING_S
    return {one: resolve(snapshot, one) for one in citation_ids if time.monotonic() < ends}


def check_quote(snapshot: Snapshot, asked: Verify) -> Verified:
    """Whether the quote stands at the span; if not, where it does. Raises UnknownReport.

    Looked for in the report that was named, then in those whose words are nearest, then in all others, until one holds
    it. Without an exact place, one that differs in nothing but width, case or 繁/简 of its characters is given.
    """
    named = _report(snapshot, asked.report_id)
    stands = named.text[asked.start : asked.end] == asked.quote
    places: list[Place] = []
    if not stands:
        for report in _likely(snapshot, named, asked.quote):
            places = list(islice(_occurrences(report, asked.quote), MAX_PLACES))
            if places:
                break
    return Verified(stands=stands, places=tuple(places), snapshot_id=snapshot.manifest.snapshot_id)


def verify_sentence(snapshot: Snapshot, asked: VerifySentence) -> Verdict:
    """Whether the cited sentences say what the sentence says, as the answer service finds it.

    Raises UnknownReport, UnknownCitation for an id that is none or whose quote no longer stands, and BadQuestion for a
    span that is empty, too long, or reaches beyond its report.
    """
    return verify(asked.sentence, [_source(snapshot, citation) for citation in asked.citations])


def _source(snapshot: Snapshot, citation: CitedSpan | str) -> Source:
    check()
    if isinstance(citation, str):
        status = resolve(snapshot, citation)
        if status.place is None:
            raise UnknownCitation(f"what {citation!r} quotes is {status.status}; ask again for a citation that stands")
        report, place = snapshot.reports[status.place.report_id], status.place
    else:
        report = _report(snapshot, citation.report_id)
        n_chars = len(report.text)
        if not citation.start < citation.end <= min(n_chars, citation.start + MAX_CITED_CHARS):
            raise BadQuestion(
                f"[{citation.start}, {citation.end}) is no sentence of report {citation.report_id!r}, which has "
                f"{n_chars} characters; cite 1 to {MAX_CITED_CHARS} of them"
            )
        place = _place(report, Span(start=citation.start, end=citation.end))
    summary = snapshot.summaries[report.report_id]
    year = int(summary.year) if summary.year and summary.year.isdigit() else None
    return Source(place.quote, place.heading_path, full_title(report), summary.region, year)


def _report(snapshot: Snapshot, report_id: str) -> Report:
    report = snapshot.reports.get(report_id)
    if report is None:
        raise UnknownReport(f"no report {report_id!r} in this index; /v1/reports lists those there are")
    return report


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
        check()
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
