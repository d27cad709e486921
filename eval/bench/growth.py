"""How an index grows with its chunks: time, memory, disk; its vectors lie in the cache, so nothing is encoded."""

from __future__ import annotations

import math
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.corpus import questions, write_statutes
from eval.bench.types import Growth
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.store.publication import CURRENT, SNAPSHOTS
from indexer.store.snapshot import open_published
from service.open import asker_over
from service.settings import Settings
from service.types import Question

DIM = 384  # as the default encoder's
CHUNKS_PER_ARTICLE = 1.29  # of the whole of shared/bulk
N_ASKED = 100
GROWING = ("index_s", "index_peak_mib", "disk_mib", "open_s", "open_mib", "ask_ms")


def measure_growth(bulk: Path, n_chunks: Sequence[int]) -> tuple[Growth, ...]:
    """One row for each of about ``n_chunks``. Each step runs in a process of its own: its peak memory is its own."""
    rows = []
    for n in n_chunks:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_statutes(bulk, folder / "reports", round(n / CHUNKS_PER_ARTICLE))
            _apart(_index, folder)
            shutil.rmtree(folder / "index" / SNAPSHOTS)
            (folder / "index" / CURRENT).unlink()
            rows.append(Growth.model_validate(_apart(_index, folder) | _apart(_open, folder, bulk, n)))
    return tuple(rows)


def exponents(rows: Sequence[Growth]) -> dict[str, float]:
    """For each measure, the slope of its logarithm over that of the chunks (least squares): 1 is in proportion."""
    x = [math.log(row.n_chunks) for row in rows]
    return {
        name: round(statistics.linear_regression(x, [math.log(getattr(row, name)) for row in rows]).slope, 2)
        for name in GROWING
        if all(getattr(row, name) > 0 for row in rows)
    }


def _apart(work: Any, *arguments: Any) -> dict[str, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured: dict[str, float] = pool.apply(work, arguments)
    return measured


def _index(folder: Path) -> dict[str, float]:
    before = _peak_mib()
    began = time.perf_counter()
    built = build([folder / "reports"], folder / "index", HashingEncoder(DIM), "hashing")
    return {
        "n_chunks": built.manifest.n_chunks,
        "index_s": round(time.perf_counter() - began, 2),
        "index_peak_mib": round(_peak_mib() - before, 1),
        "disk_mib": round(_size_mib(folder / "index" / SNAPSHOTS), 1),
        "cache_mib": round(_size_mib(folder / "index" / "cache"), 1),
    }


def _open(folder: Path, bulk: Path, n_chunks: int) -> dict[str, float]:
    asked = questions(write_statutes(bulk, folder / "reports", round(n_chunks / CHUNKS_PER_ARTICLE)), N_ASKED)
    before = _peak_mib()
    began = time.perf_counter()
    snapshot = open_published(folder / "index")
    open_s = time.perf_counter() - began
    asker = asker_over(snapshot, HashingEncoder(DIM), Settings())
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
    """The most memory this process ever held. Not ``ru_maxrss``: a process inherits that of the one that began it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _size_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
