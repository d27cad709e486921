"""Reports held in memory as a snapshot, for measurements that need no index folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.build import embedded_text
from indexer.chunks import MAX_CHARS, chunks
from indexer.encoder import Encoder
from indexer.lexical import LexicalIndex
from indexer.quotes import QuoteIndex
from indexer.snapshot import FORMAT_VERSION, EncoderMade, Manifest, Snapshot, catalogue
from indexer.types import Report
from indexer.vector_cache import VectorCache
from indexer.vectors import VectorIndex


def open_pool(reports: Sequence[Report], encoder: Encoder, cache: Path, max_chars: int = MAX_CHARS) -> Snapshot:
    """A snapshot of ``reports`` that was never written; its vectors are kept in ``cache`` between runs."""
    found = [chunk for report in reports for chunk in chunks(report, max_chars)]
    texts = [embedded_text(chunk) for chunk in found]
    store = VectorCache(cache / "vectors.sqlite")
    try:
        vectors, _ = store.encode(encoder, texts)
    finally:
        store.close()
    manifest = Manifest(
        snapshot_id="in-memory",
        format_version=FORMAT_VERSION,
        created_at="",
        judian_version="",
        encoder=EncoderMade(name="", fingerprint=encoder.fingerprint, dim=encoder.dim),
        n_reports=len(reports),
        n_chunks=len(found),
        max_chunk_chars=max_chars,
        files={},
    )
    return Snapshot(
        manifest=manifest,
        catalogue=catalogue(reports, found),
        reports={report.report_id: report for report in reports},
        chunks=found,
        quotes=QuoteIndex.build(reports, found),
        vectors=VectorIndex.build(vectors),
        lexical=LexicalIndex.build(texts),
    )
