"""Readers that go wrong in each of the ways that a parser of a binary format may: what a sandbox is for."""

from __future__ import annotations

import os
import time

from indexer.errors import EmptyFile
from indexer.readers.types import SourceText


def counts(raw: bytes) -> SourceText:
    print("what a library prints", flush=True)
    return SourceText(text=f"{len(raw)} 字节，由 {os.getpid()} 读出。", encoding="counted")


def never_ends(raw: bytes) -> SourceText:
    time.sleep(3600 + len(raw))
    raise AssertionError


def dies(_: bytes) -> SourceText:
    os._exit(9)


def eats_memory(raw: bytes) -> SourceText:
    return SourceText(text=str(bytearray(len(raw) * 1024**3)), encoding="eaten")


def recurses(raw: bytes) -> SourceText:
    return recurses(raw)


def fails(_: bytes) -> SourceText:
    raise KeyError("no such part")


def refuses(_: bytes) -> SourceText:
    raise EmptyFile("the file holds no text; put the report's text into it")
