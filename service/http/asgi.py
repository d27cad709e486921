"""What of ASGI is used without a framework: its types, and the headers of a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def header(scope: Scope, name: bytes) -> str:
    """The value of the header ``name``, in lower case, or ""."""
    return next((value.decode("latin-1") for one, value in scope["headers"] if one == name), "")


def bearer(scope: Scope) -> str:
    """What ``Authorization: Bearer`` holds, or ""."""
    scheme, _, secret = header(scope, b"authorization").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
