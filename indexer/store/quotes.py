"""Where each sentence and heading stands, by its digest: what finds a quote again after its report moved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.errors import SnapshotDamaged
from indexer.sentences import sentences
from indexer.types import Chunk, Report, Span

DIGEST_DIGITS = 12  # hex digits: of 10 million sentences, two differing ones share a digest with probability 0.16
_DTYPE = np.dtype([("digest", "<u8"), ("report", "<u4"), ("start", "<u4"), ("end", "<u4")])


class Stand(NamedTuple):
    """A span of the report in row ``report`` of the catalogue."""

    report: int
    span: Span


def digest(quote: str) -> str:
    """The first ``DIGEST_DIGITS`` hex digits of the quote's SHA-256."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_DIGITS]


class QuoteIndex:
    """What can be quoted as a whole, sorted by digest: 20 bytes each."""

    def __init__(self, table: NDArray[np.void]) -> None:
        """``table``: (n_quotes,) records of digest, report, start and end, sorted; users call ``build`` or ``load``."""
        self._table = table

    @classmethod
    def build(cls, reports: Sequence[Report], chunks: Iterable[Chunk]) -> QuoteIndex:
        """Of every sentence of ``chunks`` and every heading of ``reports``, whose rows are those of the catalogue."""
        row_of = {report.report_id: row for row, report in enumerate(reports)}
        texts = {report.report_id: report.text for report in reports}
        found = np.fromiter(
            (
                (int(digest(span.of(texts[report_id])), 16), row_of[report_id], span.start, span.end)
                for report_id, span in _quotable(reports, chunks, texts)
            ),
            _DTYPE,
        )
        return cls(np.unique(found))

    def find(self, digest: str) -> list[Stand]:
        """Where a quote of that digest stands, in the order of the reports. Who needs to be sure compares the text."""
        wanted = np.uint64(int(digest, 16))
        first = int(np.searchsorted(self._table["digest"], wanted, "left"))
        behind = int(np.searchsorted(self._table["digest"], wanted, "right"))
        return [
            Stand(int(row["report"]), Span(start=int(row["start"]), end=int(row["end"])))
            for row in self._table[first:behind]
        ]

    def save(self, path: Path) -> None:
        """One ``.npy`` file; no pickle."""
        np.save(path, self._table, allow_pickle=False)

    @classmethod
    def load(cls, path: Path, *, mapped: bool = False) -> QuoteIndex:
        """With ``mapped``, the table stays in the file. Raises SnapshotDamaged when it is no such table."""
        try:
            table = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise SnapshotDamaged(f"{path} cannot be read as a table of quotes; run `judian index` again") from error
        if table.dtype != _DTYPE or table.ndim != 1:
            raise SnapshotDamaged(f"{path} is no table of quotes; run `judian index` again")
        return cls(table)


def _quotable(
    reports: Iterable[Report], chunks: Iterable[Chunk], texts: Mapping[str, str]
) -> Iterator[tuple[str, Span]]:
    for chunk in chunks:
        for span in sentences(texts[chunk.report_id], chunk.span):
            yield chunk.report_id, span
    for report in reports:
        for _, section in report.walk():
            yield report.report_id, section.heading_span
