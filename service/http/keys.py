"""API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from indexer.types import Record
from service.errors import KeyFileError

PREFIX = "judian"


class ApiKey(Record):
    """A key as it is kept. ``key_id`` is its public part, which logs name; revoked keys stay, for the audit."""

    key_id: str
    name: str
    sha256: str
    created_at: str
    revoked_at: str | None = None


class _KeyFile(Record):
    keys: tuple[ApiKey, ...] = ()


class KeyStore:
    """The keys in one JSON file. A running service sees a change with the next request.

    A key is 256 random bits, so one round of SHA-256 hides it: there is no dictionary to try.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._keys: tuple[ApiKey, ...] = ()

    def all(self) -> tuple[ApiKey, ...]:
        """Every key that was ever added, revoked ones too. Raises KeyFileError when the file is damaged."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._read_at, self._keys = None, ()
            return ()
        stamp = (status.st_ino, status.st_mtime_ns)
        if stamp != self._read_at:
            try:
                keys = _KeyFile.model_validate_json(self._path.read_bytes()).keys
            except (OSError, ValidationError) as error:
                raise KeyFileError(f"{self._path} cannot be read as a file of keys; restore or remove it") from error
            self._keys, self._read_at = keys, stamp
        return self._keys

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
        self._change(lambda keys: (*keys, key))
        return key, secret

    def revoke(self, key_id: str) -> ApiKey:
        """Close the key called ``key_id``. Raises KeyFileError when there is no such open key."""
        if key_id not in {key.key_id for key in self.valid()}:
            raise KeyFileError(f"there is no open key {key_id!r} in {self._path}; `judian keys list` shows them")
        revoked: list[ApiKey] = []

        def close(keys: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
            revoked.extend(key.model_copy(update={"revoked_at": _now()}) for key in keys if key.key_id == key_id)
            return tuple(revoked[-1] if key.key_id == key_id else key for key in keys)

        self._change(close)
        return revoked[-1]

    def _change(self, change: Callable[[tuple[ApiKey, ...]], tuple[ApiKey, ...]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(self._path.name + ".lock")):
            held = _KeyFile(keys=change(self.all()))
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".keys-")  # readable by its owner alone
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(held.model_dump_json(indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)


class RateLimit:
    """A token bucket a key: ``per_minute`` requests a minute, as many at once. Safe to use from several threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, key_id: str) -> float:
        """0 when a request may pass now, which it then counts; else the seconds until one may."""
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.get(key_id, (float(self._per_minute), now))
            tokens = min(self._per_minute, tokens + (now - then) * self._per_minute / 60)
            passes = tokens >= 1
            self._buckets[key_id] = (tokens - 1 if passes else tokens, now)
            return 0.0 if passes else (1 - tokens) * 60 / self._per_minute


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
