"""What stands between the network and the routes: keys, channels, rates, sizes, headers, the access log. Plain ASGI.

A middleware of its own because all of it needs the same two moments: before a request is read, and after its response
began. Routes add what they know under ``scope["judian"]`` (see ``note``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import re
import time
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from service.errors import KeyFileError
from service.http.asgi import App, Message, Receive, Scope, Send, bearer, header
from service.http.channels import Channel
from service.http.gate import PAGES, Gate, asks, asks_by_header
from service.http.hosts import Hosts
from service.http.keys import ApiKey, KeyStore, RateLimit
from service.http.logs import access, audit
from service.http.metrics import Metrics
from service.http.problems import Problem, written

NOTES = "judian"
# What a key opens; the other pages, schema and health show nothing of the reports.
KEYED = ("/v1/", "/metrics", "/mcp", *PAGES)
ALWAYS_KEYED = "/v1/channels/"  # also where no key is asked for
ASKS = {True: 'Basic realm="Judian: the API key is the password", charset="UTF-8"', False: "Bearer"}  # whether of PAGES
# Pages load nothing from elsewhere and run no inline script; a route may send a policy of its own. No text becomes
# markup or code there either, where browsers know trusted types.
POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"content-security-policy", POLICY.format(ancestors="'none'").encode()),
)
PRIVATE = (b"cache-control", b"no-store")  # answers belong to whoever asked
# What methods there are; whatever else a client invents is one in the metrics.
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
ORIGIN = re.compile(rb"^https?://[^/]*")

log = logging.getLogger("judian.edges")


@dataclass(frozen=True)
class Limits:
    """What a request must keep to; ``asks_for_key``: without a channel, too. ``hosts`` None: any name will do."""

    keys: KeyStore
    asks_for_key: bool
    gate: Gate
    rate: RateLimit
    max_body_bytes: int
    timeout_s: float
    log_questions: bool
    hosts: Hosts | None = None


class Edges:
    """Wraps an ASGI application."""

    def __init__(self, app: App, limits: Limits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        notes: dict[str, Any] = scope.setdefault(NOTES, {})
        method, status = scope["method"], 500
        if method == "HEAD":  # wherever GET works, with the same headers
            scope = {**scope, "method": "GET"}

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(scope["path"], message.get("headers", ()), notes.get("framed_by", ()))
            elif method == "HEAD":
                message["body"] = b""
            await send(message)

        try:
            refusal = self._refused(scope, notes)
            if refusal is None:
                body, refusal = await self._body(scope, receive)
            if refusal is None:
                await self._app(scope, _replayed(body, receive), send_on)
            else:
                await _send_problem(send_on, scope["path"], *refusal)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", None) or "other"
            known = route != "other" and method in METHODS
            self._metrics.request(method if known else "other", route, status, seconds)
            self._log({**scope, "method": method}, notes, status, seconds)

    def _refused(self, scope: Scope, notes: dict[str, Any]) -> tuple[Problem, dict[str, str]] | None:
        """Why a request does not get in: a name that is not this service's, no key, or too many with it."""
        if self._limits.hosts is not None and not self._limits.hosts.hold(header(scope, b"host")):
            detail = "the service is not known by this name; its operator lists the names in JUDIAN_HOSTS"
            return Problem(title="MisdirectedRequest", status=421, detail=detail), {}
        path = scope["path"]
        if not path.startswith(KEYED) or scope["method"] == "OPTIONS":
            return None
        if asks(scope):
            channel = self._limits.gate.admitted(scope)
            if isinstance(channel, Channel):
                notes["channel"] = channel
                return None
            # Who opens a page with a channel that does not let him in may have a key, or need none.
            if asks_by_header(scope) or channel[0].status not in (401, 403):
                return channel
        if not self._limits.asks_for_key and not path.startswith(ALWAYS_KEYED):
            return None
        try:
            key = self._limits.keys.find(_secret(scope))
        except KeyFileError as error:
            log.error("nobody gets in: %s", error)  # where the file lies is nobody's business who has no key
            detail = "the API keys of this service cannot be read; its operator finds the cause in the log"
            return Problem(title="KeyFileError", status=503, detail=detail), {}
        if key is None:
            detail = (
                "this service asks for an API key; send it as `Authorization: Bearer KEY`. Its operator makes one "
                "with `judian keys add NAME`"
            )
            return Problem(title="Unauthorized", status=401, detail=detail), {
                "www-authenticate": ASKS[path.startswith(PAGES)]
            }
        notes["key"] = key
        wait_s = self._limits.rate.wait_s(key.key_id)
        if wait_s:
            seconds = math.ceil(wait_s)
            detail = f"too many requests with this key; try again in {seconds} s (JUDIAN_RATE_PER_MINUTE)"
            return Problem(title="TooManyRequests", status=429, detail=detail), {"retry-after": str(seconds)}
        return None

    async def _body(self, scope: Scope, receive: Receive) -> tuple[bytes, tuple[Problem, dict[str, str]] | None]:
        """The whole body, or why it is refused: too large, or too slow to come."""
        most = self._limits.max_body_bytes
        too_large = Problem(
            title="TooLarge",
            status=413,
            detail=f"the request is larger than {most} bytes (JUDIAN_MAX_BODY_BYTES); send a shorter one",
        )
        stated = header(scope, b"content-length")
        if stated.isdigit() and int(stated) > most:
            return b"", (too_large, {"connection": "close"})
        body = b""
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        break
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > most:
                        return b"", (too_large, {"connection": "close"})
        except TimeoutError:
            detail = f"the request did not arrive within {self._limits.timeout_s:g} s (JUDIAN_TIMEOUT_S)"
            return b"", (Problem(title="RequestTimeout", status=408, detail=detail), {"connection": "close"})
        return body, None

    def _log(self, scope: Scope, notes: dict[str, Any], status: int, seconds: float) -> None:
        key: ApiKey | None = notes.get("key")
        channel: Channel | None = notes.get("channel")
        line = {
            "client": (scope.get("client") or ("",))[0],
            "method": scope["method"],
            "path": scope["path"],  # without the query string
            "status": status,
            "ms": round(seconds * 1000, 1),
            "outcome": notes.get("outcome"),
            "key_id": key.key_id if key else None,
            "channel_id": channel.channel_id if channel else None,
        }
        if self._limits.log_questions:
            line["question"] = notes.get("question")
        access(line)
        if key is not None:
            audit("request", key.named, line)


def note(scope: Scope, **what: Any) -> None:
    """Tell what a route knows: the log and the metrics ``question``, ``outcome``; browsers, by which origins a page may
    be ``framed_by``."""
    scope.setdefault(NOTES, {}).update(what)


def budget_key(scope: Scope) -> str:
    """On whose account a language model is asked: the id of the API key, or of the channel, or none."""
    notes = scope.get(NOTES, {})
    key: ApiKey | None = notes.get("key")
    channel = channel_of(scope)
    return key.key_id if key else channel.channel_id if channel else ""


def channel_of(scope: Scope) -> Channel | None:
    """The channel that a request was let in by, if it was by one."""
    channel: Channel | None = scope.get(NOTES, {}).get("channel")
    return channel


def _secret(scope: Scope) -> str:
    scheme, _, secret = header(scope, b"authorization").partition(" ")
    # A browser sends what it was told for Basic with every request from then on, also with one that a page of another
    # origin has it make; so that counts for pages alone, which change nothing and which no other page can read.
    if scheme.lower() == "basic" and scope["path"].startswith(PAGES):
        with contextlib.suppress(ValueError):
            return b64decode(secret, validate=True).decode().partition(":")[2]
    return bearer(scope) or header(scope, b"x-api-key")


def _completed(path: str, headers: Any, framed_by: tuple[str, ...]) -> list[tuple[bytes, bytes]]:
    sent = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    # Redirects name the path alone: the host that they would name is whatever the client said it was.
    sent = [(name, ORIGIN.sub(b"", value) if name == b"location" else value) for name, value in sent]
    names = {name for name, _ in sent}
    wanted = (*HEADERS, PRIVATE) if path.startswith(KEYED) else HEADERS
    if framed_by:  # X-Frame-Options knows all or nobody
        sent.append((b"content-security-policy", POLICY.format(ancestors=" ".join(framed_by)).encode()))
        names |= {b"content-security-policy", b"x-frame-options"}
    return sent + [one for one in wanted if one[0] not in names]


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one message, then whatever else comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


async def _send_problem(send: Send, path: str, problem: Problem, headers: dict[str, str]) -> None:
    body, media_type = written(problem, path)
    sent = {"content-type": media_type, "content-length": str(len(body)), **headers}
    start = {
        "type": "http.response.start",
        "status": problem.status,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
