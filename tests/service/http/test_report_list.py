"""The page of all reports over HTTP: counts, filters, pages, what could not be read, keys and channels."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import lxml.html
from fastapi.testclient import TestClient

from indexer.store.snapshot import Unread
from indexer.types import ReportSummary
from service.http.app import create_app
from service.http.channels import ChannelStore
from service.http.live import Fixed
from service.http.report_list import Listed, report_list_page
from service.listing import Listing, ReportQuery
from service.settings import Settings
from tests.service.http.test_edges import is_problem

MARKUP = "<img src=x onerror=alert(1)>"


def _client(asker: Any) -> TestClient:
    return TestClient(create_app(Fixed(asker)))


def _links(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]*)"', html)]


def test_what_is_indexed_is_counted_and_each_count_is_a_filter(sample_asker: Any) -> None:
    client = _client(sample_asker)
    html = client.get("/reports").text
    manifest = sample_asker.snapshot.manifest
    for told in (manifest.snapshot_id, manifest.created_at, manifest.encoder.name):
        assert told in html
    reports = client.get("/v1/reports").json()["reports"]
    for report in reports:
        assert f"source/{report['report_id']}" in _links(html)
    counted = re.findall(r'<li><a lang="[^"]*" href="(reports\?[^"]*)">([^<]*)</a> ([\d,]+)</li>', html)
    assert {name.partition("=")[0] for name, _, _ in counted} >= {"reports?region", "reports?year", "reports?kind"}
    for address, value, n in counted:
        page = client.get(f"/{unescape(address)}")
        query = dict([unescape(address).partition("?")[2].split("=", 1)])
        assert f"共{n}份。" in page.text, value
        assert len(re.findall(r'href="source/[^"#]*"', page.text)) == int(n)
        assert client.get(f"/v1/{unescape(address)}").json()["total"] == int(n), query
    assert "没有符合的报告" in client.get("/reports?title=没有这样的").text


def test_empty_fields_filter_nothing_and_wrong_ones_are_said(sample_asker: Any) -> None:
    client = _client(sample_asker)
    total = client.get("/v1/reports").json()["total"]
    assert f"共{total}份。" in client.get("/reports?region=&year=&kind=&issuing_body=&title=").text
    for wrong in ("year=x", "region=" + "长" * 101, "cursor=none.abc"):
        page = client.get(f"/reports?{wrong}")
        assert (page.status_code, "有误" in page.text, f"共{total}份。" in page.text) == (422, True, True)
    assert MARKUP not in client.get("/reports", params={"title": f'">{MARKUP}'}).text


def test_each_report_has_its_outline_as_a_tree_whose_links_lead_to_the_headings(sample_asker: Any) -> None:
    client = _client(sample_asker)
    items: Any = lxml.html.fromstring(client.get("/reports").text).xpath("//ol[@class='reports']/li")
    assert len(items) == len(sample_asker.snapshot.reports)
    for item in items:
        address = item.find("a").get("href")
        report = sample_asker.snapshot.reports[address.removeprefix("source/")]
        headings = [(len(path), section.label) for path, section in report.walk()]
        assert len(headings) > 3
        links = item.xpath("details//a")
        assert [(len(list(link.iterancestors("ol"))) - 1, link.text) for link in links] == headings
        read: Any = lxml.html.fromstring(client.get(f"/{address}").text)
        for link in links[:5]:
            path, _, anchor = link.get("href").partition("#")
            assert path == address
            assert link.text[-3:] in read.get_element_by_id(anchor).text_content()


def test_of_a_report_of_many_headings_whole_levels_are_shown(make_asker: Any) -> None:
    articles = "".join(f"第{n}条 办理事项。\n" for n in range(1, 31))
    text = "办事条例\n" + "".join(f"第{n}章 总则\n{articles}" for n in range(1, 13))
    html = _client(make_asker({"办事条例.txt": text})).get("/reports").text
    assert len(re.findall(r'href="source/[^"#]*#s', html)) == 12
    assert "目录（372）" in html
    assert "另有360个标题" in html


def test_ten_thousand_reports_come_in_pages(sample_asker: Any) -> None:
    def summary(n: int) -> ReportSummary:
        city, year = f"第{n % 300}市", str(2000 + n % 25)
        return ReportSummary(
            report_id=f"r{n}",
            title=f"{year}年{city}政府工作报告",
            file=f"{n}.txt",
            part=None,
            region=city,
            region_path=(f"第{n % 30}省", city),
            year=year,
            kind="政府工作报告",
            n_chars=n,
        )

    listing = Listing(summary(n) for n in range(10_000))
    manifest = sample_asker.snapshot.manifest
    seen: list[str] = []
    cursor, took = None, []
    while not seen or cursor:
        began = time.perf_counter()
        query = ReportQuery(year=(2001,), limit=50, cursor=cursor)
        page, counts = listing.page(query), listing.counts(query)
        reports = [ReportSummary.model_validate_json(one) for one in page.written]
        html = report_list_page(
            Listed(
                manifest,
                reports,
                {},
                page.total,
                page.next_cursor,
                page.previous_cursor,
                counts,
                {"year": "2001"},
                unread=True,
            ),
            "zh",
        )
        took.append(time.perf_counter() - began)
        seen += re.findall(r'href="source/(r\d+)"', html)
        cursor = page.next_cursor
        if cursor:
            assert f"reports?year=2001&cursor={cursor}" in _links(html)
    assert seen == [f"r{n}" for n in range(10_000) if n % 25 == 1]
    assert counts.year == [("2001", 400)]
    assert sum(n for name, n in counts.region if name.endswith("省")) == 400
    assert sum(n for name, n in counts.region if name.endswith("市")) == 400
    assert max(sorted(took)[: len(took) // 2]) < 0.5
    every = listing.counts(ReportQuery())
    assert len(every.region) == 330
    whole = report_list_page(Listed(manifest, [], {}, 10_000, None, None, every, {}, unread=True), "zh")
    assert "另有290项" in whole


def test_what_could_not_be_read_is_said_with_its_reason_but_not_to_a_channel(sample_asker: Any, tmp_path: Path) -> None:
    unread = (Unread(file=f"坏{MARKUP}\u202e.docx", reason="this is no ZIP file"),)
    snapshot = replace(
        sample_asker.snapshot, manifest=sample_asker.snapshot.manifest.model_copy(update={"unread": unread})
    )
    asker = replace(sample_asker, retriever=replace(sample_asker.retriever, snapshot=snapshot))
    html = _client(asker).get("/reports").text
    assert "没有读成的文件（1）" in html
    assert "this is no ZIP file" in html
    assert MARKUP not in html
    assert "\u202e" not in html
    settings = Settings(keys=tmp_path / "keys.json")
    channel = ChannelStore(settings.channels_file).add("门户", ("http://testserver",)).channel_id
    with TestClient(create_app(Fixed(asker), settings, asks_for_key=True)) as http:
        refused = http.get("/reports")
        assert is_problem(refused, 401)
        assert refused.headers["www-authenticate"].startswith("Basic ")
        page = http.get("/reports", params={"channel": channel})
        assert page.status_code == 200
        assert "no ZIP" not in page.text
        assert "frame-ancestors http://testserver;" in page.headers["content-security-policy"]
        links = [link for link in _links(page.text) if link.startswith(("source/", "reports"))]
        assert links
        assert all(f"channel={channel}" in link for link in links)
        assert http.get(f"/{links[-1]}").status_code == 200
