"""Indexing end to end beside the bare encoder on the same texts, by turns."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from eval.bench.types import Indexing
from indexer.build import build, embedded_text
from indexer.chunks import chunks
from indexer.encoder import BATCH_TEXTS, SentenceEncoder
from indexer.readers import read_file

TURNS = 3


def measure_indexing(files: list[Path], encoder: SentenceEncoder, n_texts: int) -> Indexing:
    """``files`` are indexed until they give ``n_texts`` chunks; the same texts go to the bare model's ``encode``."""
    chosen: list[Path] = []
    texts: list[str] = []
    for path in files:
        if len(texts) >= n_texts:
            break
        chosen.append(path)
        texts += [embedded_text(chunk) for report in read_file(path).reports for chunk in chunks(report)]
    bare, whole = [], []
    for _ in range(TURNS):
        began = time.perf_counter()
        # What anyone would write; it sorts by length itself.
        encoder.model.encode(texts, prompt="passage: ", batch_size=BATCH_TEXTS, convert_to_tensor=True)
        bare.append(len(texts) / (time.perf_counter() - began))
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            built = build(chosen, Path(folder), encoder, "default")
            whole.append(len(texts) / (time.perf_counter() - began))
        assert built.manifest.n_chunks == len(texts)
    ratio = statistics.median(one / other for one, other in zip(whole, bare, strict=True))
    return Indexing(
        n_texts=len(texts),
        bare_texts_per_s=round(statistics.median(bare), 1),
        end_to_end_texts_per_s=round(statistics.median(whole), 1),
        ratio=round(ratio, 3),
    )
