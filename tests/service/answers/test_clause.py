"""A clause that a question names by its number: what it says, with its path; what is asked about it, from it alone."""

from __future__ import annotations

from typing import Any

import pytest

from service.ask import Asker
from service.converse import Conversation
from service.types import Answer, Question, Turn
from service.understand import understand

RULES = """机房巡检工作规范

1 总则
1.1 目的
为做好机房巡检，制定本规范。
1.2 范围
本规范适用于各县机房。
2 巡检
2.1 频次
2.1.1 值班人员每日巡检两次，并填写巡检记录。
2.1.2 运维单位每月巡检一次，重点检查蓄电池。
2.2 设备
2.2.1 空调滤网应当每季度更换，换下的滤网集中处置。
2.2.2 蓄电池使用年限不得超过6年，到期应当更换。
2.2.3 灭火器应当每年检测一次，由消防部门出具报告。
3 附则
3.1 解释
本规范由信息中心解释。
"""


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Asker:
    made: Asker = make_asker({"机房巡检工作规范.txt": RULES})
    return made


def ask(asker: Asker, question: str) -> Answer:
    return asker.ask(Question(question=question))


@pytest.mark.parametrize(
    ("question", "said", "path"),
    [
        ("巡检规范2.2.2规定了什么？", ["2.2.2 蓄电池使用年限不得超过6年，到期应当更换。"], ["2巡检", "2.2设备"]),
        ("机房巡检规范第2.1.1条是什么内容？", ["2.1.1 值班人员每日巡检两次，并填写巡检记录。"], ["2巡检", "2.1频次"]),
        ("请问规范2.2.3条的原文？", ["2.2.3 灭火器应当每年检测一次，由消防部门出具报告。"], ["2巡检", "2.2设备"]),
        (
            "2.1讲了哪些内容？",
            ["2.1.1 值班人员每日巡检两次，并填写巡检记录", "2.1.2 运维单位每月巡检一次，重点检查蓄电池"],
            ["2巡检", "2.1频次"],
        ),
    ],
)
def test_the_clause_of_that_number(asker: Asker, question: str, said: list[str], path: list[str]) -> None:
    answer = ask(asker, question)
    assert answer.status == "answered"
    assert [segment.text for segment in answer.segments] == said
    for citation in answer.citations:
        assert [heading for heading in citation.heading_path if heading in path] == path


def test_what_is_asked_about_it_is_answered_from_it_alone(asker: Asker) -> None:
    answer = ask(asker, "规范2.2.1对空调滤网有什么要求？")
    assert {citation.quote[:5] for citation in answer.citations} == {"2.2.1"}


POINTS = """2023年石桥县水源地调研报告

一、存在问题

（一）管护责任不清。乡镇与水务站各管一段，界桩缺失。部分水库没有巡查记录。

（二）应急能力不足。全县仅有1处备用水源，物资储备不够。
"""


@pytest.mark.parametrize(
    ("asked_of", "said"),
    [
        ("第一个问题具体怎么说的？", ["乡镇与水务站各管一段，界桩缺失。", "部分水库没有巡查记录。"]),
        ("第二点展开说说", ["全县仅有1处备用水源，物资储备不够。"]),
    ],
)
def test_a_point_that_was_given_is_followed_by_what_it_says(make_asker: Any, asked_of: str, said: list[str]) -> None:
    asker = make_asker({"2023年石桥县水源地调研报告.txt": POINTS})
    before = ask(asker, "石桥县水源地存在哪些问题？")
    turn = Turn(question="石桥县水源地存在哪些问题？", answer=before.text)
    answer = Conversation().ask(asker, Question(question=asked_of, history=(turn,)))
    assert [segment.text for segment in answer.segments] == said
    assert all("管护" in path or "应急" in path for citation in answer.citations for path in citation.heading_path[-1:])


@pytest.mark.parametrize(
    ("question", "clause", "alone"),
    [
        ("3.2.1规定了什么？", "3.2.1", True),
        ("第4.3节的主要内容是什么？", "4.3", True),
        ("3.2.1条对介质有什么要求？", "3.2.1", False),
        ("增长3.2%的是什么？", None, False),
        ("PM2.5的浓度是多少？", None, False),
        ("面积1.5万亩的有哪些？", None, False),
        ("投资12.5亿元的是什么项目？", None, False),
    ],
)
def test_the_number_of_a_clause_is_no_figure(question: str, clause: str | None, alone: bool) -> None:
    part = understand(question).text_part
    assert (part.clause, part.clause_alone) == (clause, alone)
