"""What ``judian inspect`` shows is what the index will hold, whole lines of it, also as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.store.snapshot import open_published
from indexer.types import FileReading
from tests.commands import Typed

NAME = "2023年朔原县政府工作报告.txt"
LONG = "深入推进" + "行政复议体制改革和" * 3 + "规范化建设"
TEXT = f"一、工作回顾\n（一）{LONG}\n全年建成厕所37座。\n（二）民生\n改造农村公路86公里。\n二、问题\n作风不实。\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "云岭市").mkdir(parents=True)
    (folder / NAME).write_text(TEXT, encoding="utf-8")
    (folder / "云岭市" / NAME).write_text(TEXT.replace("37", "38"), encoding="utf-8")
    return folder


def test_its_ids_are_those_of_the_index(typed: Typed, reports: Path, tmp_path: Path) -> None:
    typed.index(reports, "--out", tmp_path / "index")
    indexed = {report.file: report for report in open_published(tmp_path / "index").reports.values()}
    for path, more in ((reports / NAME, ()), (reports / "云岭市" / NAME, ("--folder", reports))):
        reading = FileReading.model_validate_json(typed("inspect", path, *more, "--json").stdout)
        assert reading.reports == (indexed[f"reports/{path.relative_to(reports).as_posix()}"],)
        assert f"report_id: {reading.reports[0].report_id}, " in typed("inspect", path, *more).stdout
    assert reading.reports[0].metadata.region is not None


def test_lines_are_not_wrapped(typed: Typed, reports: Path) -> None:
    narrow = typed.with_settings(COLUMNS="40")("inspect", reports / NAME)
    (line,) = (line for line in narrow.stdout.splitlines() if LONG in line)
    assert line.startswith("│   ├── （一） ")
    (last,) = (line for line in narrow.stdout.splitlines() if "问题" in line)
    assert last.startswith("└── 二、 问题 [")


def test_a_folders_readme_and_hidden_files_are_left_out_and_listed(typed: Typed, reports: Path, tmp_path: Path) -> None:
    for name in ("README.md", ".DS_Store", ".git/config", ".git/HEAD", "云岭市/~$报告.docx", "云岭市/readme.txt"):
        path = reports / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("# 说明\n本文件夹存放报告。\n", encoding="utf-8")
    done = typed.index(reports, "--out", tmp_path / "index")
    listed = [line.rpartition(": ")[2] for line in done.stderr.splitlines() if line.startswith("left out")]
    assert sorted(listed) == sorted(
        f"reports/{name}" for name in ("README.md", ".DS_Store", ".git", "云岭市/~$报告.docx", "云岭市/readme.txt")
    )
    assert "from 2 of 2 files" in done.stdout
    named = typed.index(reports / "README.md", "--out", tmp_path / "named")  # who names it wants it
    assert "1 reports" in named.stdout
    assert "left out" not in named.stderr


def test_json_is_all_of_it(typed: Typed, reports: Path) -> None:
    told = json.loads(typed("inspect", reports / NAME, "--json").stdout)
    assert told["reports"][0]["text"].startswith("一、工作回顾")
