"""A comparison: a cell for each side, aligned, each from its place; what a side does not say is a cell, too."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.chinese.folding import fold
from indexer.reports import reading_of
from indexer.types import Span
from service.abstain import Decision
from service.answers.types import Draft, Piece, WorkedOut
from service.ask import Asker
from service.asked.comparison import Comparison
from service.compared import worked_out
from service.figures import figures
from service.types import Answer, Question

TEXT = "{name}2022年政府工作报告\n\n一、工作回顾\n\n2022年，全县粮食产量{yield_}万吨。{built}。\n"
REPORTS = {
    f"{name}2022年政府工作报告.txt": TEXT.format(name=name, yield_=yield_, built=built)
    for name, yield_, built in (("石门县", "60.8", "新建水库3座"), ("松溪县", "41.2", "新建学校2所"))
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Asker:
    made: Asker = make_asker(REPORTS)
    return made


def ask(asker: Asker, question: str) -> Answer:
    return asker.ask(Question(question=question))


@pytest.mark.parametrize(
    "question",
    [
        "石门县和松溪县2022年粮食产量各是多少万吨？",
        "石门县与松溪县2022年粮食产量相比如何？",
    ],
)
def test_each_side_has_its_cell(asker: Asker, question: str) -> None:
    answer = ask(asker, question)
    assert (answer.kind, answer.status) == ("compare", "answered")
    assert [segment.label for segment in answer.segments] == [
        "石门县（石门县2022年政府工作报告）",
        "松溪县（松溪县2022年政府工作报告）",
    ]
    marked = [
        mark.of(asker.snapshot.reports[citation.report_id].text)
        for citation in answer.citations
        for mark in citation.highlights
    ]
    assert marked == ["60.8万吨", "41.2万吨"]


def test_what_a_side_does_not_say_is_a_cell(asker: Asker) -> None:
    answer = ask(asker, "石门县2022年和2019年粮食产量各是多少万吨？")
    assert (answer.kind, answer.status, answer.missing) == ("compare", "partial", ("2019年",))
    said, lacking = answer.segments
    assert "60.8万吨" in said.text
    assert (lacking.text, lacking.label, lacking.citations) == ("未提及", "2019年", ())
    assert any("石门县2022年政府工作报告 › 一、工作回顾" in place for place in answer.searched)
    assert f"2019年：未提及（查过：{answer.searched[0]}" in answer.text  # the sections, beside the cell


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("石门县和松溪县2022年粮食产量哪个高？", "按引文数字计算：石门县 60.8万吨 > 松溪县 41.2万吨"),
        ("松溪县和石门县2022年粮食产量谁更高，各是多少？", "按引文数字计算：石门县 60.8万吨 > 松溪县 41.2万吨"),
        (
            "石门县和松溪县2022年粮食产量相差多少？",
            "按引文数字计算：石门县 60.8万吨 > 松溪县 41.2万吨，相差19.6万吨",
        ),
        (
            "石门县2022年粮食产量比松溪县多多少？",
            "按引文数字计算：石门县 60.8万吨 > 松溪县 41.2万吨，相差19.6万吨",
        ),
        (
            "松溪县比石门县2022年粮食产量少多少万吨？",
            "按引文数字计算：石门县 60.8万吨 > 松溪县 41.2万吨，相差19.6万吨",
        ),
    ],
)
def test_which_is_more_and_by_how_much_is_worked_out_where_it_is_asked(asker: Asker, question: str, said: str) -> None:
    answer = ask(asker, question)
    assert (answer.kind, answer.status) == ("compare", "answered")
    *cells, computed = answer.segments
    assert [len(cell.citations) for cell in cells] == [1, 1]
    assert (computed.text, computed.citations) == (said, (1, 2))


def test_nothing_is_worked_out_that_is_not_asked_or_of_which_one_side_says_nothing(asker: Asker) -> None:
    assert "计算" not in ask(asker, "石门县和松溪县2022年粮食产量各是多少万吨？").text
    answer = ask(asker, "石门县和松溪县2022年新建水库哪个多，各是多少座？")
    assert "计算" not in answer.text
    # Of a difference one figure says nothing: it is no comparison, but the question as it stands.
    assert ask(asker, "石门县2022年新建水库比松溪县多多少座？").kind != "compare"


LOOSE = (
    ("粮食产量60.8万吨", "粮食产量超过41.2万吨"),  # about so much
    ("粮食产量60.8万吨", "粮食产量41.2万吨以上"),
    ("粮食产量60.8万吨", "粮食产量412亿斤"),  # another unit
    ("粮食产量60.8万吨", "水产产量41.2万吨"),  # another thing
    ("粮食产量增长5.8%", "粮食产量占全市的5.1%"),  # growth, and a share
)


@pytest.mark.parametrize(("one", "other"), LOOSE)
def test_figures_that_are_not_exactly_of_the_same_are_left_beside_each_other(one: str, other: str) -> None:
    assert compare(one, other) is None


def test_exact_figures_of_one_thing_are_worked_out_in_the_scale_of_the_larger() -> None:
    found = compare("粮食产量1.2亿吨", "粮食产量9800万吨")
    assert found is not None
    assert (found.sides, found.difference) == ((("甲", "1.2亿吨"), ("乙", "9800万吨")), "0.22亿吨")
    shares = compare("粮食产量增长5.8%", "全县粮食产量增长5.1%")
    assert shares is not None
    assert shares.difference == "0.7个百分点"


def compare(one: str, other: str) -> WorkedOut | None:
    """What is worked out of two sentences, in each of which the figure is marked."""
    reports, decisions = {}, []
    for name, said in (("a", one), ("b", other)):
        (report,) = reading_of(f"2022年报告\n\n{said}。\n".encode(), f"{name}.txt").reports
        start = report.text.index(said)
        figure = figures(fold(said))[0].span
        bare = Span(start=figure.start, end=len(said))
        piece = Piece(report.report_id, Span(start=start, end=start + len(said)), (), highlights=(bare.shifted(start),))
        reports[report.report_id] = report
        decisions.append(Decision("answered", None, 0.9, Draft((piece,))))
    return worked_out(Comparison(which=False, by_how_much=True), ("甲", "乙"), decisions, reports)
