"""`judian model unpack` makes a folder that other machines can use in place of the default encoder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.encoder import SentenceEncoder, load_encoder


@pytest.fixture(scope="module")
def carried(real_judian: Any) -> Iterator[Path]:
    """The model, unpacked by the command and then moved, as when it is carried. Not kept: it takes 0.5 GB."""
    with tempfile.TemporaryDirectory(prefix="judian-carried-") as folder:
        made = Path(folder) / "here" / "model"
        done = real_judian("model", "unpack", "--out", made)
        assert done.returncode == 0, done.stderr
        assert str(made) in done.stdout
        again = real_judian("model", "unpack", "--out", made)
        assert (again.returncode, "already" in again.stdout) == (0, True), again.stderr
        assert [path.name for path in made.parent.iterdir()] == ["model"]
        yield made.rename(Path(folder) / "there")


def test_it_is_the_default_encoder(carried: Path, model_folder: Path) -> None:
    default = load_encoder("default", model_folder.parents[1], "float32")
    assert SentenceEncoder(str(carried), precision="float32").fingerprint == default.fingerprint


def test_an_index_of_the_default_encoder_is_asked_with_it(
    carried: Path, real_judian: Any, real_index: Path, tmp_path: Path
) -> None:
    """As on a machine for which no wheel with the model exists: the cache is empty and stays so."""
    elsewhere = real_judian.with_settings(JUDIAN_ENCODER=str(carried), JUDIAN_CACHE=str(tmp_path / "cache"))
    done = elsewhere("ask", "--index", real_index, "--json", "澜川市2022年粮食总产量是多少？")
    assert done.returncode == 0, done.stderr
    assert "60.8万吨" in json.loads(done.stdout)["citations"][0]["quote"]
    assert not (tmp_path / "cache").exists()


def test_it_names_no_place(carried: Path) -> None:
    places = [str(place).encode() for place in (carried.parent, Path.home(), Path.cwd())]
    for path in carried.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in places if place in content], path


def test_a_folder_with_something_else_is_refused(judian: Any, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("报告", encoding="utf-8")
    done = judian("model", "unpack", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("judian: ")
    assert "not empty and holds no model" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_the_help_says_what_for(judian: Any) -> None:
    done = judian("model", "unpack", "--help")
    assert done.returncode == 0
    assert "JUDIAN_ENCODER" in done.stdout


def test_a_damaged_copy_is_told(carried: Path, real_judian: Any) -> None:
    whole = (carried / "config.json").read_text(encoding="utf-8")
    (carried / "config.json").write_text(whole[:-9], encoding="utf-8")
    try:
        done = real_judian("model", "unpack", "--out", carried)
    finally:
        (carried / "config.json").write_text(whole, encoding="utf-8")
    assert done.returncode == 1
    assert "config.json differs" in done.stderr
