"""A comparison: a cell for each side, aligned, each from its place; what a side does not say is a cell, too."""

from __future__ import annotations

from typing import Any

import pytest

from service.ask import Asker
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
        "石门县和松溪县2022年粮食产量哪个高？",
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
    assert any("石门县" in place for place in answer.searched)
    assert "2019年：未提及" in answer.text
