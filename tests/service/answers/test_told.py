"""The points that a paragraph tells of itself, found by the words that lead in, and the question that asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.reports import reading_of
from service.answers.told import told_in
from service.types import Question

OWNS_UP = "在肯定成绩的同时，我们也清醒地看到，全县发展还面临不少困难和挑战"


def told(paragraph: str) -> list[list[str]]:
    """The series that a section with this paragraph tells of itself, each as its points."""
    text = f"2022年青川县政府工作报告\n\n一、2021年工作回顾\n\n全年粮食产量12万吨。\n\n{paragraph}\n"
    (report,) = reading_of(text.encode(), "2022年青川县政府工作报告.txt").reports
    (section,) = report.sections
    return [[point.of(report.text) for point in one.points] for one in told_in(report, section)]


@pytest.mark.parametrize(
    ("paragraph", "points"),
    [
        (  # marks, over several sentences
            f"{OWNS_UP}。一是产业结构不够优，支柱单一。二是执法力量不足，一人多岗。三是公共服务还有短板。我们将认真解决。",
            ["一是产业结构不够优", "二是执法力量不足", "三是公共服务还有短板"],
        ),
        (  # semicolons
            f"{OWNS_UP}：产业结构不够优，支柱单一；执法力量不足；公共服务还有短板；等等。我们将正视问题。",
            ["产业结构不够优，支柱单一", "执法力量不足", "公共服务还有短板"],
        ),
        (  # a sentence each, up to what is to be done about it
            f"{OWNS_UP}。主要是：产业结构不够优。执法力量不足，一人多岗。公共服务还有短板。对此，我们将采取措施。",
            ["产业结构不够优", "执法力量不足，一人多岗", "公共服务还有短板"],
        ),
        (  # one sentence, which commas part
            f"{OWNS_UP}。主要是产业结构不够优，执法力量不足，公共服务还有短板。我们一定直面问题，尽心竭力做好工作。",
            ["产业结构不够优", "执法力量不足", "公共服务还有短板"],
        ),
    ],
)
def test_a_paragraph_that_owns_up_to_problems(paragraph: str, points: list[str]) -> None:
    assert told(paragraph) == [points]


@pytest.mark.parametrize(
    "paragraph",
    [
        "要求通过民意测验等方法，及时发现决策存在的问题。各县普遍设立顾问室。首批顾问37位。其中律师9位。",  # of others
        f"{OWNS_UP}。我们将认真研究，逐项解决。",  # and names none
        "一是产业结构不够优。",  # one is no series
        "他们提出的问题，一是谁来管的问题没有说。",
    ],
)
def test_what_tells_off_nothing(paragraph: str) -> None:
    assert told(paragraph) == []


def test_a_series_that_is_told_is_given_whole_and_cited_where_it_stands(make_asker: Any) -> None:
    text = (
        "2022年青川县政府工作报告\n\n一、2021年工作回顾\n\n（一）经济平稳。全年粮食产量12万吨，增长2%，财政收入稳步增加，各项指标好于预期。\n\n"
        f"（二）民生改善。新增学位1200个，建成食堂14家，困难群体得到妥善安置。\n\n{OWNS_UP}。主要是产业结构不够优，执法力量不足，"
        "公共服务还有短板。我们一定直面问题。\n\n二、2022年工作安排\n\n抓好项目建设，全年安排重点项目86个。\n"
    )
    asker = make_asker({"2022年青川县政府工作报告.txt": text})
    answer = asker.ask(Question(question="青川县发展面临哪些困难和挑战？"))
    assert (answer.kind, answer.status) == ("outline", "answered")
    assert [segment.text for segment in answer.segments] == ["产业结构不够优", "执法力量不足", "公共服务还有短板"]
    assert {citation.heading_path[0] for citation in answer.citations} == {"一、2021年工作回顾"}
