"""From `make wheelhouse` to an answer on a machine without a network: a fresh environment, outside the checkout, in a
network namespace with nothing but a loopback interface, with an empty home."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.encoders import lora
from service.http.assets import load
from supply.sbom import NAME
from tests import offline

pytestmark = pytest.mark.airgap

ROOT = Path(__file__).parents[1]
WHEELHOUSE = ROOT / "wheelhouse"
PACKAGES = ("indexer", "service", "judian", "eval", "prompts")


def _shipped() -> dict[str, Path]:
    """The files of the checkout that belong into the wheel, by their name there."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and not name.startswith(("eval/data/", "eval/expected/", "eval/results/", "eval/README.md"))
            ):
                found[name] = path
    return found


@pytest.fixture(scope="module")
def wheel() -> Path:
    """Judian's wheel in ``wheelhouse``, made from the sources as they are."""
    wheels = list(WHEELHOUSE.glob("judian-*.whl"))
    if not wheels:
        pytest.skip("there is no wheelhouse; run `make wheelhouse`")
    (made,) = wheels
    sources = [ROOT / "pyproject.toml", ROOT / "constraints.txt", *_shipped().values()]
    if newer := [path for path in sources if path.stat().st_mtime > made.stat().st_mtime]:
        pytest.skip(f"{newer[0].relative_to(ROOT)} is newer than the wheelhouse; run `make wheelhouse`")
    return made


@pytest.fixture(scope="module")
def office(wheel: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder away from the checkout, and what a user there was told. Not kept: it takes more than 2 GB."""
    if reason := offline.cannot_unshare():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="judian-office-") as name:
        folder = Path(name)
        (folder / "wheelhouse").symlink_to(wheel.parent)
        shutil.copytree(ROOT / "eval" / "data" / "samples", folder / "reports")
        (folder / "home").mkdir()
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "JUDIAN_CACHE": str(folder / "cache"),
            "PIP_CONFIG_FILE": "/dev/null",  # no folder of wheels but the wheelhouse
            "PYTHONIOENCODING": "utf-8",
        }
        yield folder, offline.alone("office", folder, environment, timeout_s=540)


def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    shipped = _shipped()
    assert {"service/http/static/index.html", "service/abstention.json", "prompts/README.md"} <= set(shipped)
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert names == set(shipped)
        assert [name for name, path in shipped.items() if archive.read(name) != path.read_bytes()] == []
        (licence,) = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_wheelhouse_holds_the_pinned_versions_and_no_cuda(wheel: Path) -> None:
    assert (wheel.parent / "constraints.txt").read_bytes() == (ROOT / "constraints.txt").read_bytes()
    assert (wheel.parent / "INSTALL").read_text(encoding="utf-8").splitlines()[-1] == offline.INSTALL
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").splitlines()
    pins = (line.removesuffix(" \\").partition(" ; ")[0].partition("==") for line in lines if "==" in line)
    pinned = {_normal(name): version for name, _, version in pins}
    held = [path.name.split("-")[:2] for path in wheel.parent.glob("*.whl") if path != wheel]
    assert "torch" in [name for name, _ in held]
    assert [(name, version) for name, version in held if pinned.get(_normal(name)) != version.partition("+")[0]] == []


def test_each_wheel_is_one_whose_hash_is_known_and_stands_in_the_bill(wheel: Path) -> None:
    known = set(re.findall(r"sha256:([0-9a-f]{64})", (ROOT / "constraints.txt").read_text(encoding="ascii")))
    held = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in wheel.parent.glob("*.whl")}
    assert [path.name for path, sha256 in held.items() if path != wheel and sha256 not in known] == []
    bill = json.loads((wheel.parent / NAME).read_text(encoding="utf-8"))
    told = [*bill["components"], bill["metadata"]["component"]]
    assert sorted(one["hashes"][0]["content"] for one in told) == sorted(held.values())
    assert [one["name"] for one in told if not one.get("licenses")] == []


def _normal(name: str) -> str:
    return name.lower().replace("-", "_")


def test_it_is_done_as_the_readme_says(office: tuple[Path, dict[str, Any]]) -> None:
    assert {offline.INSTALL, *offline.TOLD} <= set(office[1]["commands"])


def test_it_indexes_asks_and_serves(office: tuple[Path, dict[str, Any]]) -> None:
    _, told = office
    for answer, figure in ((told["asked"], "60.8万吨"), (told["served"], "94.2%")):
        assert answer["status"] == "answered"
        assert figure in answer["citations"][0]["quote"]


def test_the_adapters_come_with_the_wheel_and_are_merged(office: tuple[Path, dict[str, Any]]) -> None:
    assert office[1]["ready"]["encoder"]["adapters"] == lora.digest(*lora.ALL)


def test_the_page_and_its_files_are_those_of_the_checkout(office: tuple[Path, dict[str, Any]]) -> None:
    assets = load(ROOT / "service" / "http" / "static")
    names = {"/": "index.html", "/widget.js": "widget.js", "/static/chat.js": "chat.js", "/static/chat.css": "chat.css"}
    assert office[1]["pages"] == {path: assets[name].body.decode() for path, name in names.items()}


def test_it_runs_from_the_environment_not_from_the_checkout(office: tuple[Path, dict[str, Any]]) -> None:
    folder, told = office
    assert [Path(place).is_relative_to(folder / "venv") for place in told["places"]] == [True, True]
    assert Path(told["places"][1]).is_file()


def test_a_carried_model_answers_from_the_same_index(office: tuple[Path, dict[str, Any]]) -> None:
    _, told = office
    assert told["carried"]["citations"] == told["asked"]["citations"]
    assert not told["cached"]
