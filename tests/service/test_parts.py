"""Two questions in one: each is asked with what it leaves to the other, answered, or named as not found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from indexer.types import Span
from service.abstain import Abstention, Decision
from service.answers.types import Draft, Evidence, Piece
from service.parts import MAX_PARTS, Part, combined, parts
from service.scope import names_of
from service.types import Question

REGIONS = {region: names_of(region) for region in ("云岭市松溪县", "云岭市柏川区", "石门县")}


COMPARED = [
    ("松溪县和石门县2021年警情哪个降得多？", ["松溪县2021年警情降多少？", "石门县2021年警情降多少？"]),
    ("松溪县和石门县2022年粮食产量谁更高？", ["松溪县2022年粮食产量是多少？", "石门县2022年粮食产量是多少？"]),
    (
        "松溪县图书馆数量，2021年跟2023年比怎么样？",
        ["松溪县图书馆数量，2021年是多少？", "松溪县图书馆数量，2023年是多少？"],
    ),
    ("石门县2020年与2021年比，新增企业变化多大？", ["石门县2020年新增企业是多少？", "石门县2021年新增企业是多少？"]),
    (
        "石门县新建校舍，2021年实绩和2022年计划相比是多了还是少了？",
        ["石门县新建校舍，2021年是多少？", "石门县新建校舍，2022年计划是多少？"],
    ),
    (
        "石门县新增就业，2021年完成的与2022年目标分别是多少？",
        ["石门县新增就业，2021年是多少？", "石门县新增就业，2022年目标是多少？"],
    ),
    ("石门县2022年产量比2021年增长多少？", ["石门县2022年产量比2021年增长多少？"]),
    ("松溪县和石门县2022年产量相差多少？", ["松溪县2022年产量是多少？", "石门县2022年产量是多少？"]),
    ("松溪县2022年产量比石门县多多少？", ["松溪县2022年产量是多少？", "石门县2022年产量是多少？"]),
    ("松溪县比石门县产量少多少吨？", ["松溪县产量是多少？", "石门县产量是多少？"]),
    ("松溪县比石门县多多少？", ["松溪县比石门县多多少？"]),  # of what?
    ("松溪和柏川哪个造林多？", ["松溪造林是多少？", "柏川造林是多少？"]),
    ("谁的产量更高？", ["谁的产量更高？"]),
    ("2022年松溪和柏川的茶叶产量谁多？多多少？", ["2022年松溪的茶叶产量是多少？", "2022年柏川的茶叶产量是多少？"]),
    ("松溪县与石门县谁的水库多，多几座？", ["松溪县水库是多少？", "石门县水库是多少？"]),
    (
        "松溪县2022年的茶叶产量和2021年相比怎么样？",
        ["松溪县2022年的茶叶产量是多少？", "松溪县2021年的茶叶产量是多少？"],
    ),
    (
        "和2021年相比，松溪县2022年茶叶产量有什么变化？",
        ["松溪县2021年茶叶产量是多少？", "松溪县2022年茶叶产量是多少？"],
    ),
    ("与石门县相比，松溪县的茶叶产量怎么样？", ["石门县的茶叶产量是多少？", "松溪县的茶叶产量是多少？"]),
    ("石门县2022年的茶叶产量和2021年相比增长多少？", ["石门县2022年的茶叶产量和2021年相比增长多少？"]),
    ("松溪县2021年、石门县2022年各造林多少亩？", ["松溪县2021年造林多少亩？", "石门县2022年造林多少亩？"]),
    ("对比松溪县和石门县的下一步措施", ["松溪县下一步措施有哪些？", "石门县下一步措施有哪些？"]),
    ("松溪县和石门县在存在问题上有什么不同？", ["松溪县存在问题有哪些？", "石门县存在问题有哪些？"]),
    ("比较一下松溪县和石门县的造林面积", ["松溪县造林面积是多少？", "石门县造林面积是多少？"]),
]


@pytest.mark.parametrize(("question", "expected"), COMPARED)
def test_what_is_compared_is_asked_of_each(question: str, expected: list[str]) -> None:
    assert asked(question) == expected


def asked(question: str) -> list[str]:
    return [part.text for part in parts(question, REGIONS)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("松溪县有多少座水库？公路有多少公里？", ["松溪县有多少座水库？", "松溪县公路有多少公里"]),
        ("2021年松溪县图书馆有几家，影剧院有几座？", ["2021年松溪县图书馆有几家", "2021年松溪县影剧院有几座"]),
        ("松溪县剧院有几座，另外还想问一下茶园有多少亩？", ["松溪县剧院有几座", "松溪县茶园有多少亩"]),
        ("2021年松溪县图书馆有几家，藏书有多少册？", ["2021年松溪县图书馆有几家", "2021年松溪县图书馆藏书有多少册"]),
        ("松溪县堤坝加固多少公里、耗资多少？", ["松溪县堤坝加固多少公里", "松溪县堤坝加固耗资多少"]),
        ("松溪县出口总额是多少，增长多少？", ["松溪县出口总额是多少", "松溪县出口总额增长多少"]),
        ("松溪县造林面积是多少，比2020年增加多少？", ["松溪县造林面积是多少", "松溪县造林面积比2020年增加多少"]),
        ("松溪县茶叶产值多少、水产养殖产值多少？", ["松溪县茶叶产值多少", "松溪县水产养殖产值多少"]),
        ("松溪县有哪些景区、游客有多少人？", ["松溪县有哪些景区、游客有多少人？"]),
        ("松溪县剧院有几座？柏川区茶园有多少亩？", ["松溪县剧院有几座？", "柏川区茶园有多少亩"]),
        ("茶叶产量2019年是多少，2021年又是多少？", ["茶叶产量2019年是多少", "茶叶产量2021年是多少"]),
        ("松溪县茶叶产量是多少，柏川区呢？", ["松溪县茶叶产量是多少", "柏川区茶叶产量是多少"]),
        ("谁是调研组组长？调研什么时候开始？", ["谁是调研组组长？", "调研什么时候开始"]),
        ("说到茶叶，松溪县产多少吨，柏川区产多少吨？", ["说到茶叶，松溪县产多少吨", "说到茶叶，柏川区产多少吨"]),
        ("《节水办法》何时施行？罚款最多多少元？", ["《节水办法》何时施行？", "《节水办法》罚款最多多少元"]),
        (
            "2019年至2021年松溪县造林多少亩？柏川区产茶多少吨？",  # one time, not two
            ["2019年至2021年松溪县造林多少亩？", "2019年至2021年柏川区产茶多少吨"],
        ),
        ("《松溪县节水办法》何时施行？罚款多少？", ["《松溪县节水办法》何时施行？", "《松溪县节水办法》罚款多少"]),
        ("How many dams are there? How long are the roads?", ["How many dams are there?", "How long are the roads"]),
    ],
)
def test_a_question_word_on_either_side_of_a_mark(question: str, expected: list[str]) -> None:
    assert asked(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "2021年松溪县茶叶产量和造林面积分别是多少？",
            ["2021年松溪县茶叶产量是多少？", "2021年松溪县造林面积是多少？"],
        ),
        ("松溪县、柏川区造林面积各是多少亩？", ["松溪县造林面积是多少亩？", "柏川区造林面积是多少亩？"]),
        ("松溪县2020年和2021年各造林多少亩？", ["松溪县2020年造林多少亩？", "松溪县2021年造林多少亩？"]),
        ("水库、茶园与果园的面积分别是多少？", ["水库的面积是多少？", "茶园的面积是多少？", "果园的面积是多少？"]),
        ("松溪县、柏川区两个县造林面积各是多少亩？", ["松溪县造林面积是多少亩？", "柏川区造林面积是多少亩？"]),
        ("松溪和柏川谁的林地涨得快？各涨多少", ["松溪林地涨多少", "柏川林地涨多少"]),
        ("松溪和柏川的造林面积谁更大，各是多少？", ["松溪的造林面积是多少？", "柏川的造林面积是多少？"]),
        ("松溪和柏川两地，谁的造林面积大？各是多少？", ["松溪造林面积是多少？", "柏川造林面积是多少？"]),
    ],
)
def test_things_side_by_side_of_which_each_is_asked(question: str, expected: list[str]) -> None:
    assert asked(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "松溪县造林多少亩？",
        "松溪县和谐社区有多少个？",
        "共和县茶叶和蚕桑产值是多少？",
        "茶叶产量和造林面积是多少？",  # nothing says that each is asked
        "造林面积比2020年增加多少？增长多少？",  # of the same
        "报告提出了哪些措施，分别是什么？",
        "受理多少件，审结多少件？",  # one sentence says both
        "那一场特大暴雨下了多少毫米，损失多大？",
        "为什么造林面积下降了，是什么原因？",
        "各乡镇和街道造林多少亩？",
        "When it rained for a week, how many dams broke?",
        "",
        "？？？",
    ],
)
def test_one_question_stays_as_it_is(question: str) -> None:
    assert asked(question) == [question]


TEXT = (
    "一、水利\n全县建成中型水库17座，总库容稳步增加。\n二、交通\n农村公路通车里程达到842公里。\n"
    "三、农业\n茶叶产量5120吨，造林面积3.4万亩。\n"
)
BY_WORDS = Abstention(intercept=-6.0, coefficients=(20.0,), bar=0.5, features=("coverage",))


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    asker = make_asker({"2021年松溪县政府工作报告.txt": TEXT})
    return replace(asker, abstention={"zh": BY_WORDS, "en": BY_WORDS})


def test_each_part_is_answered(asker: Any) -> None:
    answer = asker.ask(Question(question="松溪县中型水库有多少座？农村公路有多少公里？"))
    assert (answer.status, answer.missing) == ("answered", ())
    assert [figure in answer.text for figure in ("17座", "842公里")] == [True, True]


def test_what_is_not_found_is_named_in_the_words_of_the_question(asker: Any) -> None:
    answer = asker.ask(Question(question="松溪县中型水库有多少座？还有，博物馆馆藏珍品有多少件？"))
    assert (answer.status, answer.reason, answer.missing) == ("partial", None, ("博物馆馆藏珍品有多少件",))
    assert "17座" in answer.citations[0].quote
    assert answer.text.endswith("没有找到：博物馆馆藏珍品有多少件。")


def test_of_two_values_of_one_thing_the_one_that_is_not_found_is_named(asker: Any) -> None:
    answer = asker.ask(Question(question="松溪县农村公路通车里程多少公里、耗资多少？"))
    assert (answer.status, answer.missing) == ("partial", ("耗资多少",))
    assert "842公里" in answer.citations[0].quote


def test_a_sentence_that_answers_two_is_cited_once_with_both_marked(asker: Any) -> None:
    answer = asker.ask(Question(question="松溪县茶叶产量和造林面积分别是多少？"))
    (citation,) = answer.citations
    text = asker.snapshot.reports[citation.report_id].text
    assert [span.of(text) for span in citation.highlights] == ["5120吨", "3.4万亩"]


@pytest.mark.parametrize(("surest", "n_cited"), [(0.9, 1), (0.4, 2)])
def test_beside_a_sure_answer_an_unlikely_figure_is_missing(asker: Any, surest: float, n_cited: int) -> None:
    reports = asker.snapshot.reports

    def decided(confidence: float, start: int) -> Decision:
        span = Span(start=start, end=start + 5)
        piece = Piece(next(iter(reports)), span, (), highlights=(span,))
        return Decision("answered", None, confidence, Draft((piece,), Evidence(0.9, 0.9, 0.9)))

    asked = (Part("水库有多少座", "水库有多少座"), Part("飞机有多少架", "飞机有多少架"))
    decision = combined(asked, [decided(surest, 0), decided(0.3, 10)], reports)
    assert len(decision.draft.pieces) == n_cited
    assert (decision.status, decision.draft.missing) == (
        ("partial", ("飞机有多少架",)) if n_cited == 1 else ("answered", ())
    )


def test_beside_a_sure_answer_a_sentence_without_the_value_is_missing(asker: Any) -> None:
    report = next(iter(asker.snapshot.reports))
    pieces = [Piece(report, Span(start=at, end=at + 5), ()) for at in (0, 10)]
    sure, unmarked = (
        Decision("answered", None, confidence, Draft((piece,), Evidence(0.9, 0.9, 0.9, marked=marked)))
        for piece, confidence, marked in zip(pieces, (0.9, 0.3), (1.0, 0.0), strict=True)
    )
    asked = (Part("水库有多少座", "水库有多少座"), Part("飞机有多少架", "飞机有多少架"))
    assert combined(asked, [sure, unmarked], asker.snapshot.reports).draft.missing == ("飞机有多少架",)


def test_a_sentence_of_two_copies_is_cited_once(make_asker: Any) -> None:
    asker = make_asker({f"{name}.txt": "松溪县年报\n\n一、水库\n建成水库17座、泵站9座。\n" for name in "甲乙"})
    first, second = asker.snapshot.reports
    at = asker.snapshot.reports[first].text.index("建成")
    marks = (Span(start=at + 4, end=at + 7), Span(start=at + 10, end=at + 12))
    decisions = [
        Decision("answered", None, 0.9, Draft((Piece(report, Span(start=at, end=at + 13), (), highlights=(mark,)),)))
        for report, mark in zip((first, second), marks, strict=True)
    ]
    asked = (Part("水库有多少座", "水库有多少座"), Part("泵站有多少座", "泵站有多少座"))
    (piece,) = combined(asked, decisions, asker.snapshot.reports).draft.pieces
    assert (piece.report_id, piece.highlights) == (first, marks)


def test_nothing_is_answered_where_no_part_is(asker: Any) -> None:
    answer = asker.ask(Question(question="博物馆馆藏珍品有多少件？机场跑道有多长？"))
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "not_in_reports", ())


def test_what_is_more_than_can_be_asked_at_once_is_named(asker: Any) -> None:
    things = "中型水库 农村公路 茶叶产量 造林面积 粮食产量 果园面积 游客人数 学校数量".split()
    answer = asker.ask(Question(question="？".join(f"松溪县{thing}有多少" for thing in things) + "？"))
    assert answer.status == "partial"
    assert {f"松溪县{thing}有多少" for thing in things[MAX_PARTS:]} <= set(answer.missing)
