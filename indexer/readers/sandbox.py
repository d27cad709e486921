"""Binary formats are parsed in a process of their own, which may use so much memory and so much time, and no more.

One worker reads file after file (to start one takes a fifth of a second); when it dies or is ended, the file it was at
is refused and the next one gets a new worker. Bytes go in and JSON comes out: nothing that a worker says is ever run.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Self

from pydantic import TypeAdapter

from indexer import errors
from indexer.errors import DamagedFile, OverLimit, ReadError
from indexer.readers.types import Reader, SourceText

MAX_MEMORY_BYTES = 1024 * 1024 * 1024  # address space of a worker, the interpreter (0.1 GB) included
START_TIMEOUT_S = 120.0  # for a worker to be there, on a busy machine
TIMEOUT_S = 60.0  # for one file; a report of 2,000 pages takes a few seconds
START = "import sys; sys.path[:] = sys.argv[2:]; from indexer.readers.worker import main; main(int(sys.argv[1]))"
HEADER = struct.Struct(">BI")  # what follows is: bytes of a file or JSON; its length
JOB, READY, TEXT, REFUSED, FAILED = range(5)
SOURCE_TEXT = TypeAdapter(SourceText)

Run = Callable[[Reader, bytes], SourceText]


def in_process(reader: Reader, raw: bytes) -> SourceText:
    """Read here: for text, and for bytes that one has made oneself. Raises ReadError."""
    return reader.read(raw)


class Sandbox:
    """Runs readers of binary formats in a worker; text is read in this process. Close it, or use it with ``with``.

    Not for several threads at once.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
        self._timeout_s = timeout_s
        self._max_memory_bytes = max_memory_bytes
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, reader: Reader, raw: bytes) -> SourceText:
        """What ``reader`` makes of ``raw``. Raises ReadError, also when that takes too much time or memory."""
        if not reader.is_binary:
            return reader.read(raw)
        job = f"{reader.read.__module__}:{reader.read.__qualname__}".encode()
        try:
            kind, answer = self._asked(job, raw)
        except BaseException:  # also when the wait is broken off: the worker is still at this file
            self.close()
            raise
        if kind == TEXT:
            return SOURCE_TEXT.validate_json(answer)
        told = json.loads(answer)
        if kind == REFUSED:
            raise _refusal(told["error"])(told["message"])
        raise DamagedFile(f"the file cannot be read ({told['message']}); open it and save it again")

    def close(self) -> None:
        """End the worker, if there is one."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for stream in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        worker.wait()

    def _asked(self, job: bytes, raw: bytes) -> tuple[int, bytes]:
        is_new = self._worker is None
        worker = self._worker = self._worker or self._started()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            if is_new:
                self._received(worker.stdout, HEADER.size, START_TIMEOUT_S)  # READY
            # The worker reads all of a job before it begins, so this waits for nothing but a pipe.
            for piece in (HEADER.pack(JOB, len(job)), job, HEADER.pack(JOB, len(raw)), raw):
                worker.stdin.write(piece)
            worker.stdin.flush()
            kind, length = HEADER.unpack(self._received(worker.stdout, HEADER.size, self._timeout_s))
            return kind, self._received(worker.stdout, length, self._timeout_s)
        except (EOFError, BrokenPipeError):
            status = worker.wait()
            raise OverLimit(
                f"reading the file ended in the parser's own end (status {status}), most likely for want of memory "
                f"(limit {self._max_memory_bytes // 1024**2} MB); split the file, or save it again"
            ) from None

    def _received(self, stream: IO[bytes], n_bytes: int, timeout_s: float) -> bytes:
        pieces: list[bytes] = []
        until = time.monotonic() + timeout_s
        while n_bytes:
            left = until - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise OverLimit(f"reading the file took longer than {timeout_s:g} s; split it, or save it again")
            piece = os.read(stream.fileno(), min(n_bytes, 1 << 20))  # past the buffer, which the wait does not see
            if not piece:
                raise EOFError
            pieces.append(piece)
            n_bytes -= len(piece)
        return b"".join(pieces)

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [sys.executable, "-P", "-c", START, str(self._max_memory_bytes), *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise ReadError(
                f"the process that parses it cannot be started ({error.strerror}); free memory, or raise the limit of "
                "processes, and index again"
            ) from error


def _refusal(name: str) -> type[ReadError]:
    found = getattr(errors, name, ReadError)
    return found if isinstance(found, type) and issubclass(found, ReadError) else ReadError
