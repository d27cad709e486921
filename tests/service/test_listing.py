"""Lists of reports: what they hold, in which order, page after page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indexer.types import ReportSummary
from service.errors import BadQuestion
from service.listing import Listing, ReportQuery

SHENZHEN = ("广东省", "深圳市")


def summary(report_id: str, title: str, path: tuple[str, ...], year: int, kind: str, body: str | None) -> ReportSummary:
    return ReportSummary(
        report_id=report_id,
        title=title,
        file=f"{report_id}.txt",
        part=None,
        region=path[-1] if path else None,
        region_path=path,
        year=str(year),
        year_told=str(year - 1),
        kind=kind,
        issuing_body=body,
        n_chars=9,
    )


REPORTS = [
    summary("r0", "深圳市政府工作报告", SHENZHEN, 2022, "政府工作报告", "深圳市人民政府"),
    summary("r1", "光明区政府工作报告", (*SHENZHEN, "光明区"), 2022, "政府工作报告", "光明区人民政府"),
    summary("r2", "光明区统计公报", (*SHENZHEN, "光明区"), 2021, "统计公报", "光明区统计局"),
    summary("r3", "国务院政府工作报告", ("全国",), 2021, "政府工作报告", "国务院"),
    summary("r4", "调研报告", (), 2021, "调研报告", None),
    summary("r5", "江苏省GDP核算办法", ("江苏省",), 2020, "办法", "江苏省人民政府"),
]


def listed(**query: Any) -> list[str]:
    page = Listing(REPORTS).page(ReportQuery(**query))
    ids = [json.loads(written)["report_id"] for written in page.written]
    assert page.total == len(ids)
    assert page.next_cursor is None
    return ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, "r0 r1 r2 r3 r4 r5"),
        ({"region": ("广东省",)}, "r0 r1 r2"),
        ({"region": ("深圳",)}, "r0 r1 r2"),
        ({"region": ("深圳市光明区",)}, "r1 r2"),
        ({"region": ("全国", "江苏")}, "r3 r5"),
        ({"region": ("浙江省",)}, ""),
        ({"year": (2022, 2020)}, "r0 r1 r5"),
        ({"year_told": (2020,)}, "r2 r3 r4"),
        ({"year": (2021,), "year_told": (2021,)}, ""),
        ({"kind": ("政府工作报告",)}, "r0 r1 r3"),
        ({"kind": ("政府工作报告", "办法"), "year": (2021, 2020)}, "r3 r5"),
        ({"issuing_body": ("人民政府",)}, "r0 r1 r5"),
        ({"title": "报告"}, "r0 r1 r3 r4"),
        ({"title": "光明區  报告"}, "r1"),
        ({"title": "ＧＤＰ"}, "r5"),
        ({"title": "报告 公报"}, ""),
    ],
)
def test_a_list_has_what_fits_every_filter(query: dict[str, Any], ids: str) -> None:
    assert listed(**query) == ids.split()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("title", ["", "报告", "没有"])
def test_pages_together_are_the_list(limit: int, title: str) -> None:
    listing, cursor, found, n_pages = Listing(REPORTS), None, [], 0
    whole = listed(title=title)
    while True:
        page = listing.page(ReportQuery(title=title, limit=limit, cursor=cursor))
        assert page.total == len(whole)
        found += [json.loads(written)["report_id"] for written in page.written]
        n_pages += 1
        if page.next_cursor is None:
            break
        assert len(page.written) == limit
        cursor = page.next_cursor
    assert found == whole
    assert n_pages == max(1, -(-len(whole) // limit))
    # And back from the last.
    back: list[str] = []
    while True:
        page = listing.page(ReportQuery(title=title, limit=limit, cursor=cursor))
        back = [json.loads(written)["report_id"] for written in page.written] + back
        if page.previous_cursor is None:
            break
        cursor = page.previous_cursor
    assert back == whole


def test_a_report_stands_in_a_list_as_its_summary() -> None:
    page = Listing(REPORTS).page(ReportQuery())
    assert [ReportSummary.model_validate_json(written) for written in page.written] == REPORTS


def test_a_cursor_holds_in_the_next_snapshot_while_its_report_is_there() -> None:
    cursor = Listing(REPORTS).page(ReportQuery(limit=3)).next_cursor
    page = Listing(REPORTS[2:]).page(ReportQuery(limit=3, cursor=cursor))
    assert [json.loads(written)["report_id"] for written in page.written] == ["r3", "r4", "r5"]
    with pytest.raises(BadQuestion, match="ask for the list again"):
        Listing(REPORTS[3:]).page(ReportQuery(limit=3, cursor=cursor))


@pytest.mark.parametrize(
    ("cursor", "told"),
    [
        ("x", "no report"),
        ("r0", "no report"),
        ("r9.00000000", "no report"),
        ("r0.0", "other filters"),
    ],
)
def test_a_cursor_that_is_none_is_refused(cursor: str, told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        Listing(REPORTS).page(ReportQuery(limit=1, cursor=cursor))


def test_a_cursor_is_of_its_filters_and_of_any_limit() -> None:
    listing = Listing(REPORTS)
    cursor = listing.page(ReportQuery(region=("广东省",), limit=1)).next_cursor
    assert len(listing.page(ReportQuery(region=("广东省",), limit=9, cursor=cursor)).written) == 2
    with pytest.raises(BadQuestion, match="same filters"):
        listing.page(ReportQuery(region=("江苏省",), limit=1, cursor=cursor))


def test_an_empty_cursor_is_none() -> None:
    assert len(Listing(REPORTS).page(ReportQuery(cursor="")).written) == len(REPORTS)


def test_an_empty_index_has_an_empty_list() -> None:
    page = Listing([]).page(ReportQuery(limit=5, region=("广东省",), title="x"))
    assert (page.total, list(page.written), page.next_cursor) == (0, [], None)


def test_a_page_that_begins_among_the_first_comes_after_the_first_page() -> None:
    listing = Listing(REPORTS)
    cursor = listing.page(ReportQuery(limit=2)).next_cursor
    page = listing.page(ReportQuery(limit=3, cursor=cursor))
    assert page.previous_cursor == ""
    assert listing.page(ReportQuery(limit=3)).previous_cursor is None
