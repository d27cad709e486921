"""``judian index --manifest``: what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    (made / "报告.txt").write_text("一、工作回顾\n全年建成厕所37座。\n", encoding="utf-8")
    return made


def test_index_takes_a_table_and_says_how_much_of_it_stands(typed: Any, folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_text("path,title,region,year\n报告.txt,朔原县政府工作报告,朔原县,2023\n", encoding="gb18030")
    done = typed("index", folder, "--out", tmp_path / "index", "--manifest", table)
    assert done.returncode == 0, done.stderr
    assert "meta.csv: 3 values stand over what was read" in done.stdout
    asked = typed("ask", "朔原县2023年建成厕所多少座？", "--index", tmp_path / "index")
    assert "37座" in asked.stdout
    assert "朔原县政府工作报告" in asked.stdout


def test_a_table_with_a_fault_ends_with_1_and_names_the_line(typed: Any, folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_text("path,year\n报告.txt,去年\n别的.txt,2023\n", encoding="utf-8")
    done = typed("index", folder, "--out", tmp_path / "index", "--manifest", table)
    assert done.returncode == 1
    assert "meta.csv, line 2: year 去年 is no year" in done.stderr
    assert not (tmp_path / "index" / "CURRENT").exists()
