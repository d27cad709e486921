"""Sentences: the unit that an answer quotes; nothing is lost and nothing is torn apart."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sentences import MAX_CHARS, PIECE_CHARS, sentences, trimmed
from indexer.types import FileReading, Span

ALPHABET = "行政复议。！？!?….…；，“”’』」）)】》\"'1.5 　\n\r\t\u2028\x85\x0c\u200be\u0301"


def quotes(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def check(text: str, spans: tuple[Span, ...], within: Span) -> None:
    """In order, apart, trimmed, and every character that is no white space lies in exactly one."""
    covered = [0] * len(text)
    for span in spans:
        assert within.contains(span)
        assert len(span) > 0
        assert span.of(text) == span.of(text).strip()
        for at in range(span.start, span.end):
            covered[at] += 1
    assert all(before.end <= behind.start for before, behind in pairwise(spans))
    for at in range(within.start, within.end):
        assert covered[at] == 1 or (covered[at] == 0 and text[at].isspace())


@given(st.text(st.sampled_from(ALPHABET), max_size=60) | st.text(max_size=40))
def test_every_character_lies_in_exactly_one_sentence(text: str) -> None:
    check(text, sentences(text), Span(start=0, end=len(text)))


@given(st.text(st.sampled_from(ALPHABET), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_inside_a_span_nothing_outside_it_is_touched(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    within = Span(start=start, end=end)
    check(text, sentences(text, within), within)


def test_every_character_of_every_file(readings: dict[Path, FileReading]) -> None:
    for reading in readings.values():
        for report in reading.reports:
            check(report.text, sentences(report.text), Span(start=0, end=len(report.text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理412件。审结389件！纠错吗？", ["受理412件。", "审结389件！", "纠错吗？"]),
        ("老潘说：“成了抢手货。”大家笑了。", ["老潘说：“成了抢手货。”", "大家笑了。"]),
        ("他说：“真的吗？！”没人回答。", ["他说：“真的吗？！”", "没人回答。"]),
        ("（见附件。）第二句。", ["（见附件。）", "第二句。"]),
        ("《办法》规定：“应当公开。”）。下一句。", ["《办法》规定：“应当公开。”）。", "下一句。"]),
        ("“第一句。第二句。”第三句。", ["“第一句。", "第二句。”", "第三句。"]),
        ("增长45.8%，办结1.83万件，涉及46.18亿元。完。", ["增长45.8%，办结1.83万件，涉及46.18亿元。", "完。"]),
        ("It rose by 91.4%. The rate was 14.7%.", ["It rose by 91.4%.", "The rate was 14.7%."]),
        ("In 2022. The next.", ["In 2022.", "The next."]),
        ("一是…；二是…。三是。", ["一是…", "；二是…。", "三是。"]),
        ("任重道远……还要努力。", ["任重道远……", "还要努力。"]),
        ("一、回顾\n过去一年，成绩不小。", ["一、回顾", "过去一年，成绩不小。"]),
        ("第一行\r\n第二行\r第三行\u2028第四行", ["第一行", "第二行", "第三行", "第四行"]),
        ("　　各位代表：\n　　现在报告工作。", ["各位代表：", "现在报告工作。"]),
        ("一是快；二是好；三是省。", ["一是快；二是好；三是省。"]),
        ("没有句号", ["没有句号"]),
        ("新修水渠3.5公里.受益农户240户.亩均增收12%.", ["新修水渠3.5公里.", "受益农户240户.", "亩均增收12%."]),
        ("水渠已修好.路也通了.\n下一行", ["水渠已修好.", "路也通了.", "下一行"]),
        ("组长是艾力.吐尔逊，", ["组长是艾力.吐尔逊，"]),
        ("一.水利工作.", ["一.水利工作."]),
        ("", []),
        (" 　\n\r\n", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert quotes(text) == expected


@pytest.mark.parametrize("mark", ["1. ", "2. ", "12. ", "1． ", "1、", "(1) ", "（一） "])
def test_a_number_mark_stays_with_what_it_numbers(mark: str) -> None:
    assert quotes(f"{mark}巩固脱贫成果。识别监测对象412户。") == [f"{mark}巩固脱贫成果。", "识别监测对象412户。"]
    assert quotes(f"上一句。\n{mark}抓项目\n") == ["上一句。", f"{mark}抓项目"]


@given(st.text(st.sampled_from("行政复议1.5，、；, \u3000"), min_size=MAX_CHARS - 5, max_size=3 * MAX_CHARS))
def test_none_is_longer_than_can_be_quoted(text: str) -> None:
    spans = sentences(text)
    check(text, spans, Span(start=0, end=len(text)))
    assert all(len(span) <= MAX_CHARS for span in spans)


@pytest.mark.parametrize(
    ("unit", "mark"),
    [
        ("水库一座，蓄水三百方；", "；"),
        ("水库一座，蓄水三百方，", "，"),
        ("水库、", "、"),
        ("水库 ", "库"),
        ("水库一座", ""),
    ],
)
def test_what_is_too_long_is_cut_at_the_best_mark(unit: str, mark: str) -> None:
    text = unit * (2 * MAX_CHARS // len(unit))
    cut = quotes(text)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(PIECE_CHARS // 2 <= len(quote) <= PIECE_CHARS for quote in cut[:-1])
    assert all(quote.endswith(mark) for quote in cut[:-1])


def test_a_number_is_not_cut_at_its_comma() -> None:
    cut = quotes("产值1,250元" * (MAX_CHARS // 4))
    assert len(cut) > 2
    assert not any(quote.endswith(",") for quote in cut)


def test_a_long_sentence_that_can_be_quoted_stays_whole() -> None:
    text = "坚持问题导向，" * (MAX_CHARS // 7 - 1) + "见效。"
    assert quotes(text) == [text]


def test_an_empty_span_holds_no_sentence() -> None:
    text = "第一句。第二句。"
    for at in range(len(text) + 1):
        assert sentences(text, Span(start=at, end=at)) == ()


def test_within_cuts_at_its_edges() -> None:
    text = "第一句。第二句。第三句。"
    assert [span.of(text) for span in sentences(text, Span(start=2, end=10))] == ["句。", "第二句。", "第三"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  甲 乙\n", (2, 5)), ("甲", (0, 1)), (" \n", (2, 2)), ("", (0, 0)), ("　甲　", (1, 2))],
)
def test_trimmed(text: str, expected: tuple[int, int]) -> None:
    span = trimmed(text, 0, len(text))
    assert (span.start, span.end) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("问：何时成立？答：2019年。编制8人。", ["问：何时成立？答：2019年。", "编制8人。"]),
        ("问：要交费吗？\n答：不收费。\n", ["问：要交费吗？\n答：不收费。"]),
        ("记者：进展如何？\n\n答：完成九成。", ["记者：进展如何？\n\n答：完成九成。"]),
        (
            "1. 问：在哪办？\n答：在大厅。\n2. 问：多久？\n答：当日。",
            ["1. 问：在哪办？\n答：在大厅。", "2. 问：多久？\n答：当日。"],
        ),
        ("Q: How many?\nA: Three cases.\n", ["Q: How many?\nA: Three cases."]),
        ("问1：几天？答1：三天。", ["问1：几天？答1：三天。"]),
        ("问：在哪办？\n请看公告。", ["问：在哪办？", "请看公告。"]),
        ("他们怎么办？\n答：照章办。", ["他们怎么办？", "答：照章办。"]),
        ("问：以下事项。\n答：照章办。", ["问：以下事项。", "答：照章办。"]),
        ("问题：人手不足？\n答案：增加编制。", ["问题：人手不足？", "答案：增加编制。"]),
    ],
)
def test_a_question_stays_with_its_answer(text: str, expected: list[str]) -> None:
    assert quotes(text) == expected


def test_a_question_and_an_answer_too_long_for_one_quote_are_two() -> None:
    question, answer = "问：" + "甲" * 200 + "？", "答：" + "乙" * 200 + "。"
    assert quotes(f"{question}\n{answer}") == [question, answer]
