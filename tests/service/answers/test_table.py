"""Rows of a table as the items of a list: those whose cells say what is asked, named by the column that names them."""

from __future__ import annotations

from typing import Any

import pytest

from service.ask import Asker
from service.asked.rows import asked_rows
from service.types import Question

TEXT = """# 松溪县2022年重点工程进展情况

## 一、进展情况

| 序号 | 工程 | 责任单位 | 投资（万元） | 进度 |
|---|---|---|---|---|
| 1 | 南渠清淤 | 水利局 | 310 | 已完工 |
| 2 | 北桥加固 | 交通局 | 1240 | 在建 |
| 3 | 中学扩建 | 教育局 | 2150 | 已完工 |
| 4 | {fourth} | 水利局 | 480 | 未开工 |
| 合计 | 4项 | | 4180 | |

## 二、下一步打算

加快在建工程进度，按月调度，年底前全部开工。
"""


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Asker:
    made: Asker = make_asker({"松溪县2022年重点工程.md": TEXT.format(fourth="东坝除险")})
    return made


def items(asker: Asker, question: str) -> list[str]:
    answer = asker.ask(Question(question=question))
    for citation in answer.citations:
        assert asker.snapshot.reports[citation.report_id].text[citation.start : citation.end] == citation.quote
    return [segment.text for segment in answer.segments]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("松溪县2022年重点工程有哪些？", ["南渠清淤", "北桥加固", "中学扩建", "东坝除险"]),
        ("松溪县哪些重点工程还没有开工？", ["东坝除险"]),
        ("松溪县重点工程里哪些已经完工了？", ["南渠清淤", "中学扩建"]),
        ("水利局负责哪些重点工程？", ["南渠清淤", "东坝除险"]),
        ("松溪县重点工程有哪些责任单位？", ["水利局", "交通局", "教育局", "水利局"]),
    ],
)
def test_the_rows_that_are_asked_for_in_order(asker: Asker, question: str, expected: list[str]) -> None:
    assert items(asker, question) == expected


def test_rows_are_counted(asker: Asker) -> None:
    counted, *rows = items(asker, "松溪县重点工程一共有几项已经完工？")
    assert counted == "共 2 项（按下列各项计数）"
    assert rows == ["南渠清淤", "中学扩建"]


@pytest.mark.parametrize(
    "question", ["柏川县2022年重点工程有哪些？", "松溪县2019年重点工程有哪些？", "松溪县有哪些中药材种植基地？"]
)
def test_another_place_year_or_matter_is_not_in_the_table(asker: Asker, question: str) -> None:
    assert "南渠清淤" not in items(asker, question)


def test_a_masked_row_is_shown_so(make_asker: Any) -> None:
    asker: Asker = make_asker({"松溪县2022年重点工程.md": TEXT.format(fourth="**除险")})
    answer = asker.ask(Question(question="松溪县2022年重点工程有哪些？"))
    assert answer.status == "partial"
    assert [segment.text for segment in answer.segments][-1] == "**除险"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些工程的投资超过1000万元？", ["北桥加固", "中学扩建"]),
        ("投资在480万元以上的工程有哪些？", ["北桥加固", "中学扩建", "东坝除险"]),
        ("哪些工程的投资不足500万元？", ["南渠清淤", "东坝除险"]),
    ],
)
def test_rows_are_chosen_by_their_figures(asker: Asker, question: str, expected: list[str]) -> None:
    assert items(asker, f"松溪县2022年重点工程中，{question}") == expected


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("投资超过20个", "no 20, yes 21"),
        ("投资不少于20个", "no 19, yes 20"),
        ("投资20个以上", "no 19.5, yes 20"),
        ("投资不足20个", "no 20, yes 19"),
        ("投资20个以下", "no 21, yes 20"),
        ("投资不超过20个", "no 21, yes 20, no —"),
    ],
)
def test_a_bound_holds(question: str, values: str) -> None:
    bound = asked_rows(question).bound_of("投资")
    assert bound is not None
    for value in values.split(", "):
        assert bound.holds(value.split()[1]) is (value.split()[0] == "yes")


def test_a_bound_is_read_in_the_scale_of_the_column() -> None:
    in_hundred_millions, in_myriads = (
        asked_rows("投资超过1.2亿元").bound_of("投资", "亿元"),
        asked_rows("投资超过1.2亿元").bound_of("投资", "万元"),
    )
    assert in_hundred_millions is not None
    assert in_myriads is not None
    assert (in_hundred_millions.least, in_myriads.least) == (1.2, 12000)


@pytest.mark.parametrize("question", ["投资20个", "投资多少"])
def test_what_is_no_bound(question: str) -> None:
    assert asked_rows(question).bound_of("投资") is None
