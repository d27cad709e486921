"""One sentence for one thing; copies count once; several values stand side by side, or it is asked which is meant."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import ReportSummary, Span
from service.answers.choice import MAX_SIDE_BY_SIDE, Candidate, asks_one_thing, other_values
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
