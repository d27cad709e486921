"""The default encoder's settings: throughput and time of a question beside retrieval quality.

Every setting encodes the same passages, a block at a time by turns, so that a busy minute falls on all of them. The
passages are cut as for an index.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eval.bench.types import EncoderSetting
from eval.gold.reading_sets import ReadingSet
from indexer.chunks import chunks, embedded_text
from indexer.encoders.openvino_backend import compiled
from indexer.encoders.types import Backend
from indexer.errors import EncoderError

BLOCK = 256  # passages that a setting encodes before the next has its turn; as many as the indexer gives at once
N_TIMED = 60

Model = Callable[[list[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Setting:
    """A way to run a sentence-transformers folder; it may be the encoder of questions, of passages, or of both."""

    name: str
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    threads: int = 2
    batch: int = 32
    by_length: bool = True
    backend: Backend = "torch"

    def encode(self, model: Model, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dim) float32, L2-normalised."""
        order = list(range(len(texts)))
        if self.by_length:
            order.sort(key=lambda at: -len(texts[at]))
        batches = [order[start : start + self.batch] for start in range(0, len(order), self.batch)]
        found = np.concatenate([model([texts[at] for at in batch]) for batch in batches])
        vectors = np.empty_like(found)
        vectors[order] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return vectors


SETTINGS = (
    Setting("fp32", precision="float32"),
    Setting("fp32, one thread", precision="float32", threads=1),
    Setting("bf16"),
    Setting("bf16, one thread", threads=1),
    Setting("bf16, in the order given", by_length=False),
    Setting("bf16, batches of 8", batch=8),
    Setting("bf16, batches of 128", batch=128),
    Setting("OpenVINO fp32", precision="float32", backend="openvino"),
    Setting("OpenVINO bf16", backend="openvino"),
    Setting("OpenVINO bf16, one thread", threads=1, backend="openvino"),
)


def measure_settings(
    folder: Path, reading: ReadingSet, settings: Sequence[Setting] = SETTINGS
) -> tuple[EncoderSetting, ...]:
    """One row a setting, over the passages and the held-out questions of ``reading``; OpenVINO where it is installed.

    A question is answered when the best passage is of the report that answers it.
    """
    cut = [(chunk, row) for row, report in enumerate(reading.reports) for chunk in chunks(report)]
    texts = ["passage: " + embedded_text(chunk) for chunk, _ in cut]
    report_of = np.array([row for _, row in cut])
    row_of = {report.report_id: row for row, report in enumerate(reading.reports)}
    asked = [question for question in reading.questions if question.held_out]
    right = np.array([row_of[question.report_id] for question in asked])
    queries = ["query: " + question.question for question in asked]

    models = _models(folder, settings)
    seconds = dict.fromkeys(models, 0.0)
    passages: dict[Setting, list[NDArray[np.float32]]] = {setting: [] for setting in models}
    ms: dict[Setting, list[float]] = {setting: [] for setting in models}
    for setting, model in models.items():
        setting.encode(model, texts[: setting.batch])
    for start in range(0, len(texts), BLOCK):
        for setting, model in models.items():
            began = time.perf_counter()
            passages[setting].append(setting.encode(model, texts[start : start + BLOCK]))
            seconds[setting] += time.perf_counter() - began
    for query in queries[:N_TIMED]:
        for setting, model in models.items():
            began = time.perf_counter()
            model([query])
            ms[setting].append((time.perf_counter() - began) * 1000)
    rows = []
    for setting, model in models.items():
        cosines = setting.encode(model, queries) @ np.concatenate(passages[setting]).T
        rows.append(
            EncoderSetting(
                name=setting.name,
                texts_per_s=round(len(texts) / seconds[setting], 1),
                question_ms=round(statistics.median(ms[setting]), 2),
                r_at_1=round(float(np.mean(report_of[cosines.argmax(axis=1)] == right)), 4),
            )
        )
    return tuple(rows)


def _models(folder: Path, settings: Sequence[Setting]) -> dict[Setting, Model]:
    """The model of each setting; settings of one precision share their weights."""
    from sentence_transformers import SentenceTransformer

    load = partial(SentenceTransformer, str(folder), device="cpu", local_files_only=True)
    torch_models = {precision: load() for precision in ("float32", "bfloat16")}
    found: dict[Setting, Model] = {}
    for setting in settings:
        if setting.backend == "torch":
            found[setting] = partial(_encode_by_torch, torch_models[setting.precision], setting)
            continue
        try:
            found[setting] = compiled(torch_models["float32"], setting.precision, setting.threads)
        except EncoderError:
            continue
    _to_bfloat16(torch_models["bfloat16"])
    return found


def _to_bfloat16(model: Any) -> None:
    import torch

    model.to(torch.bfloat16)


def _encode_by_torch(model: Any, setting: Setting, texts: list[str]) -> NDArray[np.float32]:
    import torch

    torch.set_num_threads(setting.threads)
    vectors = model.encode(texts, batch_size=len(texts), convert_to_tensor=True, show_progress_bar=False)
    return np.asarray(vectors.float().cpu().numpy(), np.float32)
