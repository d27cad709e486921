"""Channels: which web pages may ask without a key, and how much. A channel's id is public; it stands in the pages."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from indexer.types import Record
from service.errors import ChannelError
from service.http.record_file import RecordFile

TOKEN_S = 30 * 60
# Of requests; an answer is one, and a source that is opened beside it two.
PER_MINUTE_ADDRESS, PER_MINUTE, PER_DAY = 60, 1200, 50_000
PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"(?P<signed>(?P<channel_id>\w+)\.(?P<until>\d{1,12}))\.(?P<signature>[0-9a-f]{64})", re.ASCII)


class Channel(Record):
    """A channel as it is kept. ``secret`` signs its tokens and is shown nowhere.

    ``origins`` may ask, none if it is empty; ``generated``: also for answers that a language model writes;
    ``token_required``: only with a token of this channel.
    """

    channel_id: str
    name: str
    origins: tuple[str, ...]
    per_minute_address: int = Field(ge=1)
    per_minute: int = Field(ge=1)
    per_day: int = Field(ge=1)
    generated: bool
    token_required: bool
    created_at: str
    secret: str

    @property
    def named(self) -> dict[str, str]:
        """As the audit log names it."""
        return {"channel_id": self.channel_id, "channel_name": self.name}


class _ChannelFile(Record):
    channels: tuple[Channel, ...] = ()


class ChannelStore:
    """The channels in one JSON file. A running service sees a change with the next request.

    Each method raises ChannelError where the file is damaged.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = RecordFile(path, _ChannelFile(), ChannelError, "channels")
        self._clock = clock

    @property
    def path(self) -> Path:
        return self._file.path

    def all(self) -> tuple[Channel, ...]:
        return self._file.read().channels

    def find(self, channel_id: str) -> Channel | None:
        return next((channel for channel in self.all() if channel.channel_id == channel_id), None)

    def add(
        self,
        name: str,
        origins: tuple[str, ...],
        *,
        per_minute_address: int = PER_MINUTE_ADDRESS,
        per_minute: int = PER_MINUTE,
        per_day: int = PER_DAY,
        generated: bool = False,
        token_required: bool = False,
    ) -> Channel:
        """A new channel. Raises ChannelError for an origin that is none, and a name that another channel has."""
        channel = Channel(
            channel_id=f"c{secrets.token_hex(6)}",
            name=name,
            origins=tuple(dict.fromkeys(map(origin_of, origins))),
            per_minute_address=per_minute_address,
            per_minute=per_minute,
            per_day=per_day,
            generated=generated,
            token_required=token_required,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            secret=secrets.token_urlsafe(32),
        )

        def change(held: _ChannelFile) -> _ChannelFile:
            if any(name in (one.name, one.channel_id) for one in held.channels):
                raise ChannelError(f"there is a channel {name!r} in {self.path}; choose another name, or remove it")
            return _ChannelFile(channels=(*held.channels, channel))

        self._file.change(change)
        return channel

    def remove(self, named: str) -> Channel:
        """Close the channel of that name or id, and its tokens. Raises ChannelError when there is none."""
        found = [channel for channel in self.all() if named in (channel.channel_id, channel.name)]
        if not found:
            raise ChannelError(f"there is no channel {named!r} in {self.path}; `judian channels list` shows them")
        self._file.change(lambda held: _ChannelFile(channels=tuple(one for one in held.channels if one not in found)))
        return found[0]

    def token(self, channel: Channel) -> tuple[str, datetime]:
        """A token for ``channel``, and until when it lets in."""
        until = int(self._clock()) + TOKEN_S
        signed = f"{channel.channel_id}.{until}"
        return f"{signed}.{_signature(channel, signed)}", datetime.fromtimestamp(until, UTC)

    def admits(self, channel: Channel, token: str) -> bool:
        """Whether ``token`` is one of ``channel`` and still lets in."""
        match = _TOKEN.fullmatch(token)
        if match is None or not hmac.compare_digest(match["signature"], _signature(channel, match["signed"])):
            return False
        return match["channel_id"] == channel.channel_id and self._clock() < int(match["until"])


def origin_of(written: str) -> str:
    """``written`` as a browser says it in ``Origin``. Raises ChannelError for what is no origin."""
    wrong = ChannelError(f"{written!r} is no origin; write it as `https://portal.example`, without a path")
    try:
        parts = urlsplit(written.strip())
        host, port = parts.hostname or "", parts.port
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        raise wrong from None
    beside = (
        len(written.split()) != 1
        or parts.path.removesuffix("/")
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    )
    if parts.scheme not in PORTS or beside or not re.fullmatch(r"[\w.-]+|[\da-f:.]*:[\da-f:.]*", name, re.ASCII):
        raise wrong
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


def _signature(channel: Channel, signed: str) -> str:
    return hmac.new(channel.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
