"""What people open: the page, the widget for pages of others, the API to try out; the files of all pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from service.http.assets import load
from service.http.edges import note
from service.http.routes.state import Service

router = APIRouter(include_in_schema=False)
ASSETS = load(Path(__file__).parents[1] / "static")
# Pages of other origins load the widget's modules, which browsers do only where they are told that they may. The files
# are the same for everybody and say nothing of the reports. After an update no old module meets a new one.
SHARED = {"access-control-allow-origin": "*", "cache-control": "no-cache", "vary": "accept-encoding"}
# Swagger's page styles itself inline and draws its icons from data URLs; it too loads nothing from elsewhere.
DOCS_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


@router.api_route("/", methods=["GET", "HEAD"])
def page(request: Request, service: Service) -> Response:
    """The page to ask. With ``?channel=`` pages of that channel may show it in a frame, and no others."""
    if channel_id := request.query_params.get("channel"):
        channel = service.channels.find(channel_id)
        note(request.scope, framed_by=channel.origins if channel else ())
    return _sent(request, "index.html")


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> Response:
    return _sent(request, "docs.html", {"content-security-policy": DOCS_POLICY})


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget(request: Request) -> Response:
    """The one line that other pages embed."""
    return _sent(request, "widget.js", SHARED)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(request: Request, name: str) -> Response:
    return _sent(request, name, SHARED)


def _sent(request: Request, name: str, headers: dict[str, str] | None = None) -> Response:
    asset = ASSETS.get(name)
    if asset is None:
        raise HTTPException(404)
    sent = {"etag": asset.etag, **(headers or {})}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=sent)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.compressed, headers={**sent, "content-encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.body, headers=sent, media_type=asset.media_type)
