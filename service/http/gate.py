"""How requests with a channel get in: which routes, from which pages, with what token, how many. Plain ASGI.

A browser says in ``Origin`` which page asks, and no page can have it say another. A program can: what keeps programs
from asking too much are the limits.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import re
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from service.errors import ChannelError
from service.http.asgi import App, Message, Receive, Scope, Send, bearer, header
from service.http.channels import Channel, ChannelStore
from service.http.keys import RateLimit
from service.http.problems import Problem

HEADER = b"x-judian-channel"
API = "/v1/"
# Pages that show reports and answers: browsers open them without a script that could add a header, so that a key comes
# as a password, and a channel in the address.
PAGES = ("/a/", "/source/", "/reports")
# All that a channel opens: what reads. The rest is for keys, and so are the files that reports were read from, which
# hold what no answer shows: hidden text, tracked changes, names of authors.
OPEN = re.compile(
    r"POST /v1/(ask|search)|GET /v1/(reports(/[^/]*(/text|/find)?)?|citations/.*)|GET /(source/[^/]*(/find)?|reports)"
)
DAY_S = 86_400
PREFLIGHT_S = 600
Refusal = tuple[Problem, dict[str, str]]

log = logging.getLogger("judian.gate")


class Gate:
    """Lets requests with a channel in, or says why not; counts them. Each worker process counts by itself."""

    def __init__(self, channels: ChannelStore, clock: Callable[[], float] = time.time) -> None:
        self._channels = channels
        self._clock = clock
        self._by_address = RateLimit(1, clock)
        self._by_channel = RateLimit(1, clock)
        self._days: dict[str, tuple[int, int]] = {}  # channel: the day (UTC), and how many came on it
        self._lock = threading.Lock()

    def admitted(self, scope: Scope) -> Channel | Refusal:
        """The channel of a request that has one (``asks``), or why it is not let in."""
        try:
            channel = self._channels.find(_named(scope))
        except ChannelError as error:
            log.error("no channel lets anybody in: %s", error)  # where the file lies is nobody's business
            detail = "the channels of this service cannot be read; its operator finds the cause in the log"
            return Problem(title="ChannelError", status=503, detail=detail), {}
        if channel is None:
            detail = "this service has no such channel; its operator sees those there are with `judian channels list`"
            return Problem(title="UnknownChannel", status=403, detail=detail), {}
        return self._refused(scope, channel) or channel

    def _refused(self, scope: Scope, channel: Channel) -> Refusal | None:
        if not OPEN.fullmatch(f"{scope['method']} {scope['path']}"):
            detail = (
                "a channel is for asking and searching, and for reading reports and citations; all else needs a key"
            )
            return Problem(title="NotOfChannels", status=403, detail=detail), {}
        if not _is_listed(scope, channel):
            page = header(scope, b"origin") or "requests that do not say from which page"
            detail = (
                f"this channel is not for {page}; the operator of the service names the pages with "
                "`judian channels add NAME --origin https://…`"
            )
            return Problem(title="OriginRefused", status=403, detail=detail), {}
        if channel.token_required and not self._channels.admits(channel, bearer(scope)):
            detail = (
                "this channel asks for a token of the last 30 minutes, as `Authorization: Bearer TOKEN`; the site gets "
                "one from `POST /v1/channels/{id}/token`"
            )
            return Problem(title="TokenRequired", status=401, detail=detail), {"www-authenticate": "Bearer"}
        return self._too_many(scope, channel)

    def _too_many(self, scope: Scope, channel: Channel) -> Refusal | None:
        """Rates first: what they refuse does not count for the day."""
        address = f"{channel.channel_id} {_network(scope)}"
        wait_s = self._by_address.wait_s(address, channel.per_minute_address)
        of = "from this address" if wait_s else "with this channel"
        wait_s = wait_s or self._by_channel.wait_s(channel.channel_id, channel.per_minute)
        if not wait_s:
            wait_s, of = self._wait_for_tomorrow_s(channel), "with this channel today"
        if not wait_s:
            return None
        seconds = math.ceil(wait_s)
        detail = f"too many requests {of}; try again in {seconds} s"
        return Problem(title="TooManyRequests", status=429, detail=detail), {"retry-after": str(seconds)}

    def _wait_for_tomorrow_s(self, channel: Channel) -> float:
        with self._lock:
            now = self._clock()
            today = int(now // DAY_S)
            day, n = self._days.get(channel.channel_id, (today, 0))
            n = n if day == today else 0
            if n >= channel.per_day:
                return (today + 1) * DAY_S - now
            self._days[channel.channel_id] = (today, n + 1)
            return 0.0


class ChannelCors:
    """Wraps an ASGI application: has browsers show the answer to a request with a channel to the page that asked.

    Also to a page that is refused: it reads why, and nothing else. Which header a request will have is all that a
    browser tells beforehand, not which channel.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API) or not (origin := header(scope, b"origin")):
            await self._app(scope, receive, send)
            return
        shown = (b"access-control-allow-origin", origin.encode("latin-1"))
        if scope["method"] == "OPTIONS":
            asked = header(scope, b"access-control-request-headers").lower()
            if HEADER.decode() in asked.replace(" ", "").split(","):
                allowed = [
                    shown,
                    (b"access-control-allow-methods", b"GET, POST"),
                    (b"access-control-allow-headers", b"authorization, content-type, " + HEADER),
                    (b"access-control-max-age", str(PREFLIGHT_S).encode()),
                    (b"vary", b"origin, access-control-request-headers"),
                ]
                await send({"type": "http.response.start", "status": 204, "headers": allowed})
                await send({"type": "http.response.body", "body": b""})
                return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [one for one in message["headers"] if not one[0].lower().startswith(b"access-control-")]
                told = [shown, (b"access-control-expose-headers", b"retry-after"), (b"vary", b"origin")]
                message["headers"] = [*kept, *told]
            await send(message)

        await self._app(scope, receive, send_on if asks(scope) else send)


def asks(scope: Scope) -> bool:
    """Whether a request comes by a channel."""
    return asks_by_header(scope) or bool(_named(scope))


def asks_by_header(scope: Scope) -> bool:
    """Whether it does so as scripts do. A browser that opens a page names a channel in its address, if at all."""
    return any(name == HEADER for name, _ in scope["headers"])


def _named(scope: Scope) -> str:
    """The id of the channel that a request names: in its header, or, of a page, in its address."""
    if not (named := header(scope, HEADER)) and scope["path"].startswith(PAGES):
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        named = query.get("channel", [""])[-1]
    return named


def _is_listed(scope: Scope, channel: Channel) -> bool:
    """Whether the page that asks is one of the channel's. Of pages of the service itself a browser names none where it
    only reads; the name that they asked for is in ``Host``. A page of another origin always has its own named, since
    the header of a channel is none that it may send without asking."""
    if origin := header(scope, b"origin"):
        return origin in channel.origins
    host = header(scope, b"host").lower()
    return scope["method"] == "GET" and any(listed.partition("://")[2] == host for listed in channel.origins)


def _network(scope: Scope) -> str:
    """Whom requests count for: an address, or of IPv6 the network of a subscriber, who may use any address in it."""
    client = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return str(client)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
