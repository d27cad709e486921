"""JSON over HTTP to a server of OpenAI's protocol: bounded in time, patient with a busy server."""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from eval.errors import SystemFailed
from eval.systems.patience import patiently
from judian.client import BadAddress, UnexpectedResponse, Unreachable
from judian.client.address import address_of
from judian.client.errors import refusal
from judian.client.responses import one_line, retry_after_s


class Endpoint:
    """A server that takes and gives JSON. ``timeout_s`` bounds a whole response, not the wait between two bytes."""

    def __init__(
        self, url: str, key: str | None, timeout_s: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._timeout_s = timeout_s
        self._sleep = sleep
        try:
            address = address_of(url, key)
        except BadAddress as error:
            raise SystemFailed(str(error)) from error
        self.url = address.url
        self._client = httpx.Client(
            auth=address.auth, headers=address.headers, timeout=timeout_s, trust_env=address.proxies
        )
        # The connection is kept between questions, as a user's is, and closed with the last reference to this.
        weakref.finalize(self, self._client.close)

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at ``path``. Raises SystemFailed."""
        return patiently(lambda: self._asked("GET", path, None), self._sleep)[0]

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
        """The JSON object that ``path`` answers ``body`` with, and the milliseconds until its last byte was there, of
        the last try (``patiently``). Raises SystemFailed."""
        return patiently(lambda: self._asked("POST", path, body), self._sleep)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Raises ClientError."""
        response, content = self._sent(method, path, body)
        if response.is_success:
            return self._object(path, content)
        wait_s = retry_after_s(response.headers.get("retry-after", ""))
        kind = refusal(response.status_code)
        raise kind(f"{self.url}{path}", response.status_code, "", _said(content), retry_after_s=wait_s)

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
            raise Unreachable(f"{self.url}{path} gave no whole answer within {self._timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            said = one_line(str(error)) or type(error).__name__
            raise Unreachable(f"{self.url}{path} cannot be asked: {said}") from error

    def _object(self, path: str, content: bytes) -> dict[str, Any]:
        try:
            held = json.loads(content)
        except (ValueError, RecursionError):
            held = None
        if not isinstance(held, dict):
            shown = one_line(content.decode("utf-8", "replace"))
            raise UnexpectedResponse(f"{self.url}{path} answered with what is no JSON object: {shown or 'nothing'}")
        return held


def _said(content: bytes) -> str:
    """Why a request failed: title and detail of a problem (RFC 9457), the message of OpenAI's form, or the text."""
    text = content.decode("utf-8", "replace")
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return one_line(text)
    if isinstance(held, dict):
        error = held.get("error")
        told = error.get("message") if isinstance(error, dict) else error
        parts = [part for part in (held.get("title"), held.get("detail"), told) if isinstance(part, str) and part]
        if parts:
            return one_line(": ".join(parts))
    return one_line(text)
