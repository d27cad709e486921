"""What a series of points lacks, by what its source shows; and what lacks nothing."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.reports import reading_of
from indexer.types import Span
from service.answers.gaps import gap_of
from service.answers.points import points_of
from service.types import Answer, Question

BODY = "全年安排项目86个，完成投资120亿元，其中产业项目占六成以上，续建项目全部复工，新建项目年内开工，逐件落实到位。"


def written(*parts: str, lead: str = "", end: str = "", between: str = "。") -> str:
    """A report whose only section with points has these, each with a body."""
    points = "\n\n".join(f"{part}{between}{BODY}" for part in parts)
    return f"2022年青川县政府工作报告\n\n一、重点工作\n\n{lead}\n\n{points}{end}\n"


def gap(text: str) -> Any:
    (report,) = reading_of(text.encode(), "2022年青川县政府工作报告.txt").reports
    _, section = next(iter(report.walk()))
    points = points_of(report, section)
    assert points, "the text has no points"
    lead = Span(start=section.heading_span.end, end=points[0].start)
    return gap_of(report.text, lead, points, section.span.end), report.text


def test_more_are_stated_than_are_there() -> None:
    found, text = gap(written("（一）抓项目", "（二）抓民生", lead="今年主要抓好以下五个方面的工作："))
    assert (found.stated.of(text), found.n_stated, found.n_there, found.n_lacking) == ("五个方面", 5, 2, 3)


@pytest.mark.parametrize(
    "lead", ["今年主要抓好以下两个方面的工作：", "过去三个方面的经验值得总结，今年继续。", "落实“五个方面”要求。", ""]
)
def test_as_many_as_are_stated_or_a_number_of_other_things(lead: str) -> None:
    assert gap(written("（一）抓项目", "（二）抓民生", lead=lead))[0] is None


def test_fewer_are_stated_than_are_there() -> None:
    found, _ = gap(written("（一）抓项目", "（二）抓民生", "（三）抓安全", lead="提出两点意见。"))
    assert (found.n_stated, found.n_there, found.is_one) == (2, 3, False)  # to be said, but nothing is lacking


def test_a_number_that_the_marks_pass_over() -> None:
    found, _ = gap(written("（一）抓项目", "（二）抓民生", "（四）抓安全", between="\n\n"))
    assert found.passed_over == ("（三）",)
    found, _ = gap(written("（一）抓项目", "（二）抓民生", "（四）抓安全", lead="抓好四件大事。", between="\n\n"))
    assert (found.n_lacking, found.passed_over) == (0, ("（三）",))


@pytest.mark.parametrize(
    ("end", "breaks_off"),
    [
        ("\n\n（三）抓安全", True),  # a heading that heads nothing, where the others do
        ("\n\n（三）抓安全。全县排查隐患点位，重点是危化品企业、建筑工地和人员密集场所，并由各乡", True),
        ("\n\n（三）抓安全。全县排查隐患，整改率98%（以下略）", True),
        ("\n\n（三）抓安全。全县排查隐患，整改率98%。", False),
        ("\n\n（三）抓安全。全县排查隐患，整改率98%。\n青川县人民政府\n2022年1月5日", False),  # signed
    ],
)
def test_where_the_source_ends(end: str, breaks_off: bool) -> None:
    found, text = gap(written("（一）抓项目", "（二）抓民生", end=end))
    assert (found is not None and "抓安全" in found.broken_off.of(text)) is breaks_off


@pytest.mark.parametrize("folder", ["docx", "text", "gbk", "seed", "statutes"])
def test_whole_reports_lack_nothing(shared: Any, folder: str) -> None:
    for file in sorted((shared / "reports" / folder).iterdir()):
        for report in reading_of(file.read_bytes(), file.name).reports:
            for path, section in [((), None), *report.walk()]:
                if points := points_of(report, section):
                    start, end = (section.heading_span.end, section.span.end) if section else (0, len(report.text))
                    lead = Span(start=start, end=points[0].start)
                    assert gap_of(report.text, lead, points, end) is None, (file.name, path)


def ask(make_asker: Any, text: str, question: str) -> Answer:
    answer: Answer = make_asker({"2022年青川县政府工作报告.txt": text}).ask(Question(question=question))
    return answer


def test_an_outline_that_the_source_breaks_off_is_partial_and_says_so(make_asker: Any) -> None:
    text = written("（一）抓项目", "（二）抓民生", lead="今年主要抓好以下五个方面的工作：", end="\n\n（三）抓安全")
    answer = ask(make_asker, text, "青川县2022年重点工作分哪几个方面？")
    assert (answer.kind, answer.status) == ("outline", "partial")
    assert [segment.text for segment in answer.segments] == ["（一）抓项目", "（二）抓民生", "（三）抓安全"]
    assert answer.missing == (
        "原文所说“五个方面”中的另外 2 项",
        "“（三）抓安全”以后的内容（原文到此中断）",
    )
    assert all(one in answer.text for one in answer.missing)


def test_a_list_that_names_three_of_nine_is_partial(make_asker: Any) -> None:
    text = "2022年青川县政府工作报告\n\n一、服务企业\n\n针对餐饮、建材、物流等9个行业编发合规指引。\n"
    answer = ask(make_asker, text, "青川县给哪3个行业编发了合规指引？")
    assert [segment.text for segment in answer.segments] in (["餐饮", "建材", "物流"], [answer.citations[0].quote])
