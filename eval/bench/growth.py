"""How an index grows with its chunks: time, memory, disk; with the hashing encoder, so without the encoding."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from pathlib import Path

from eval.bench.corpus import questions, write_statutes
from eval.bench.types import Growth
from indexer.build import build
from indexer.encoder import HashingEncoder
from indexer.snapshot import open_published
from service.abstain import load_abstention
from service.ask import Asker
from service.retrieve import Retriever
from service.types import Question

DIM = 384  # as the default encoder's


def measure_growth(bulk: Path, n_articles: list[int]) -> tuple[Growth, ...]:
    """One row a size, each in processes of its own, so that their peak memory is theirs."""
    rows = []
    context = multiprocessing.get_context("spawn")
    for n in n_articles:
        with tempfile.TemporaryDirectory() as folder:
            with context.Pool(1, maxtasksperchild=1) as pool:
                indexed = pool.apply(_index, (bulk, Path(folder), n))
            with context.Pool(1, maxtasksperchild=1) as pool:
                opened = pool.apply(_open, (bulk, Path(folder), n))
            rows.append(Growth.model_validate(indexed | opened))
    return tuple(rows)


def _index(bulk: Path, folder: Path, n_articles: int) -> dict[str, float]:
    write_statutes(bulk, folder / "reports", n_articles)
    before = _peak_mib()
    began = time.perf_counter()
    built = build([folder / "reports"], folder / "index", HashingEncoder(DIM), "hashing")
    return {
        "n_chunks": built.manifest.n_chunks,
        "index_s": round(time.perf_counter() - began, 2),
        "index_peak_mib": round(_peak_mib() - before, 1),
        "disk_mib": round(_size_mib(folder / "index" / "snapshots"), 1),
        "cache_mib": round(_size_mib(folder / "index" / "cache"), 1),
    }


def _open(bulk: Path, folder: Path, n_articles: int) -> dict[str, float]:
    asked = questions(write_statutes(bulk, folder / "reports", n_articles), 60)
    before = _peak_mib()
    began = time.perf_counter()
    snapshot = open_published(folder / "index")
    open_s = time.perf_counter() - began
    asker = Asker(Retriever(snapshot, HashingEncoder(DIM)), load_abstention(), 10, 1000)
    times = []
    for question in asked:
        began = time.perf_counter()
        asker.ask(Question(question=question))
        times.append((time.perf_counter() - began) * 1000)
    return {
        "open_s": round(open_s, 3),
        "open_mib": round(_peak_mib() - before, 1),
        "ask_ms": round(statistics.median(times), 2),
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
