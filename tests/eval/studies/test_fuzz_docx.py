"""The DOCX reader against Word files that went wrong, and what keeps the kept run honest."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.studies import fuzz_docx
from eval.studies.fuzz_readers import LIMIT_S, FuzzRun
from indexer.readers.docx import read_docx

RESULTS = Path(__file__).parents[3] / "eval" / "results"
N = 300


def test_three_hundred_broken_files_are_read_or_refused(tmp_path: Path) -> None:
    run = fuzz_docx.fuzz(N, 20, LIMIT_S, tmp_path)
    assert run.failures == (), [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.log"))]
    assert sum(run.outcomes.values()) == run.n == N
    # Both happen often: else the mutations are too wild, or too tame, to try anything.
    assert run.outcomes["read"] > N / 2
    assert run.outcomes["DamagedFile"] > N / 20


def test_what_is_mutated_is_read_whole_before() -> None:
    raw = fuzz_docx.sound()
    source = read_docx(raw)
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


def test_an_input_is_the_same_each_time_and_a_crash_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashes(raw: bytes) -> object:
        raise KeyError(len(raw))

    monkeypatch.setattr(fuzz_docx, "read_docx", crashes)
    assert fuzz_docx.fuzz(3, 1, 1, tmp_path).failures == (0, 1, 2)
    for index in range(3):
        assert (tmp_path / f"1-{index}.docx").read_bytes() == fuzz_docx.made(1, index)
        assert "KeyError" in (tmp_path / f"1-{index}.log").read_text(encoding="utf-8")


def test_the_kept_run_holds_what_is_promised() -> None:
    kept = FuzzRun.model_validate_json((RESULTS / "fuzz_docx.json").read_text(encoding="utf-8"))
    assert kept.n >= 10_000
    assert kept.failures == ()
    assert kept.slowest_s < kept.limit_s
