"""Chunks: runs of whole sentences, verbatim, inside one section."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.chunks import MAX_CHARS, MAX_CONTEXT_CHARS, MIN_CHARS, chunks, full_title
from indexer.errors import ReadError
from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.types import FileReading, Report, Section, Span

SIZES = (40, MAX_CHARS, 1000)


def _smallest(report: Report, span: Span) -> list[Section]:
    """The sections, outermost first, that hold the whole of ``span``."""
    return [section for _, section in report.walk() if section.span.contains(span)]


def check(report: Report, max_chars: int) -> None:
    text = report.text
    found = chunks(report, max_chars)
    every = [section for _, section in report.walk()]
    for chunk in found:
        assert chunk.text == chunk.span.of(text)
        assert chunk.text == chunk.text.strip() != ""
        assert chunk.report_id == report.report_id
        assert chunk.chunk_id == f"{report.report_id}-{chunk.span.start}-{chunk.span.end}"
        assert len(chunk.context) <= MAX_CONTEXT_CHARS
        # A chunk is in a section or outside it, never astride.
        for section in every:
            inside = section.span.contains(chunk.span)
            assert inside or chunk.span.end <= section.span.start or section.span.end <= chunk.span.start
        assert chunk.heading_path == tuple(section.label for section in _smallest(report, chunk.span))
        # Beyond the limit only by one sentence: alone, or behind a lead too short to stand alone.
        lead = [span for span in sentences(text, chunk.span) if any(map(str.isalnum, span.of(text)))][:-1]
        assert len(chunk.span) <= max_chars or not lead or lead[-1].end - chunk.span.start < MIN_CHARS
    assert all(before.span.end <= behind.span.start for before, behind in pairwise(found))
    _check_cover(report, [chunk.span for chunk in found], every)


def _check_cover(report: Report, spans: list[Span], every: list[Section]) -> None:
    """What is in no chunk is white space, a stray mark, or a heading with text below it."""
    covered = bytearray(len(report.text))
    for span in spans:
        covered[span.start : span.end] = b"\x01" * len(span)
    for section in every:
        if section.span.end > section.heading_span.end:
            covered[section.span.start : section.heading_span.end] = b"\x01" * (
                section.heading_span.end - section.span.start
            )
    lost = [sentence for sentence in sentences(report.text) if not any(covered[sentence.start : sentence.end])]
    assert [
        sentence.of(report.text) for sentence in lost if any(char.isalnum() for char in sentence.of(report.text))
    ] == []


@pytest.mark.parametrize("max_chars", SIZES)
def test_chunks_of_every_file(readings: dict[Path, FileReading], max_chars: int) -> None:
    for reading in readings.values():
        for report in reading.reports:
            check(report, max_chars)


PIECES = st.sampled_from(
    "一、|二、|三、|（一）|（二）|1. |2. |一是|二是|第一条 |第二条 |## |工作回顾\n|各位代表！\n|"
    "2021年工作回顾\n|\n|\n|　|"
    "主要做法。|推进简政放权。|。|，|；|“|”|办理案件2270件，比上年增长91.4%，纠错率为14.7%，其中直接纠错57件，调解和解结案206件。|"
    "受理412件。|现将情况报告如下：\n".split("|")
)


@given(st.lists(PIECES, min_size=1, max_size=40).map("".join), st.integers(1, 200))
@example("主要做法。（一）（二）各位代表！\n", 1)
@settings(max_examples=200)
def test_chunks_of_any_report(text: str, max_chars: int) -> None:
    try:
        (report,) = reading_of(text.encode(), "某某市2022年政府工作报告.txt").reports
    except ReadError:
        return
    check(report, max_chars)


def _report(text: str, file: str = "某某市2022年政府工作报告.txt") -> Report:
    return reading_of(text.encode(), file).reports[0]


def test_as_many_whole_sentences_as_fit() -> None:
    sentence = "全年受理行政复议案件，按期审结。"
    report = _report("现在报告工作。" + sentence * 9)
    assert len(sentence) == 16
    assert [chunk.text for chunk in chunks(report, max_chars=3 * 16)] == [
        "现在报告工作。" + sentence * 2,  # 7 + 2 · 16 <= 48 < 7 + 3 · 16
        sentence * 3,
        sentence * 3,
        sentence,
    ]


def test_a_long_sentence_is_a_chunk_and_takes_a_short_lead_along() -> None:
    long = "全年" + "受理行政复议案件、" * 30 + "按期审结。"
    assert [chunk.text for chunk in chunks(_report(long))] == [long]
    assert [chunk.text for chunk in chunks(_report(f"各位代表：\n{long}"))] == [f"各位代表：\n{long}"]


def test_a_heading_on_its_own_line_is_context_and_a_run_in_one_is_text() -> None:
    report = _report("一、2021年工作回顾\n过去一年，成绩不小。\n二、工作安排。今年要继续努力，完成任务。\n")
    found = chunks(report)
    assert [(chunk.text, chunk.heading_path) for chunk in found] == [
        ("过去一年，成绩不小。", ("一、2021年工作回顾",)),
        ("二、工作安排。今年要继续努力，完成任务。", ("二、工作安排",)),
    ]
    assert found[0].context == "某某市2022年政府工作报告 一、2021年工作回顾"


def test_a_heading_with_nothing_below_it_can_be_quoted() -> None:
    report = _report("一、总体要求\n二、主要目标\n实现增长。\n")
    assert [chunk.text for chunk in chunks(report)] == ["一、总体要求", "实现增长。"]


def test_context_names_what_the_title_does_not() -> None:
    assert full_title(_report("受理412件。", "某某市2022年政府工作报告.txt")) == "某某市2022年政府工作报告"
    own = _report("# 青屏县人民政府工作报告\n\n我代表县人民政府报告工作。\n", "青屏县2023年政府工作报告网页.md")
    assert full_title(own) == "2023 青屏县人民政府工作报告"


def test_chunk_ids_are_apart(readings: dict[Path, FileReading]) -> None:
    ids = [chunk.chunk_id for reading in readings.values() for report in reading.reports for chunk in chunks(report)]
    assert len(set(ids)) == len(ids)
