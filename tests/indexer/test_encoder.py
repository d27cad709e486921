"""Encoders: one text has one vector, a fingerprint says which, and a wrong name says what to do."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer import encoder as encoder_module
from indexer.bundled import FOLDER_NAME
from indexer.encoder import DEFAULT, HASHING, Encoder, HashingEncoder, SentenceEncoder, load_encoder
from indexer.errors import EncoderError

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
def float32(model_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(str(model_folder), precision="float32")


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


def test_vectors_do_not_depend_on_their_batch(float32: SentenceEncoder) -> None:
    together = float32.encode_passages(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), float32.dim)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(float32.encode_passages([text])[0] @ vector) >= 0.9999


def test_questions_and_passages_have_their_own_prompts(float32: SentenceEncoder, model_folder: Path) -> None:
    bare = SentenceEncoder(str(model_folder), query_prompt="", passage_prompt="", precision="float32")
    for text in TEXTS[:4]:
        question, passage = float32.encode_question(text), float32.encode_passages([text])[0]
        assert float(question @ bare.encode_question(f"query: {text}")) >= 0.99999
        assert float(passage @ bare.encode_question(f"passage: {text}")) >= 0.99999
        assert float(question @ passage) < 0.9999


def test_progress_counts_up_to_all_texts(float32: SentenceEncoder) -> None:
    heard: list[int] = []
    float32.encode_passages([f"第{number}条" for number in range(40)], heard.append)
    assert heard == [32, 40]
    assert float32.encode_passages([]).shape == (0, float32.dim)


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "👨\u200d👩"])
def test_any_text_has_a_vector(float32: SentenceEncoder, text: str) -> None:
    assert np.linalg.norm(float32.encode_question(text)) == pytest.approx(1.0, abs=1e-5)


def test_bfloat16_is_the_same_vector_up_to_precision(float32: SentenceEncoder, model_folder: Path) -> None:
    half = SentenceEncoder(str(model_folder), precision="bfloat16")
    cosines = np.sum(half.encode_passages(TEXTS) * float32.encode_passages(TEXTS), axis=1)
    assert cosines.min() >= 0.999
    assert half.fingerprint == float32.fingerprint


def test_the_fingerprint_covers_the_prompts(float32: SentenceEncoder, model_folder: Path) -> None:
    found = {
        float32.fingerprint,
        SentenceEncoder(str(model_folder), query_prompt="q: ", precision="float32").fingerprint,
        SentenceEncoder(str(model_folder), passage_prompt="p: ", precision="float32").fingerprint,
    }
    assert len(found) == 3


def test_the_fingerprint_covers_the_files_and_not_their_place(
    float32: SentenceEncoder, model_folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(model_folder, copy, ignore=shutil.ignore_patterns("*.safetensors"))
    (copy / "model.safetensors").symlink_to(model_folder / "model.safetensors")  # 470 MB
    (copy / "README.md").write_text("Another description.\n", encoding="utf-8")
    assert SentenceEncoder(str(copy), precision="float32").fingerprint == float32.fingerprint
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-5}), encoding="utf-8")
    assert SentenceEncoder(str(copy), precision="float32").fingerprint != float32.fingerprint


def test_auto_precision_is_what_the_cpu_multiplies(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for has, precision in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(encoder_module, "cpu_has_bfloat16", lambda has=has: has)
        assert SentenceEncoder(str(model_folder)).precision == precision


def test_the_default_is_the_bundled_model(model_folder: Path, float32: SentenceEncoder) -> None:
    assert model_folder.name == FOLDER_NAME
    default: Encoder = load_encoder(DEFAULT, model_folder.parents[1], "float32")
    assert (default.fingerprint, default.dim) == (float32.fingerprint, 384)


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


def _linked(model_folder: Path, place: Path) -> Path:
    """A copy of the model whose weights, 470 MB, are a link."""
    shutil.copytree(model_folder, place, ignore=shutil.ignore_patterns("*.safetensors"))
    (place / "model.safetensors").symlink_to(model_folder / "model.safetensors")
    return place


def test_a_model_may_leave_its_prompt_out_of_the_mean(
    float32: SentenceEncoder, model_folder: Path, tmp_path: Path
) -> None:
    folder = _linked(model_folder, tmp_path / "model")
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling | {"include_prompt": False}), encoding="utf-8")
    without = SentenceEncoder(str(folder), precision="float32")
    assert without.fingerprint != float32.fingerprint
    assert float(without.encode_question(TEXTS[0]) @ float32.encode_question(TEXTS[0])) < 0.9999


def test_the_fingerprint_leaves_out_what_torch_does_not_read(
    float32: SentenceEncoder, model_folder: Path, tmp_path: Path
) -> None:
    folder = _linked(model_folder, tmp_path / "model")
    for name in ("onnx/config.json", ".cache/huggingface/download.json"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("{}", encoding="utf-8")
    assert SentenceEncoder(str(folder), precision="float32").fingerprint == float32.fingerprint


@pytest.mark.parametrize("weights", [b"", b"version https://git-lfs.github.com/spec/v1\n" * 3])
def test_damaged_weights_say_what_to_set(model_folder: Path, tmp_path: Path, weights: bytes) -> None:
    folder = _linked(model_folder, tmp_path / "model")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(EncoderError, match="JUDIAN_ENCODER"):
        load_encoder(str(folder), tmp_path)


def test_threads_may_share_an_encoder(model_folder: Path) -> None:
    encoder = SentenceEncoder(str(model_folder), precision="float32")
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(encoder.encode_question, TEXTS[:4] * 4))
    for text, vector in zip(TEXTS[:4] * 4, vectors, strict=True):
        assert float(vector @ encoder.encode_question(text)) >= 0.9999
