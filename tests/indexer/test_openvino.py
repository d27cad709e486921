"""The encoder run by OpenVINO: torch's vectors, from several threads, or a word on what is missing."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from indexer.encoder import Precision, SentenceEncoder
from indexer.errors import EncoderError
from indexer.openvino_backend import compiled

TEXTS = [
    "全市地区生产总值增长5.5%。",
    "行政复议",
    "How many cases were heard?",
    "",
    "工作报告" * 400,
    "\ud800 半个字符",
]


@pytest.fixture(scope="module")
def torch_encoder(model_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(str(model_folder), precision="float32")


@pytest.mark.parametrize(("precision", "least_cosine"), [("float32", 0.9999), ("bfloat16", 0.995)])
def test_the_vectors_are_those_of_torch(
    model_folder: Path, torch_encoder: SentenceEncoder, precision: Precision, least_cosine: float
) -> None:
    encoder = SentenceEncoder(str(model_folder), precision=precision, backend="openvino", threads=1)
    assert encoder.fingerprint == torch_encoder.fingerprint  # an index of one is an index of the other
    ours, theirs = encoder.encode_passages(TEXTS), torch_encoder.encode_passages(TEXTS)
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > least_cosine
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    for text in TEXTS:
        assert encoder.encode_question(text) @ torch_encoder.encode_question(text) > least_cosine


def test_threads_do_not_get_each_others_vectors(model_folder: Path) -> None:
    encoder = SentenceEncoder(str(model_folder), backend="openvino", threads=1)
    alone = {text: encoder.encode_question(text) for text in TEXTS[:3]}
    asked = TEXTS[:3] * 20
    with ThreadPoolExecutor(4) as pool:
        for text, vector in zip(asked, pool.map(encoder.encode_question, asked), strict=True):
            assert vector == pytest.approx(alone[text], abs=1e-5)


def test_without_openvino_the_extra_is_named(torch_encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EncoderError, match=r"pip install 'judian\[openvino\]'"):
        compiled(torch_encoder.model, "float32")


def _module(kind: str, **fields: Any) -> Any:
    return type(kind, (SimpleNamespace,), {})(**fields)


@pytest.mark.parametrize(
    "model",
    [
        [_module("Transformer"), _module("Pooling", pooling_mode="cls")],
        [_module("Transformer"), _module("Pooling", pooling_mode="mean"), _module("Dense")],
        [_module("StaticEmbedding")],
    ],
    ids=["cls", "dense", "static"],
)
def test_a_model_that_does_more_than_the_mean_is_refused(model: Any) -> None:
    with pytest.raises(EncoderError, match="set JUDIAN_BACKEND to `torch`"):
        compiled(model, "float32")
