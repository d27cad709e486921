"""Clients that send a half, little by little, or nonsense, and take what they get as slowly."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing

from eval.studies.soak.log import Log
from service.http.connections import HEAD_S

HALVES = (
    b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow",
    b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n{",
    b"",
)
BODY_S = 30.0  # JUDIAN_TIMEOUT_S
GRACE_S = 20.0  # beyond the limit of the server, on a busy machine
# Without a key and with one ({key}); each is refused, or its connection closed.
MALFORMED = (
    b"no such thing as this\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /v1/reports HTTP/1.1\r\n\r\n",
    b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
    b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999\r\n\r\n",
    b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    b"INVENTED /v1/%00/../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
    b"GET /v1/reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer \xff\xfe\r\n\r\n",
)
BAD_BODIES = (
    b"",
    b"{",
    b"[" * 50_000,
    b"\xff\xfe\x00",
    b'{"question": "\\ud800"}',
    b'{"question": "\xe5\x87\xa0", "history": [{"question": "\\udfff", "answer": ""}]}',
    json.dumps({"question": "几", "filters": {"regions": ["省"] * 20_000}}).encode(),
    json.dumps({"question": "几", "k": 10**30}).encode(),
    json.dumps({"question": "几" * 5000}).encode(),
    b'{"question": "' + b"?" * 300_000 + b'"}',
)


def run(attack: Callable[[], None], every_s: float, stop: threading.Event, log: Log) -> None:
    """``attack`` again and again until ``stop``."""
    while not stop.wait(every_s):
        try:
            attack()
        except OSError as error:
            log.fault("attacks", f"{type(error).__name__}: {error}")


class Attacker:
    """What one bad client does; ``secret`` gives a valid key."""

    def __init__(self, port: int, secret: Callable[[], str], log: Log, seed: int) -> None:
        self._port, self._secret, self._log = port, secret, log
        self._rng = random.Random(seed)

    def half_open(self, n: int = 100) -> None:
        """``n`` connections that send half a request; the server must end each in its time."""
        half = self._rng.choice(HALVES)
        held = [self._connected(half) for _ in range(n)]
        self._log.count("half-open connections", n)
        until = time.monotonic() + (BODY_S if b"{" in half else HEAD_S) + GRACE_S
        for connection in held:
            with closing(connection):
                connection.settimeout(max(0.1, until - time.monotonic()))
                try:
                    while connection.recv(1000):
                        pass
                except TimeoutError:
                    self._log.fault("half-open connections", f"{half[:20]!r} is held open")
                except ConnectionResetError:
                    pass  # closed without a word

    def malformed(self) -> None:
        """A request that is none: an answer that says so (4xx), or a closed connection, and never a fault (5xx)."""
        self._log.count("malformed requests")
        if self._rng.random() < 0.5:
            sent = self._rng.choice(MALFORMED)
            if self._rng.random() < 0.3:
                at = self._rng.randrange(len(sent))
                sent = sent[:at] + self._rng.randbytes(5) + sent[at:]
        else:
            body = self._rng.choice(BAD_BODIES)
            path = self._rng.choice(("ask", "search", "verify", "feedback"))
            head = f"POST /v1/{path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self._secret()}\r\n"
            sent = f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        with closing(self._connected(b"")) as connection:
            said = b""
            try:
                connection.sendall(sent)
                connection.settimeout(2)
                said = connection.recv(1000)
            except (TimeoutError, ConnectionError):
                pass  # it waits for the rest, or was closed
            if said.startswith(b"HTTP/1.1 5"):
                self._log.fault("malformed requests", f"{sent[:200]!r} gives {said[:300]!r}")

    def slow(self) -> None:
        """A good request that comes little by little, and whose long answer is taken so: it must come whole."""
        asked = f"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self._secret()}\r\n"
        sent = f"{asked}connection: close\r\n\r\n".encode()
        began = time.monotonic()
        said = bytearray()
        try:
            with closing(self._connected(b"")) as connection:
                for at in range(0, len(sent), 10):
                    connection.sendall(sent[at : at + 10])
                    time.sleep(0.2)
                while piece := connection.recv(2048):
                    said += piece
                    time.sleep(0.05)
        except OSError as error:
            self._log.lost("slow requests", began, time.monotonic(), f"{type(error).__name__}: {error}")
            return
        head, _, body = bytes(said).partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:")), 0)
        if not head or len(body) < length:
            self._log.lost("slow requests", began, time.monotonic(), f"{len(body)} of {length} bytes came")
            return
        self._log.answered("slow requests", began, time.monotonic())
        if not head.startswith(b"HTTP/1.1 200") or "paths" not in json.loads(body):
            self._log.fault("slow requests", f"{head[:300]!r}")

    def _connected(self, first: bytes) -> socket.socket:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", self._port))
        if first:
            connection.sendall(first)
        return connection
