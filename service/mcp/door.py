"""The protocol over HTTP, made when it is first asked for: the extra may be missing, and takes a second to import."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType

from service.errors import NotInstalled
from service.http.asgi import App
from service.http.routes.state import State

HOW = "the package `mcp` is not installed; install Judian with it: pip install 'judian[mcp]'"


def protocol() -> ModuleType:
    """``service.mcp.server``. Raises NotInstalled where the extra is missing."""
    try:
        import service.mcp.server as found
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise NotInstalled(HOW) from None
    return found


class Door:
    """One application for all requests of an event loop, as long as it is open."""

    def __init__(self, max_body_bytes: int, origins: frozenset[str], load: Callable[[], ModuleType] = protocol) -> None:
        """``origins``: of pages of others that may ask."""
        self.origins = origins
        self._max_body_bytes = max_body_bytes
        self._load = load
        self._app: asyncio.Future[App] | None = None
        self._serving: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def app(self, service: State) -> App:
        """What takes a request. Raises NotInstalled."""
        if self._app is None:
            self._app = asyncio.get_running_loop().create_future()
            # A task of its own: what is opened there must be closed there, and the request that opens it ends before.
            self._serving = asyncio.create_task(self._serve(service, self._app))
        return await asyncio.shield(self._app)

    async def close(self) -> None:
        """Take no more requests; end what is under way."""
        self._closing.set()
        if self._serving is not None:
            await self._serving

    async def _serve(self, service: State, opened: asyncio.Future[App]) -> None:
        try:
            found = await asyncio.to_thread(self._load)
            async with found.over_http(service, self._max_body_bytes) as app:
                opened.set_result(app)
                await self._closing.wait()
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)
