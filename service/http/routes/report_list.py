"""``/reports``: what is indexed, as a page that needs no script."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from indexer.types import ReportSummary
from service.errors import BadQuestion
from service.http.edges import channel_of, note
from service.http.report_list import FACETS, Listed, report_list_page
from service.http.routes.sent import send, wanted_language
from service.http.routes.state import Ready, Service
from service.listing import ReportQuery

A_PAGE = 50
FILTERS = (*FACETS, "title", "cursor")

router = APIRouter(include_in_schema=False)


@router.get("/reports")
async def report_list(asker: Ready, service: Service, request: Request) -> Response:
    """The reports that fit the filters of ``/v1/reports``, each given once or not at all, 50 a page, and how many there
    are of each value. With ``channel`` pages of that channel may show it in a frame, and no others."""
    asked = {
        name: said for name, said in request.query_params.items() if said.strip() and name in (*FILTERS, "channel")
    }
    if channel := asked.get("channel"):
        found = service.channels.find(channel)
        note(request.scope, framed_by=found.origins if found else ())

    def listed(filters: dict[str, str], wrong: bool = False) -> Listed:
        several = {name: [said] if name in FACETS else said for name, said in filters.items() if name in FILTERS}
        query = ReportQuery.model_validate({**several, "limit": A_PAGE})
        page = asker.listing.page(query)
        return Listed(
            manifest=asker.snapshot.manifest,
            reports=[ReportSummary.model_validate_json(one) for one in page.written],
            texts=asker.snapshot.reports,
            total=page.total,
            next_cursor=page.next_cursor,
            previous_cursor=page.previous_cursor,
            counts=asker.listing.counts(query),
            asked=filters,
            unread=channel_of(request.scope) is None,  # a channel is for what is public, names of files are not
            wrong=wrong,
        )

    def made() -> Response:
        language = wanted_language(request)
        try:
            return send(request, report_list_page(listed(asked), language))
        except (ValidationError, BadQuestion):
            kept = {"channel": asked["channel"]} if "channel" in asked else {}
            return send(request, report_list_page(listed(kept, wrong=True), language), 422)

    return await service.pool.run(made)
