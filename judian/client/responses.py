"""What a service sends, read: records, problems, server-sent events. No network here."""

from __future__ import annotations

import email.utils
import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from indexer.types import Record
from judian.client.errors import Refused, UnexpectedResponse, Unreachable, refusal
from service.http.problems import Fault

MAX_SAID_CHARS = 200  # of what is no problem detail, such as the page of a proxy
R = TypeVar("R", bound=Record)
_FAULTS = TypeAdapter(tuple[Fault, ...])


def record_of(kind: type[R], content: bytes, where: str) -> R:
    """``content`` as a record, without fields that it does not have here. Raises UnexpectedResponse."""
    try:
        return kind.model_validate_json(content, extra="ignore")
    except ValidationError as error:
        faults = [f"{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)]
        told = one_line("; ".join(faults))
        raise UnexpectedResponse(f"{where} gave what is no {kind.__name__}: {told}") from error


def refused(status: int, headers: Mapping[str, str], content: bytes, where: str) -> Refused:
    """The exception that a response is which is no success: by its problem detail, or what else it says."""
    wait_s = retry_after_s(headers.get("retry-after", ""))
    text = content.decode("utf-8", "replace")
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        held = None
    if isinstance(held, dict) and ("detail" in held or "title" in held):
        return problem(status, held, where, wait_s)
    return refusal(status)(where, status, "", one_line(text), retry_after_s=wait_s)


def problem(status: int, held: Mapping[str, Any], where: str, wait_s: float | None = None) -> Refused:
    """The exception that a problem detail is."""
    title, detail = (held[name] if isinstance(held.get(name), str) else "" for name in ("title", "detail"))
    try:
        faults = _FAULTS.validate_python(held.get("errors", ()), extra="ignore")
    except ValidationError:
        faults = ()
    return refusal(status)(where, status, one_line(title), " ".join(detail.split()), faults, wait_s)


def retry_after_s(stated: str) -> float | None:
    """The seconds that ``Retry-After`` asks to wait, given in seconds or as a date; None when it asks for nothing."""
    try:
        seconds = float(stated)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(stated.strip())
        except ValueError:
            return None
        seconds = (until.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def one_line(text: str) -> str:
    """``text`` in one line that is no longer than MAX_SAID_CHARS."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SAID_CHARS else line[: MAX_SAID_CHARS - 1] + "…"


@contextmanager
def unreachable(where: str, timeout_s: float) -> Iterator[None]:
    """Raises Unreachable for what httpx raises within."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Unreachable(f"{where} gave no whole answer within {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise Unreachable(f"{where} cannot be asked: {one_line(str(error)) or type(error).__name__}") from error


class Body:
    """The body of a response, piece by piece; from now on there are ``timeout_s`` for it."""

    def __init__(self, timeout_s: float) -> None:
        self._deadline = time.monotonic() + timeout_s
        self._held = bytearray()

    def add(self, piece: bytes) -> None:
        """Raises httpx.ReadTimeout: a server that drips never makes httpx's own time-out."""
        self._held += piece
        if time.monotonic() > self._deadline:
            raise httpx.ReadTimeout("too slow")

    @property
    def content(self) -> bytes:
        return bytes(self._held)


class Frames:
    """Server-sent events (WHATWG HTML, section 9.2) out of bytes that come in pieces of any length. Lines end where the
    format says: not at U+2028, which may stand in a quote."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterator[tuple[str, str]]:
        """The events, name and data, that are whole with ``piece``."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            name, _, value = line.removesuffix(b"\r").decode("utf-8", "replace").partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                self._name = value
            elif name == "data":
                self._data.append(value)
            elif not name and not value and self._data:
                yield self._name or "message", "\n".join(self._data)
                self._name, self._data = "", []
