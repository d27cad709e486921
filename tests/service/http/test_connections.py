"""What a connection may take, as its client has it: each time has an end, and so has the number of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from service.http import connections
from service.http.asgi import Receive, Scope, Send
from service.http.connections import Connection

PATIENCE_S = 30
SHORT_S = 0.3
LONG_S = 3600.0
MUCH = 4_000_000  # more than the system holds for a client that takes nothing
HEAD = b"GET /%d HTTP/1.1\r\nhost: localhost\r\n"


class Sized:
    """An application whose answer to ``/N`` has N bytes; ``/0`` is answered when ``go`` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        size = int(scope["path"][1:])
        if not size:
            await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        await send({"type": "http.response.body", "body": b"x" * size})


class Served:
    """The connections of one server, and what connects to it."""

    def __init__(self, most: int | None, keep_alive_s: float) -> None:
        self.app, self.state = Sized(), ServerState()
        self._config = uvicorn.Config(
            self.app,
            limit_concurrency=most,
            timeout_keep_alive=keep_alive_s,  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            ws="none",
        )
        self._config.load()

    async def __aenter__(self) -> Served:
        loop = asyncio.get_running_loop()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)  # as a network has it
        listening.bind(("127.0.0.1", 0))
        self._port = listening.getsockname()[1]
        made = lambda: Connection(self._config, self.state, {}, loop)  # noqa: E731
        self._server = await loop.create_server(made, sock=listening)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in list(self.state.connections):
            connection.drop()  # type: ignore[union-attr]

    async def connected(self, sent: bytes) -> socket.socket:
        """A client that has sent this, and holds little of an answer that it does not take."""
        client = socket.socket()
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", self._port))
        await loop.sock_sendall(client, sent)
        return client

    async def holds(self, n: int) -> None:
        """Wait until there are ``n`` connections."""
        while len(self.state.connections) != n:
            await asyncio.sleep(0.01)


async def told(client: socket.socket, n: int = 1_000_000) -> bytes:
    """What comes until the connection is closed, at most ``n`` bytes."""
    said = b""
    while len(said) < n and (piece := await asyncio.get_running_loop().sock_recv(client, n - len(said))):
        said += piece
    return said


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def to(**times: float) -> None:
        for name in ("HEAD_S", "TAKE_S"):
            monkeypatch.setattr(connections, name, times.get(name, LONG_S))

    return to


def run(test: Callable[[Served], Awaitable[None]], most: int | None = None, keep_alive_s: float = LONG_S) -> None:
    async def within() -> None:
        async with asyncio.timeout(PATIENCE_S), Served(most, keep_alive_s) as served:
            await test(served)

    asyncio.run(within())


@pytest.mark.parametrize("sent", [b"", HEAD % 5, (HEAD + b"\r\n") % 5 + HEAD % 5])
def test_the_head_of_a_request_has_its_time(times: Callable[..., None], sent: bytes) -> None:
    """Nothing, half of one, and half of a second one."""
    times(HEAD_S=SHORT_S)

    async def test(served: Served) -> None:
        with await served.connected(sent) as client:
            assert (await told(client)).count(b"xxxxx") == sent.count(b"\r\n\r\n")

    run(test)


def test_what_comes_little_by_little_has_no_more(times: Callable[..., None]) -> None:
    times(HEAD_S=SHORT_S)

    async def test(served: Served) -> None:
        with await served.connected(b"GET /5 HTTP/1.1\r\nx: ") as client:
            await served.holds(1)
            while served.state.connections:
                await asyncio.get_running_loop().sock_sendall(client, b"y")
                await asyncio.sleep(SHORT_S / 10)

    run(test)


@pytest.mark.parametrize("by", ["uvicorn", "the head of the next"])
def test_a_connection_that_is_idle_is_closed(times: Callable[..., None], by: str) -> None:
    times(HEAD_S=LONG_S if by == "uvicorn" else SHORT_S)

    async def test(served: Served) -> None:
        with await served.connected((HEAD + b"\r\n") % 5) as client:
            assert (await told(client)).endswith(b"xxxxx")

    run(test, keep_alive_s=SHORT_S if by == "uvicorn" else LONG_S)


def test_who_takes_nothing_of_an_answer_is_not_waited_for(times: Callable[..., None]) -> None:
    times(TAKE_S=SHORT_S)

    async def test(served: Served) -> None:
        with await served.connected((HEAD + b"\r\n") % MUCH):
            await served.holds(1)
            await served.holds(0)

    run(test)


def test_nor_for_the_rest_of_the_last_answer_of_a_connection(times: Callable[..., None]) -> None:
    """What is left of it may be too little for the transport to ask for a pause."""
    times(TAKE_S=SHORT_S)

    async def test(served: Served) -> None:
        for size in range(20_000, 120_000, 10_000):
            with await served.connected((HEAD + b"connection: close\r\n\r\n") % size):
                while not served.state.total_requests:
                    await asyncio.sleep(0.01)
                await served.holds(0)
            served.state.total_requests = 0

    run(test)


@pytest.mark.parametrize("more", [b"", b"connection: close\r\n"])
def test_who_takes_it_slowly_gets_all(times: Callable[..., None], more: bytes) -> None:
    """Also while the time for the next request is over."""
    times(TAKE_S=SHORT_S, HEAD_S=SHORT_S)

    async def test(served: Served) -> None:
        loop = asyncio.get_running_loop()
        with await served.connected((HEAD + more + b"\r\n") % 200_000) as client:
            began, n_bytes = loop.time(), 0
            while piece := await loop.sock_recv(client, 65_536):
                n_bytes += len(piece)
                await asyncio.sleep(SHORT_S / 10)
        assert n_bytes > 200_000
        assert loop.time() - began > 2 * SHORT_S

    run(test, keep_alive_s=SHORT_S / 2)


def test_where_all_are_answered_one_more_is_refused(times: Callable[..., None]) -> None:
    times()

    async def test(served: Served) -> None:
        asked = [await served.connected((HEAD + b"\r\n") % 0) for _ in range(2)]
        await served.holds(2)
        while any(one.waits_since is not None for one in served.state.connections):  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        with await served.connected(b"") as one_more:
            refused = await told(one_more)
        assert refused.startswith(b"HTTP/1.1 503 ")
        head, _, body = refused.partition(b"\r\n\r\n")
        assert b"retry-after: 1" in head
        assert b"content-length: %d" % len(body) in head
        served.app.go.set()
        for client in asked:
            with client:
                assert (await told(client, 12)) == b"HTTP/1.1 200"

    run(test, most=2)


def test_at_one_more_the_one_goes_whose_client_was_waited_for_longest(times: Callable[..., None]) -> None:
    times()

    async def test(served: Served) -> None:
        with await served.connected((HEAD + b"\r\n") % 0) as asked, await served.connected(HEAD % 5) as half:
            await served.holds(2)
            while sum(one.waits_since is None for one in served.state.connections) != 1:  # type: ignore[union-attr]
                await asyncio.sleep(0.01)
            with await served.connected((HEAD + b"connection: close\r\n\r\n") % 5) as one_more:
                assert (await told(one_more)).endswith(b"xxxxx")
                assert await told(half) == b""
            served.app.go.set()
            assert (await told(asked, 12)) == b"HTTP/1.1 200"

    run(test, most=2)
