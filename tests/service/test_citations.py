"""Whatever stands in a report and whatever is asked: a citation is the text of its span."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from indexer.errors import ReadError
from indexer.types import Span
from service.ask import Asker
from service.cite import citation_id, cite
from service.types import Answer, Question

FRAGMENTS = (
    "全年受理行政复议案件412件，审结389件，纠错率为14.7%。",
    "**年度监督中，下发意见22**项，查处案件4**件。",
    "澜川至青屏高速公路，全长63.4公里，总投资97亿元；",
    "（一）推进简政放权。",
    "一是放权，二是监管。",
    "二、存在的问题\n",
    "一、工作回顾\n",
    "1. 审批再提速\n",
    "(篇一) 甲省调研报告\n",
    "(篇二) 乙省调研报告\n",
    "2023年朔原县政府工作报告\n",
    "# 标题\n",
    "😀𠅤村👩‍👩‍👧建成厕所37座！",
    "e\u0301cole n\u0303 ɡ̊ 1ﬁ ㎡ ①",
    "零\u200b宽\ufeff字\u00ad符\u2060在此。",
    "\u202e反向\u202c文字。",
    "﹪％‰ ３６．５％ 二〇二二年十二月 三成 1,386.4亿元",
    "各位代表：\r\n",
    "。。！？…”）",
    "　　",
    "\t\v\f\x85\u2028\u2029",
    "http://a.b/?q=1&x=<b>",
)
QUESTIONS = (
    "受理行政复议案件多少件？",
    "高速公路全长多少公里？",
    "纠错率是多少？",
    "哪一年？",
    "第二篇说了什么？",
    "2023年朔原县建成厕所多少座？",
    "How many cases were accepted in 2022?",
    "为什么？",
    "😀几座",
)
# Any character but the halves of surrogate pairs, which no decoded file can hold; the planes beyond the BMP too.
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
FIGURE = st.builds("{}{}{}".format, st.integers(0, 10**6), st.sampled_from(["", ".5", "**"]), st.sampled_from("件年%"))
PIECE = st.one_of(st.sampled_from(FRAGMENTS), ANY_TEXT, FIGURE)
REPORT = st.lists(PIECE, min_size=1, max_size=14).map("".join)
QUESTION = st.one_of(st.sampled_from(QUESTIONS), PIECE)
UNSEEN = "\u200b\u200c\u200d\ufeff\u00ad\u2060\u202e\u202c"

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _asker(make_asker: Any, texts: dict[str, str]) -> Asker:
    try:
        asker: Asker = make_asker(texts)
    except ReadError:
        assume(False)
    assume(asker.snapshot.chunks)
    return asker


def _check(answer: Answer, asker: Asker) -> None:
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in answer.citations:
        report = asker.snapshot.reports[citation.report_id]
        assert report.text[citation.start : citation.end] == citation.quote != ""
        assert citation.title == report.title
        span = Span(start=citation.start, end=citation.end)
        assert citation.citation_id == citation_id(citation.report_id, span, citation.quote)
        for highlight in citation.highlights:
            assert len(highlight) > 0
            assert span.contains(highlight)
            assert highlight.of(report.text) in citation.quote
    for segment in answer.segments:
        assert segment.text in answer.text
        assert segment.citations
        assert set(segment.citations) <= set(numbers)
        assert segment.text in {answer.citations[number - 1].quote for number in segment.citations}
    assert {number for segment in answer.segments for number in segment.citations} == set(numbers)
    if answer.reason == "not_in_reports":
        assert answer.citations == ()
    if answer.status == "answered":
        assert answer.reason is None
        assert answer.citations
    assert (answer.status == "abstained") == (answer.reason is not None)


@SETTINGS
@given(st.lists(REPORT, min_size=1, max_size=3), QUESTION)
def test_every_citation_is_the_text_of_its_span(make_asker: Any, texts: list[str], question: str) -> None:
    assume(any(char.isalnum() for char in question))
    asker = _asker(make_asker, {f"{2021 + at}年朔原县政府工作报告.txt": text for at, text in enumerate(texts)})
    for report in asker.snapshot.reports.values():
        assert not set(report.text) & set(UNSEEN)
    asked = Question(question=question)
    answer = asker.ask(asked)
    _check(answer, asker)
    again = asker.ask(asked)
    assert again.model_copy(update={"elapsed_ms": answer.elapsed_ms}) == answer
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@SETTINGS
@given(REPORT, QUESTION)
def test_a_refusal_cites_nothing(make_asker: Any, refusing: Callable[[Asker], Asker], text: str, question: str) -> None:
    assume(any(char.isalnum() for char in question))
    asker = refusing(_asker(make_asker, {"报告.txt": text}))
    answer = asker.ask(Question(question=question))
    _check(answer, asker)
    assert (answer.status, answer.reason, answer.segments) == ("abstained", "not_in_reports", ())


@SETTINGS
@given(REPORT, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_cite_refuses_what_is_not_there(make_asker: Any, text: str, a: int, b: int, c: int, d: int) -> None:
    report = next(iter(_asker(make_asker, {"报告.txt": text}).snapshot.reports.values()))
    span = Span(start=min(a, b), end=max(a, b))
    highlight = Span(start=min(c, d), end=max(c, d))
    sound = len(span) > 0 and span.end <= len(report.text) and span.contains(highlight) and len(highlight) > 0
    if sound:
        citation = cite(1, report, span, (), [highlight])
        assert citation.quote == report.text[span.start : span.end]
    else:
        with pytest.raises(ValueError, match=r"span|highlight"):
            cite(1, report, span, (), [highlight])


def test_the_id_of_a_citation_tells_a_changed_quote() -> None:
    span = Span(start=0, end=4)
    assert citation_id("r1", span, "甲乙丙丁") != citation_id("r1", span, "甲乙丙戊")
    assert citation_id("r1", span, "甲乙丙丁").startswith("r1-0-4-")


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_from_the_samples_are_sound_and_the_same_twice(sample_asker: Asker, question: str) -> None:
    asked = Question(question=question)
    first, second = sample_asker.ask(asked), sample_asker.ask(asked)
    _check(first, sample_asker)
    assert second.model_copy(update={"elapsed_ms": first.elapsed_ms}) == first
