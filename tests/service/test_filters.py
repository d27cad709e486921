"""Which reports fit what is asked of their metadata."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import ReportSummary
from service.filters import fitting
from service.types import Filters


def summary(**fields: Any) -> ReportSummary:
    return ReportSummary(
        **{"report_id": "r", "title": "t", "file": "f", "part": None, "region": None, "year": None, "n_chars": 1}
        | fields
    )


GUANGMING = summary(
    region="光明区",
    region_path=("广东省", "深圳市", "光明区"),
    year="2022",
    year_told="2021",
    kind="政府工作报告",
    issuing_body="光明区人民政府",
)


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"regions": ("广东省",)}, True),
        ({"regions": ("深圳",)}, True),
        ({"regions": ("江苏省", "光明区")}, True),
        ({"regions": ("全国",)}, False),
        ({"years": (2022,)}, True),
        ({"years": (2021,)}, False),
        ({"years_told": (2021,)}, True),
        ({"years": (2022,), "years_told": (2021,)}, True),
        ({"years": (2022,), "years_told": (2022,)}, False),
        ({"kinds": ("统计公报", "政府工作报告")}, True),
        ({"kinds": ("工作报告",)}, False),
        ({"issuing_bodies": ("光明区",)}, True),
        ({"issuing_bodies": ("光明區人民政府",)}, True),
        ({"issuing_bodies": ("国务院",)}, False),
        ({"regions": ("广东省",), "kinds": ("统计公报",)}, False),
        ({"regions": (" ",)}, False),
        ({"issuing_bodies": (" ",)}, False),
        ({"report_ids": ("r", "s")}, True),
        ({"report_ids": ("s",)}, False),
    ],
)
def test_a_report_fits_all_that_is_asked(filters: dict[str, Any], fits: bool) -> None:
    test = fitting(Filters(**filters))
    assert test is not None
    assert test(GUANGMING) is fits


def test_no_filter_leaves_every_report() -> None:
    assert fitting(Filters()) is None


def test_what_is_not_known_fits_nothing() -> None:
    for filters in (
        Filters(regions=("全国",)),
        Filters(years=(2022,)),
        Filters(years_told=(2022,)),
        Filters(kinds=("条例",)),
        Filters(issuing_bodies=("国务院",)),
    ):
        test = fitting(filters)
        assert test is not None
        assert not test(summary())
