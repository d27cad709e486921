"""``/v1/reports``: the list, the outline and the canonical text of the indexed reports, and words looked for in one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from indexer.store.originals import path_of
from indexer.types import Report
from indexer.unseen import escaped
from service.ask import Asker
from service.errors import BadQuestion, NoOriginal, UnknownReport
from service.find_text import MAX_FOUND, find_text
from service.http.routes.state import Ready, Service
from service.listing import ReportQuery
from service.reference import reference
from service.types import MAX_ID_CHARS, MAX_OFFSET, FoundText, ReportList, ReportOutline

router = APIRouter(prefix="/v1/reports", tags=["reports"])
ATTRIBUTE = "!#$&+-.^_`|~"  # what may stand in a name unescaped, beside letters and digits (RFC 5987)
log = logging.getLogger("judian.reports")
InPath = Annotated[str, Path(max_length=MAX_ID_CHARS)]
MAX_WORDS_CHARS = 200
Words = Annotated[str, Query(max_length=MAX_WORDS_CHARS, description="what is looked for; 12 finds 十二, 報告 报告")]


def only(*names: str) -> Callable[[Request], None]:
    """Refuses query parameters that are none of ``names``: who misspells a filter must not get every report."""

    def check(request: Request) -> None:
        if unknown := sorted(set(request.query_params) - set(names)):
            known = f"known are {', '.join(names)}" if names else "this path takes none"
            raise BadQuestion(f"unknown query parameters: {', '.join(map(escaped, unknown))}; {known}")

    return check


@router.get("", response_model=ReportList, dependencies=[Depends(only(*ReportQuery.model_fields))])
def list_reports(asker: Ready, query: Annotated[ReportQuery, Query()]) -> Response:
    """The reports of the published snapshot, in its order: those that fit the filters; in pages with ``limit``."""
    page = asker.listing.page(query)
    around = {"snapshot_id": asker.snapshot.manifest.snapshot_id, "total": page.total, "next_cursor": page.next_cursor}
    # The reports were written when the list was first asked for: ten thousand are not validated again for each page.
    body = json.dumps(around).encode()[:-1] + b', "reports": [' + b",".join(page.written) + b"]}"
    return Response(body, media_type="application/json")


@router.get("/{report_id}", dependencies=[Depends(only())])
def outline(report_id: InPath, asker: Ready) -> ReportOutline:
    """One report: metadata and section tree, each with the spans it was read from."""
    report = _report(asker, report_id)
    return ReportOutline(
        **asker.snapshot.summaries[report_id].model_dump(),
        reference=reference(report),
        encoding=report.encoding,
        metadata=report.metadata,
        sections=report.sections,
        original=asker.snapshot.originals.get(report_id),
    )


@router.get(
    "/{report_id}/original",
    response_class=FileResponse,
    responses={200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string"}}}}},
    dependencies=[Depends(only())],
)
def original(report_id: InPath, asker: Ready) -> FileResponse:
    """The file that a report was read from, as it was, where files are kept; several reports may be of one."""
    return file_of(asker, report_id)


def file_of(asker: Asker, report_id: str) -> FileResponse:
    """The file of a report, to be saved under its name. Raises UnknownReport, NoOriginal."""
    report = _report(asker, report_id)
    kept = asker.snapshot.originals.get(report_id)
    if kept is None or asker.snapshot.index is None:
        raise NoOriginal(
            "the file of this report is not kept; whoever runs the service keeps files with "
            "`judian index … --keep-originals`"
        )
    path = path_of(asker.snapshot.index, kept)
    try:
        whole = path.stat().st_size == kept.n_bytes
    except OSError:
        whole = False
    if not whole:
        log.error("%s is gone or damaged; run `judian index … --keep-originals` again", path)
        raise NoOriginal(
            "the file of this report is gone, or damaged; whoever runs the service runs "
            "`judian index … --keep-originals` again"
        )
    headers = {"content-disposition": disposition(report.file), "etag": f'"{kept.sha256}"'}
    # As a header, since a response would add the charset of this service to a text that is in its own.
    return FileResponse(path, headers=headers | {"content-type": kept.media_type})


def disposition(file: str) -> str:
    """``Content-Disposition`` of what is saved as the last part of ``file``, by any name (RFC 5987 and 6266). What
    would turn the name round where it is shown is written out."""
    name = quote(escaped(PurePath(file).name), safe=ATTRIBUTE, errors="replace")
    return f"attachment; filename*=UTF-8''{name}"


@router.get("/{report_id}/text", response_class=PlainTextResponse, dependencies=[Depends(only("start", "end"))])
def text(
    report_id: InPath,
    asker: Ready,
    start: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    end: Annotated[int | None, Query(ge=0, le=MAX_OFFSET)] = None,
) -> PlainTextResponse:
    """The canonical text, or ``[start, end)`` of it in code points."""
    report = _report(asker, report_id)
    stop = len(report.text) if end is None else end
    if not start <= stop <= len(report.text):
        raise BadQuestion(
            f"[{start}, {stop}) is no range of a text of {len(report.text)} characters; give 0 <= start <= end"
        )
    return PlainTextResponse(report.text[start:stop])


@router.get("/{report_id}/find", dependencies=[Depends(only("q"))])
async def find(report_id: InPath, asker: Ready, service: Service, q: Words = "") -> FoundText:
    """Where words stand in the canonical text, in whatever width, case, 繁/简 and numerals; in code points."""
    return await service.pool.run(lambda: found_in(asker, report_id, q))


def found_in(asker: Asker, report_id: str, words: str) -> FoundText:
    """Where ``words`` stand in a report. Raises UnknownReport."""
    found = find_text(_report(asker, report_id).text, words, MAX_FOUND + 1)
    return FoundText(
        report_id=report_id,
        spans=tuple(found[:MAX_FOUND]),
        more=len(found) > MAX_FOUND,
        snapshot_id=asker.snapshot.manifest.snapshot_id,
    )


def _report(asker: Asker, report_id: str) -> Report:
    try:
        return asker.snapshot.reports[report_id]
    except KeyError:
        raise UnknownReport(f"no report {report_id!r} in this index; /v1/reports lists those there are") from None
