"""The page about security against the project: the tests that it names are there, and so are the settings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from service.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (?P<attack>[^|]+) \| `(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$", re.MULTILINE)


def test_each_attack_has_a_test_that_is_there() -> None:
    table = PAGE.split("<!-- attacks -->")[1].split("<!-- /attacks -->")[0]
    rows = _ROW.findall(table)
    assert len(rows) == len(table.strip().splitlines()) - 2  # each row reads as one
    for attack, file, test in rows:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (attack, file)


def test_the_variables_are_settings() -> None:
    named = set(re.findall(r"JUDIAN_[A-Z_]+", PAGE))
    assert named
    assert named <= {f"JUDIAN_{name.upper()}" for name in Settings.model_fields}


def test_who_finds_a_fault_is_told_where_to_go() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "docs/security.md" in policy
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")
