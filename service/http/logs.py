"""The access log and the audit log: one JSON object a line.

Lines go to standard error through a bounded queue and a thread of its own: a terminal or pipe that nobody reads must
not stop the service, so they are dropped once ``MAX_WAITING`` wait, and the next line says how many. Audit lines are
never dropped when they go to a file.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import queue
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.http.keys import ApiKey

MAX_WAITING = 10_000
FLUSH_S = 2.0

_service = logging.getLogger("judian")  # above all others: which snapshot is served, and why another is not
_access = logging.getLogger("judian.access")
_audit = logging.getLogger("judian.audit")


class _Queued(logging.handlers.QueueHandler):
    """Hands records to a thread that writes them; never waits."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[logging.LogRecord] = queue.Queue(MAX_WAITING)
        super().__init__(self._waiting)
        self._listener = logging.handlers.QueueListener(self._waiting, _to(logging.StreamHandler()))
        self._listener.start()
        self._n_dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        if self._n_dropped:
            record.msg = f"{record.getMessage()}\n" + _json(
                {"time": _now(), "event": f"{self._n_dropped} lines dropped"}
            )
        try:
            self._waiting.put_nowait(record)
            self._n_dropped = 0
        except queue.Full:
            self._n_dropped += 1

    def flush(self) -> None:
        """Wait until what waits is written, for ``FLUSH_S`` at most."""
        deadline = time.monotonic() + FLUSH_S
        while not self._waiting.empty() and time.monotonic() < deadline:
            time.sleep(0.01)


class _Lines(logging.Formatter):
    """Access and audit lines are JSON already; what else is said becomes it."""

    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        if record.name in (_access.name, _audit.name):
            return said
        return _json({"time": _now(), "level": record.levelname.lower(), "event": said})


def log_to(audit_file: Path | None) -> None:
    """Send what the service says to standard error, and audit lines to ``audit_file`` (None: there, too)."""
    queued = _Queued()
    queued.setFormatter(_Lines())
    in_file = _to(logging.FileHandler(audit_file, encoding="utf-8")) if audit_file else queued
    for logger, handler in ((_service, queued), (_access, queued), (_audit, in_file)):
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False


def flush() -> None:
    """Write what waits; for the end of a process."""
    for logger in (_access, _audit):
        for handler in logger.handlers:
            handler.flush()


def access(line: Mapping[str, Any]) -> None:
    """A line of the access log."""
    if _access.handlers:
        _access.info(_json({"time": _now(), **line}))


def audit(event: str, key: ApiKey, line: Mapping[str, Any] | None = None) -> None:
    """A line of the audit log: a request with ``key``, or that it was added or revoked."""
    if _audit.handlers:
        _audit.info(_json({"time": _now(), "event": event, **(line or {}), "key_id": key.key_id, "key_name": key.name}))


def _to(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def _json(line: Mapping[str, Any]) -> str:
    held = {name: value for name, value in line.items() if value is not None}
    return json.dumps(held, ensure_ascii=False).encode("utf-8", "replace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
