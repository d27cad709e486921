"""The access log, the audit log and all else that a process says: one JSON object a line.

Lines go to standard error through a bounded queue and a thread of its own: a terminal or pipe that nobody reads must
not stop the service, so they are dropped once ``MAX_WAITING`` wait, and the next line says how many. Audit lines are
never dropped when they go to a file.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import queue
import select
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from indexer.unseen import escaped_json

MAX_WAITING = 10_000
FIRST_CHARS, LAST_CHARS = 1000, 4000  # kept of what is longer: of a traceback, the end says most
FLUSH_S = 2.0
MAX_ALIKE, ALIKE_S = 10, 60.0  # records of one kind in as many seconds; what fails a thousand times a second says so
MAX_KINDS = 1000

_service = logging.getLogger("judian")  # above all others: which snapshot is served, and why another is not
_access = logging.getLogger("judian.access")
_audit = logging.getLogger("judian.audit")


class _Writer:
    """Writes lines to ``stream`` from a thread of its own; whoever has something to say never waits.

    The thread holds no lock while it writes: a process ends whether or not somebody reads what it said.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: queue.Queue[str] = queue.Queue(MAX_WAITING)
        self._n_dropped = 0
        self._is_read = True
        threading.Thread(target=self._write_all, name="log", daemon=True).start()

    def put(self, line: str) -> None:
        """``line`` will be written, or dropped and counted."""
        if self._n_dropped:
            line += "\n" + _json({"time": _now(), "event": f"{self._n_dropped} lines dropped"})
        try:
            self._waiting.put_nowait(line)
            self._n_dropped = 0
        except queue.Full:
            self._n_dropped += 1

    def flush(self) -> None:
        """Wait until what waits is written, for ``FLUSH_S`` at most, and not again where that was in vain."""
        deadline = time.monotonic() + FLUSH_S
        while self._is_read and self._waiting.unfinished_tasks:
            self._is_read = time.monotonic() < deadline
            time.sleep(0.01)

    def fileno(self) -> int:
        return self._stream.fileno()

    def _write_all(self) -> None:
        while True:
            line = self._waiting.get()
            with contextlib.suppress(OSError, ValueError):  # nobody is there to read it
                self._write(f"{line}\n")
            self._waiting.task_done()

    def _write(self, said: str) -> None:
        try:
            fileno = self._stream.fileno()
        except OSError:  # a stream in memory
            self._stream.write(said)
            return
        left = said.encode("utf-8", "replace")
        while left:
            try:
                left = left[os.write(fileno, left) :]
            except BlockingIOError:
                select.select([], [fileno], [])


class _Queued(logging.Handler):
    """Hands what is said to the writer."""

    def __init__(self, writer: _Writer, formatter: logging.Formatter) -> None:
        super().__init__()
        self._writer = writer
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._writer.put(self.format(record))
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        self._writer.flush()


class _Lines(logging.Formatter):
    """As JSON, what is said in words."""

    def format(self, record: logging.LogRecord) -> str:
        return _json({"time": _now(), "level": record.levelname.lower(), "event": super().format(record)})


class NotAgain(logging.Filter):
    """Lets ``MAX_ALIKE`` records of one kind pass in ``ALIKE_S`` seconds; the first after that tells how many did not.

    Of one kind are those of a logger whose text begins alike, before figures and names are set into it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        kind = (record.name, str(record.msg).partition("\n")[0][:80])
        since, n_seen = self._seen.get(kind, (now, 0))
        if now - since >= ALIKE_S:
            if n_seen > MAX_ALIKE:
                record.msg = f"{record.getMessage()} (and {n_seen - MAX_ALIKE} times before, which were not logged)"
                record.args = ()
            since, n_seen = now, 0
        if len(self._seen) >= MAX_KINDS:
            self._seen.clear()
        self._seen[kind] = (since, n_seen + 1)
        return n_seen < MAX_ALIKE


class _StandardError(io.TextIOBase):
    """Standard error for whoever writes there past the log: tracebacks, warnings, libraries."""

    encoding = "utf-8"

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        self._begun = self._begun[-LAST_CHARS:]
        for line in lines:
            if line.strip():
                self._writer.put(_json({"time": _now(), "level": "error", "event": line}))
        return len(text)

    def flush(self) -> None:
        """Nothing waits here; at the end of a process what waits for the writer is written."""

    def fileno(self) -> int:
        return self._writer.fileno()

    def writable(self) -> bool:
        return True


def log_to(audit_file: Path | None, *, everything: bool = False) -> None:
    """Send what the service says to standard error, and audit lines to ``audit_file`` (None: there, too).

    ``everything``: also what other libraries say, and what is written to ``sys.stderr``, from now on.
    """
    writer = _Writer(sys.stderr)
    said = _Queued(writer, logging.Formatter("%(message)s"))
    in_words = _Queued(writer, _Lines())
    in_words.addFilter(NotAgain())
    in_file = _plain(logging.FileHandler(audit_file, encoding="utf-8")) if audit_file else said
    for logger, handler in ((_service, in_words), (_access, said), (_audit, in_file)):
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    if everything:
        logging.getLogger().handlers = [in_words]
        sys.stderr = _StandardError(writer)


def flush() -> None:
    """Write what waits; for the end of a process."""
    for logger in (_access, _audit):
        for handler in logger.handlers:
            handler.flush()


def access(line: Mapping[str, Any]) -> None:
    """A line of the access log."""
    if _access.handlers:
        _access.info(_json({"time": _now(), **line}))


def audit(event: str, named: Mapping[str, str], line: Mapping[str, Any] | None = None) -> None:
    """A line of the audit log: a request with a key, or that the key or channel ``named`` was added or closed."""
    if _audit.handlers:
        _audit.info(_json({"time": _now(), "event": event, **(line or {}), **named}))


def _plain(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def _json(line: Mapping[str, Any]) -> str:
    held = {name: _cut(value) for name, value in line.items() if value is not None}
    told = json.dumps(held, ensure_ascii=False).encode("utf-8", "replace").decode()
    return escaped_json(told)  # else a name that somebody sends could steer the terminal that shows it


def _cut(value: Any) -> Any:
    if not isinstance(value, str) or len(value) <= FIRST_CHARS + LAST_CHARS:
        return value
    return f"{value[:FIRST_CHARS]} … {value[-LAST_CHARS:]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
