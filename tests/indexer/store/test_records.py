"""Records of a file, parsed when they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SnapshotDamaged
from indexer.reports import reading_of
from indexer.store.records import RecordFile, ReportFile, write_records
from indexer.types import Report, Span

SPANS = [Span(start=at, end=at + 3) for at in range(7)]
BOTH = pytest.mark.parametrize("mapped", [False, True])


@BOTH
def test_what_was_written_is_read(tmp_path: Path, mapped: bool) -> None:
    write_records(tmp_path / "spans.jsonl", SPANS)
    read = RecordFile(tmp_path / "spans.jsonl", Span, mapped=mapped)
    assert len(read) == len(SPANS)
    assert list(read) == SPANS
    assert [read[row] for row in range(len(SPANS))] == SPANS
    assert read[-1] == SPANS[-1]
    assert read[2:5] == SPANS[2:5]


@BOTH
def test_no_records_are_a_file_of_none(tmp_path: Path, mapped: bool) -> None:
    write_records(tmp_path / "spans.jsonl", [])
    read = RecordFile(tmp_path / "spans.jsonl", Span, mapped=mapped)
    assert len(read) == 0
    assert list(read) == []
    with pytest.raises(IndexError):
        read[0]


@pytest.mark.parametrize("row", [7, -8, 10**9])
def test_a_row_that_is_not_there_is_an_index_error(tmp_path: Path, row: int) -> None:
    write_records(tmp_path / "spans.jsonl", SPANS)
    with pytest.raises(IndexError, match="7"):
        RecordFile(tmp_path / "spans.jsonl", Span)[row]


def test_odd_line_ends_inside_a_text_do_not_end_a_record(tmp_path: Path) -> None:
    texts = ["甲\u2028乙\u0085丙\x0b丁。", "戊\r己。"]
    reports = [reading_of(text.encode(), f"{at}.txt").reports[0] for at, text in enumerate(texts)]
    write_records(tmp_path / "reports.jsonl", reports)
    read = ReportFile(RecordFile(tmp_path / "reports.jsonl", Report), [report.report_id for report in reports])
    assert list(read.values()) == reports
    assert list(read) == [report.report_id for report in reports]
    assert "absent" not in read


def test_a_line_that_is_no_record_is_damage_and_named(tmp_path: Path) -> None:
    (tmp_path / "spans.jsonl").write_text('{"start": 1, "end": 2}\n{"start": 2\n', encoding="utf-8")
    read = RecordFile(tmp_path / "spans.jsonl", Span)
    assert read[0] == Span(start=1, end=2)
    with pytest.raises(SnapshotDamaged, match=r"spans\.jsonl, line 2"):
        read[1]


def test_a_file_in_memory_outlives_its_end(tmp_path: Path) -> None:
    write_records(tmp_path / "spans.jsonl", SPANS)
    read = RecordFile(tmp_path / "spans.jsonl", Span)
    (tmp_path / "spans.jsonl").write_bytes(b"")
    assert list(read) == SPANS


def test_an_absent_file_is_damage(tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged, match="absent"):
        RecordFile(tmp_path / "absent.jsonl", Span)
