"""A process of one's own that is given bytes and answers with bytes, one job after the other: both its ends.

Bytes of a file go in and JSON comes out: nothing that the process says is ever run.
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
from collections.abc import Callable, Sequence
from typing import IO

from indexer import errors
from indexer.errors import DamagedFile, OverLimit, ReadError

START_TIMEOUT_S = 120.0  # for a process to be there, on a busy machine
HEADER = struct.Struct(">BI")  # what follows is: a job or an answer; its length
JOB, READY, DONE, REFUSED, FAILED = range(5)


class Ended(Exception):
    """The process ended in the middle of a job, with this status; a new one is started for the next."""


class Worker:
    """A process that runs ``main`` of ``module`` with ``arguments``, started for the first job. Not for several threads
    at once."""

    def __init__(self, module: str, arguments: Sequence[str], timeout_s: float | None) -> None:
        self._start = f"import sys; sys.path[:] = sys.argv[{len(arguments) + 1}:]; from {module} import main; "
        self._start += f"main(*sys.argv[1:{len(arguments) + 1}])"
        self._arguments = arguments
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, job: bytes, raw: bytes) -> bytes:
        """What the process makes of ``raw``. Raises ReadError, as it was raised there or because that took longer than
        ``timeout_s``, and Ended."""
        try:
            kind, answer = self._asked(job, raw)
        except BaseException:  # also when the wait is broken off: the process is still at this job
            self.close()
            raise
        if kind == DONE:
            return answer
        told = json.loads(answer)
        if kind == REFUSED:
            raise _refusal(told["error"])(told["message"])
        raise DamagedFile(f"the file cannot be read ({told['message']}); open it and save it again")

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        process.wait()

    def _asked(self, job: bytes, raw: bytes) -> tuple[int, bytes]:
        is_new = self._process is None
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if is_new:
                self._received(process.stdout, HEADER.size, START_TIMEOUT_S)  # READY
            # The process reads all of a job before it begins, so this waits for nothing but a pipe.
            for piece in (HEADER.pack(JOB, len(job)), job, HEADER.pack(JOB, len(raw)), raw):
                process.stdin.write(piece)
            process.stdin.flush()
            kind, length = HEADER.unpack(self._received(process.stdout, HEADER.size, self._timeout_s))
            return kind, self._received(process.stdout, length, self._timeout_s)
        except (EOFError, BrokenPipeError):
            raise Ended(process.wait()) from None

    def _received(self, stream: IO[bytes], n_bytes: int, timeout_s: float | None) -> bytes:
        pieces: list[bytes] = []
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while n_bytes:
            left = None if until is None else until - time.monotonic()
            if left is not None and (left <= 0 or not select.select([stream], [], [], left)[0]):
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
                [sys.executable, "-P", "-c", self._start, *self._arguments, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise ReadError(
                f"the process that parses it cannot be started ({error.strerror}); free memory, or raise the limit of "
                "processes, and index again"
            ) from error


def serve(answer: Callable[[bytes, bytes], bytes]) -> None:
    """The process's own end: answer jobs from standard input until it ends, with what ``answer`` makes of a job's name
    and its bytes. Standard output is the channel back: what a library prints goes nowhere."""
    jobs = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    answers.write(HEADER.pack(READY, 0))
    answers.flush()
    while (job := _next(jobs)) is not None and (raw := _next(jobs)) is not None:
        kind, said = _answer(answer, job, raw)
        del raw
        answers.write(HEADER.pack(kind, len(said)) + said)
        answers.flush()


def _answer(answer: Callable[[bytes, bytes], bytes], job: bytes, raw: bytes) -> tuple[int, bytes]:
    try:
        return DONE, answer(job, raw)
    except ReadError as error:
        return REFUSED, json.dumps({"error": type(error).__name__, "message": str(error)}).encode()
    except (MemoryError, RecursionError) as error:
        told = "takes more memory than the limit" if isinstance(error, MemoryError) else "is nested too deeply"
        message = f"the file {told}; split it, or open it and save it again"
        return REFUSED, json.dumps({"error": OverLimit.__name__, "message": message}).encode()
    except Exception as error:  # a fault of the parser is that file's, not the folder's
        return FAILED, json.dumps({"message": f"{type(error).__name__}: {error}"[:300]}).encode()


def _next(stream: IO[bytes]) -> bytes | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    _, length = HEADER.unpack(header)
    received = stream.read(length)
    return received if len(received) == length else None


def _refusal(name: str) -> type[ReadError]:
    found = getattr(errors, name, ReadError)
    return found if isinstance(found, type) and issubclass(found, ReadError) else ReadError
