"""Which reports are meant: of a year's work, that which tells of the year."""

from __future__ import annotations

from typing import Any

import pytest

from service.types import Question

OF_2021 = ("一是公园管护不足", "二是公交班次偏少", "三是技术人才不足")
OF_2022 = ("一是停车位紧张", "二是托育机构偏少", "三是水价偏高")
REPORTS = {
    f"{year}年岑山县政府工作报告.txt": f"{year}年岑山县政府工作报告\n\n一、{year - 1}年工作回顾\n"
    f"新建公园{year - 2010}座。"
    f"同时也清醒看到，工作中还存在不少问题：{'；'.join(lacking)}。\n二、{year}年工作安排\n着力解决停车问题。修建公路。\n"
    for year, lacking in ((2022, OF_2021), (2023, OF_2022))
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("2022年的工作还存在哪些不足", OF_2022),
        ("岑山县2022年工作中存在哪些问题？", OF_2022),
        ("2021年的工作还有哪些短板？", OF_2021),
        ("List the shortcomings of Censhan in 2021", OF_2021),
        ("What shortcomings did Censhan have in 2022?", OF_2022),
        ("2022年的报告说还存在哪些不足？", OF_2021),  # the report is named, and not the year that it tells of
    ],
)
def test_what_was_lacking_in_a_year_is_told_by_the_report_of_that_years_work(
    asker: Any, question: str, lacking: tuple[str, ...]
) -> None:
    answer = asker.ask(Question(question=question))
    assert tuple(citation.quote for citation in answer.citations) == lacking


def test_where_no_report_tells_of_the_year_any_may_answer(asker: Any) -> None:
    answer = asker.ask(Question(question="2023年工作存在哪些不足？"))
    assert answer.citations


def test_what_is_to_be_solved_in_a_year_is_told_by_its_own_report(asker: Any) -> None:
    answer = asker.ask(Question(question="岑山县2022年要着力解决哪些问题？"))
    assert {citation.title for citation in answer.citations} == {"2022年岑山县政府工作报告"}
