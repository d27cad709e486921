"""Every sentence and heading is found by its digest, and nothing else is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from indexer.chunks import chunks
from indexer.errors import SnapshotDamaged
from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.store.quotes import DIGEST_DIGITS, QuoteIndex, digest
from indexer.types import Report, Span

TEXT = "一、回顾\n受理行政复议案件412件。审结389件。\n（一）推进简政放权。取消事项12项。\n二、安排\n审结389件。\n"


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [reading_of(f"{name}\n{TEXT}".encode(), f"{name}.txt").reports[0] for name in ("甲县报告", "乙县报告")]


@pytest.fixture(scope="module")
def quotes(reports: list[Report]) -> QuoteIndex:
    return QuoteIndex.build(reports, [chunk for report in reports for chunk in chunks(report)])


def test_a_digest_is_the_head_of_the_sha256() -> None:
    assert digest("审结389件。") == hashlib.sha256("审结389件。".encode()).hexdigest()[:DIGEST_DIGITS]


def test_every_sentence_of_a_chunk_and_every_heading_is_found(reports: list[Report], quotes: QuoteIndex) -> None:
    for row, report in enumerate(reports):
        spans = [span for chunk in chunks(report) for span in sentences(report.text, chunk.span)]
        spans += [section.heading_span for _, section in report.walk()]
        assert len(spans) > 5
        for span in spans:
            assert (row, span) in quotes.find(digest(span.of(report.text)))


def test_all_places_are_given_in_the_order_of_the_reports(reports: list[Report], quotes: QuoteIndex) -> None:
    found = quotes.find(digest("审结389件。"))
    assert [stand.report for stand in found] == [0, 0, 1, 1]
    assert all(stand.span.of(reports[stand.report].text) == "审结389件。" for stand in found)


def test_what_stands_nowhere_is_not_found(quotes: QuoteIndex) -> None:
    assert quotes.find(digest("审结390件。")) == []
    assert quotes.find("0" * DIGEST_DIGITS) == quotes.find("f" * DIGEST_DIGITS) == []


@pytest.mark.parametrize("mapped", [False, True])
def test_what_was_saved_is_loaded(quotes: QuoteIndex, tmp_path: Path, mapped: bool) -> None:
    quotes.save(tmp_path / "quotes.npy")
    loaded = QuoteIndex.load(tmp_path / "quotes.npy", mapped=mapped)
    wanted = digest("审结389件。")
    assert loaded.find(wanted) == quotes.find(wanted)


def test_no_reports_have_no_quotes(tmp_path: Path) -> None:
    QuoteIndex.build([], []).save(tmp_path / "quotes.npy")
    assert QuoteIndex.load(tmp_path / "quotes.npy").find("0" * DIGEST_DIGITS) == []


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"[]"])
def test_what_is_no_table_is_damage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "quotes.npy"
    path.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=r"quotes\.npy"):
        QuoteIndex.load(path)


def test_spans_are_spans(quotes: QuoteIndex) -> None:
    assert all(isinstance(stand.span, Span) for stand in quotes.find(digest("审结389件。")))
