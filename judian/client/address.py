"""Where a service is, and what is sent there with each request."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from judian.client.errors import BadAddress

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Address:
    """``url``: without a slash at its end, and without user and password, which belong in no message; ``auth`` are
    they. ``proxies``: whether those that the environment names are asked, which do not lead to this machine."""

    url: str
    headers: dict[str, str]
    auth: tuple[str, str] | None
    proxies: bool


def address_of(url: str, key: str | None) -> Address:
    """``http://HOST:PORT``, perhaps with a path before ``/v1``; ``key`` is sent as a bearer. Raises BadAddress."""
    try:
        base = httpx.URL(url.rstrip("/"))
    except (httpx.InvalidURL, TypeError, AttributeError) as error:
        raise BadAddress(f"{url!r} is no address: {error}") from error
    if base.scheme not in ("http", "https") or not base.host:
        raise BadAddress(f"{url!r} is no address; write http://HOST:PORT")
    if key and not (key.isascii() and key.isprintable()):
        raise BadAddress("the key holds a character that no key has; copy it again, as `judian keys add` printed it")
    return Address(
        url=str(base.copy_with(username=None, password=None, query=None, fragment=None)).rstrip("/"),
        headers={"authorization": f"Bearer {key}"} if key else {},
        auth=(base.username, base.password) if base.username else None,
        proxies=base.host not in LOOPBACK,
    )
