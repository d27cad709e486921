"""``/v1/reports``: the list, the outline and the canonical text of the indexed reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse

from indexer.types import Report, ReportSummary
from service.ask import Asker
from service.errors import BadQuestion, UnknownReport
from service.http.routes.state import Ready
from service.types import MAX_ID_CHARS, MAX_OFFSET, ReportList, ReportOutline

router = APIRouter(prefix="/v1/reports", tags=["reports"])
InPath = Annotated[str, Path(max_length=MAX_ID_CHARS)]


@router.get("")
def list_reports(asker: Ready) -> ReportList:
    """Every report of the published snapshot."""
    return ReportList(
        snapshot_id=asker.snapshot.manifest.snapshot_id,
        reports=tuple(entry.summary for entry in asker.snapshot.catalogue),
    )


@router.get("/{report_id}")
def outline(report_id: InPath, asker: Ready) -> ReportOutline:
    """One report: metadata and section tree, each with the spans it was read from."""
    report = _report(asker, report_id)
    return ReportOutline(
        **ReportSummary.of(report).model_dump(),
        encoding=report.encoding,
        metadata=report.metadata,
        sections=report.sections,
    )


@router.get("/{report_id}/text", response_class=PlainTextResponse)
def text(
    report_id: InPath,
    asker: Ready,
    start: Annotated[int, Query(ge=0, le=MAX_OFFSET, description="first code point")] = 0,
    end: Annotated[
        int | None, Query(ge=0, le=MAX_OFFSET, description="code point behind the last; default: the end")
    ] = None,
) -> PlainTextResponse:
    """The canonical text, or ``[start, end)`` of it in code points."""
    report = _report(asker, report_id)
    stop = len(report.text) if end is None else end
    if not start <= stop <= len(report.text):
        raise BadQuestion(
            f"[{start}, {stop}) is no range of a text of {len(report.text)} characters; give 0 <= start <= end"
        )
    return PlainTextResponse(report.text[start:stop])


def _report(asker: Asker, report_id: str) -> Report:
    try:
        return asker.snapshot.reports[report_id]
    except KeyError:
        raise UnknownReport(f"no report {report_id!r} in this index; /v1/reports lists those there are") from None
