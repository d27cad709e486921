"""Items of one list in several sentences."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import Span
from service.answers.also import also_told, spelled_out
from service.types import Question
from service.understand import understand

FOUND = "已接入平台的有水利局、民政局和教育局。"


def told(question: str, found: str, text: str) -> list[list[str]]:
    start = text.index(found)
    span = Span(start=start, end=start + len(found))
    whole = Span(start=0, end=len(text))
    return [[item.of(text) for item in items] for _, items in also_told(understand(question), text, span, whole)]


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("随后，司法局、审计局也接入了平台。", [["司法局", "审计局"]]),
        ("尚未接入平台的有司法局、审计局。", []),  # the contrary
        ("2019年接入平台的有司法局、审计局。", []),  # of another year
        ("负责运维的有司法局、审计局。", []),  # of another matter
        ("司法局也接入了平台。", []),  # one is no enumeration
    ],
)
def test_what_the_sentence_behind_tells_of_the_same(behind: str, expected: list[list[str]]) -> None:
    assert told("哪些部门接入了平台？", FOUND, f"全县建成平台。{FOUND}{behind}") == expected


def test_only_sentences_side_by_side() -> None:
    text = f"{FOUND}平台运行平稳。司法局、审计局也接入了平台。"
    assert told("哪些部门接入了平台？", FOUND, text) == []


def test_what_a_name_is_spelled_out_as() -> None:
    text = "推出“一次办”服务。首批有开店、落户、退休三件事。第二批有过户、贷款两件事。群众反响良好。"
    found = spelled_out(text, Span(start=0, end=text.index("首批")), Span(start=0, end=len(text)))
    assert [[item.of(text) for item in items] for _, items in found] == [["开店", "落户", "退休"], ["过户", "贷款"]]


def test_points_behind_a_colon_run_over_sentences(make_asker: Any) -> None:
    text = (
        "松溪县报告\n\n一、存在不足\n\n工作还有短板：一是数据不准。更新不及时。二是系统重复。各建一套。三是人手不够。\n"
    )
    answer = make_asker({"松溪县报告.txt": text}).ask(Question(question="松溪县的工作有哪些短板？"))
    assert [segment.text[:6] for segment in answer.segments] == ["一是数据不准", "二是系统重复", "三是人手不够"]
