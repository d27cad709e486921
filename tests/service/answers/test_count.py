"""Who counts: the tree for parts of a text, then a figure that is stated, then an enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from indexer.chinese.folding import fold
from indexer.reports import reading_of
from indexer.types import Span
from service.answers.count import CountAnswerer, behind_number
from service.answers.types import Draft, Piece
from service.spans import Readings
from service.types import Passage, Question
from service.understand import Understood, understand

(REPORT,) = reading_of("2023年松溪县报告\n\n全县有5个县设了分中心。\n".encode(), "r.txt").reports
SPAN = Span(start=12, end=24)
POINTS = Draft((Piece(REPORT.report_id, SPAN, ()),) * 4, certainty=0.9)
STATED = Draft((Piece(REPORT.report_id, SPAN, (), highlights=(Span(start=14, end=16),)),))
UNSTATED = Draft((Piece(REPORT.report_id, SPAN, ()),))
ITEMS = Draft(tuple(Piece(REPORT.report_id, SPAN, (), item=Span(start=at, end=at + 1)) for at in range(12, 15)))


@dataclass(frozen=True)
class Fixed:
    """Answers anything with one draft."""

    given: Draft

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:  # noqa: ARG002
        return self.given


def count(question: str, points: Draft, items: Draft, sentence: Draft) -> Draft:
    answerer = CountAnswerer({REPORT.report_id: REPORT}, Fixed(points), Fixed(items), Fixed(sentence))
    return answerer.draft(understand(question), (), {})


def test_parts_are_counted_in_the_tree() -> None:
    found = count("报告一共提了几条建议？", POINTS, ITEMS, STATED)
    assert (found.counted, len(found.pieces)) == (4, 4)


def test_what_is_no_part_is_not_looked_for_in_the_tree() -> None:
    assert count("全省有几个市搞了试点？", POINTS, ITEMS, STATED) == STATED


def test_a_stated_number_goes_before_an_enumeration() -> None:
    assert count("有几个县设了分中心？", UNSTATED, ITEMS, STATED).counted is None


def test_an_enumeration_is_counted_where_no_number_stands() -> None:
    found = count("有几个县设了分中心？", UNSTATED, ITEMS, UNSTATED)
    assert found.counted == 3
    assert found.pieces == ITEMS.pieces


def test_what_says_how_many_of_it_there_are_is_no_one_thing() -> None:
    at = REPORT.text.index("5个") + 2
    numbered = Draft(tuple(Piece(REPORT.report_id, SPAN, (), item=Span(start=at - n, end=at)) for n in (2, 3, 4)))
    assert count("全县有几种分中心？", UNSTATED, numbered, UNSTATED) == UNSTATED


def test_nothing_to_count_leaves_the_sentence() -> None:
    assert count("有几个县设了分中心？", UNSTATED, UNSTATED, UNSTATED) == UNSTATED


@pytest.mark.parametrize(
    ("sentence", "number", "listed"),
    [
        ("全省5个市（甲市、乙市、丙市）搞了试点。", "5个", ["甲市", "乙市", "丙市"]),
        ("入选的4个县分别是甲县、乙县、丙县。", "4个", ["甲县", "乙县", "丙县"]),
        ("全省三个市（甲市、乙市、丙市）搞了试点。", "三个", []),  # as many as are stated
        ("全省5个市（甲市、乙市等）搞了试点。", "5个", []),  # not all of them are listed
        ("全省5个市（甲市、乙市和丙市）搞了试点。", "5个", []),  # how many 和 parts nobody knows
        ("全省5个市搞了试点，甲市、乙市、丙市通报了情况。", "5个", []),  # other things
    ],
)
def test_what_is_listed_right_behind_another_number(sentence: str, number: str, listed: list[str]) -> None:
    folded = fold(sentence)
    start = folded.index(number)
    found = behind_number(folded, Span(start=start, end=start + len(number)))
    assert [one.of(sentence) for one in found] == listed


def test_of_many_the_first_and_the_last_say_how_many() -> None:
    many = Draft(tuple(Piece(REPORT.report_id, Span(start=at, end=at + 1), ()) for at in range(26)), certainty=0.9)
    found = count("报告一共提了几条建议？", many, ITEMS, STATED)
    assert found.counted == 26
    assert found.pieces == (many.pieces[0], many.pieces[-1])


COUNTED = """2023年松溪县政府工作报告

一、工作建议

针对以上情况，提出以下五条建议。

（一）充实基层力量。各乡镇要配齐专职人员，按季度开展业务培训，并把考核结果与评优挂钩，逐月通报完成情况。

（二）推进数据共享。打通部门之间的数据壁垒，年内接入省级平台，由县大数据中心统一维护，逐项落实责任单位。

（三）健全监督体系。完善执法检查和群众评议，每半年向社会公布一次结果，接受人大代表和政协委员的监督。

二、试点情况

全县有5个县设了分中心（甲县、乙县、丙县）。
"""


def test_a_number_that_the_text_states_goes_before_another_that_is_counted(make_asker: Any) -> None:
    answer = make_asker({"2023年松溪县政府工作报告.txt": COUNTED}).ask(Question(question="松溪县一共提了几条建议？"))
    assert (answer.kind, answer.status) == ("count", "partial")
    stating, counted, *points = answer.segments
    assert stating.text == "针对以上情况，提出以下五条建议。"
    assert counted.text == "原文说的数与此不同：列出的是 3 项（按下列各项计数）"
    assert counted.citations == (2, 3, 4)
    assert [point.text[:3] for point in points] == ["（一）", "（二）", "（三）"]
    assert answer.missing == ("原文所说“五条建议”中的另外 2 项",)
    assert "None" not in answer.text


def test_things_that_are_not_as_many_as_is_said_stand_behind_the_number(make_asker: Any) -> None:
    answer = make_asker({"2023年松溪县政府工作报告.txt": COUNTED}).ask(Question(question="有几个县设了分中心？"))
    stating, counted, *things = answer.segments
    assert "5个县" in stating.text
    assert "列出的是 3 项" in counted.text
    assert [thing.text for thing in things] == ["甲县", "乙县", "丙县"]


PARTS = """石桥市第二批便民举措推广清单

一、推广的便民举措（共9项）

二、户籍办理方面（共4项）

三、社保办理方面（共{last}项）
"""


@pytest.mark.parametrize(
    ("question", "last", "said"),
    [
        ("便民举措加起来有多少项？", 5, "9项"),
        ("便民举措总共多少项？", 5, "9项"),
        ("户籍办理方面推广了多少项？", 5, "4项"),  # one part is asked for
        ("便民举措总共多少项？", 6, "4项"),  # they do not add up
    ],
)
def test_all_together_is_what_the_parts_add_up_to(question: str, last: int, said: str) -> None:
    (report,) = reading_of(PARTS.format(last=last).encode(), "清单.txt").reports
    at = report.text.index("4项")
    mark = Span(start=at, end=at + 2)
    of_a_part = Draft((Piece(report.report_id, Span(start=at - 10, end=at + 3), (), highlights=(mark,)),))
    answerer = CountAnswerer({report.report_id: report}, Fixed(UNSTATED), Fixed(UNSTATED), Fixed(of_a_part))
    (piece,) = answerer.draft(understand(question), (), {}).pieces
    assert [mark.of(report.text) for mark in piece.highlights] == [said]


GROUPS = """2023年松溪县评选情况通报

一、评选结果

经评审，入选省级名录的作坊有南记酒坊、沈氏竹编、东桥木作，入选市级名录的作坊共11家。落选的作坊可以复核。
"""


@pytest.mark.parametrize("question", ["入选省级名录的作坊有几家？", "入选省级名录的作坊有多少家"])
def test_what_is_named_and_not_counted_is_counted(make_asker: Any, question: str) -> None:
    counted, *things = make_asker({"2023年松溪县评选情况通报.txt": GROUPS}).ask(Question(question=question)).segments
    assert counted.text == "共 3 项（按下列各项计数）"
    assert [thing.text for thing in things] == ["南记酒坊", "沈氏竹编", "东桥木作"]


def test_a_number_of_the_other_group_stays_that_of_the_other(make_asker: Any) -> None:
    answer = make_asker({"2023年松溪县评选情况通报.txt": GROUPS}).ask(Question(question="入选市级名录的作坊有几家？"))
    assert [mark.of(answer.citations[0].quote) for mark in shifted(answer.citations[0])] == ["11家"]


def test_how_many_and_which_is_answered_with_them(make_asker: Any) -> None:
    asker = make_asker({"2023年松溪县评选情况通报.txt": GROUPS})
    answer = asker.ask(Question(question="入选省级名录的作坊有几家，分别是哪些？"))
    assert [thing.text for thing in answer.segments] == ["南记酒坊", "沈氏竹编", "东桥木作"]


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("入选的作坊有几家？", True),
        ("有多少个村通过了验收？", True),
        ("How many workshops are there?", True),
        ("入选的作坊比上年多几家？", False),
        ("有多少个村增加了补贴？", False),
        ("建设工期有几个月？", False),
        ("甲乙两县各有几家作坊？", False),
        ("How many years are there left?", False),
    ],
)
def test_how_many_things_are_asked_for(question: str, counts: bool) -> None:
    assert understand(question).counts_things is counts


def shifted(citation: Any) -> list[Span]:
    return [mark.shifted(-citation.start) for mark in citation.highlights]


@pytest.mark.parametrize("question", ["四大集采平台有几个？", "做优做强的集采平台有几个？"])
def test_a_name_says_how_many_there_are(make_asker: Any, question: str) -> None:
    text = "2023年松溪县报告\n\n一、工作情况\n做优做强四大集采平台。落实“六个一”机制，改造市场3个。\n"
    (citation,) = make_asker({"r.txt": text}).ask(Question(question=question)).citations
    assert [mark.of(text) for mark in citation.highlights] == ["四大"]
