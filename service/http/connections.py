"""Connections, each with a time for what it must do. With ``service.http.serve``, the only door to uvicorn.

uvicorn waits for ever for the head of a request and for a client that takes nothing of an answer, and opens as many
connections as come: a thousand that say nothing, and no other gets in. Who takes an answer slowly gets all of it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HEAD_S = 10.0  # from the beginning of a connection, or the end of its last response, to the whole head of a request
KEEP_ALIVE_S = 5  # without a byte of the next request
TAKE_S = 30.0  # in which a client must take some of the response that waits for it, again and again
BACKLOG = 100  # connections that are accepted at a time
# Of those that the system allows a process: its own, and connections that are just accepted; at most half of them.
SPARE_FILES = 256
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 1\r\n"
    b"connection: close\r\ncontent-length: 26\r\n\r\nall connections are in use"
)


class Connection(H11Protocol):
    """``limit_concurrency`` of the configuration bounds the connections of the process. At one more, the one is closed
    whose client has kept it waiting longest, for a request, the rest of it, or to take its answer; where all have a
    request that is being answered, the new one is refused."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._most = config.limit_concurrency
        self.limit_concurrency = None  # else uvicorn would refuse requests for it, those that came in time
        self.waits_since: float | None = None  # for its client; None while a request is being answered
        self._timer: asyncio.TimerHandle | None = None
        self._waits_for: Literal["head", "room"] | None = None  # of a request; for what is to be sent

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look()
        if self._most is not None and len(self.connections) > self._most:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._look()

    def send_400_response(self, msg: str) -> None:
        """Where it is the body of a request that is none, what answers the request is told that nobody waits for it; an
        answer that was begun is broken off, as no other can follow."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.drop()

    def drop(self) -> None:
        """Close the connection at once; what was not sent stays so."""
        self.connections.discard(self)
        self.transport.abort()

    def _look(self) -> None:
        """For whom the connection waits now, and until when at most."""
        closing = self.transport.is_closing()  # once its client has taken the rest, too little for a pause perhaps
        idle = self.cycle is None or self.cycle.response_complete
        if not (closing or idle or self.cycle.more_body or self.flow.write_paused):
            self.waits_since = None
        elif self.waits_since is None:
            self.waits_since = self.loop.time()
        # The body has its time above the routes.
        waits_for: Literal["head", "room"] | None = (
            "room" if closing or self.flow.write_paused else "head" if idle else None
        )
        if waits_for != self._waits_for:
            self._stop_waiting()
            self._waits_for = waits_for
            if waits_for is not None:
                self._wait(TAKE_S if waits_for == "room" else HEAD_S)

    def _wait(self, seconds: float) -> None:
        """Close the connection after ``seconds``, or later, if its client has taken some of what waits for it."""
        left = self.transport.get_write_buffer_size()

        def look() -> None:
            if self.transport.get_write_buffer_size() < left:
                self._wait(seconds)
            else:
                self.drop()

        self._timer = self.loop.call_later(seconds, look)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _make_room(self) -> None:
        waiting = [
            (other.waits_since, id(other), other)
            for other in self.connections
            if isinstance(other, Connection) and other is not self and other.waits_since is not None
        ]
        if waiting:
            min(waiting)[-1].drop()
        else:
            self.connections.discard(self)
            self.transport.write(FULL)
            self.transport.close()


def most_connections(wanted: int) -> int:
    """``wanted``, or as many as the system allows this process files for."""
    try:
        import resource  # Windows has none
    except ImportError:
        return wanted
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed - min(SPARE_FILES, allowed // 2))
