"""What is installed: only files whose hashes are known, on every way that there is; how Judian says what it needs."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply.needs import needs

ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text(encoding="ascii")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_pin_has_hashes_and_every_install_is_held() -> None:
    pins = re.split(r"^(?=\S)", PINS, flags=re.MULTILINE)[1:]
    assert len(pins) > 200
    for pin in pins:
        assert re.fullmatch(r"[\w.-]+==\S+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n", pin), pin[:80]
    makefile = re.sub(r"\s*\\\n\s*", " ", (ROOT / "Makefile").read_text(encoding="utf-8"))
    commands = re.findall(r"\$\(PIP\) (?:install|wheel) .*", makefile)
    assert len(commands) == 5  # pip itself, HELD, OWN, WHEEL, and torch, which HELD then takes from a folder
    held = [line for line in commands if "--constraint constraints.txt" in line or "--require-hashes" in line]
    assert len(held) == 2
    assert [line for line in commands if "--no-deps --no-build-isolation --editable ." in line]
    assert re.findall(r"-m pip (?:install|wheel)", makefile) == []
    assert "--wheel-dir $(VENV)/torch $(TORCH) && $(HELD) --no-index --no-deps --find-links $(VENV)/torch" in makefile
    gathered = re.findall(r"\$\(call gather,(.*)\)", makefile)
    assert gathered == [
        "--no-deps $(TORCH)",
        "--constraint constraints.txt --constraint $(VENV)/torch.txt --requirement $(VENV)/needs.txt",
    ]


def test_a_wheelhouse_has_its_bill_and_ci_asks_for_known_faults() -> None:
    makefile = re.sub(r"\s*\\\n\s*", " ", (ROOT / "Makefile").read_text(encoding="utf-8"))
    _, _, recipe = makefile.partition("\nwheelhouse:")
    assert "-m supply.sbom wheelhouse.new" in recipe.split("\n\n")[0]
    assert re.search(r"^audit:.*\n(?:\t.*\n)*\t\$\(BIN\)/python -m supply\.audit$", makefile, re.MULTILINE)
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make audit", "make wheelhouse"} <= set(steps)
    assert "set -euo pipefail" in steps  # each of them must succeed


def test_everything_that_may_be_asked_for_is_pinned() -> None:
    project = PYPROJECT["project"]
    asked = [*project["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for named in (*project["optional-dependencies"].values(), *PYPROJECT["dependency-groups"].values()):
        asked += named
    pinned = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", PINS, re.MULTILINE)
    }
    for requirement in map(Requirement, asked):
        if requirement.name != "judian":
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_an_extra_is_asked_for_with_those_that_it_names() -> None:
    project = {
        "dependencies": ["a>=1", "b; sys_platform == 'linux'"],
        "optional-dependencies": {"x": ["judian[y,z]", "c"], "y": ["c", "d>=2"], "z": ["judian[x]"], "w": ["e"]},
    }
    assert needs(project, []) == ["a>=1", "b; sys_platform == 'linux'"]
    assert needs(project, ["x"]) == ["a>=1", "b; sys_platform == 'linux'", "c", "d>=2"]
    with pytest.raises(SystemExit, match="no extra of Judian; there are x, y, z, w"):
        needs(project, ["v"])


def _wheel(folder: Path, text: str) -> str:
    """A wheel of ``part`` 1.0 in ``folder``, and its hash."""
    files = {"part.py": text, "part-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: part\nVersion: 1.0\n"}
    files["part-1.0.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},sha256={_digest(held)},{len(held)}\n" for name, held in files.items())
    folder.mkdir(exist_ok=True)
    path = folder / "part-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, held in (*files.items(), ("part-1.0.dist-info/RECORD", record)):
            archive.writestr(zipfile.ZipInfo(name), held)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.mark.process
def test_a_file_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    """By the pip that is pinned, from a file of constraints, as the Makefile does it."""
    command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"]
    held = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert f"\npip=={held} " in PINS, "run `make check`, which brings the pip that is pinned"
    pins = tmp_path / "pins.txt"
    pins.write_text(f"part==1.0 \\\n    --hash=sha256:{_wheel(tmp_path / 'links', 'GOOD = 1')}\n", encoding="utf-8")
    command += ["install", "--no-index", f"--find-links={tmp_path / 'links'}", f"--constraint={pins}", "part>=0.5"]
    good = subprocess.run([*command, f"--target={tmp_path / 'good'}"], capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert (tmp_path / "good" / "part.py").is_file()
    _wheel(tmp_path / "links", "GOOD = 0")
    bad = subprocess.run([*command, f"--target={tmp_path / 'bad'}"], capture_output=True, text=True, check=False)
    assert bad.returncode != 0
    assert not (tmp_path / "bad" / "part.py").exists()
    assert "HASH" in bad.stderr.upper()
