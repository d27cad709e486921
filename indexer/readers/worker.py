"""The process that parses binary formats for :mod:`indexer.readers.sandbox`, within its limits."""

from __future__ import annotations

import contextlib
import importlib

from indexer.readers.channel import serve
from indexer.readers.sandbox import SOURCE_TEXT

MAX_CPU_S = 24 * 3600  # of the worker's whole life: should whoever started it be gone, it ends all the same


def main(max_memory_bytes: str) -> None:
    """Answer each job, the name of a function and the bytes it is given, with the text that it makes of them."""
    _limit(int(max_memory_bytes))
    serve(_text)


def _text(job: bytes, raw: bytes) -> bytes:
    module, _, function = job.decode().partition(":")
    read = getattr(importlib.import_module(module), function)
    return SOURCE_TEXT.dump_json(read(raw))


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
