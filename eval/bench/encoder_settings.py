"""The default encoder's settings: throughput and time of a question beside retrieval quality."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.types import EncoderSetting
from eval.reading_sets import ReadingSet

N_TIMED = 40


@dataclass(frozen=True)
class Setting:
    """A way to run a sentence-transformers folder."""

    name: str
    precision: str = "bfloat16"
    threads: int = 2
    batch: int = 32
    by_length: bool = True
    backend: str = "torch"


SETTINGS = (
    Setting("fp32", precision="float32"),
    Setting("bf16 (default)"),
    Setting("bf16, in the order given", by_length=False),
    Setting("bf16, batches of 8", batch=8),
    Setting("bf16, batches of 128", batch=128),
    Setting("bf16, one thread", threads=1),
    Setting("OpenVINO", backend="openvino"),
)


def measure_settings(folder: Path, reading: ReadingSet) -> Iterator[EncoderSetting]:
    """Each setting over all passages and the held-out questions of ``reading``; OpenVINO only where it is installed."""
    asked = [question for question in reading.questions if question.held_out]
    texts = [f"{report.title}\n{report.text}" for report in reading.reports]
    row_of = {report.report_id: row for row, report in enumerate(reading.reports)}
    for setting in SETTINGS:
        try:
            encode = _encoder(folder, setting)
        except ImportError:
            continue
        encode(texts[:64], "passage: ")
        began = time.perf_counter()
        passages = encode(texts, "passage: ")
        texts_per_s = len(texts) / (time.perf_counter() - began)
        times = []
        for question in asked[:N_TIMED]:
            began = time.perf_counter()
            encode([question.question], "query: ")
            times.append((time.perf_counter() - began) * 1000)
        vectors = encode([question.question for question in asked], "query: ")
        best = np.argmax(vectors @ passages.T, axis=1)
        right = [row_of[question.report_id] == row for question, row in zip(asked, best, strict=True)]
        yield EncoderSetting(
            name=setting.name,
            texts_per_s=round(texts_per_s, 1),
            question_ms=round(statistics.median(times), 1),
            r_at_1=round(sum(right) / len(right), 4),
        )


def _encoder(folder: Path, setting: Setting) -> Callable[[list[str], str], NDArray[np.float32]]:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(setting.threads)
    if setting.backend == "openvino":
        import optimum.intel  # noqa: F401 - sentence-transformers would say so less plainly
    model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True, backend=setting.backend)  # type: ignore[arg-type]
    if setting.backend == "torch" and setting.precision == "bfloat16":
        model.to(torch.bfloat16)

    def encode(texts: list[str], prompt: str) -> NDArray[np.float32]:
        found = np.zeros((len(texts), 384), np.float32)
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at])) if setting.by_length else range(len(texts))
        for start in range(0, len(texts), setting.batch):
            batch = list(order[start : start + setting.batch])
            vectors = model.encode(
                [texts[at] for at in batch], prompt=prompt, batch_size=len(batch), convert_to_tensor=True
            )
            found[batch] = vectors.float().cpu().numpy()
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    return encode
