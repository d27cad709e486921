"""Of which year a part of a report tells that does not say it, and how many are told in a word."""

from __future__ import annotations

from typing import Any

import pytest

from service.types import Question

REPORTS = {
    "2013年朔原县政府工作报告.txt": "一、过去一年工作回顾\n"
    "修建公路38公里，比2009年增加12公里。县城供水连续7年没有中断。在第六届农民运动会上获得金牌4枚。“百村”计划引进企业21家。淘汰小锅炉41台。\n"
    "二、2013年工作总体部署\n"
    "1998年以来，县里一直实行积极的招商政策。鉴于园区已经饱和，有必要转为择优招商。去年全县结余资金61万元。\n"
    "三、大力发展特色农业\n"
    "改造旱田5200亩。全面推行粮食直补公示制度。\n"
    "四、“十二五”后期的目标\n"
    "森林覆盖率达到43.5%。\n",
    "2013年青屏县政府工作报告.txt": "一、过去一年工作回顾\n粮食实现“九连增”。\n",
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("朔原县2013年改造旱田多少亩？", "5200亩"),  # the part before says that it is planned
        ("朔原县2013年为什么转为择优招商？", "园区已经饱和"),  # “1998年以来” begins no year
        ("朔原县2012年结余资金多少万元？", "61万元"),  # 去年
        ("朔原县2012年修建公路多少公里？", "38公里"),
        ("朔原县修建的公路比2009年增加多少公里？", "12公里"),  # the year that it is compared with
        ("朔原县2015年森林覆盖率的目标是多少？", "43.5%"),  # the last of the plan
        ("青屏县粮食连着增产多少年了？", "九连增"),
        ("朔原县的供水有多少个年头没有中断？", "7年"),
        ("朔原县“百村”计划引进多少家企业？", "21家"),  # it is called a plan, and was done
        ("朔原县的小锅炉减少了多少台？", "41台"),  # so many were taken away
        ("朔原县在几届农民运动会上获得金牌？", "第六届"),
    ],
)
def test_what_is_told_of_a_year_without_its_name(asker: Any, question: str, said: str) -> None:
    (citation, *_) = asker.ask(Question(question=question)).citations
    assert said in citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "朔原县2012年改造旱田多少亩？",  # it is planned for 2013
        "朔原县2013年修建公路多少公里？",  # it was done in 2012
        "朔原县2011年结余资金多少万元？",
        "朔原县2009年修建公路多少公里？",  # with which it is compared
        "朔原县2020年森林覆盖率的目标是多少？",
    ],
)
def test_another_year_is_refused(asker: Any, question: str) -> None:
    answer = asker.ask(Question(question=question))
    assert answer.status == "abstained"
    assert answer.missing
