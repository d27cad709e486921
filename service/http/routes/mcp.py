"""``/mcp``: the service for agents, by the Model Context Protocol (streamable HTTP)."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from service.errors import ForeignPage
from service.http.asgi import App
from service.http.routes.state import Service
from service.mcp.door import Door

router = APIRouter(include_in_schema=False)  # the protocol describes itself


class Handed(Response):
    """The response that ``app`` gives to the same request."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@router.post("/mcp")
async def mcp(service: Service, request: Request) -> Response:
    """One message of the protocol. Others than POST are not taken: nothing is sent unasked, and no session kept."""
    door: Door = request.app.state.mcp
    origin = request.headers.get("origin")
    own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not own and origin not in door.origins:
        raise ForeignPage(
            "pages of this origin may not ask; the operator of the service lists them in JUDIAN_CORS_ORIGINS"
        )
    return Handed(await door.app(service))
