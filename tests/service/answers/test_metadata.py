"""What a report says of itself is taken from where it stands; which reports there are, from the index."""

from __future__ import annotations

from typing import Any

import pytest

from service.answers.collection import reports_there_are
from service.types import Answer, Filters, Question
from service.understand import understand

NOTICE = (
    "黛溪市人民政府办公室关于加强窗口作风建设的通知\n\n黛政办发〔2021〕17号\n\n各县（区）人民政府：\n\n"
    "各窗口要落实首问负责制，不得推诿。\n\n黛溪市人民政府办公室\n2021年5月6日\n"
)
REPORTS = {
    "黛溪市通知.txt": NOTICE,
    "2022年岑山县政府工作报告.txt": "2022年岑山县政府工作报告\n\n一、工作回顾\n新建公园12座。\n",
    "2023年岑山县政府工作报告.txt": "2023年岑山县政府工作报告\n\n一、工作回顾\n新建公园15座。\n",
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


def ask(asker: Any, question: str) -> Answer:
    answer: Answer = asker.ask(Question(question=question))
    return answer


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("黛溪市加强窗口作风建设的通知文号是什么？", "黛政办发〔2021〕17号"),
        ("黛溪市窗口作风建设的通知落款是几月几日？", "2021年5月6日"),
    ],
)
def test_a_field_is_marked_where_it_stands(asker: Any, question: str, marked: str) -> None:
    answer = ask(asker, question)
    assert (answer.status, answer.kind) == ("answered", "metadata")
    (citation,) = answer.citations
    (mark,) = citation.highlights
    assert mark.of(asker.snapshot.reports[citation.report_id].text) == marked


@pytest.mark.parametrize(
    "question",
    [
        "黛溪市加强窗口作风建设的通知是哪个单位发的？",
        "窗口作风建设的通知由谁下发？",
        "哪个部门发布了窗口作风建设的通知？",
        "窗口作风建设的通知是谁发的",
    ],
)
def test_whose_paper_it_is(asker: Any, question: str) -> None:
    answer = ask(asker, question)
    (mark,) = answer.citations[0].highlights
    report = asker.snapshot.reports[answer.citations[0].report_id]
    assert (answer.kind, mark.of(report.text)) == ("metadata", "黛溪市人民政府办公室")


def test_this_paper_is_the_only_one_that_there_is(make_asker: Any) -> None:
    answer = ask(make_asker({"通知.txt": NOTICE}), "这份文件是哪个单位发的？")
    assert [mark.of(NOTICE) for mark in answer.citations[0].highlights] == ["黛溪市人民政府办公室"]


@pytest.mark.parametrize(
    ("question", "n_options"),
    [
        ("这份文件是哪个单位发的", 3),
        ("该报告是哪个部门发布的？", 2),  # the notice is called none
        ("岑山县这份报告是哪个单位印发的？", 2),
        ("Which office issued this document?", 3),
    ],
)
def test_of_several_papers_it_is_asked_which_is_meant(asker: Any, question: str, n_options: int) -> None:
    answer = ask(asker, question)
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "ambiguous", ())
    assert len(answer.options) == n_options


@pytest.mark.parametrize("question", ["这份通知是哪个单位发的？", "窗口作风建设的这份文件是哪个单位发的？"])
def test_a_word_of_the_title_says_which_paper_is_meant(asker: Any, question: str) -> None:
    answer = ask(asker, question)
    report = asker.snapshot.reports[answer.citations[0].report_id]
    assert [mark.of(report.text) for mark in answer.citations[0].highlights] == ["黛溪市人民政府办公室"]


def test_the_number_of_an_order_is_its_own_where_it_stands_by_itself(make_asker: Any) -> None:
    order = "靛河保护条例\n\n国令第707号\n\n第一条 为了保护靛河，根据国务院令第36号制定本条例。\n"
    other = "靛河航道条例\n\n第一条 航道依照国令第707号管理，靛河归集数据。\n"
    asker = make_asker({"条例.txt": order, "航道.txt": other})
    (citation,) = ask(asker, "靛河保护条例的文号是什么？").citations
    assert [mark.of(order) for mark in citation.highlights] == ["国令第707号"]
    assert {one.title for one in ask(asker, "国令第707号第一条规定了什么？").citations} == {"靛河保护条例"}


@pytest.mark.parametrize("question", ["困难补助是哪个单位发的？", "奖金由谁发放？", "证书是哪个部门发的？"])
def test_who_gives_something_else_is_no_issuing_body(question: str) -> None:
    assert understand(question).papers.fields == ()


def test_what_a_report_does_not_say_is_not_answered_by_another(asker: Any) -> None:
    answer = ask(asker, "岑山县2022年政府工作报告的文号是什么？")
    assert not any("黛政办发" in citation.quote for citation in answer.citations)


def test_the_reports_of_a_place_are_listed_and_counted(asker: Any) -> None:
    answer = ask(asker, "库里收录了多少份岑山县的报告？")
    assert answer.status == "answered"
    assert "2" in answer.segments[0].text
    assert [segment.text for segment in answer.segments[1:]] == ["2022年岑山县政府工作报告", "2023年岑山县政府工作报告"]


@pytest.mark.parametrize("question", ["红石县加强窗口作风建设的通知文号是什么？", "文号是什么？"])
def test_of_no_report_that_is_meant_none_is_given(asker: Any, question: str) -> None:
    assert not any("黛政办发" in citation.quote for citation in ask(asker, question).citations)


def test_a_reservoir_is_no_collection(asker: Any) -> None:
    assert reports_there_are(asker.snapshot, understand("岑山县水库里养了多少种鱼？"), Filters()) is None


def test_filters_hold_for_the_list_of_reports(asker: Any) -> None:
    question = Question(question="一共有多少份报告？", filters=Filters(years=(2022,)))
    answer = asker.ask(question)
    assert [segment.text for segment in answer.segments[1:]] == ["2022年岑山县政府工作报告"]


def test_a_place_without_reports_has_none(asker: Any) -> None:
    assert ask(asker, "库里收录了多少份红石县的报告？").status == "abstained"
