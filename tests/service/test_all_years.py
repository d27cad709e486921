"""“2020年到2022年分别…”: the years that a question means without naming each of them."""

from __future__ import annotations

import pytest

from service.all_years import with_years_named
from service.parts import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("甲县2019、2020、2021年的产量各是多少？", "甲县2019年、2020年、2021年的产量各是多少？"),
        ("2019和2020年哪年产量高？", "2019年和2020年哪年产量高？"),
        ("甲县2019年到2021年产量分别是多少？", "甲县2019年、2020年、2021年产量分别是多少？"),
        ("产量2019至2021年三年分别是多少？", "产量2019年、2020年、2021年分别是多少？"),
        ("甲县2019-2021年逐年新建几所学校？", "甲县2019年、2020年、2021年分别新建几所学校？"),
    ],
)
def test_each_year_is_named(question: str, expected: str) -> None:
    assert with_years_named(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "2019年到2021年累计新建几所学校？",  # all of it together
        "1990年到2021年产量分别是多少？",  # too many
        "甲县2021年的产量和人口分别是多少？",
        "2019年、2020年产量各是多少？",  # they are
    ],
)
def test_others_stay_as_they_are(question: str) -> None:
    assert with_years_named(question) == question


REGIONS = {"甲县": frozenset({"甲县"}), "乙县": frozenset({"乙县"}), "丙县": frozenset({"丙县"})}


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("对比甲县2020年和2021年的产量", ["甲县2020年产量是多少？", "甲县2021年产量是多少？"]),
        (
            "比较一下甲县2019年、2020年、2021年的产量",
            ["甲县2019年产量是多少？", "甲县2020年产量是多少？", "甲县2021年产量是多少？"],
        ),
        (
            "Compare the output of 甲县 in 2020 and 2021.",
            ["What was the output of 甲县 in 2020?", "What was the output of 甲县 in 2021?"],
        ),
        (
            "Please compare the output of 甲县, 乙县 and 丙县 in 2021.",
            [f"What was the output of {place} in 2021?" for place in REGIONS],
        ),
    ],
)
def test_what_is_to_be_compared_is_asked_of_each_side(question: str, asked: list[str]) -> None:
    found = parts(question, REGIONS)
    assert [part.text for part in found] == asked
    assert all(part.side for part in found)
