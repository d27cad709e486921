"""Rows of tables: the cell that a question asks for, its unit, and which rows a question is about."""

from __future__ import annotations

import pytest

from indexer.chinese.folding import fold
from service.answers.figure import asked_figures
from service.rows import heads_at, in_words, row_of
from service.understand import understand
from service.verify import Source, verify

BUDGET = "项目：税收收入；2022年决算（万元）：41200；2023年决算（万元）：45310"
GROWTH = "区：甲区；2021年 生产总值（亿元）：7630；2022年 生产总值（亿元）：8035；2022年比2021年增长（%）：5.3"
PLANNED = "项目：税收收入；预算数（万元）：100；决算数（万元）：98；完成预算（%）：98.0"
LAST_YEAR = "项目：税收收入；本年数（万元）：120；上年数（万元）：98；增长：-2.1%"
SERVICE = "事项：社保转移；受理件数：9274；平均办理天数：3.2"
BY_UNIT = "指标：生产总值；单位：亿元；2021：7630；2022：8035.2"


@pytest.mark.parametrize(
    ("question", "row", "asked"),
    [
        ("2023年税收收入决算是多少万元？", BUDGET, ("45310", "元")),
        ("2022年税收收入是多少？", BUDGET, ("41200", "元")),
        ("税收收入是多少？", BUDGET, None),  # of which year, is open
        ("2021年税收收入是多少？", BUDGET, None),
        ("税收收入用了多少人？", BUDGET, None),
        ("甲区2022年生产总值是多少亿元？", GROWTH, ("8035", "元")),
        ("甲区2021年生产总值是多少？", GROWTH, ("7630", "元")),
        ("甲区2022年生产总值增长多少？", GROWTH, ("5.3", "%")),
        ("2022年生产总值是多少？", BY_UNIT, ("8035.2", "元")),
        ("2022年税收收入是多少？", "年份：2022；税收收入（万元）：12；非税收入（万元）：33", ("12", "元")),
        ("2022年税收收入是多少？", "年份：2021；税收收入（万元）：12；非税收入（万元）：33", None),
        ("居民消费价格涨幅是多少？", "指标：CPI（%）；2023年：0.4", ("0.4", "%")),
        ("规模以上工业增加值是多少？", "指标：规上工业增加值；2023年（亿元）：533.7；增长（%）：6.6", ("533.7", "元")),
        ("社保转移平均办理多少天？", SERVICE, ("3.2", "日")),
        ("社保转移受理多少件？", SERVICE, ("9274", "件")),
        ("社保转移的窗口有多少个？", SERVICE, None),
        ("税收收入决算是多少？", PLANNED, ("98", "元")),
        ("税收收入的预算是多少万元？", PLANNED, ("100", "元")),
        ("税收收入完成预算的比例是多少？", PLANNED, ("98.0", "%")),
        ("税收收入是多少万元？", LAST_YEAR, ("120", "元")),
        ("税收收入去年是多少万元？", LAST_YEAR, ("98", "元")),
        ("税收收入增长多少？", LAST_YEAR, ("-2.1%", "%")),
        ("甲区受理行政复议案件多少件？", "区：甲；复议案件 受理：12；复议案件 办结：11", ("12", "")),
        ("税收收入是多少万元？", "项目：税收收入；本年数（万元）：1**；上年数（万元）：98", ("1**", "元")),
        ("税收收入是多少万元？", "项目：税收收入；本年数（万元）：**120**；上年数（万元）：98", ("120", "元")),
    ],
)
def test_the_asked_cell(question: str, row: str, asked: tuple[str, str] | None) -> None:
    found = asked_figures(understand(question), fold(row))
    assert [(figure.span.of(row), figure.unit) for figure in found] == ([asked] if asked else [])
    assert all(figure.masked == ("1**" in row) for figure in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "主要目标：生产总值增长5%左右；城镇新增就业：超过10万人；以及其他。",
        "一是受理案件120件；二是办结118件。",
        "项目；2022年；2023年",
        "发文机关：国务院办公厅；成文日期：2019年01月22日",
        "序号：1；改革举措：专利案件快速审判；内容：审助分流",
        "税收；41200；45310",
        "",
    ],
)
def test_what_is_no_row(sentence: str) -> None:
    assert row_of(fold(sentence)) is None


def test_heads_are_known_by_the_row_below_them() -> None:
    rows = ["区;案件", "受理;办结", "表1;区:甲;案件 受理(件):12;案件 办结(件):11", "甲;乙", "正文。"]
    assert heads_at(rows) == {1}
    assert heads_at(["项目;2022年;2023年", "项目:税收;2022年(万元):1;2023年(万元):2"]) == {0}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (BUDGET, "税收收入2022年决算41200万元;税收收入2023年决算45310万元"),
        (BY_UNIT, "生产总值2021年7630亿元;生产总值2022年8035.2亿元"),
        ("年份：2022；税收收入（万元）：12；非税收入（万元）：33", "2022年税收收入12万元;2022年非税收入33万元"),
        ("区：甲区；增长：5.3%；办件数：120", "甲区增长5.3%;甲区办件数120件"),
        ("一是受理案件120件；二是办结118件。", "一是受理案件120件；二是办结118件。"),
    ],
)
def test_a_row_in_words_has_each_figure_with_its_unit(row: str, said: str) -> None:
    assert in_words(row) == said


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("2023年税收收入决算为45310万元。", "supported"),
        ("2022年税收收入决算为41200万元。", "supported"),
        ("2023年税收收入决算为41200万元。", "contradicted"),
        ("2023年税收收入决算为45310亿元。", "contradicted"),
    ],
)
def test_a_sentence_is_verified_against_a_row(sentence: str, outcome: str) -> None:
    source = Source(BUDGET, ("一、一般公共预算",), "云岭市2023年财政决算报告", "云岭市", 2023)
    assert verify(sentence, [source]).outcome == outcome
