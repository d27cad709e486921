"""The page of a report over HTTP: its whole text, what is cited of it now, words found in it, keys and channels."""

from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import pytest
from fastapi.testclient import TestClient

from indexer.types import Report, Span
from service.http.app import create_app
from service.http.channels import ChannelStore
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.http.source_text import Marked, add_report_text
from service.settings import Settings
from tests.service.http.test_edges import is_problem

GRAIN = "澜川市2022年粮食总产量60.8万吨。"
MARKUP = "<img src=x onerror=alert(1)>"
NAME = "澜川市2022年政府工作报告.txt"
TITLE = "澜川市2022年政府工作报告\n一、工作回顾\n"
BODY = f"{MARKUP}&amp;𠮷市😀e\u0301\u200b全市空气质量优良，城镇新增就业十二万人。\n（一）民生\n新建公路４１２公里。\n"


class Page(HTMLParser):
    """Of a page: what its text says and where its blocks begin, headings, marks, what can be followed, tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.said = "", ""
        self.headings: list[tuple[str, str | None, str]] = []
        self.marks: dict[str, str] = {}
        self.ats: list[tuple[int, int]] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def _in_text(self) -> bool:
        return any(held.get("class") == "text" for _, held in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.add(tag)
        if tag not in ("meta", "link", "input", "br"):
            self._open.append((tag, held))
        if self._in_text() and re.fullmatch(r"h\d", tag):
            self.headings.append((tag, held.get("id"), ""))
        if "data-at" in held:
            self.ats.append((int(str(held["data-at"])), len(self.text)))
        if tag == "a":
            self.links.append(str(held["href"]))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.said += data
        if not self._in_text():
            return
        self.text += data
        for tag, held in self._open:
            if re.fullmatch(r"h\d", tag):
                *before, (name, anchor, said) = self.headings
                self.headings = [*before, (name, anchor, said + data)]
            if tag == "mark":
                for anchor in [*str(held.get("data-of", "")).split(), *(["hit"] * ("hit" in str(held["class"])))]:
                    self.marks[anchor] = self.marks.get(anchor, "") + data


def client_over(asker: Any) -> TestClient:
    return TestClient(create_app(Fixed(asker)))


def ask(http: TestClient, question: str = "澜川市2022年粮食总产量是多少？") -> dict[str, Any]:
    found: dict[str, Any] = http.post("/v1/ask", json={"question": question}).json()["citations"][0]
    return found


def test_every_report_is_there_to_the_last_character(sample_asker: Any) -> None:
    client = client_over(sample_asker)
    for report_id, report in sample_asker.snapshot.reports.items():
        response = client.get(f"/source/{report_id}")
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        page = Page(response.text)
        assert page.text == report.text
        assert all(at == offset for at, offset in page.ats)
        sections = [section for _, section in report.walk()]
        assert [said.strip() for _, _, said in page.headings] == [
            report.text[section.span.start : section.heading_span.end].strip() for section in sections
        ]
        anchors = [f"#{anchor}" for _, anchor, _ in page.headings]
        assert [link for link in page.links if link.startswith("#s")] == anchors
        assert len(set(anchors)) == len(anchors)
        levels = [1, *(int(tag[1]) for tag, _, _ in page.headings)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        for value in (report.title, report.metadata.year and report.metadata.year.value):
            assert value is None or value in page.said


def test_what_is_cited_is_marked_and_what_became_of_it_is_said(make_asker: Any) -> None:
    before = client_over(make_asker({NAME: TITLE + GRAIN + "\n" + BODY}))
    cited = ask(before)
    path = f"/source/{cited['report_id']}?citation={cited['citation_id']}"
    page = Page(before.get(path).text)
    assert page.marks == {"c1": cited["quote"]}
    assert "原文在此处。" in page.said
    assert "#c1" in page.links
    outline = before.get(f"/v1/reports/{cited['report_id']}").json()
    assert f"{outline['reference']}[2" in page.said
    assert f"]. http://testserver{path}." in page.said
    later = {
        "moved": ({NAME: TITLE + BODY * 3 + GRAIN + "\n"}, "换了位置"),
        "changed": ({NAME: TITLE + GRAIN.replace("60.8", "61.3") + "\n" + BODY}, "已不在其中"),
        "gone": ({"青屏县2022年政府工作报告.txt": "青屏县2022年政府工作报告\n新建公路412公里。\n"}, "不在库中"),
    }
    for state, (texts, said) in later.items():
        client = client_over(make_asker(texts))
        assert client.get(f"/v1/citations/{cited['citation_id']}").json()["status"] == state
        response = client.get(path)
        page = Page(response.text)
        assert response.status_code == (404 if state == "gone" else 200)
        assert said in page.said
        assert page.marks == ({"c1": cited["quote"]} if state == "moved" else {})


def test_a_quote_that_is_now_in_another_report_is_shown_there(make_asker: Any) -> None:
    old = client_over(make_asker({NAME: TITLE + GRAIN + "\n" + BODY}))
    cited = ask(old)
    other = "澜川市2022年工作汇报.txt"
    for texts in ({other: TITLE + GRAIN + "\n"}, {other: TITLE + GRAIN + "\n", NAME: TITLE + BODY}):
        client = client_over(make_asker(texts))
        place = client.get(f"/v1/citations/{cited['citation_id']}").json()["place"]
        assert place["report_id"] != cited["report_id"]
        path = f"/source/{cited['report_id']}?citation={cited['citation_id']}"
        response = client.get(path)
        assert response.url.path == f"/source/{place['report_id']}"
        assert Page(response.text).marks == {"c1": cited["quote"]}


def test_several_citations_are_marked_each_and_one_that_is_none_is_said(sample_asker: Any) -> None:
    client = client_over(sample_asker)
    report = next(iter(sample_asker.snapshot.reports.values()))
    cited = [ask(client), ask(client, "青屏县2022年新建公路多少公里？")]
    ids = [one["citation_id"] for one in cited]
    page = Page(client.get(f"/source/{cited[0]['report_id']}", params={"citation": [*ids, "made-up", ids[0]]}).text)
    here = [one for one in cited if one["report_id"] == cited[0]["report_id"]]
    assert page.marks == {f"c{cited.index(one) + 1}": one["quote"] for one in here}
    assert "编号有误" in page.said
    if len(here) == 1:
        assert any(link.startswith(cited[1]["report_id"]) and link.endswith("#c2") for link in page.links)
    assert client.get(f"/source/{report.report_id}", params={"citation": ["x"] * 101}).status_code == 422


def test_words_are_found_however_they_are_written(make_asker: Any) -> None:
    client = client_over(make_asker({NAME: TITLE + GRAIN + "\n" + BODY}))
    report_id = client.get("/v1/reports").json()["reports"][0]["report_id"]
    text = client.get(f"/v1/reports/{report_id}/text").text

    def found(words: str) -> list[str]:
        said = client.get(f"/v1/reports/{report_id}/find", params={"q": words}).json()
        assert said["more"] is False
        assert client.get(f"/source/{report_id}/find", params={"q": words}).json() == said
        page = Page(client.get(f"/source/{report_id}", params={"q": words}).text)
        quotes = [text[span["start"] : span["end"]] for span in said["spans"]]
        assert page.marks.get("hit", "") == "".join(quotes)
        assert page.text == text
        return quotes

    assert found("412公里") == ["４１２公里"]
    assert found("糧食總產量") == ["粮食总产量"]
    assert found("就业12万") == ["就业十二万"]
    assert found("二〇二二年 粮食") == ["2022年粮食"]
    assert found("60") == ["60"]
    assert found("2万人") == []  # of 十二万 a part
    assert found("🐉") == found("   ") == []
    assert "没有找到" in client.get(f"/source/{report_id}?q=🐉").text
    assert is_problem(client.get("/v1/reports/none/find?q=a"), 404)
    assert client.get(f"/v1/reports/{report_id}/find").json()["spans"] == []
    assert is_problem(client.get(f"/v1/reports/{report_id}/find?query=a"), 422)
    assert is_problem(client.get(f"/v1/reports/{report_id}/find?q={'长' * 201}"), 422)


def test_markup_in_a_report_or_an_address_is_text(make_asker: Any) -> None:
    client = client_over(make_asker({NAME: TITLE + GRAIN + "\n" + BODY}))
    report_id = client.get("/v1/reports").json()["reports"][0]["report_id"]
    response = client.get(f"/source/{report_id}", params={"q": f'"{MARKUP}', "citation": f'"{MARKUP}', "channel": '">'})
    page = Page(response.text)
    assert MARKUP in page.text
    assert not page.tags & {"img", "style", "iframe"}
    assert re.findall(r"<script[^>]*>", response.text) == ['<script type="module" src="../static/viewer.js">']
    assert " style=" not in response.text
    unknown = client.get(f"/source/{MARKUP.replace('/', '')}")
    assert (unknown.status_code, "没有这份报告" in unknown.text, MARKUP in unknown.text) == (404, True, False)


def test_marks_that_overlap_and_what_html_has_no_character_for_shift_nothing() -> None:
    text = "题名\n一\0二𠮷三\r四五六\n"
    metadata = {"title": {"value": "题名", "origin": "file_name"}}
    report = Report.model_validate(
        {"report_id": "r", "text": text, "file": "f", "encoding": "utf-8", "metadata": metadata}
    )
    marks = [
        Marked(Span(start=3, end=8), "quote", "c1"),
        Marked(Span(start=5, end=11), "quote", "c2"),
        Marked(Span(start=5, end=6), "hit"),
        Marked(Span(start=3, end=4), "quote", "c3"),
    ]
    root = Element("main")
    add_report_text(root, report, marks)
    html = tostring(root, encoding="unicode", method="html")
    page = Page(html)
    assert page.text == text.replace("\0", "\ufffd").replace("\r", "\n")
    assert page.marks["c1"] == page.text[3:8]
    assert page.marks["c2"] == page.text[5:11]
    assert page.marks["hit"] == "二"
    assert sorted(re.findall(r' id="(c\d)"', html)) == ["c1", "c2", "c3"]


def test_the_page_is_in_the_language_that_the_browser_wants_and_compressed(sample_asker: Any) -> None:
    client = client_over(sample_asker)
    path = f"/source/{next(iter(sample_asker.snapshot.reports))}"
    for accepts, lang in (("en-GB,en;q=0.9,zh;q=0.8", "en"), ("fr, zh-TW", "zh-CN"), ("", "zh-CN")):
        response = client.get(path, headers={"accept-language": accepts})
        assert f'<html lang="{lang}">' in response.text
        assert "accept-language" in response.headers["vary"]
    assert response.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get(path, headers={"accept-encoding": "identity"}).headers


def test_where_keys_are_asked_for_the_page_asks_too(sample_asker: Any, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    _, secret = KeyStore(keys).add("门户")
    report_id = next(iter(sample_asker.snapshot.reports))
    basic = {"authorization": "Basic " + b64encode(f":{secret}".encode()).decode()}
    with TestClient(create_app(Fixed(sample_asker), Settings(keys=keys), asks_for_key=True)) as http:
        for path in (f"/source/{report_id}", f"/source/{report_id}/find?q=a", "/source/none"):
            refused = http.get(path)
            assert is_problem(refused, 401)
            assert refused.headers["www-authenticate"].startswith("Basic ")
            assert http.get(path, headers=basic).status_code == (404 if "none" in path else 200)
            assert http.get(path, headers=basic).headers["cache-control"] == "no-store"
        assert http.get(f"/v1/reports/{report_id}/find?q=a", headers=basic).status_code == 401


def test_a_channel_opens_the_page_on_its_own_host_alone(sample_asker: Any, tmp_path: Path) -> None:
    settings = Settings(keys=tmp_path / "keys.json")
    store = ChannelStore(settings.channels_file)
    own = store.add("门户", ("https://portal.example", "http://testserver"), per_minute_address=3)
    foreign = store.add("别处", ("https://portal.example",))
    tokened = store.add("令牌", ("http://testserver",), token_required=True)
    path = f"/source/{next(iter(sample_asker.snapshot.reports))}"
    with TestClient(create_app(Fixed(sample_asker), settings, asks_for_key=True)) as http:

        def status(channel: str, path: str = path, **headers: str) -> int:
            return http.get(path, params={"channel": channel, "q": "a"}, headers=headers).status_code

        for channel in (foreign.channel_id, tokened.channel_id, "c000000000000", ""):
            assert status(channel) == 401
        assert status(own.channel_id, "/a/none") == 401  # kept answers are for keys
        assert status(own.channel_id, host="elsewhere.example") == 401
        found = [status(own.channel_id, one) for one in (path, f"{path}/find", path, path)]
        assert found == [200, 200, 200, 429]
        _, secret = KeyStore(tmp_path / "keys.json").add("门户")
        assert status(foreign.channel_id, authorization="Bearer " + secret) == 200


@pytest.mark.parametrize("words", ["1" * 200, "一" * 200, "1," * 100, ("一 1 " * 50)[:200]])
def test_words_that_are_hard_to_look_for_take_no_time(make_asker: Any, words: str) -> None:
    long = "一" * 20_000 + "1," * 10_000 + "1" * 20_000
    client = client_over(make_asker({NAME: TITLE + GRAIN + "\n" + long + "\n"}))
    report_id = client.get("/v1/reports").json()["reports"][0]["report_id"]
    response = client.get(f"/v1/reports/{report_id}/find", params={"q": words})
    assert response.status_code == 200
    assert response.elapsed.total_seconds() < 5
