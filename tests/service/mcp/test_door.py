"""What stands before and behind the protocol: who may ask, what is given at once, what is said where it is missing."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import service.mcp.tools as tools
from service.errors import BadQuestion, NotInstalled, UnknownReport
from service.http.app import create_app
from service.http.live import Fixed
from service.mcp.door import protocol
from service.mcp.types import MAX_TEXT_CHARS, ListReports, ReadReport, SentenceVerified
from service.settings import Settings
from tests.service.conftest import Client, MakeAsker

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
SENT = {"accept": "application/json, text/event-stream"}


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {"mcp", *(held for held in sys.modules if held.startswith("mcp."))}:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "service.mcp.server", raising=False)


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_a_problem_says_what_to_install(client_of: Any) -> None:
    client = client_of(None)
    for _ in range(2):
        told = client.request("POST", "/mcp", json=LIST, headers=SENT)
        assert (told.status_code, told.headers["content-type"]) == (501, "application/json")
        error = told.json()["error"]
        assert error["data"]["title"] == "NotInstalled"
        assert "pip install 'judian[mcp]'" in error["message"]
    with pytest.raises(NotInstalled):
        protocol()


def test_a_fault_of_the_extra_is_not_taken_for_its_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "service.answers.generate", None)
    monkeypatch.delitem(sys.modules, "service.mcp.server", raising=False)
    monkeypatch.delitem(sys.modules, "service.mcp.tools", raising=False)
    with pytest.raises(ModuleNotFoundError):
        protocol()


def test_no_index_is_said(client_of: Any) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_reports", "arguments": {}}}
    told = client_of(None).request("POST", "/mcp", json=call, headers=SENT).json()["result"]
    assert told["isError"]
    assert told["content"][0]["text"].startswith("NotReady: no index is loaded")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://judian", 200),
        ("https://a.example", 200),
        ("https://b.example", 403),
        ("null", 403),
        ("http://judian.b.example", 403),
    ],
)
def test_pages_of_others_may_not_ask_unless_they_are_listed(origin: str | None, status: int) -> None:
    client = Client(create_app(Fixed(), Settings(cors_origins="https://a.example")))
    headers = SENT | ({"origin": origin} if origin else {})
    assert client.request("POST", "/mcp", json=LIST, headers=headers).status_code == status


def test_only_json_is_taken(client_of: Any) -> None:
    """What a page may send elsewhere without asking whether it may."""
    told = client_of(None).request("POST", "/mcp", content=b"{}", headers=SENT | {"content-type": "text/plain"})
    assert told.status_code == 400


def test_a_message_has_an_end(client_of: Any) -> None:
    """Of the limit that all requests have: the SDK's own would take 4 MB."""
    long = LIST | {"params": {"cursor": "x" * Settings().max_body_bytes}}
    assert client_of(None).request("POST", "/mcp", json=long, headers=SENT).status_code == 413


def test_a_long_report_is_read_in_parts(make_asker: MakeAsker) -> None:
    lines = "".join(f"（{number}）事项\n完成项目{number}个。\n" for number in range(4000))
    snapshot = make_asker({"long.txt": "一、回顾\n" + lines}).snapshot
    (report,) = snapshot.reports.values()
    assert len(report.text) > 2 * MAX_TEXT_CHARS
    text, start = "", 0
    while True:
        part = tools.text_of(snapshot, ReadReport(report_id=report.report_id, start=start))
        assert (part.start, part.end, len(part.text)) == (start, start + len(part.text), part.end - part.start)
        assert len(part.text) <= MAX_TEXT_CHARS
        assert all(held.start < part.end and held.end > part.start for held in part.headings)
        text += part.text
        if part.next_start is None:
            break
        start = part.next_start
    assert text == report.text
    short = tools.text_of(snapshot, ReadReport(report_id=report.report_id, start=2, end=4))
    assert (short.text, short.next_start) == (report.text[2:4], None)


@pytest.mark.parametrize(("figure", "outcome"), [("3", "supported"), ("8", "contradicted")])
def test_a_sentence_is_held_against_what_it_cites(
    client_of: Any, make_asker: MakeAsker, figure: str, outcome: str
) -> None:
    asker = make_asker({"a.txt": "甲县2023年报告\n一、回顾\n2023年建成学校3所。\n"})
    (report,) = asker.snapshot.reports.values()
    start = report.text.index("2023年建成")
    cited = {"report_id": report.report_id, "start": start, "end": start + len("2023年建成学校3所。")}
    arguments = {"sentence": f"2023年建成学校{figure}所。", "citations": [cited]}
    call = LIST | {"method": "tools/call", "params": {"name": "verify_sentence", "arguments": arguments}}
    told = client_of(asker).request("POST", "/mcp", json=call, headers=SENT).json()["result"]
    assert not told.get("isError"), told
    held = SentenceVerified.model_validate(told["structuredContent"])
    assert (held.outcome, held.snapshot_id) == (outcome, asker.snapshot.manifest.snapshot_id)


@pytest.mark.parametrize(("start", "end"), [(5, 4), (0, 10**6), (10**6, None)])
def test_what_is_no_range_is_said(make_asker: MakeAsker, start: int, end: int | None) -> None:
    snapshot = make_asker({"a.txt": "一、回顾\n完成项目3个。\n"}).snapshot
    (report_id,) = snapshot.reports
    with pytest.raises(BadQuestion, match="no range"):
        tools.text_of(snapshot, ReadReport(report_id=report_id, start=start, end=end))
    with pytest.raises(UnknownReport, match="list_reports"):
        tools.text_of(snapshot, ReadReport(report_id="none"))


def test_the_list_comes_in_pages(make_asker: MakeAsker) -> None:
    asker = make_asker({f"{name}.txt": f"{name}县2023年报告\n建成学校3所。\n" for name in "甲乙丙丁戊"})
    pages, cursor = [], None
    while True:
        page = tools.page(asker, ListReports(limit=2, cursor=cursor))
        pages.append([report.report_id for report in page.reports])
        assert page.total == 5
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [len(ids) for ids in pages] == [2, 2, 1]
    assert [held for ids in pages for held in ids] == [entry.summary.report_id for entry in asker.snapshot.catalogue]
    (one,) = tools.page(asker, ListReports(title="丙县")).reports
    assert "丙县" in one.title
    with pytest.raises(BadQuestion):
        tools.page(asker, ListReports(cursor="x.100"))
