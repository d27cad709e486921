"""Binary formats, and long texts, are parsed in a process of their own, which may use so much memory and so much time,
and no more.

One worker reads file after file (to start one takes a fifth of a second); when it dies or is ended, the file it was at
is refused and the next one gets a new worker.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from indexer.errors import OverLimit
from indexer.readers.channel import Ended, Worker
from indexer.readers.types import Reader, SourceText

MAX_MEMORY_BYTES = 1024 * 1024 * 1024  # address space of a worker, the interpreter (0.1 GB) included
MAX_HERE_BYTES = 1024 * 1024  # of text: so much can cost neither much memory nor much time
TIMEOUT_S = 60.0  # for one file; a report of 2,000 pages takes a few seconds
SOURCE_TEXT = TypeAdapter(SourceText)

Run = Callable[[Reader, bytes], SourceText]


def in_process(reader: Reader, raw: bytes) -> SourceText:
    """Read here: for text, and for bytes that one has made oneself. Raises ReadError."""
    return reader.read(raw)


class Sandbox:
    """Runs readers of binary formats in a worker, and of texts of more than MAX_HERE_BYTES; other text is read in this
    process. Close it, or use it with ``with``.

    Not for several threads at once.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
        self._max_memory_bytes = max_memory_bytes
        self._worker = Worker("indexer.readers.worker", [str(max_memory_bytes)], timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, reader: Reader, raw: bytes) -> SourceText:
        """What ``reader`` makes of ``raw``. Raises ReadError, also when that takes too much time or memory."""
        if not reader.is_binary and len(raw) <= MAX_HERE_BYTES:
            return reader.read(raw)
        job = f"{reader.read.__module__}:{reader.read.__qualname__}".encode()
        try:
            return SOURCE_TEXT.validate_json(self._worker.ask(job, raw))
        except Ended as ended:
            raise OverLimit(
                f"reading the file ended in the parser's own end (status {ended}), most likely for want of memory "
                f"(limit {self._max_memory_bytes // 1024**2} MB); split the file, or save it again"
            ) from None

    def close(self) -> None:
        """End the worker, if there is one."""
        self._worker.close()
