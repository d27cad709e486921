"""JSON over HTTP to a system under test: bounded in time, patient with a busy server, one line for every failure."""

from __future__ import annotations

import email.utils
import json
import math
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from eval.errors import SystemFailed

MAX_TRIES = 5
MAX_WAIT_S = 60.0  # asked to wait longer than this, it is more honest to fail
MAX_SAID_CHARS = 200
BUSY = frozenset({429, 503})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Endpoint:
    """A server that takes and gives JSON. ``timeout_s`` bounds a whole response, not the wait between two bytes."""

    def __init__(
        self, url: str, key: str | None, timeout_s: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._timeout_s = timeout_s
        self._sleep = sleep
        try:
            base = httpx.URL(url.rstrip("/"))
        except (httpx.InvalidURL, TypeError) as error:
            raise SystemFailed(f"{url!r} is no address: {error}") from error
        if base.scheme not in ("http", "https") or not base.host:
            raise SystemFailed(f"{url!r} is no address; write http://HOST:PORT")
        # Without user and password, which belong in no stamp and no message.
        self.url = str(base.copy_with(username=None, password=None, query=None, fragment=None)).rstrip("/")
        self._client = httpx.Client(
            auth=(base.username, base.password) if base.username else None,
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=timeout_s,
            trust_env=base.host not in LOOPBACK,  # a proxy does not lead to this machine
        )
        # The connection is kept between questions, as a user's is, and closed with the last reference to this.
        weakref.finalize(self, self._client.close)

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at ``path``. Raises SystemFailed."""
        return self._asked("GET", path, None)[0]

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
        """The JSON object that ``path`` answers ``body`` with, and the milliseconds until its last byte was there.

        A server that is busy (429, 503 with Retry-After) is asked again, at most MAX_TRIES times in all; the time is
        that of the last try. Raises SystemFailed for everything else.
        """
        return self._asked("POST", path, body)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[dict[str, Any], float]:
        for left in reversed(range(MAX_TRIES)):
            began = time.perf_counter()
            response, content = self._sent(method, path, body)
            elapsed_ms = 1000 * (time.perf_counter() - began)
            if response.is_success:
                return self._object(path, content), elapsed_ms
            wait_s = _retry_after_s(response) if response.status_code in BUSY else None
            if wait_s is None or wait_s > MAX_WAIT_S or not left:
                raise SystemFailed(f"{self.url}{path} answered {response.status_code}: {_said(content)}")
            self._sleep(wait_s)
        raise AssertionError("the last try returns or raises")

    def _sent(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[httpx.Response, bytes]:
        deadline = time.monotonic() + self._timeout_s
        content = b""
        try:
            with self._client.stream(method, f"{self.url}{path}", json=body) as response:
                for part in response.iter_bytes():
                    content += part
                    if time.monotonic() > deadline:  # a server that drips never makes httpx's own time-out
                        raise httpx.ReadTimeout("too slow")
                return response, content
        except httpx.TimeoutException as error:
            raise SystemFailed(f"{self.url}{path} gave no whole answer within {self._timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            said = _one_line(str(error)) or type(error).__name__
            raise SystemFailed(f"{self.url}{path} cannot be asked: {said}") from error

    def _object(self, path: str, content: bytes) -> dict[str, Any]:
        try:
            held = json.loads(content)
        except (ValueError, RecursionError):
            held = None
        if not isinstance(held, dict):
            shown = _one_line(content.decode("utf-8", "replace"))
            raise SystemFailed(f"{self.url}{path} answered with what is no JSON object: {shown or 'nothing'}")
        return held


def _retry_after_s(response: httpx.Response) -> float | None:
    """The seconds that the server asks to wait, given in seconds or as a date; None when it asks for nothing."""
    stated = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(stated)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(stated)
        except ValueError:
            return None
        seconds = (until.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _said(content: bytes) -> str:
    """Why a request failed: title and detail of a problem (RFC 9457), the message of OpenAI's form, or the text."""
    text = content.decode("utf-8", "replace")
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return _one_line(text) or "nothing"
    if isinstance(held, dict):
        error = held.get("error")
        told = error.get("message") if isinstance(error, dict) else error
        parts = [part for part in (held.get("title"), held.get("detail"), told) if isinstance(part, str) and part]
        if parts:
            return _one_line(": ".join(parts))
    return _one_line(text)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_SAID_CHARS else line[: MAX_SAID_CHARS - 1] + "…"
