"""What keeps `make check` quick: a test that starts a process says so with a marker, or fails."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.markers import STARTING

ROOT = Path(__file__).parents[1]
TESTS = """
import os, subprocess, sys
import pytest

RUN = [sys.executable, "-c", ""]

def test_starts_one():
    subprocess.run(RUN)

def test_asks_a_shell():
    os.system("true")

@pytest.fixture
def started():
    subprocess.run(RUN)

def test_is_given_one(started):
    pass

def test_starts_none():
    subprocess.run(["git", "--version"])

@pytest.mark.process
def test_says_so():
    subprocess.run(RUN)
"""


@pytest.mark.process
def test_an_unmarked_test_that_starts_a_process_fails(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.markers import pytest_runtest_makereport, pytest_runtest_protocol\n", encoding="utf-8"
    )
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-o", f"pythonpath={ROOT}", "."],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR) test_it\.py::(\w+)", done.stdout, re.MULTILINE)
    assert {name: outcome for outcome, name in outcomes} == {
        "test_starts_one": "FAILED",
        "test_asks_a_shell": "FAILED",
        "test_is_given_one": "ERROR",
        "test_starts_none": "PASSED",
        "test_says_so": "PASSED",
    }, done.stdout


def test_every_marker_is_documented() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    told = [marker.partition(": ") for marker in options["markers"]]
    assert {name for name, _, _ in told} == set(STARTING)
    page = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
    for name, _, meaning in told:
        assert f"| `{name}` | {meaning} |" in page
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert " and ".join(f"not {name}" for name, _, _ in told) in makefile
