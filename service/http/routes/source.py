"""``/source/{report_id}``: a report as a page that needs no script, and where words stand in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from indexer.store.snapshot import Snapshot
from service.errors import UnknownCitation
from service.find import MAX_RESOLVING_S, resolve
from service.find_text import find_text
from service.http.edges import channel_of, note
from service.http.routes.reports import Words, file_of, found_in
from service.http.routes.sent import send, wanted_language
from service.http.routes.state import Ready, Service
from service.http.source import MAX_CITATIONS, Shown, absent_report_page, source_page
from service.types import MAX_ID_CHARS, CitationId, CitationStatus, FoundText

router = APIRouter(include_in_schema=False)
InPath = Annotated[str, Path(max_length=MAX_ID_CHARS)]
Citations = Annotated[tuple[CitationId, ...], Query(max_length=MAX_CITATIONS)]
Cited = Sequence[tuple[str, CitationStatus | str | None]]


@router.get("/source/{report_id}")
async def source(
    report_id: InPath,
    asker: Ready,
    service: Service,
    request: Request,
    citation: Citations = (),
    q: Words = "",
    channel: str = "",
) -> Response:
    """The report, with each ``citation`` marked where it stands now, and ``q`` wherever it does. With ``channel`` pages
    of that channel may show it in a frame, and no others.

    A report that holds none of them gives way to the one that the first has moved to.
    """
    if channel:
        found = service.channels.find(channel)
        note(request.scope, framed_by=found.origins if found else ())
    snapshot, language = asker.snapshot, wanted_language(request)
    address = f"{request.base_url}source/{quote(report_id, safe='')}"
    address += f"?{request.url.query}" if request.url.query else ""

    def made() -> Response:
        cited = _cited(snapshot, dict.fromkeys(citation))
        report = snapshot.reports.get(report_id)
        states = [status for _, status in cited if isinstance(status, CitationStatus)]
        places = [place for status in states for place in (status.place, *status.also_at) if place]
        if places and all(place.report_id != report_id for place in places):
            moved_to = quote(places[0].report_id, safe="")
            return RedirectResponse(f"{moved_to}?{request.url.query}", 307)
        if report is None:
            return send(request, absent_report_page(cited[0][1] if cited else None, language), 404)
        shown = Shown(
            report=report,
            cited=cited,
            searched=q,
            found=find_text(report.text, q),
            snapshot_id=snapshot.manifest.snapshot_id,
            address=address,
            today=date.today().isoformat(),
            channel=channel,
            # Files are for keys: they hold what no answer shows.
            original=None if channel_of(request.scope) else snapshot.originals.get(report_id),
        )
        return send(request, source_page(shown, language))

    return await service.pool.run(made)


@router.get("/source/{report_id}/find")
async def find(report_id: InPath, asker: Ready, service: Service, q: Words = "") -> FoundText:
    """As ``/v1/reports/{id}/find``, for the page: what a browser was told as a password it sends below it alone."""
    return await service.pool.run(lambda: found_in(asker, report_id, q))


@router.get("/source/{report_id}/original")
def original(report_id: InPath, asker: Ready) -> FileResponse:
    """As ``/v1/reports/{id}/original``, for the page, for the same reason."""
    return file_of(asker, report_id)


def _cited(snapshot: Snapshot, citation_ids: Sequence[str] | dict[str, None]) -> Cited:
    """What became of each; None for those that there was no time for."""
    ends = time.monotonic() + MAX_RESOLVING_S

    def one(citation_id: str) -> CitationStatus | str | None:
        if time.monotonic() >= ends:
            return None
        try:
            return resolve(snapshot, citation_id)
        except UnknownCitation:
            return "unknown"

    return [(citation_id, one(citation_id)) for citation_id in citation_ids]
