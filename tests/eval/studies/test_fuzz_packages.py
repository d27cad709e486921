"""The readers of Word files and workbooks against files that went wrong, and what keeps the kept runs honest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.studies import fuzz_packages
from eval.studies.fuzz_packages import FORMATS
from eval.studies.fuzz_readers import LIMIT_S, FuzzRun
from indexer.readers.docx import read_docx
from indexer.readers.types import SourceText
from indexer.readers.xlsx import read_xlsx

RESULTS = Path(__file__).parents[3] / "eval" / "results"
N = 300


@pytest.mark.parametrize("name", FORMATS)
def test_three_hundred_broken_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    run = fuzz_packages.fuzz(FORMATS[name], N, 20, LIMIT_S, tmp_path)
    assert run.failures == (), [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.log"))]
    assert sum(run.outcomes.values()) == run.n == N
    # Both happen often: else the mutations are too wild, or too tame, to try anything.
    assert run.outcomes["read"] > N / 2
    assert run.outcomes["DamagedFile"] > N / 20


def test_what_is_mutated_is_read_whole_before() -> None:
    source = read_docx(fuzz_packages.sound(FORMATS["docx"]))
    for part in (
        "一、主要做法",
        "（二）规范执法",
        "一、存在问题",
        "办结率98%。",
        "地区：甲区；案件 受理：120",
        "[1] 含改建。",
    ):
        assert part in source.text
    assert {item.reason for item in source.dropped} == {
        *("hidden", "table of contents", "number of a page", "deleted, by a tracked change"),
    }
    assert [hint.level for hint in source.headings] == [1]


def test_what_is_mutated_is_a_workbook_with_all_that_is_read() -> None:
    source = read_xlsx(fuzz_packages.sound(FORMATS["xlsx"]))
    assert "项目：税收收入；2022年：41200；2023年：45,310.50；增长：9.98%" in source.text.splitlines()
    assert "2023年：2023年1月1日" in source.text
    assert {item.text for item in source.dropped} == {"隐藏", "内部 5", "7"}
    assert [hint.level for hint in source.headings] == [1, 2]


@pytest.mark.parametrize("name", FORMATS)
def test_an_input_is_the_same_each_time_and_a_crash_is_kept(tmp_path: Path, name: str) -> None:
    def crashes(raw: bytes) -> SourceText:
        raise KeyError(len(raw))

    of = replace(FORMATS[name], read=crashes)
    assert fuzz_packages.fuzz(of, 3, 1, 1, tmp_path).failures == (0, 1, 2)
    for index in range(3):
        assert (tmp_path / f"1-{index}.{name}").read_bytes() == fuzz_packages.made(of, 1, index)
        assert "KeyError" in (tmp_path / f"1-{index}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_the_kept_runs_hold_what_is_promised(name: str) -> None:
    kept = FuzzRun.model_validate_json((RESULTS / f"fuzz_{name}.json").read_text(encoding="utf-8"))
    assert kept.n >= 10_000
    assert kept.failures == ()
    assert kept.slowest_s < kept.limit_s
