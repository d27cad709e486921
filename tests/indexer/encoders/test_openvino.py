"""The encoder run by OpenVINO: torch's vectors, from several threads, or a word on what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.encoders.openvino_backend import compiled
from indexer.encoders.sentence import SentenceEncoder
from indexer.encoders.types import Precision
from indexer.errors import EncoderError
from tests.indexer import tiny_model

TEXTS = [
    "全市地区生产总值增长5.5%。",
    "行政复议",
    "How many cases were heard?",
    "",
    "工作报告" * 400,
    "\ud800 半个字符",
]
LONG = 4  # the text of more tokens than the model takes


@pytest.fixture(scope="module", autouse=True)
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[object]]:
    """What OpenVINO would tell its makers, on a machine where nobody has asked it not to: each message would be a
    process of its own, on the network."""
    messages: list[object] = []
    home = str(tmp_path_factory.mktemp("home"))
    telemetry = "openvino_telemetry.utils"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{telemetry}.sender.TelemetrySender.send", lambda *sent: messages.append(sent))
        patch.setattr(f"{telemetry}.opt_in_checker.OptInChecker.consent_file_base_dir", lambda *_: home)
        for name in ("CI", "TF_BUILD", "JENKINS_URL"):  # it is silent where tests are run for each commit
            patch.delenv(name, raising=False)
        yield messages


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.folder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(str(tiny_folder), precision="float32", backend="openvino", threads=1)


@pytest.fixture(scope="module")
def default(model_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(str(model_folder), precision="float32")


@pytest.fixture(scope="module")
def default_vectors(default: SentenceEncoder) -> NDArray[np.float32]:
    """Those of TEXTS as torch gives them."""
    return np.array([default.encode_question(text) for text in TEXTS])


@pytest.mark.parametrize(("precision", "least_cosine"), [("float32", 0.9999), ("bfloat16", 0.995)])
def test_the_vectors_are_those_of_torch(tiny_folder: Path, precision: Precision, least_cosine: float) -> None:
    encoder = SentenceEncoder(str(tiny_folder), precision=precision, backend="openvino", threads=1)
    torch_encoder = SentenceEncoder(str(tiny_folder), precision="float32")
    assert encoder.fingerprint == torch_encoder.fingerprint  # an index of one is an index of the other
    ours, theirs = encoder.encode_passages(TEXTS), torch_encoder.encode_passages(TEXTS)
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > least_cosine
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    for text in TEXTS:
        assert encoder.encode_question(text) @ torch_encoder.encode_question(text) > least_cosine


@pytest.mark.export
@pytest.mark.parametrize(("precision", "least_cosine"), [("float32", 0.9999), ("bfloat16", 0.995)])
def test_the_defaults_vectors_are_those_of_torch(
    default: SentenceEncoder,
    default_vectors: NDArray[np.float32],
    precision: Literal["float32", "bfloat16"],
    least_cosine: float,
) -> None:
    """The long text goes alone: in one batch, each would be made as long."""
    run = compiled(default.model, precision, threads=1)
    texts = [f"query: {text}".encode("utf-8", "replace").decode() for text in TEXTS]
    ours = np.concatenate([run(texts[:LONG]), run(texts[LONG : LONG + 1]), run(texts[LONG + 1 :])])
    ours /= np.linalg.norm(ours, axis=1, keepdims=True)
    assert (ours * default_vectors).sum(axis=1).min() > least_cosine


def test_threads_do_not_get_each_others_vectors(tiny: SentenceEncoder) -> None:
    alone = {text: tiny.encode_question(text) for text in TEXTS[:3]}
    asked = TEXTS[:3] * 100
    with ThreadPoolExecutor(4) as pool:
        for text, vector in zip(asked, pool.map(tiny.encode_question, asked), strict=True):
            assert vector == pytest.approx(alone[text], abs=1e-5)


def test_nobody_is_told(tiny: SentenceEncoder, told: list[object]) -> None:
    assert tiny.dim
    assert not told


def test_without_openvino_the_extra_is_named(tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EncoderError, match=r"pip install 'judian\[openvino\]'"):
        compiled(tiny.model, "float32")


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
