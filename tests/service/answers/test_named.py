"""Of things told alike in one sentence: the figure of the one that the question names by its number, code or name."""

from __future__ import annotations

import pytest

from indexer.chinese.folding import fold
from indexer.types import Span
from service.answers.figure import asked_figures, pointed_at
from service.understand import understand

WELLS = "第16号机井西岭村出水210立方米，第17号机井南岭村出水240立方米，第117号机井北岭村出水270立方米。"
BEHIND = "出水210立方米（第16号机井）、240立方米（第17号机井）、270立方米（第18号机井）。"
SECTORS = "第一产业增加值12.4亿元，增长3.1%；第二产业增加值30.6亿元，增长7.2%；第三产业增加值41.9亿元，增长5.5%。"
PROJECTS = "投入4亿元实施“雪松工程”，投入6亿元实施“云杉工程”，共计10亿元。"
PERIODS = "“十二五”期间，全县共投入3亿元，“十三五”期间，全县共投入5亿元，“十四五”期间，全县共投入8亿元。"
CODES = "X205线路面破损3.5公里，X206线路面破损4.1公里，X2061线路面破损7.7公里。"
DUST = "PM10平均浓度61微克/立方米，PM2.5平均浓度33微克/立方米。"
PLANS = "依据《松溪林业规划》造林3万亩，依据《松溪湿地规划》造林5万亩。"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("第16号机井出水多少立方米？", WELLS, "210立方米"),
        ("第17号机井出水多少立方米？", WELLS, "240立方米"),
        ("第117号机井出水多少？", WELLS, "270立方米"),
        ("第１７号机井出水多少立方米？", WELLS, "240立方米"),
        ("How many cubic metres of water does well No. 17 give?", WELLS, "240立方米"),
        ("第16号机井出水多少立方米？", BEHIND, "210立方米"),
        ("第17号机井出水多少立方米？", BEHIND, "240立方米"),
        ("第18号机井出水多少立方米？", BEHIND, "270立方米"),
        ("第一产业增加值是多少亿元？", SECTORS, "12.4亿元"),
        ("第二产业增加值是多少亿元？", SECTORS, "30.6亿元"),
        ("第三产业增加值增长多少？", SECTORS, "5.5%"),
        ("“雪松工程”投入多少亿元？", PROJECTS, "4亿元"),
        ("云杉工程投入多少亿元？", PROJECTS, "6亿元"),
        ("“十三五”期间投入多少亿元？", PERIODS, "5亿元"),
        ("十四五期间投入多少亿元？", PERIODS, "8亿元"),
        ("X205线路面破损多少公里？", CODES, "3.5公里"),
        ("x206线路面破损多少公里？", CODES, "4.1公里"),
        ("PM2.5平均浓度是多少？", DUST, "33微克/立方米"),
        ("《松溪湿地规划》造林多少万亩？", PLANS, "5万亩"),
        ("3号楼住了多少户？", "1号楼住了24户，2号楼住了36户，3号楼住了48户。", "48户"),
    ],
)
def test_its_figure_is_the_one_beside_it(question: str, sentence: str, expected: str) -> None:
    assert [figure.text for figure in asked_figures(understand(question), fold(sentence))] == [expected]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        # In order, behind 分别: the identifier's own clause holds the figure of another.
        ("第二产业增加值是多少亿元？", "第一产业和第二产业增加值分别为12亿元、30亿元。", "30亿元"),
        ("第一产业增加值是多少亿元？", "第一产业和第二产业增加值分别为12亿元、30亿元。", "12亿元"),
        # Told from nothing: the rules for one thing hold.
        ("“雪松工程”投入多少亿元？", "投入4亿元实施“雪松工程”，新增床位3张。", "4亿元"),
        ("第17号机井出水多少立方米？", "蓄水塘容量900立方米，第17号机井出水240立方米。", "240立方米"),
    ],
)
def test_other_rules_are_not_overruled(question: str, sentence: str, expected: str) -> None:
    assert [figure.text for figure in asked_figures(understand(question), fold(sentence))] == [expected]


def test_where_the_reader_points_to_a_neighbour_the_named_one_is_marked() -> None:
    question, sentence = understand("第17号机井出水多少立方米？"), fold(WELLS)
    start = sentence.index("210")
    asked = asked_figures(question, sentence)
    found = pointed_at(question, sentence, Span(start=start, end=start + 3), asked)
    assert [figure.text for figure in found] == ["240立方米"]


def test_a_long_list_is_read_in_time() -> None:
    sentence = "，".join(f"第{n}号机井出水{n + 1000}立方米" for n in range(1, 400)) + "。"
    question = understand("第333号机井出水多少立方米？")
    assert [figure.text for figure in asked_figures(question, sentence)] == ["1333立方米"]
