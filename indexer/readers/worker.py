"""The process that parses binary formats for :mod:`indexer.readers.sandbox`, within its limits.

Standard output is the channel back: what a library prints goes nowhere.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from typing import IO

from indexer.errors import OverLimit, ReadError
from indexer.readers.sandbox import FAILED, HEADER, READY, REFUSED, SOURCE_TEXT, TEXT

MAX_CPU_S = 24 * 3600  # of the worker's whole life: should whoever started it be gone, it ends all the same


def main(max_memory_bytes: int) -> None:
    """Read jobs from standard input until it ends: a function's name, then the bytes it is given."""
    _limit(max_memory_bytes)
    jobs = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    answers.write(HEADER.pack(READY, 0))
    answers.flush()
    while (job := _received(jobs)) is not None and (raw := _received(jobs)) is not None:
        kind, answer = _answer(job.decode(), raw)
        del raw
        answers.write(HEADER.pack(kind, len(answer)) + answer)
        answers.flush()


def _answer(job: str, raw: bytes) -> tuple[int, bytes]:
    module, _, function = job.partition(":")
    try:
        read = getattr(importlib.import_module(module), function)
        return TEXT, SOURCE_TEXT.dump_json(read(raw))
    except ReadError as error:
        return REFUSED, json.dumps({"error": type(error).__name__, "message": str(error)}).encode()
    except (MemoryError, RecursionError) as error:
        told = "takes more memory than the limit" if isinstance(error, MemoryError) else "is nested too deeply"
        message = f"the file {told}; split it, or open it and save it again"
        return REFUSED, json.dumps({"error": OverLimit.__name__, "message": message}).encode()
    except Exception as error:  # a fault of the parser is that file's, not the folder's
        return FAILED, json.dumps({"message": f"{type(error).__name__}: {error}"[:300]}).encode()


def _received(stream: IO[bytes]) -> bytes | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    _, length = HEADER.unpack(header)
    received = stream.read(length)
    return received if len(received) == length else None


def _limit(max_memory_bytes: int) -> None:
    """What the operating system offers of these: Windows has none, and macOS does not keep to the first."""
    with contextlib.suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, max_memory_bytes),
            (resource.RLIMIT_CPU, MAX_CPU_S),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))
