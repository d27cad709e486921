"""`judian model unpack` makes a folder that other machines can use in place of the default encoder.

What the command does is tested with a tiny model in the format of the bundled one, and once with the bundled one.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.encoders import bundled
from indexer.encoders.load import load_encoder
from indexer.encoders.sentence import SentenceEncoder
from indexer.encoders.weights_file import WEIGHTS_FILE
from tests.commands import Typed
from tests.indexer import tiny_model


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """``judian`` where the wheel carries the tiny model; its cache is still empty."""
    weights = tiny_model.weights(tmp_path / WEIGHTS_FILE)
    monkeypatch.setattr(bundled, "weights_path", lambda: weights)
    return Typed({"JUDIAN_CACHE": str(tmp_path / "cache"), "JUDIAN_ADAPTERS": "off"})  # which do not fit it


@pytest.fixture
def carried(tiny: Typed, tmp_path: Path) -> Path:
    """The model, unpacked by the command and then moved, as when it is carried."""
    return _carried(tiny, tmp_path / "carried")


@pytest.fixture(scope="module")
def carried_default(model_folder: Path) -> Iterator[Path]:
    """The bundled model likewise. Not kept: it takes 0.5 GB."""
    with tempfile.TemporaryDirectory(prefix="judian-carried-") as folder:
        yield _carried(Typed({"JUDIAN_CACHE": str(model_folder.parents[1])}), Path(folder))


def _carried(judian: Typed, folder: Path) -> Path:
    made = folder / "here" / "model"
    done = judian("model", "unpack", "--out", made)
    assert done.returncode == 0, done.stderr
    assert str(made) in done.stdout
    assert [path.name for path in made.parent.iterdir()] == ["model"]
    return made.rename(folder / "there")


def _names_no_place(folder: Path) -> None:
    places = [str(place).encode() for place in (folder.parent, Path.home(), Path.cwd())]
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in places if place in content], path


def test_it_is_the_default_encoder(carried: Path, tiny: Typed) -> None:
    default = load_encoder("default", Path(tiny.settings["JUDIAN_CACHE"]), "float32", adapted=False)
    assert SentenceEncoder(str(carried), precision="float32").fingerprint == default.fingerprint


def test_an_index_of_the_default_encoder_is_asked_with_it(
    carried: Path, tiny: Typed, samples: Path, tmp_path: Path
) -> None:
    tiny.index("--out", tmp_path / "index", samples)
    _is_asked_with(carried, tmp_path / "index", tmp_path / "no-cache")


@pytest.mark.export
def test_an_index_of_the_bundled_model_is_asked_with_it(
    carried_default: Path, real_index: Path, tmp_path: Path
) -> None:
    _is_asked_with(carried_default, real_index, tmp_path / "no-cache")
    _names_no_place(carried_default)


def _is_asked_with(carried: Path, index: Path, cache: Path) -> None:
    """As on a machine for which no wheel with the model exists: the cache is empty and stays so."""
    elsewhere = Typed({"JUDIAN_ENCODER": str(carried), "JUDIAN_CACHE": str(cache)})
    done = elsewhere("ask", "--index", index, "--json", "澜川市2022年粮食总产量是多少？")
    assert done.returncode == 0, done.stderr
    assert "60.8万吨" in json.loads(done.stdout)["citations"][0]["quote"]
    assert not cache.exists()


def test_it_names_no_place(carried: Path) -> None:
    _names_no_place(carried)


def test_a_model_that_is_there_already_stays(carried: Path, tiny: Typed) -> None:
    before = {path: path.stat().st_mtime_ns for path in carried.rglob("*")}
    again = tiny("model", "unpack", "--out", carried)
    assert (again.returncode, "already" in again.stdout) == (0, True), again.stderr
    assert {path: path.stat().st_mtime_ns for path in carried.rglob("*")} == before
    assert {path.name for path in carried.parent.iterdir()} == {"here", "there"}


def test_a_folder_with_something_else_is_refused(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("报告", encoding="utf-8")
    done = typed("model", "unpack", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("judian: ")
    assert "not empty and holds no model" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_the_help_says_what_for(typed: Typed) -> None:
    done = typed("model", "unpack", "--help")
    assert done.returncode == 0
    assert "JUDIAN_ENCODER" in done.stdout


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "1_Pooling/config.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_copy_is_told(carried: Path, tiny: Typed, name: str, damage: str) -> None:
    file = carried / name
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-9])
    else:
        file.unlink()
    done = tiny("model", "unpack", "--out", carried)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{name} differs" in done.stderr
