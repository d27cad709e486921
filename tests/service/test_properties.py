"""Every pure step, from text to answer, against texts that nobody writes: what holds always, and an end in time.

The steps' own tests say what they give; here stand the promises that no text may break: nothing raises but a ReadError,
spans lie inside, nest and are in order, and no step takes quadratic time.
"""

from __future__ import annotations

import re
import weakref
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eval.studies.fuzz_readers import check, time_limit
from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize
from indexer.chunks import chunks
from indexer.compilations import parts
from indexer.errors import ReadError
from indexer.metadata import read_metadata
from indexer.outline.headings import candidates
from indexer.outline.sections import sections
from indexer.page.boilerplate import boilerplate
from indexer.readers.decoding import decode, decode_name, escaped_name
from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.store.quotes import QuoteIndex, digest
from indexer.store.records import RecordFile, write_records
from indexer.types import Chunk, ReadValue, Section, Span
from service.answers.figure import asked_figures
from service.figures import figures
from service.find import check_quote, resolve
from service.scope import asked_scope, stem
from service.types import Question, Verify
from service.understand import understand

# Each step is linear: at most 2 s for N_CHARS, so that a megabyte takes seconds, too. A pattern that is read again from
# each of its places takes 20 s and more.
N_CHARS = 100_000
LIMIT_S = 10.0  # of CPU time: a busy machine does not matter
MEGABYTE = 1_000_000
SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Zero-width, right-to-left, half surrogate pairs, combining marks, emoji, full-width digits, controls, line ends.
AWKWARD = (
    "\u200b\u200d\ufeff\u202e\u2066\u00ad\u0301\u20dd\ufe0f\ud800\udfff👨‍👩‍👧😀𠅤שלוםعربى１２９％ﬁ㎡Ⅳ"
    "\x00\x07\x1a\x85\u2028\v\r\n\t 　"
)
PIECES = (
    "一、¦二、¦（一）¦（二）¦第一章 ¦第二条 ¦1. ¦2．¦一是¦二是¦附件1¦# ¦###### ¦各位代表！\n¦工作回顾\n¦推进简政放权。¦"
    "(篇一) ¦（篇二）¦篇三：¦2022年¦二〇二二年¦2022年1月12日\n¦国发〔2020〕3号¦某某市人民政府¦政府工作报告\n¦"
    "广西壮族自治区¦自治州¦**¦4**件¦22**项¦**1**¦1,234.5万元¦百分之三¦三成¦12%¦全年受理案件412件，审结389件。¦"
    "首页 > 政务¦扫一扫¦www.¦[x](y)¦来源：¦。¦，¦；¦：¦？¦”¦（¦）¦(¦)¦*¦#¦|¦\n¦\n\n¦ ¦　"
).split("¦")
TEXT = st.lists(st.sampled_from(PIECES) | st.text(st.sampled_from(AWKWARD), max_size=4), max_size=40).map("".join)
ANY_TEXT = TEXT | st.text(st.characters(exclude_categories=()), max_size=80)

# Each was read again from each of its places, or still might be by whoever changes a pattern.
ONE_LINE = (
    *("", "全年受理行政复议案件412件，审结389件。", "推进简政放权。", "：一是放权", "（一）", "第一章 总则 ", "甲省"),
    *(
        "1",
        "1.",
        "*1",
        "*件1件",
        "**1**",
        "( ",
        "（篇一） ",
        "首页",
        "[!](",
        "www.!",
        "\u3000",
        "\u200b",
        "👨‍👩‍👧",
        "שלום",
        "?”",
    ),
)
LINES = ("\n", "工作回顾\n", "# 标题\n", "推进简政放权。\n")


def _inside(spans: list[Span], whole: Span) -> None:
    assert all(whole.contains(span) for span in spans)
    assert all(before.end <= behind.start for before, behind in pairwise(spans))


def _tree(text: str, siblings: tuple[Section, ...], whole: Span) -> None:
    _inside([section.span for section in siblings], whole)
    for section in siblings:
        assert section.span.contains(section.heading_span)
        assert section.heading == section.heading_span.of(text)
        _tree(text, section.children, section.span)


def _take_apart(text: str) -> None:
    """Every step that takes the text of a report, with what it promises."""
    whole = Span(start=0, end=len(text))
    found = sentences(text)
    _inside(list(found), whole)
    assert sum(not char.isspace() for char in text) == sum(
        not char.isspace() for span in found for char in span.of(text)
    )
    assert all(whole.contains(candidate.heading) for candidate in candidates(text))
    _tree(text, sections(text), whole)
    lines = text.splitlines(keepends=True)
    assert set(boilerplate(lines)) <= set(range(len(lines)))
    _inside([part.span for part in parts(text)], whole)
    read = read_metadata(text, "某某市2022年政府工作报告")
    assert read.body_start <= len(text)
    for field in type(read.metadata).model_fields:
        value = getattr(read.metadata, field)
        span = value.span if isinstance(value, ReadValue) else None
        assert span is None or whole.contains(span)
    assert len(fold(text)) == len(text)
    assert all(tokenize(text))


def _ask_of(sentence: str, question: str) -> None:
    """Every step that takes a sentence or a question."""
    whole = Span(start=0, end=len(sentence))
    found = figures(sentence)
    assert all(whole.contains(figure.span) and figure.span.of(sentence) == figure.text for figure in found)
    understood = understand(question)
    for unit in ("件", "%", None):
        asked = replace(understood, wanted=replace(understood.wanted, unit=unit))
        assert set(asked_figures(asked, sentence)) <= set(found)
    understand(sentence)
    assert stem(sentence) in sentence
    assert asked_scope(sentence, {"某省": frozenset({"某", "mou"})}).regions <= {"某省"}


@SETTINGS
@given(ANY_TEXT)
@example("")
def test_no_text_breaks_a_step(text: str) -> None:
    _take_apart(text)


@SETTINGS
@given(ANY_TEXT, ANY_TEXT)
@example("", "")
@example("1*2*3人**12家**", "多少家")
def test_no_sentence_or_question_breaks_a_step(sentence: str, question: str) -> None:
    _ask_of(sentence, question)


@SETTINGS
@given(ANY_TEXT, st.text(st.characters(exclude_categories=()), min_size=1, max_size=20))
def test_no_file_breaks_reading(text: str, name: str) -> None:
    raw = text.encode("utf-8", "replace")
    try:
        reading = reading_of(raw, decode_name(name))
    except ReadError:
        return
    check(reading, decode(raw).text)


@SETTINGS
@given(st.text(st.characters(exclude_categories=()), max_size=20))
@example("\udcc4\udcb3")
@example("\ud800")
def test_every_file_name_becomes_text(name: str) -> None:
    for text in (decode_name(name), escaped_name(name)):
        assert bool(text.encode()) == bool(name)
    if name.isascii():
        assert decode_name(name) == escaped_name(name) == name


def test_a_name_in_gbk_is_read_as_such() -> None:
    name = "某县2022年工作报告.txt"
    assert decode_name(name.encode("gbk").decode("utf-8", "surrogateescape")) == name


@SETTINGS
@given(st.lists(TEXT.map(lambda text: text.encode("utf-8", "replace").decode()), min_size=1, max_size=3), st.data())
def test_quotes_are_found_wherever_they_stand(make_asker: Any, texts: list[str], data: Any) -> None:
    try:
        snapshot = make_asker({f"{at}.txt": text for at, text in enumerate(texts)}).snapshot
    except ReadError:
        return
    quotes = QuoteIndex.build(list(snapshot.reports.values()), snapshot.chunks)
    for report in snapshot.reports.values():
        start = data.draw(st.integers(0, len(report.text) - 1))
        span = Span(start=start, end=data.draw(st.integers(start + 1, len(report.text))))
        quote = span.of(report.text)
        if len(quote) <= 10_000:
            asked = Verify(report_id=report.report_id, start=0, end=0, quote=quote)
            assert any(place.quote == quote for place in check_quote(snapshot, asked).places)
        status = resolve(snapshot, f"{report.report_id}-{span.start}-{span.end}-{digest(quote)}")
        assert (status.status, status.place and status.place.quote) == ("present", quote)
        moved = resolve(snapshot, f"{report.report_id}-{span.start + 1}-{span.end + 1}-{digest(quote)}")
        assert moved.place
        assert moved.place.quote == quote
    for chunk in snapshot.chunks:
        for span in sentences(chunk.text):
            assert quotes.find(digest(span.of(chunk.text)))


@SETTINGS
@given(texts=st.lists(ANY_TEXT.map(lambda text: re.sub("[\ud800-\udfff]", "", text)), max_size=5))
def test_records_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("records") / "chunks.jsonl"
    written = [
        Chunk(chunk_id=text, report_id="r", span=Span(start=0, end=at), text=text, heading_path=(text,), context=text)
        for at, text in enumerate(texts)
    ]
    write_records(path, written)
    for mapped in (False, True):
        assert list(RecordFile(path, Chunk, mapped=mapped)) == written


def test_records_that_no_one_holds_are_gone_at_once(tmp_path: Path) -> None:
    """A service that switches snapshots does not wait for Python to look for cycles."""
    path = tmp_path / "spans.jsonl"
    write_records(path, [Span(start=0, end=1)])
    records = RecordFile(path, Span)
    assert records[0] == Span(start=0, end=1)
    held = weakref.ref(records)
    del records
    assert held() is None


@pytest.mark.parametrize("unit", [*ONE_LINE, *LINES], ids=ascii)
def test_no_long_text_takes_quadratic_time(unit: str) -> None:
    text = f"政府工作报告{unit * (N_CHARS // len(unit))}x y政" if unit else ""
    with time_limit(LIMIT_S, of_cpu=True):
        _take_apart(text)
    with time_limit(LIMIT_S, of_cpu=True):
        _ask_of(text, "全年受理案件多少件")
    with time_limit(LIMIT_S, of_cpu=True):
        try:
            reading = reading_of(text.encode(), "a.txt")
        except ReadError:
            return
        for report in reading.reports:
            QuoteIndex.build([report], chunks(report))


@pytest.mark.parametrize("unit", ["政", "推进简政放权。", "1"])
def test_a_long_range_of_a_long_report_is_found_or_given_up_in_time(make_asker: Any, unit: str) -> None:
    asker = make_asker({"a.txt": unit * (MEGABYTE // len(unit.encode()))})
    (report,) = asker.snapshot.reports.values()
    with time_limit(LIMIT_S, of_cpu=True):
        status = resolve(asker.snapshot, f"{report.report_id}-0-{len(report.text) // 2}-000000000000")
        assert status.status == "changed"
        found = check_quote(asker.snapshot, Verify(report_id=report.report_id, start=1, end=2, quote=unit))
        assert found.stands or found.places
        asker.ask(Question(question="推进了多少件？"))
