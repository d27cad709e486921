"""Indexing end to end beside the bare encoder on the same texts, by turns."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.bench.types import Indexing
from indexer.build import build
from indexer.chunks import chunks, embedded_text
from indexer.encoders.sentence import BATCH_TEXTS, SentenceEncoder
from indexer.encoders.types import Encoder
from indexer.reports import read_file


def measure_indexing(files: Sequence[Path], encoder: Encoder, name: str, n_texts: int, turns: int) -> Indexing:
    """``files`` are indexed until they give ``n_texts`` chunks; the same texts go to the bare encoder.

    ``encoder`` is the one called ``name``, loaded as ``judian index`` loads it.
    """
    chosen: list[Path] = []
    texts: list[str] = []
    for path in files:
        if len(texts) >= n_texts:
            break
        chosen.append(path)
        texts += [embedded_text(chunk) for report in read_file(path).reports for chunk in chunks(report)]
    encode_bare(encoder, texts[:BATCH_TEXTS])
    speeds: dict[str, list[float]] = {"bare": [], "build": [], "command": []}
    for _ in range(turns):
        for step, seconds in (
            ("bare", _seconds(lambda: encode_bare(encoder, texts))),
            ("build", _in_new_folder(lambda index: _build(chosen, index, encoder, name, len(texts)))),
            ("command", _in_new_folder(lambda index: _run_command(chosen, index))),
        ):
            speeds[step].append(len(texts) / seconds)
    return Indexing(
        n_texts=len(texts),
        turns=turns,
        threads=_threads(),
        bare_texts_per_s=round(statistics.median(speeds["bare"]), 1),
        build_texts_per_s=round(statistics.median(speeds["build"]), 1),
        command_texts_per_s=round(statistics.median(speeds["command"]), 1),
        ratio=_median_ratio(speeds["build"], speeds["bare"]),
        command_ratio=_median_ratio(speeds["command"], speeds["bare"]),
    )


def encode_bare(encoder: Encoder, texts: list[str]) -> None:
    """What anyone would write with the encoder's library, which sorts by length itself; same model, same batches."""
    if isinstance(encoder, SentenceEncoder):
        encoder.model.encode(
            texts, prompt="passage: ", batch_size=BATCH_TEXTS, convert_to_tensor=True, show_progress_bar=False
        )
    else:
        encoder.encode_passages(texts)


def _build(files: Sequence[Path], index: Path, encoder: Encoder, name: str, n_texts: int) -> None:
    built = build(files, index, encoder, name)
    assert built.manifest.n_chunks == n_texts, "the files were not cut into the texts that were encoded"


def _run_command(files: Sequence[Path], index: Path) -> None:
    command = [sys.executable, "-m", "service", "index", *map(str, files), "--out", str(index)]
    subprocess.run(command, check=True, capture_output=True)


def _in_new_folder(work: Callable[[Path], None]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return _seconds(lambda: work(Path(folder) / "index"))


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _median_ratio(speeds: list[float], bare: list[float]) -> float:
    return round(statistics.median(one / other for one, other in zip(speeds, bare, strict=True)), 3)


def _threads() -> int:
    import torch

    return torch.get_num_threads()
