"""Figures written alike count as the same; a part of a figure does not count as the figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chinese.figures import holds, normalised, numbers

DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("1.83万", "18300"),
        ("一万八千三百", "18300"),
        ("18,300", "18300"),
        ("9.73亿元", "973000000元"),
        ("97300万元", "973000000元"),
        ("2亿3000万元", "230000000元"),
        ("1.5万亿元", "1500000000000元"),
        ("一亿两千万", "120000000"),
        ("一点二万", "12000"),
        ("九十一点四", "91.4"),
        ("十二点五亿", "1250000000"),
        ("百分之十五", "15%"),
        ("百分之九十一点四", "91.4%"),
        ("千分之三", "3‰"),
        ("15.0%", "15%"),
        ("二〇二三年", "2023年"),
        ("２０２３年", "2023年"),
        ("第一百零一条", "第101条"),
        ("四批", "4批"),
        ("3千瓦", "3千瓦"),  # a unit, not three thousand
        ("1.2.3", "1.2.3"),
        ("2023.10.1", "2023.10.1"),
        ("十四五", "十四五"),  # a plan, not a number
        ("千方百计", "千方百计"),
        ("統一领导", "统一领导"),
        ("两万五", "25000"),
        ("三千二", "3200"),
        ("一百二", "120"),
        ("一百零二", "102"),
        ("3万5", "35000"),
        ("十二万三", "123000"),
        ("百分之百", "100%"),
        ("四分之三", "3/4"),
        ("三成", "30%"),
        ("一成半", "15%"),
        ("十成", "十成"),
        ("三成立", "三成立"),
        ("1个亿", "100000000"),
        ("贰佰", "200"),
        ("大陆", "大陆"),
        ("几十个", "几十个"),
        ("十余万", "十余万"),
        ("三百多户", "三百多户"),
        ("完成12\n35件", "完成12 35件"),
        ("120 35 4", "120 35 4"),
        ("九" * 5000, "九" * 5000),
        ("12 批 次", "12批次"),
        ("in four batches", "in four batches"),
    ],
)
def test_figures_are_written_in_plain_digits(written: str, plain: str) -> None:
    assert normalised(written) == plain


@pytest.mark.parametrize("unit", ["九", "1,234,", "百分之", "1万", "一点", "三个"])
def test_a_long_text_takes_time_by_its_length(unit: str) -> None:
    normalised(unit * 50_000)  # minutes, if any pattern were quadratic


@pytest.mark.parametrize("approximate", ["三四个", "七八家", "五六里", "十七八岁", "二三产业"])
def test_what_lies_between_two_numbers_is_no_figure(approximate: str) -> None:
    assert normalised(approximate) == approximate


@pytest.mark.parametrize(
    ("text", "accepted", "held"),
    [
        ("共2270项行政违法行为", "2270项", True),
        ("共2270项行政违法行为", "227", False),
        ("共12270项", "2270项", False),
        ("占91.4%", "91.4%", True),
        ("占91.4%", "1.4%", False),
        ("占91.4%", "91.4", False),
        ("增长15%", "15", False),
        ("新增就业1.83万人", "18300人", True),
        ("新增就业18300人", "1.83万人", True),
        ("1,234件", "234件", False),
        ("四批示范点", "4批", True),
        ("十四批示范点", "四批", False),
        ("four batches", "four", True),
        ("fourteen batches", "four", False),
        ("Forty-Four batches", "four", True),
        ("人口达2,790,060，为全省第四，2012年为第五", "2,790,060", True),
        ("人口达2,790,060，为全省第四，2012年为第五", "第四", True),
        ("下降-3.2%", "3.2%", False),
        ("下降-3.2%", "-3.2%", True),
        ("10-15天", "15天", True),
        ("——2022年1月12日", "2022年1月12日", True),
        ("几十个部门", "10个", False),
        ("十余万人", "10", False),
        ("占四分之三", "3", False),
        ("占四分之三", "四分之三", True),
        ("加强统一领导", "1", False),
        ("完成12\n35件", "35件", True),
        ("全部办结，达百分之百", "100%", True),
        ("", "4", False),
        ("共四项", "", False),
        ("行政複議", "行政复议", True),
        ("《广西壮族自治区政务服务\n管理办法》", "政务服务管理办法", True),
    ],
)
def test_an_accepted_answer_is_held_whole(text: str, accepted: str, held: bool) -> None:
    assert holds(text, accepted) is held


def test_numbers_are_those_written_in_digits_or_numerals() -> None:
    assert numbers("全市32个部门、91.4%，共2,270项，分四批，下降-3.2%") == ["32", "91.4%", "2270", "4", "-3.2%"]


def _in_han(value: int) -> str:
    """Below 10,000, as it is spoken."""
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return text


@given(st.integers(min_value=1, max_value=9999), st.integers(min_value=0, max_value=9999))
def test_numerals_of_any_size_are_read(high: int, low: int) -> None:
    between = "零" if 0 < low < 1000 else ""
    assert normalised(f"{_in_han(high)}万{between}{_in_han(low)}") == str(high * 10_000 + low)


@given(st.text(max_size=60))
def test_any_text_holds_itself(text: str) -> None:
    assert normalised(normalised(text)) == normalised(normalised(normalised(text)))
    assert holds(f"“{text}”", f"“{text}”")
