"""The adapters are merged as their card says, belong to the encoder's fingerprint, and can be left out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from indexer.encoders import bundled, lora
from indexer.encoders.load import load_encoder
from indexer.encoders.reader import READER_FOLDER
from indexer.encoders.sentence import SentenceEncoder
from indexer.errors import EncoderError


def test_an_addition_is_strength_times_scale_times_b_a(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(size=(6, 4)).astype(np.float32) for name in ("a.weight", "other.weight")}
    a, b = rng.normal(size=(2, 4)).astype(np.float16), rng.normal(size=(6, 2)).astype(np.float16)
    head = {"head.span.bias": np.ones(2, np.float16)}
    path = tmp_path / "one.safetensors"
    save_file({"a.lora_A.weight": a, "a.lora_B.weight": b} | head, path, metadata={"scale": "2.0"})
    together = lora.merged(weights, path, 0.75)
    expected = weights["a.weight"] + 1.5 * (b.astype(np.float32) @ a.astype(np.float32))
    np.testing.assert_allclose(together["a.weight"], expected, rtol=1e-6)
    assert together["other.weight"] is weights["other.weight"]
    assert set(together) == set(weights)
    assert {name: values.tolist() for name, values in lora.head(path).items()} == {"span.bias": [1.0, 1.0]}


def test_the_sum_is_exact_and_so_the_same_on_every_machine(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(64, 8)).astype(np.float16), rng.normal(scale=1e-3, size=(8, 64)).astype(np.float16)
    path = tmp_path / "one.safetensors"
    save_file({"w.lora_A.weight": a, "w.lora_B.weight": b}, path, metadata={"scale": "2.0"})
    base = np.ones((8, 8), np.float32)
    together = lora.merged({"w.weight": base}, path, 1.0)["w.weight"]
    for row, column in ((0, 0), (3, 5), (7, 7)):
        addition = sum(Fraction(float(b[row, at])) * Fraction(float(a[at, column])) for at in range(64))
        assert together[row, column] == np.float32(float(1 + 2 * addition))


def test_an_adapter_of_another_model_is_refused() -> None:
    with pytest.raises(EncoderError, match="another model; set JUDIAN_ADAPTERS to `off`"):
        lora.merged({}, lora.ENCODER, 1.0)


def test_the_unpacked_weights_are_the_base_and_the_addition(model_folder: Path) -> None:
    base = load_file(bundled.unpack(model_folder.parent) / "model.safetensors")
    adapted = load_file(model_folder / "model.safetensors")
    layer = "encoder.layer.7.intermediate.dense"
    with safe_open(lora.ENCODER, "np") as file:
        a, b = (file.get_tensor(f"{layer}.lora_{part}.weight").astype(np.float32) for part in "AB")
    np.testing.assert_allclose(adapted[f"{layer}.weight"], base[f"{layer}.weight"] + 1.5 * (b @ a), atol=1e-6)
    changed = {name for name in base if not np.array_equal(base[name], adapted[name])}
    assert len(changed) == 6 * 12  # and no embedding, bias or norm: the reader shares the encoder's embeddings
    assert all(name.startswith("encoder.layer.") and name.endswith("weight") for name in changed)


def test_with_and_without_are_two_encoders(model_folder: Path) -> None:
    cache = model_folder.parents[1]
    adapted, base = (load_encoder("default", cache, "float32", adapted=adapted) for adapted in (True, False))
    assert adapted.fingerprint != base.fingerprint
    assert adapted.reader is not None
    assert adapted.judge is not None
    assert base.reader is base.judge is None
    assert (adapted.adapters, base.adapters) == (lora.digest(*lora.ALL), None)
    english, chinese = "How many cases were handled?", "全年办理案件2270件。"
    near, far = (float(e.encode_question(english) @ e.encode_passages([chinese])[0]) for e in (adapted, base))
    other = [float(e.encode_question(english) @ e.encode_passages(["今天天气很好。"])[0]) for e in (adapted, base)]
    assert near - other[0] > far - other[1]  # what it was trained for


def test_the_reader_does_not_change_whose_encoder_it_is(model_folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in model_folder.rglob("*"):
        below = path.relative_to(model_folder)
        if path.is_file() and below.parts[0] != READER_FOLDER:
            (bare / below).parent.mkdir(exist_ok=True)
            (bare / below).symlink_to(path)
    found = SentenceEncoder(str(bare), precision="float32")
    assert found.reader is None
    assert found.fingerprint == load_encoder("default", model_folder.parents[1], "float32").fingerprint
