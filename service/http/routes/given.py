"""``/a/{answer_id}``: an answer as it was given, as a page that needs no script."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from service.errors import UnknownAnswer
from service.find import resolve_all
from service.http.given import absent_page, answer_page
from service.http.routes.state import Ready, Service
from service.types import MAX_ID_CHARS

router = APIRouter(include_in_schema=False)
HEADERS = {"x-robots-tag": "noindex"}


@router.get("/a/{answer_id}", response_class=HTMLResponse)
async def given(
    answer_id: Annotated[str, Path(max_length=MAX_ID_CHARS)], asker: Ready, service: Service
) -> HTMLResponse:
    """The answer, with what became of each of its citations in the snapshot that is served now."""
    try:
        found = await asyncio.to_thread(service.keeping.addressed, answer_id)
    except UnknownAnswer:
        return HTMLResponse(absent_page(), status_code=404, headers=HEADERS)
    ids = [citation.citation_id for citation in found.answer.citations]
    now = await service.pool.run(lambda: resolve_all(asker.snapshot, ids))
    return HTMLResponse(answer_page(found, now, asker.snapshot.manifest.snapshot_id), headers=HEADERS)
