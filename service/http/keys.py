"""API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from indexer.types import Record
from service.errors import KeyFileError
from service.http.record_file import RecordFile

PREFIX = "judian"
MAX_BUCKETS = 100_000


class ApiKey(Record):
    """A key as it is kept. ``key_id`` is its public part, which logs name; revoked keys stay, for the audit."""

    key_id: str
    name: str
    sha256: str
    created_at: str
    revoked_at: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """As the audit log names it."""
        return {"key_id": self.key_id, "key_name": self.name}


class _KeyFile(Record):
    keys: tuple[ApiKey, ...] = ()


class KeyStore:
    """The keys in one JSON file. A running service sees a change with the next request.

    A key is 256 random bits, so one round of SHA-256 hides it: there is no dictionary to try.
    """

    def __init__(self, path: Path) -> None:
        self._file = RecordFile(path, _KeyFile(), KeyFileError, "keys")

    def all(self) -> tuple[ApiKey, ...]:
        """Every key that was ever added, revoked ones too. Raises KeyFileError when the file is damaged."""
        return self._file.read().keys

    def valid(self) -> tuple[ApiKey, ...]:
        """The keys that open the service."""
        return tuple(key for key in self.all() if key.revoked_at is None)

    def find(self, secret: str) -> ApiKey | None:
        """The valid key whose text is ``secret``, or None."""
        digest = _hash(secret)
        return next((key for key in self.valid() if hmac.compare_digest(key.sha256, digest)), None)

    def add(self, name: str) -> tuple[ApiKey, str]:
        """A new key for ``name``, and its text, which is kept nowhere."""
        key_id = secrets.token_hex(4)
        secret = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
        key = ApiKey(key_id=key_id, name=name, sha256=_hash(secret), created_at=_now())
        self._file.change(lambda held: _KeyFile(keys=(*held.keys, key)))
        return key, secret

    def revoke(self, key_id: str) -> ApiKey:
        """Close the key called ``key_id``. Raises KeyFileError when there is no such open key."""
        if key_id not in {key.key_id for key in self.valid()}:
            raise KeyFileError(f"there is no open key {key_id!r} in {self._file.path}; `judian keys list` shows them")
        revoked: list[ApiKey] = []

        def close(held: _KeyFile) -> _KeyFile:
            revoked.extend(key.model_copy(update={"revoked_at": _now()}) for key in held.keys if key.key_id == key_id)
            return _KeyFile(keys=tuple(revoked[-1] if key.key_id == key_id else key for key in held.keys))

        self._file.change(close)
        return revoked[-1]


class RateLimit:
    """A token bucket for each name: so many requests a minute, as many at once. Safe to use from several threads.

    Of names without end, as addresses are, those that asked last are remembered.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, name: str, per_minute: int | None = None) -> float:
        """0 when a request may pass now, which it then counts; else the seconds until one may."""
        most = self._per_minute if per_minute is None else per_minute
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(name, (float(most), now))
            tokens = min(most, tokens + (now - then) * most / 60)
            passes = tokens >= 1
            self._buckets[name] = (tokens - 1 if passes else tokens, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
            return 0.0 if passes else (1 - tokens) * 60 / most


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
