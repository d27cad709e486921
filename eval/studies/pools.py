"""Reports held in memory as a snapshot, and questions encoded once: for measurements that ask the same again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.chunks import MAX_CHARS, chunks, embedded_text
from indexer.encoders.types import Encoder, Reader, Reading, Window
from indexer.encoders.vector_cache import VectorCache
from indexer.errors import ReadError
from indexer.files import find_files
from indexer.reports import read_file
from indexer.store.lexical import LexicalIndex
from indexer.store.snapshot import EncoderMade, Snapshot, in_memory
from indexer.store.vectors import VectorIndex
from indexer.types import Report


@dataclass(frozen=True)
class RememberingReader:
    """Another reader, which reads each window once for each question."""

    reader: Reader
    known: dict[tuple[str, Window], Reading] = field(default_factory=dict)

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        new = [window for window in windows if (question, window) not in self.known]
        self.known.update(zip(((question, window) for window in new), self.reader.read(question, new), strict=True))
        return [self.known[question, window] for window in windows]


@dataclass(frozen=True)
class RememberingEncoder:
    """Another encoder, which encodes each question once, and so does its reader read."""

    encoder: Encoder
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        return self.encoder.fingerprint

    @property
    def dim(self) -> int:
        return self.encoder.dim

    @property
    def adapters(self) -> str | None:
        return self.encoder.adapters

    @cached_property
    def reader(self) -> Reader | None:
        return RememberingReader(self.encoder.reader) if self.encoder.reader else None

    @cached_property
    def judge(self) -> Reader | None:
        return RememberingReader(self.encoder.judge) if self.encoder.judge else None

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return self.encoder.encode_passages(texts, progress)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        if text not in self.known:
            self.known[text] = self.encoder.encode_question(text)
        return self.known[text]


def open_pool(reports: Sequence[Report], encoder: Encoder, cache: Path, max_chars: int = MAX_CHARS) -> Snapshot:
    """A snapshot of ``reports`` that was never written; its vectors are kept in ``cache`` between runs."""
    found = [chunk for report in reports for chunk in chunks(report, max_chars)]
    texts = [embedded_text(chunk) for chunk in found]
    store = VectorCache(cache / "vectors.sqlite")
    try:
        vectors, _ = store.encode(encoder, texts)
    finally:
        store.close()
    return in_memory(
        reports=reports,
        chunks=found,
        vectors=VectorIndex.build(vectors),
        lexical=LexicalIndex.build(texts),
        encoder=EncoderMade.of(encoder, ""),
        max_chunk_chars=max_chars,
    )


def read_reports(folders: Iterable[Path]) -> list[Report]:
    """Every report under ``folders`` that can be read; formats without a reader are passed over."""
    reports: list[Report] = []
    for name, path in find_files(folders).items():
        try:
            reports += read_file(path, name).reports
        except ReadError:
            continue
    return reports
