"""“两篇”, “另一省”: the parts of a compilation of two are called by their numbers, and of anything else nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import ReportSummary
from service.other_part import with_parts_named
from service.parts import parts
from service.types import Question
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
