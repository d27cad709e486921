"""“两篇”, “另一省”: the parts of a compilation of two are called by their numbers, and of anything else nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import ReportSummary
from service.other_part import with_parts_named
from service.parts import parts
from service.types import Filters, Question
from service.understand import Nameable, nameable


def summary(report_id: str, part: int | None, region: str | None, file: str = "汇编.txt") -> ReportSummary:
    return ReportSummary(
        report_id=report_id, title="调研材料", file=file, part=part, region=region, year=None, n_chars=9
    )


PAIR = nameable([summary("a", 1, "洛川省"), summary("b", 2, None)])
TRIPLE = nameable([summary("a", 1, "洛川省"), summary("b", 2, None), summary("c", 3, None)])
SINGLE = nameable([summary("a", None, "洛川省")])


@pytest.mark.parametrize(
    ("question", "named", "expected"),
    [
        ("两篇报告各提了几条建议？", PAIR, "第一篇和第二篇各提了几条建议？"),
        ("洛川出台了什么办法，另一省呢？", PAIR, "洛川出台了什么办法，第二篇呢？"),
        ("第二篇走访了多少家企业，另一篇呢？", PAIR, "第二篇走访了多少家企业，第一篇呢？"),
        ("另一省出台了什么办法？", PAIR, "另一省出台了什么办法？"),  # beside which
        ("两篇报告各提了几条建议？", TRIPLE, "两篇报告各提了几条建议？"),
        ("洛川出台了什么办法，另一省呢？", SINGLE, "洛川出台了什么办法，另一省呢？"),
        ("出台了另外两个办法吗？", PAIR, "出台了另外两个办法吗？"),
    ],
)
def test_parts_are_named(question: str, named: Nameable, expected: str) -> None:
    assert with_parts_named(question, named) == expected


def of(region: str | None, year: str | None) -> ReportSummary:
    name = f"{region}{year}"
    return ReportSummary(
        report_id=name, title="消防工作报告", file=f"{name}.txt", part=None, region=region, year=year, n_chars=9
    )


TWO_PLACES = nameable([of("洛川县", "2022"), of("柏川县", "2022")])
TWO_YEARS = nameable([of("洛川县", "2023"), of("洛川县", "2022")])
THREE_PLACES = nameable([of("洛川县", "2022"), of("柏川县", "2022"), of("石门县", "2022")])


@pytest.mark.parametrize(
    ("question", "named", "expected"),
    [
        ("两份报告分别提到几个消防站？", TWO_PLACES, "洛川县和柏川县分别提到几个消防站？"),
        ("两地的专职消防员哪个多？", TWO_PLACES, "洛川县和柏川县的专职消防员哪个多？"),
        ("两县2022年接警出动各多少起？", TWO_PLACES, "洛川县和柏川县2022年接警出动各多少起？"),
        ("这两份报告在存在问题上有什么不同？", TWO_PLACES, "洛川县和柏川县在存在问题上有什么不同？"),
        ("两份报告各写了几个问题？", TWO_YEARS, "2022年和2023年各写了几个问题？"),
        ("洛川和柏川两地谁的消防站多？", TWO_PLACES, "洛川和柏川两地谁的消防站多？"),  # they are named
        ("两地的专职消防员哪个多？", THREE_PLACES, "两地的专职消防员哪个多？"),  # which two
        ("两地合作建了一个消防站。", TWO_PLACES, "两地合作建了一个消防站。"),
    ],
)
def test_the_only_two_reports_are_called_by_what_tells_them_apart(
    question: str, named: Nameable, expected: str
) -> None:
    assert with_parts_named(question, named) == expected


def test_a_filter_may_leave_two(make_asker: Any) -> None:
    texts = {
        f"{place}2022年消防工作报告.txt": f"{place}2022年消防工作报告\n\n全县有消防站{n}个。{more}\n"
        for place, n, more in (("洛川县", 6, ""), ("柏川县", 4, "建成微型站55个。"), ("石门县", 9, "建成微型站70个。"))
    }
    asker = make_asker(texts)
    ids = tuple(one.report_id for one in asker.nameable.reports if one.region != "石门县")
    answer = asker.ask(Question(question="两份报告分别有多少个消防站？", filters=Filters(report_ids=ids)))
    assert answer.kind == "compare"
    assert sorted(segment.text for segment in answer.segments) == ["全县有消防站4个。", "全县有消防站6个。"]
    answer = asker.ask(Question(question="两地分别建成多少个微型站？", filters=Filters(report_ids=ids)))
    assert answer.status == "partial"
    assert [segment.text for segment in answer.segments] == ["建成微型站55个。", "未提及"]
    assert answer.searched


def test_a_part_does_not_take_over_the_place_of_the_other() -> None:
    found = parts("洛川省建成站点多少个，第二篇建成站点多少个？", PAIR.regions)
    assert [part.text for part in found] == ["洛川省建成站点多少个", "第二篇建成站点多少个"]


def test_both_are_asked(make_asker: Any) -> None:
    more = "调研组听取了有关部门的汇报，走访了乡镇和企业，查阅了台账，形成了本报告。" * 8
    text = f"（篇一）\n洛川省建成服务站点312个。{more}\n（篇二）\n全省建成服务站点205个。{more}\n"
    asker = make_asker({"调研汇编.txt": text})
    assert [report.part for report in asker.snapshot.reports.values()] == [1, 2]
    answer = asker.ask(Question(question="两篇各建成服务站点多少个？"))
    assert [value in segment.text for value, segment in zip(("312个", "205个"), answer.segments, strict=True)] == [
        True,
        True,
    ]
