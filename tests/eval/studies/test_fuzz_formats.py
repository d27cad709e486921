"""The readers of Word files, workbooks, pages and tables against files that went wrong, and what keeps the kept runs
honest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.studies import fuzz_formats
from eval.studies.fuzz_formats import FORMATS
from eval.studies.fuzz_readers import LIMIT_S, FuzzRun
from indexer.readers.docx import read_docx
from indexer.readers.html import read_html
from indexer.readers.separated import read_separated
from indexer.readers.types import SourceText
from indexer.readers.xlsx import read_xlsx

RESULTS = Path(__file__).parents[3] / "eval" / "results"
N = 300


@pytest.mark.parametrize("name", FORMATS)
def test_three_hundred_broken_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    run = fuzz_formats.fuzz(FORMATS[name], N, 20, LIMIT_S, tmp_path)
    assert run.failures == (), [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.log"))]
    assert sum(run.outcomes.values()) == run.n == N
    # Both happen often: else the mutations are too wild, or too tame, to try anything.
    assert run.outcomes["read"] > N / 2
    assert N - run.outcomes["read"] > N / 20


def test_what_is_mutated_is_read_whole_before() -> None:
    source = read_docx(FORMATS["docx"].whole())
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
    source = read_xlsx(FORMATS["xlsx"].whole())
    assert "项目：税收收入；2022年：41200；2023年：45,310.50；增长：9.98%" in source.text.splitlines()
    assert "2023年：2023年1月1日" in source.text
    assert {item.text for item in source.dropped} == {"隐藏", "内部 5", "7"}
    assert [hint.level for hint in source.headings] == [1, 2]


def test_what_is_mutated_is_a_page_with_all_that_is_read() -> None:
    source = read_html(FORMATS["html"].whole())
    for part in (
        "3. 培训执法人员3260人次",
        "地区：甲区；案件 受理：120；案件 办结：118",
        "地区：甲区；案件 受理：7；案件 办结：6",
        "套着的\n旁边的",
        "排的<文字>",
        "附件：青岚市执法事项清单.doc",
    ):
        assert part in source.text
    assert not [text for text in ("首页", "藏", "不是正文", "打印", "相关链接", "主办") if text in source.text]
    assert [hint.level for hint in source.headings] == [1, 2, 3]


def test_what_is_mutated_is_a_table_with_all_that_is_read() -> None:
    source = read_separated(FORMATS["csv"].whole())
    for line in (
        "云岭市2023年收支表",
        "项目：税收收入；2022年（万元）：41,200；2023年：45310；增长（%）：9.98",
        "区：甲区；办件数：120；备注：按时；无",
        "注：快报数。",
    ):
        assert line in source.text.splitlines()
    assert [hint.level for hint in source.headings] == [1]


def test_what_a_file_does_not_hold_is_a_failure(tmp_path: Path) -> None:
    def adds(raw: bytes) -> SourceText:
        source = read_separated(raw)
        return replace(source, text=source.text + "添")

    run = fuzz_formats.fuzz(replace(FORMATS["csv"], read=adds), 10, 1, LIMIT_S, tmp_path)
    assert len(run.failures) == run.outcomes["failed: AssertionError"] > 5
    assert "no subsequence of the file" in (tmp_path / f"1-{run.failures[0]}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_an_input_is_the_same_each_time_and_a_crash_is_kept(tmp_path: Path, name: str) -> None:
    def crashes(raw: bytes) -> SourceText:
        raise KeyError(len(raw))

    of = replace(FORMATS[name], read=crashes)
    assert fuzz_formats.fuzz(of, 3, 1, 1, tmp_path).failures == (0, 1, 2)
    for index in range(3):
        assert (tmp_path / f"1-{index}.{name}").read_bytes() == fuzz_formats.made(of, 1, index)
        assert "KeyError" in (tmp_path / f"1-{index}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["docx", "xlsx", "html", "csv"])
def test_the_kept_runs_hold_what_is_promised(name: str) -> None:
    kept = FuzzRun.model_validate_json((RESULTS / f"fuzz_{name}.json").read_text(encoding="utf-8"))
    assert kept.n >= 10_000
    assert kept.failures == ()
    assert kept.slowest_s < kept.limit_s
