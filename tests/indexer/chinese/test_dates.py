"""Days, years and numbers of documents, in every way that they are written."""

from __future__ import annotations

import re

import pytest

from indexer.chinese.dates import DAY, MONTH_OR_DAY, OPENS_WITH_DAY, YEAR, YEAR_IN_DIGITS, iso, year_in_digits
from indexer.chinese.document_numbers import DOCUMENT_NUMBER, ORDER_NUMBER
from indexer.chinese.folding import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年3月28日", "2023-03-28"),
        ("２０２３年３月２８日", "2023-03-28"),
        ("二〇二三年三月二十八日", "2023-03-28"),
        ("二○二三年十二月三十一日", "2023-12-31"),
        ("2023-03-28", "2023-03-28"),
        ("2023.3.28", "2023-03-28"),
        ("2023 年 3 月 8 日", "2023-03-08"),
        ("2023年2月30日", None),  # no calendar has it
    ],
)
def test_a_day_is_read_in_any_form(text: str, expected: str | None) -> None:
    match = DAY.search(fold(text))
    assert match
    assert iso(match) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023年工作", "2023"),
        ("二〇二三年工作", "2023"),
        ("2035年远景目标", None),
        ("12023年", None),
        ("第202年", None),
    ],
)
def test_a_year_is_one_of_a_report(text: str, year: str | None) -> None:
    match = YEAR.search(fold(text))
    assert (year_in_digits(match["year"]) if match else None) == year


def test_a_year_without_its_word() -> None:
    assert YEAR_IN_DIGITS.findall("报告_2021 第20215号 2035年远景目标") == ["2021"]


@pytest.mark.parametrize("text", ["3月", "3月底", "2022年3月", "十二月三日", "6月上旬"])
def test_what_is_at_least_a_month(text: str) -> None:
    assert re.fullmatch(MONTH_OR_DAY, text)


@pytest.mark.parametrize("text", ["2023年1月16日", "（二〇二三年一月十六日）", "**年1月16日"])
def test_a_signature_opens_with_its_day(text: str) -> None:
    assert re.match(OPENS_WITH_DAY, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("国发〔2020〕3号", "国发〔2020〕3号"),
        ("云政办发[2023]第12号", "云政办发[2023]第12号"),
        ("粤府令 【2021】 5 号", None),  # what issues it does not stand before white space
        ("粤府令【 2021 】5号", "粤府令【 2021 】5号"),
        ("2020年3号", None),
    ],
)
def test_the_number_of_a_document(text: str, number: str | None) -> None:
    match = DOCUMENT_NUMBER.search(text)
    assert (match[0] if match else None) == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("国令第707号", "国令第707号"),
        ("（中华人民共和国主席令第七十号）", "中华人民共和国主席令第七十号"),
        ("靛河市人民政府令 第 12 号", "靛河市人民政府令 第 12 号"),
        ("关于贯彻国令第707号的通知", None),  # that of another
        ("令第3号", None),
        ("国令第707号公布", None),
    ],
)
def test_the_number_of_an_order(line: str, number: str | None) -> None:
    match = ORDER_NUMBER.fullmatch(line)
    assert (match["number"] if match else None) == number
