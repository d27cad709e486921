"""One sentence for one thing; copies count once; several values stand side by side, or it is asked which is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from indexer.encoders.types import Reading, Window
from indexer.types import ReportSummary, Span
from service.answers.choice import MAX_SIDE_BY_SIDE, Candidate, asks_one_thing, labelled, other_values
from service.answers.types import Evidence, Piece
from service.types import Question
from service.understand import nameable, understand


def report(place: str, year: int, value: str) -> dict[str, str]:
    text = f"{year}年{place}政府工作报告\n\n一、造林\n全县完成人工造林{value}亩，成活率提高。\n二、管护\n聘用护林员。\n"
    return {f"{year}年{place}政府工作报告.txt": text}


def quotes(asker: Any, question: str) -> list[str]:
    return [citation.quote for citation in asker.ask(Question(question=question)).citations]


def test_the_same_sentence_of_several_files_is_cited_once_and_the_others_are_named(make_asker: Any) -> None:
    (text,) = report("松溪县", 2022, "3.4万").values()
    copies = {f"松溪县政府工作报告{mark}.txt": text for mark in ("", "(1)", " - 副本")}
    spaced = {"转发.txt": text.replace("人工造林", "人工 造林")}
    asker = make_asker({**copies, **spaced, **report("柏川县", 2022, "5.1万")})
    answer = asker.ask(Question(question="松溪县完成人工造林多少亩？"))
    (citation,) = answer.citations
    assert "3.4万亩" in citation.quote
    ids = {report_id for report_id, found in asker.snapshot.reports.items() if "松溪县" in found.text}
    assert {citation.report_id, *citation.also_in} == ids


def test_copies_do_not_stand_before_another_report(make_asker: Any) -> None:
    (text,) = report("松溪县", 2022, "3.4万").values()
    copies = {f"松溪县政府工作报告({at}).txt": text for at in range(30)}
    asker = make_asker({**copies, **report("柏川县", 2022, "5.1万")})
    assert len(quotes(asker, "完成人工造林多少亩？")) == 2


def test_values_of_several_years_stand_side_by_side_the_newest_first(make_asker: Any) -> None:
    texts: dict[str, str] = {}
    for year, value in ((2020, "3.4万"), (2022, "5.1万"), (2021, "4.2万")):
        texts |= report("松溪县", year, value)
    asker = make_asker(texts)
    answer = asker.ask(Question(question="松溪县完成人工造林多少亩？"))
    assert [value in c.quote for value, c in zip(("5.1万", "4.2万", "3.4万"), answer.citations, strict=True)] == [
        True
    ] * 3
    labels = [segment.label for segment in answer.segments]
    assert [year in label for year, label in zip(("2022", "2021", "2020"), labels, strict=True)] == [True] * 3
    # What was done in 2020, the report of 2021 tells.
    assert ["4.2万" in quote for quote in quotes(asker, "松溪县2020年完成人工造林多少亩？")] == [True]


def test_one_value_of_several_reports_is_one(make_asker: Any) -> None:
    asker = make_asker(report("松溪县", 2020, "3.4万") | report("柏川县", 2020, "3.4万"))
    assert len(quotes(asker, "完成人工造林多少亩？")) == 1


def test_reports_with_one_name_are_told_apart_by_their_files(make_asker: Any) -> None:
    text = "林业工作报告\n\n一、造林\n全县完成人工造林{}亩。\n"
    asker = make_asker({"甲.txt": text.format("3.4万"), "乙.txt": text.format("5.1万")})
    answer = asker.ask(Question(question="完成人工造林多少亩？"))
    assert len({segment.label for segment in answer.segments}) == 2


def test_more_values_than_can_stand_side_by_side_are_asked_back(make_asker: Any) -> None:
    texts: dict[str, str] = {}
    for at in range(MAX_SIDE_BY_SIDE + 1):
        texts |= report("松溪县", 2015 + at, f"{at + 2}.{at + 1}万")
    answer = make_asker(texts).ask(Question(question="松溪县完成人工造林多少亩？"))
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "ambiguous", ())
    assert len(answer.options) == MAX_SIDE_BY_SIDE + 1
    assert answer.options[0].startswith("2020年")
    assert all(option in answer.text for option in answer.options)


def test_a_plan_does_not_stand_beside_what_was_done(make_asker: Any) -> None:
    planned = {"柏川县林业工作报告.txt": "2023年柏川县林业工作报告\n\n一、目标\n全县计划完成人工造林5.1万亩。\n"}
    asker = make_asker({**report("松溪县", 2022, "3.4万"), **planned})
    assert len(quotes(asker, "完成人工造林多少亩？")) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("造林多少亩？", True),
        ("谁是调研组组长？", True),
        ("会议什么时候召开？", True),
        ("哪个部门牵头？", True),
        ("Who led the group?", True),
        ("有哪些措施？", False),
        ("谁的造林更多？各是多少？", False),
        ("松溪县和柏川县造林多少亩？", False),
        ("2020年和2021年造林多少亩？", False),
        ("工作进展如何？", False),
        ("为什么造林少？", False),
    ],
)
def test_one_thing_is_asked_for(make_asker: Any, question: str, expected: bool) -> None:
    asker = make_asker(report("松溪县", 2022, "3.4万") | report("柏川县", 2022, "5.1万"))
    assert asks_one_thing(understand(question, nameable(asker.snapshot.summaries.values()))) == expected


def test_one_place_under_two_names_is_one(make_asker: Any) -> None:
    asker = make_asker(report("松溪县", 2022, "3.4万") | report("南平市松溪县", 2021, "5.1万"))
    named = nameable(asker.snapshot.summaries.values())
    assert {*named.regions} == {"松溪县", "南平市松溪县"}
    assert asks_one_thing(understand("松溪县造林多少亩？", named))


def candidate(report_id: str, text: str, value: str, score: float = 1.0, reading: float = 0.0) -> Candidate:
    mark = Span(start=text.index(value), end=text.index(value) + len(value))
    piece = Piece(report_id, Span(start=0, end=len(text)), (), highlights=(mark,))
    return Candidate(score, 1.0, text, piece, Evidence(0.9, 0.9, 0.9, reading=reading))


def test_a_row_of_a_table_is_compared_as_a_whole() -> None:
    row = candidate("a", "林业统计;苗圃:东苗圃;面积(亩):4;苗木(株):5120", "5120")
    told = candidate("b", "全县有苗圃14处、林场2处,在圃苗木6.8万株。", "6.8万株")
    reports = {
        name: ReportSummary(report_id=name, title=name, file=name, part=None, region=None, year=None, n_chars=9)
        for name in "ab"
    }
    assert other_values(understand("东苗圃2023年的苗木有多少株？"), row, [row, told], reports) == [row]


def test_one_sentence_for_one_figure(make_asker: Any) -> None:
    text = "一、工作回顾\n受理投诉举报41件。办理投诉举报答复及时。投诉举报处理规范。\n"
    assert quotes(make_asker({"报告.txt": text}), "受理投诉举报多少件？") == ["受理投诉举报41件。"]


def test_values_of_one_report_are_told_apart_by_their_headings() -> None:
    reports = {"a": ReportSummary(report_id="a", title="报告", file="a", part=None, region=None, year=None, n_chars=9)}
    found = [candidate("a", f"新建粮库{n}座。", f"{n}座") for n in (12, 15, 9)]
    headed = [
        replace(one, piece=replace(one.piece, heading_path=(name,))) for one, name in zip(found, "甲乙乙", strict=False)
    ]
    labels = [piece.label for piece in labelled(headed, reports)]
    assert labels == ["报告 › 甲", "报告 › 乙 (1)", "报告 › 乙 (2)"]


def test_what_is_counted_in_another_unit_is_another_thing(make_asker: Any) -> None:
    texts = {
        "松溪县文化报告.txt": "松溪县文化报告\n\n一、工作回顾\n全县共有博物馆28家。\n",
        "柏川县文化报告.txt": "柏川县文化报告\n\n一、工作回顾\n全县博物馆馆藏3.6万件。\n",
    }
    assert len(quotes(make_asker(texts), "博物馆有多少？")) == 1


def test_what_tells_of_something_else_does_not_stand_beside(make_asker: Any) -> None:
    texts = {
        "松溪县2022年报告.txt": "松溪县2022年报告\n\n一、工作回顾\n财政收入增长10.7%。\n",
        "柏川县2021年报告.txt": "柏川县2021年报告\n\n一、工作回顾\n进口贸易总额增长23.8%。\n",
    }
    assert len(quotes(make_asker(texts), "财政收入增长多少？")) == 1


def test_where_no_year_is_named_what_was_done_goes_before_what_is_planned(make_asker: Any) -> None:
    plan = {"2023年柏川县报告.txt": "2023年柏川县报告\n\n一、工作安排\n全县人工造林增长9%左右。\n"}
    done = {"2022年松溪县报告.txt": "2022年松溪县报告\n\n一、工作回顾\n全县人工造林比上年增长7%。\n"}
    asker = make_asker(plan | done)
    assert ["7%" in quote for quote in quotes(asker, "全县人工造林增长多少？")] == [True]
    assert ["9%" in quote for quote in quotes(asker, "全县人工造林要增长多少？")] == [True]


class _Judge:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        self.asked.append(question)
        return [Reading(0, 0, 1.0) for _ in windows]


@pytest.mark.parametrize(
    ("said", "asked"),
    [("全县茶叶产值翻了一番多。", "全县茶叶产值翻了几番？"), ("全县茶叶产值增长了7%。", "全县茶叶产值增长了多少？")],
)
def test_what_has_doubled_is_judged_as_what_has(make_asker: Any, said: str, asked: str) -> None:
    judge = _Judge()
    asker = replace(make_asker({"报告.txt": f"松溪县工作报告\n\n一、工作回顾\n{said}\n"}), judge=judge)
    asker.draft(Question(question="全县茶叶产值增长了多少？"))
    assert judge.asked == [asked]
