"""Encoders: one text has one vector, a fingerprint says which, and a wrong name says what to do.

What is true of any model is tested with a tiny one, what only the default's weights can show with the default.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.encoders import sentence as encoder_module
from indexer.encoders.bundled import folder_name
from indexer.encoders.hashing import HASHING, HashingEncoder
from indexer.encoders.load import DEFAULT, load_encoder
from indexer.encoders.sentence import SentenceEncoder
from indexer.encoders.types import Encoder
from indexer.errors import EncoderError
from tests.indexer import tiny_model

TEXTS = (
    "全年办理行政复议案件2270件，比上年增长91.4%。",
    "推进简政放权，取消行政审批事项46项。",
    "國務院關於加強法治政府建設的意見",
    "The Department of Justice closed 389 cases.",
    "二〇二〇年地区生产总值（ＧＤＰ）达到1.83万亿元。",
    "短",
    "行政执法公示、全过程记录、重大执法决定法制审核三项制度实现省市县三级全覆盖。" * 6,
)


@pytest.fixture(scope="module")
def default(model_folder: Path) -> Encoder:
    return load_encoder(DEFAULT, model_folder.parents[1], "float32")


@pytest.fixture(scope="module")
def half(model_folder: Path) -> SentenceEncoder:
    """The default's folder in bfloat16."""
    return SentenceEncoder(str(model_folder), precision="bfloat16")


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Do not write into it."""
    return tiny_model.folder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(str(tiny_folder), precision="float32")


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    """The tiny model elsewhere, to be written into."""
    return shutil.copytree(tiny_folder, tmp_path / "elsewhere")


def test_hashing_is_deterministic_and_normalised() -> None:
    one, other = HashingEncoder(), HashingEncoder()
    vectors = one.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), one.dim)
    assert vectors.tolist() == other.encode_passages(TEXTS).tolist()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-6)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert one.encode_question(text).tolist() == vector.tolist()
    assert one.fingerprint == other.fingerprint


def test_hashing_tells_sizes_apart_by_fingerprint() -> None:
    assert HashingEncoder(64).fingerprint != HashingEncoder(128).fingerprint


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00"])
def test_hashing_takes_any_text(text: str) -> None:
    assert np.linalg.norm(HashingEncoder().encode_question(text)) == pytest.approx(1.0)


def test_hashing_of_no_texts() -> None:
    assert HashingEncoder().encode_passages([]).shape == (0, HashingEncoder().dim)


def test_vectors_do_not_depend_on_their_batch(tiny: SentenceEncoder) -> None:
    texts = [*TEXTS, *(text[at:] for at in (1, 2, 3, 5, 8) for text in TEXTS)]  # more than one batch
    together = tiny.encode_passages(texts)
    assert together.dtype == np.float32
    assert together.shape == (len(texts), tiny.dim)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert float(tiny.encode_passages([text])[0] @ vector) >= 0.9999


def test_questions_and_passages_have_their_own_prompts(default: SentenceEncoder, tiny: SentenceEncoder) -> None:
    for encoder in (default, tiny):
        bare = encoder.model.encode(
            [f"{kind}: {text}" for text in TEXTS[:4] for kind in ("query", "passage")], prompt=""
        )
        for text, question, passage in zip(TEXTS, bare[::2], bare[1::2], strict=False):
            assert float(encoder.encode_question(text) @ question) >= 0.99999
            assert float(encoder.encode_passages([text])[0] @ passage) >= 0.99999
            assert float(question @ passage) < 0.9999


def test_prompts_that_are_given_win_over_the_models_own(tiny: SentenceEncoder, tiny_folder: Path) -> None:
    bare = SentenceEncoder(str(tiny_folder), query_prompt="", passage_prompt="", precision="float32")
    for text in TEXTS[:4]:
        assert float(bare.encode_question(f"query: {text}") @ tiny.encode_question(text)) >= 0.99999
        assert float(bare.encode_passages([f"passage: {text}"])[0] @ tiny.encode_passages([text])[0]) >= 0.99999


def test_progress_counts_up_to_all_texts(tiny: SentenceEncoder) -> None:
    heard: list[int] = []
    tiny.encode_passages([f"第{number}条" for number in range(40)], heard.append)
    assert heard == [32, 40]
    assert tiny.encode_passages([]).shape == (0, tiny.dim)


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "👨\u200d👩"])
def test_any_text_has_a_vector(default: Encoder, text: str) -> None:
    assert np.linalg.norm(default.encode_question(text)) == pytest.approx(1.0, abs=1e-5)


def test_the_default_is_the_bundled_model(default: Encoder, half: SentenceEncoder, model_folder: Path) -> None:
    assert model_folder.name == folder_name(adapted=True)
    assert (default.fingerprint, default.dim) == (half.fingerprint, 384)  # whatever the precision


def test_bfloat16_is_the_same_vector_up_to_precision(default: Encoder, half: SentenceEncoder) -> None:
    cosines = np.sum(half.encode_passages(TEXTS) * default.encode_passages(TEXTS), axis=1)
    assert cosines.min() >= 0.999


def test_the_fingerprint_covers_the_prompts(tiny: SentenceEncoder, tiny_folder: Path) -> None:
    found = {
        tiny.fingerprint,
        SentenceEncoder(str(tiny_folder), query_prompt="q: ", precision="float32").fingerprint,
        SentenceEncoder(str(tiny_folder), passage_prompt="p: ", precision="float32").fingerprint,
    }
    assert len(found) == 3


def test_the_fingerprint_covers_the_files_and_not_their_place(tiny: SentenceEncoder, copy: Path) -> None:
    (copy / "README.md").write_text("Another description.\n", encoding="utf-8")
    assert SentenceEncoder(str(copy), precision="float32").fingerprint == tiny.fingerprint
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-5}), encoding="utf-8")
    assert SentenceEncoder(str(copy), precision="float32").fingerprint != tiny.fingerprint


def test_the_fingerprint_covers_the_weights(tiny: SentenceEncoder, copy: Path) -> None:
    raw = bytearray((copy / "model.safetensors").read_bytes())
    raw[-1] ^= 1  # one bit of one number
    (copy / "model.safetensors").write_bytes(raw)
    assert SentenceEncoder(str(copy), precision="float32").fingerprint != tiny.fingerprint


def test_the_fingerprint_leaves_out_what_torch_does_not_read(tiny: SentenceEncoder, copy: Path) -> None:
    for name in ("onnx/config.json", ".cache/huggingface/download.json"):
        (copy / name).parent.mkdir(parents=True)
        (copy / name).write_text("{}", encoding="utf-8")
    assert SentenceEncoder(str(copy), precision="float32").fingerprint == tiny.fingerprint


def test_auto_precision_is_what_the_cpu_multiplies(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for has, precision in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(encoder_module, "cpu_has_bfloat16", lambda has=has: has)
        encoder = SentenceEncoder(str(tiny_folder))
        assert encoder.precision == precision
        assert str(encoder.model.dtype) == f"torch.{precision}"


def test_hashing_by_name(tmp_path: Path) -> None:
    assert load_encoder(HASHING, tmp_path).fingerprint == HashingEncoder().fingerprint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no such model", "/absent/folder", "", "..."])
def test_a_wrong_name_says_what_to_set(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderError, match="JUDIAN_ENCODER"):
        load_encoder(name, tmp_path)


def test_a_folder_that_holds_no_model_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderError, match="JUDIAN_ENCODER"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_model_may_leave_its_prompt_out_of_the_mean(tiny: SentenceEncoder, copy: Path) -> None:
    pooling = json.loads((copy / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling | {"include_prompt": False}), encoding="utf-8")
    without = SentenceEncoder(str(copy), precision="float32")
    assert without.fingerprint != tiny.fingerprint
    assert float(without.encode_question(TEXTS[0]) @ tiny.encode_question(TEXTS[0])) < 0.9999


@pytest.mark.parametrize(
    "damaged",
    [
        lambda _: b"",
        lambda _: b"version https://git-lfs.github.com/spec/v1\n" * 3,
        lambda whole: whole[: len(whole) // 2],
    ],
    ids=["empty", "pointer", "cut"],
)
def test_damaged_weights_say_what_to_set(copy: Path, tmp_path: Path, damaged: Callable[[bytes], bytes]) -> None:
    weights = copy / "model.safetensors"
    weights.write_bytes(damaged(weights.read_bytes()))
    with pytest.raises(EncoderError, match="JUDIAN_ENCODER"):
        load_encoder(str(copy), tmp_path)


def test_threads_may_share_an_encoder(tiny_folder: Path) -> None:
    encoder = SentenceEncoder(str(tiny_folder), precision="float32")
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(encoder.encode_question, TEXTS * 20))
    alone = [encoder.encode_question(text) for text in TEXTS]
    for text, vector in zip(TEXTS * 20, vectors, strict=True):
        assert float(vector @ alone[TEXTS.index(text)]) >= 0.9999
