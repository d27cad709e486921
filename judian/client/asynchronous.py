"""``AsyncClient``: the same as ``Client``, for who has an event loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

import httpx

import judian.client.calls as calls
from indexer.types import ReportSummary
from judian.client.address import address_of
from judian.client.calls import Call, Event
from judian.client.errors import Refused
from judian.client.methods import Awaits, Methods, pause_s
from judian.client.responses import Body, Frames, refused, unreachable
from service.listing import ReportQuery
from service.types import Answer

T = TypeVar("T")


class AsyncClient(Methods, Awaits):
    """A running service at ``url``. For one event loop; close it, or use it as a context.

    ``key``: an API key, where the service asks for one. ``timeout_s`` bounds a whole response, in a stream the silence.
    A service that is busy (429, 503 with ``Retry-After``) is asked ``max_tries`` times in all. Everything raises
    ``ClientError`` (``judian.client.errors``), ``BadAddress`` at once.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = 60.0,
        max_tries: int = 3,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        address = address_of(url, key)
        self.url = address.url
        self._timeout_s = timeout_s
        self._max_tries = max_tries
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            auth=address.auth,
            headers=address.headers,
            timeout=timeout_s,
            trust_env=address.proxies,
            transport=transport,
        )

    async def reports(self, query: ReportQuery | None = None) -> AsyncIterator[ReportSummary]:
        """The reports of the index, in its order: all, or those that fit ``query``; ``query.limit`` at a time."""
        asked: ReportQuery | None = query or ReportQuery()
        while asked:
            page = await self.sent(calls.reports(asked))
            for report in page.reports:
                yield report
            asked = calls.after(page, asked)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def sent(self, call: Call[T]) -> T:
        """What ``call`` reads from its response."""
        for left in reversed(range(self._max_tries)):
            try:
                return await self._once(call)
            except Refused as error:
                await self._sleep(pause_s(error, left))
        raise AssertionError("the last try returns or raises")

    async def streamed(self, call: Call[Answer]) -> AsyncGenerator[Event, None]:
        """The events of the response to ``call``, up to the answer."""
        where, frames = f"{self.url}{call.path}", Frames()
        for left in reversed(range(self._max_tries)):
            try:
                async with self._response(call) as response:
                    if not response.is_success:
                        raise refused(response.status_code, response.headers, await response.aread(), where)
                    async for piece in response.aiter_bytes():
                        for event in calls.events_of(frames.feed(piece), where):
                            yield event
                            if isinstance(event, Answer):
                                return
                raise calls.cut(where)
            except Refused as error:
                await self._sleep(pause_s(error, left))

    async def _once(self, call: Call[T]) -> T:
        body, where = Body(self._timeout_s), f"{self.url}{call.path}"
        async with self._response(call) as response:
            async for piece in response.aiter_bytes():
                body.add(piece)
        if not response.is_success:
            raise refused(response.status_code, response.headers, body.content, where)
        return call.read(body.content, where)

    @asynccontextmanager
    async def _response(self, call: Call[T]) -> AsyncIterator[httpx.Response]:
        """The response, its body not read yet. Raises Unreachable, also for what the body of the context reads."""
        where = f"{self.url}{call.path}"
        with unreachable(where, self._timeout_s):
            async with self._http.stream(
                call.method, where, content=call.body, params=call.query or None, headers=call.headers
            ) as response:
                yield response
