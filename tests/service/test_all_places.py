"""“各省…分别…”, “去年…”: the places, and the reports, that a question means without naming them."""

from __future__ import annotations

import pytest

from indexer.types import ReportSummary
from service.all_places import with_places_named
from service.meant import meant, meant_by_relative_years
from service.understand import Nameable, nameable, understand


def summary(region: str | None, year: str, path: tuple[str, ...] = ()) -> ReportSummary:
    return ReportSummary(
        report_id=f"{region}{year}",
        title=f"{year}年政府工作报告",
        file=f"{region}{year}.txt",
        part=None,
        region=region,
        region_path=path or ((region,) if region else ()),
        year=year,
        year_told=str(int(year) - 1),
        n_chars=9,
    )


REPORTS = [
    summary("四川省", "2025"),
    summary("上海市", "2025"),
    summary("江苏省", "2025"),
    summary("四川省", "2024"),
    summary("广东省", "2023"),
    summary("深圳市", "2025", ("广东省", "深圳市")),
]
NAMED = nameable(REPORTS)
ONE = nameable(REPORTS[:1])


@pytest.mark.parametrize(
    ("question", "named", "expected"),
    [
        ("各省2025年经济增长目标分别是多少？", NAMED, "四川、上海、江苏2025年经济增长目标分别是多少？"),
        ("三份省级报告对就业的目标分别怎么定的", NAMED, "四川、上海、江苏对就业的目标分别怎么定的"),
        ("三个省的粮食产量各是多少", NAMED, "四川、上海、江苏的粮食产量各是多少"),
        ("各省报告里失业率都是多少？", NAMED, "四川、上海、江苏失业率分别是多少？"),
        ("各省2023年的目标分别是多少？", NAMED, "各省2023年的目标分别是多少？"),  # one report is of that year
        ("四份省级报告的目标分别怎么定的", NAMED, "四份省级报告的目标分别怎么定的"),  # there are three
        ("各省2025年目标分别是多少？", ONE, "各省2025年目标分别是多少？"),
        ("四川各市的产量分别是多少？", NAMED, "四川各市的产量分别是多少？"),  # its own
        ("各省直属单位分别有几家？", NAMED, "各省直属单位分别有几家？"),
        ("各省怎么看待这件事，是否支持", NAMED, "四川、上海、江苏怎么看待这件事，是否支持"),
    ],
)
def test_the_places_that_are_meant_are_named(question: str, named: Nameable, expected: str) -> None:
    assert with_places_named(question, named) == expected


@pytest.mark.parametrize(
    ("question", "older"),
    [
        ("去年粮食打了多少斤", False),
        ("今年物价涨幅目标是多少？", False),
        ("四川去年粮食打了多少斤", True),  # a place is named
        ("2023年粮食打了多少斤，比上年多多少", True),
        ("粮食打了多少斤", True),
    ],
)
def test_last_year_is_the_last_that_is_told_of(question: str, older: bool) -> None:
    found = meant_by_relative_years(understand(question, NAMED), REPORTS)
    assert (found == frozenset()) == older
    if not older:
        assert found == {"四川省2025", "上海市2025", "江苏省2025", "深圳市2025"}


def test_the_newest_year_of_one_place_alone_leaves_the_others() -> None:
    reports = [summary("四川省", "2025"), summary("江苏省", "2022"), summary("广东省", "2022")]
    assert meant_by_relative_years(understand("去年粮食打了多少斤"), reports) == frozenset()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much grain was harvested, according to Sichuan's 2025 report?", {"四川省2025"}),
        ("四川省2024年的政府工作报告里粮食是多少？", {"四川省2024"}),
        ("四川省2023年的政府工作报告里粮食是多少？", set()),  # there is none: nothing is narrowed
        ("四川省2025年粮食打了多少斤", set()),  # a year of what was done, not of a report
        ("2025年的政府工作报告里粮食是多少？", set()),  # of which place is left open
    ],
)
def test_a_report_that_is_named_by_its_place_and_year_is_the_one_that_is_meant(
    question: str, expected: set[str]
) -> None:
    assert meant(understand(question, NAMED), REPORTS) == expected
