"""Items behind a colon: all of them, in order, wherever in them the best sentence stands."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import Span
from service.answers.led import led_around, led_in
from service.ask import Asker
from service.types import Question

RULES = """石桥市公共停车场管理办法

第一章 总则

第一条 为了规范停车场管理，制定本办法。

第二条 本办法适用于本市公共停车场的经营和管理。

第二章 经营

第三条 申请经营公共停车场应当具备下列条件：

（一）有固定的场地和出入口；

（二）有与泊位数量相适应的管理人员；

（三）有健全的安全管理制度。

第四条 停车场有下列情形之一的，由主管部门责令改正：

（一）擅自停止使用或者改作他用的；

（二）不按照规定明码标价的。

第五条 收费标准由价格主管部门另行制定并向社会公布。
"""


def items(text: str) -> list[list[str]]:
    return [[item.of(text) for item in led.items] for led in led_in(text, Span(start=0, end=len(text)))]


def test_lines_and_items_within_a_line() -> None:
    assert items(RULES) == [
        ["（一）有固定的场地和出入口", "（二）有与泊位数量相适应的管理人员", "（三）有健全的安全管理制度"],
        ["（一）擅自停止使用或者改作他用的", "（二）不按照规定明码标价的"],
    ]
    assert items("申请时提交以下材料：（1）申请书；（2）身份证明；（3）场地图纸。材料不全的，一次告知。") == [
        ["（1）申请书", "（2）身份证明", "（3）场地图纸。材料不全的，一次告知"]
    ]


NESTED = """本细则所称各项收入：

（一）劳务收入，是指提供劳务取得的收入。

（二）经营收入，是指：

1.经营店铺取得的收入；

2.承包茶园取得的收入；

3.出租农机取得的收入。

（三）财产收入，是指转让财产取得的收入。
"""


def test_the_items_of_an_item_are_a_series_of_their_own() -> None:
    outer, inner = items(NESTED)
    assert [item[:3] for item in outer] == ["（一）", "（二）", "（三）"]
    assert inner == ["1.经营店铺取得的收入", "2.承包茶园取得的收入", "3.出租农机取得的收入"]
    of_item = led_around(
        NESTED, Span(start=NESTED.index("（二）"), end=NESTED.index("1.")), Span(start=0, end=len(NESTED))
    )
    assert of_item is not None
    assert [item.of(NESTED) for item in of_item.items] == inner


@pytest.mark.parametrize(
    "text",
    [
        "现就有关事项通知如下：\n一、总体要求\n二、主要任务\n三、组织保障",  # sections
        "有下列情形的：\n（一）不予登记",  # one is no series
        "会议讨论了：\n（二）预算草案；\n（三）人事事项。",  # it begins with its second
        "收费标准如下\n（一）小型车每小时5元；\n（二）大型车每小时10元。",  # nothing leads in
        "说明如下：\n" + "\n".join(f"（{n}）{'停车' * 130}。" for n in "一二"),  # too long for items
    ],
)
def test_what_is_no_series(text: str) -> None:
    assert items(text) == []


def test_items_of_an_item_do_not_end_the_series() -> None:
    text = "处罚如下：\n（一）个人，按照下列标准：\n1.首次违反，警告；\n2.再次违反，罚款。\n（二）单位，罚款。"
    assert items(text) == [["（一）个人，按照下列标准：", "（二）单位，罚款"], ["1.首次违反，警告", "2.再次违反，罚款"]]


def test_the_series_around_a_place() -> None:
    at = RULES.index("明码标价")
    led = led_around(RULES, Span(start=at, end=at + 4), Span(start=0, end=len(RULES)))
    assert led is not None
    assert led.lead.of(RULES).startswith("第四条")
    assert led_around(RULES, Span(start=0, end=4), Span(start=0, end=len(RULES))) is None


@pytest.mark.parametrize(
    ("question", "first", "n"),
    [
        ("申请经营公共停车场应当具备哪些条件？", "（一）有固定的场地和出入口", 3),
        ("经营公共停车场要具备什么条件", "（一）有固定的场地和出入口", 3),
        ("停车场有哪几种情形，主管部门会责令改正？", "（一）擅自停止使用或者改作他用的", 2),
    ],
)
def test_all_items_are_given_each_with_its_place(make_asker: Any, question: str, first: str, n: int) -> None:
    asker: Asker = make_asker({"停车场管理办法.txt": RULES})
    answer = asker.ask(Question(question=question))
    assert next(segment.text for segment in answer.segments) == first
    assert len(answer.citations) == n
    for citation in answer.citations:
        assert asker.snapshot.reports[citation.report_id].text[citation.start : citation.end] == citation.quote


def test_items_that_the_source_masks_are_shown_so(make_asker: Any) -> None:
    asker: Asker = make_asker(
        {"停车场管理办法.txt": RULES.replace("（二）有与泊位数量相适应的管理人员", "（二）有***")}
    )
    answer = asker.ask(Question(question="申请经营公共停车场应当具备哪些条件？"))
    assert [segment.text[-5:] for segment in answer.segments] == ["地和出入口", "）有***", "全管理制度"]
    assert answer.status == "partial"
    assert answer.missing == ("原文遮盖的 1 项",)


def test_one_thing_that_is_asked_for_is_one(make_asker: Any) -> None:
    asker: Asker = make_asker({"停车场管理办法.txt": RULES})
    answer = asker.ask(Question(question="收费标准由谁制定？"))
    assert len(answer.segments) == 1


def test_the_values_of_several_cases_stand_in_the_items_beside_each_other(make_asker: Any) -> None:
    text = """石桥市停车收费规定

第一条 为了规范收费，制定本规定。

第二条 停车按照以下标准收费：

（一）小型车辆停车，每小时收费5元；

（二）大型车辆停车，每小时收费12元。

第三条 军车免费停放，警车执行公务免费停放。
"""
    asker: Asker = make_asker({"收费规定.txt": text})
    answer = asker.ask(Question(question="小型车辆和大型车辆停车每小时各收费多少元？"))
    assert "5元" in answer.text
    assert "12元" in answer.text
