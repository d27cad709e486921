"""Answers that have addresses, and what is said of them, over HTTP: in process, and by a server of two processes."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from indexer.types import Span
from service.http.app import create_app
from service.http.given import answer_page
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.kept import new_id
from service.settings import Settings
from service.types import Answer, Citation, Filters, KeptAnswer, Segment

QUESTION = "澜川市2022年粮食总产量是多少？"
MARKUP = "<img src=x onerror=alert(1)>"


def client(asker: Any, folder: Path, asks_for_key: bool = False, **settings: Any) -> TestClient:
    configured = Settings(answers=folder / "answers.sqlite", **settings)
    return TestClient(create_app(Fixed(asker), configured, asks_for_key=asks_for_key))


def ask(http: Any, question: str = QUESTION, **more: Any) -> Answer:
    response = http.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    if not more.get("stream"):
        return Answer.model_validate_json(response.content)
    [done] = re.findall(r"^event: done\ndata: (.*)$", response.text, re.MULTILINE)
    return Answer.model_validate_json(done)


class Page(HTMLParser):
    """The text, the tags and the links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.links = "", set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href" and value and tag == "a"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_answer_has_no_address_and_takes_no_feedback_unless_answers_are_kept(sample_asker: Any) -> None:
    with TestClient(create_app(Fixed(sample_asker))) as http:
        answer, again = ask(http), ask(http)
        assert (answer.address, answer.takes_feedback) == (None, False)
        assert answer.answer_id == again.answer_id
        refused = http.post("/v1/feedback", json={"answer_id": answer.answer_id, "rating": "up"})
        assert (refused.status_code, refused.json()["title"]) == (404, "UnknownAnswer")
        assert "JUDIAN_ANSWERS" in refused.json()["detail"]
        page = http.get(f"/a/{answer.answer_id}")
        assert page.status_code == 404
        assert "没有这条回答" in page.text


def test_an_address_shows_the_answer_as_it_was_given_with_its_citations(sample_asker: Any, tmp_path: Path) -> None:
    with client(sample_asker, tmp_path) as http:
        answers = [ask(http), ask(http, stream=True)]
        assert answers[0].answer_id != answers[1].answer_id  # each is given once, and none can be guessed
        for answer in answers:
            assert answer.address == f"/a/{answer.answer_id}"
            response = http.get(str(answer.address))
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            assert response.headers["cache-control"] == "no-store"
            assert response.headers["x-robots-tag"] == "noindex"
            assert "require-trusted-types-for 'script'" in response.headers["content-security-policy"]
            page = Page(response.text)
            assert not page.tags & {"script", "style", "form", "img"}
            for text in (QUESTION, answer.segments[0].text, answer.snapshot_id, answer.citations[0].quote):
                assert text in page.text
            assert page.text.count("原文现在仍在此处") == len(answer.citations)
            for citation in answer.citations:
                link = f"../source/{citation.report_id}?citation={citation.citation_id}"
                assert link in page.links
                assert f"#c{citation.number}" in page.links
                assert http.get(link.removeprefix("..")).status_code == 200


def test_what_became_of_citations_is_said(make_asker: Any, tmp_path: Path) -> None:
    grain, roads = "澜川市2022年粮食总产量60.8万吨。", "青屏县2022年新建公路412公里。"
    title, body = "澜川市2022年政府工作报告\n一、工作回顾\n", "全市空气质量优良。\n"
    before = make_asker({"澜川市2022年政府工作报告.txt": title + grain + "\n" + body})
    with client(before, tmp_path) as http:
        answer = ask(http)
        assert answer.citations[0].quote in grain
        assert "原文现在仍在此处" in http.get(str(answer.address)).text
    later = {
        "moved": {"澜川市2022年政府工作报告.txt": title + body * 3 + grain + "\n"},
        "changed": {"澜川市2022年政府工作报告.txt": title + grain.replace("60.8", "61.3") + "\n" + body},
        "gone": {"青屏县2022年政府工作报告.txt": title.replace("澜川市", "青屏县") + roads},
    }
    said = {"moved": "现在位于：", "changed": "已没有这一句", "gone": "已不在库中"}
    for state, texts in later.items():
        asker = make_asker(texts)
        with client(asker, tmp_path) as http:
            found = http.get(f"/v1/citations/{answer.citations[0].citation_id}").json()["status"]
            # Its id is made of the file: where nothing but the place of a sentence changed, it is the report's still.
            page = Page(http.get(str(answer.address)).text)
            assert said[found] in page.text
            assert found == state
            assert "60.8" in page.text  # as it was given
            assert asker.snapshot.manifest.snapshot_id in page.text
            assert any(link.startswith("../source/") for link in page.links) is (state != "gone")


@pytest.mark.parametrize(
    "question", ["澜川市2022年粮食总产量是多少？新增城镇就业多少人？", "比较澜川市2021年和2022年粮食总产量"]
)
def test_a_citation_opens_among_those_of_its_answer(sample_asker: Any, tmp_path: Path, question: str) -> None:
    """Of one report, and of two."""
    with client(sample_asker, tmp_path) as http:
        answer = ask(http, question)
        assert len(answer.citations) > 1
        links = [link for link in Page(http.get(str(answer.address)).text).links if link.startswith("../source/")]
        assert len(links) == len(answer.citations)
        for citation, link in zip(answer.citations, links, strict=True):
            path, _, fragment = link.removeprefix("..").partition("#")
            opened = http.get(path).text
            assert fragment == f"c{citation.number}"
            marked = re.findall(rf'<mark class="quote" id="{fragment}"[^>]*>([^<]*)</mark>', opened)
            assert marked == [citation.quote]


def test_markup_and_rare_characters_are_text() -> None:
    quote = f"𠮷市😀{MARKUP}60.8万吨。"
    at = quote.index("60.8万吨")
    citation = Citation(
        number=1,
        citation_id='r"1-7-9-ab',
        report_id="r&1",
        title=MARKUP,
        heading_path=(f"一、{MARKUP}",),
        start=100,
        end=100 + len(quote),
        quote=quote,
        highlights=(Span(start=100 + at, end=100 + at + 6),),
        page=3,
    )
    answer = Answer(
        answer_id=new_id(),
        question=f"{MARKUP}\u202e&amp;？",
        language="zh",
        kind="compare",
        status="partial",
        confidence=0.9,
        certainty="certain",
        text=quote,
        segments=(Segment(text=quote, label=MARKUP, citations=(1,)), Segment(text="未提及", label="乙")),
        missing=(MARKUP,),
        searched=(MARKUP,),
        citations=(citation,),
        snapshot_id="s1",
        elapsed_ms={},
    )
    kept = KeptAnswer(given_at="2026-11-27T09:00:00+00:00", filters=Filters(), answer=answer)
    html = answer_page(kept, {}, "s2")
    page = Page(html)
    assert not page.tags & {"img", "script"}
    assert page.text.count(MARKUP) == 9
    assert "<mark>60.8万吨</mark>" in html
    assert "没有来得及核对" in page.text
    assert "../source/r%261?citation=r%221-7-9-ab" in page.links
    english = answer.model_copy(update={"language": "en", "kind": "fact"})
    assert "There was no time" in answer_page(kept.model_copy(update={"answer": english}), {}, "s2")


def test_feedback_is_kept_with_the_answer_that_was_given(sample_asker: Any, tmp_path: Path, typed: Any) -> None:
    with client(sample_asker, tmp_path) as http:
        answer = ask(http, filters={"years": [2022]})
        said = http.post("/v1/feedback", json={"answer_id": answer.answer_id, "rating": "down", "comment": "单位不对"})
        assert said.status_code == 200
        assert said.json() | {"rated_at": ""} == {
            "answer_id": answer.answer_id,
            "rating": "down",
            "comment": "单位不对",
            "rated_at": "",
        }
        forged = answer.model_dump(mode="json") | {"text": "伪造的回答"}
        for body in (
            {"answer_id": answer.answer_id, "rating": "up", "answer": forged},
            {"answer_id": answer.answer_id, "rating": "sideways"},
            {"answer_id": answer.answer_id},
        ):
            assert http.post("/v1/feedback", json=body).status_code == 422
        assert http.post("/v1/feedback", json={"answer_id": new_id(), "rating": "up"}).status_code == 404
        assert 'judian_feedback_total{rating="down"} 1.0' in http.get("/metrics").text
    keeping = typed.with_settings(JUDIAN_ANSWERS=str(tmp_path / "answers.sqlite"))
    [line] = keeping("feedback", "export").stdout.splitlines()
    exported = json.loads(line)
    assert Answer.model_validate(exported["answer"]) == answer
    assert (exported["rating"], exported["comment"], exported["filters"]["years"]) == ("down", "单位不对", [2022])
    assert "伪造" not in line


def test_an_answer_that_cannot_be_kept_is_given(sample_asker: Any, tmp_path: Path, caplog: Any) -> None:
    app = create_app(Fixed(sample_asker), Settings(answers=tmp_path / "answers.sqlite"))
    with TestClient(app) as http:
        app.state.judian.kept.close()
        answer = ask(http)
        assert answer.status == "answered"
        assert (answer.address, answer.takes_feedback) == (None, False)
    assert "was given and not kept" in caplog.text


def test_where_keys_are_asked_for_a_page_of_an_answer_asks_too(sample_asker: Any, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    _, key = KeyStore(path).add("一")
    basic = "Basic " + b64encode(f"whoever:{key}".encode()).decode()
    with client(sample_asker, tmp_path, asks_for_key=True, keys=path) as http:
        bearer = {"authorization": f"Bearer {key}"}
        asked = http.post("/v1/ask", json={"question": QUESTION}, headers=bearer)
        address = asked.json()["address"]
        refused = http.get(address)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")  # a browser asks for it, without a script
        assert QUESTION not in refused.text
        for sent in (basic, bearer["authorization"]):
            assert QUESTION in http.get(address, headers={"authorization": sent}).text
        for wrong in ("Basic !", "Basic " + b64encode(b"no colon").decode(), "Basic " + b64encode(b"\xff:x").decode()):
            assert http.get(address, headers={"authorization": wrong}).status_code == 401
        # What a browser sends by itself opens nothing that can change anything.
        said = {"answer_id": asked.json()["answer_id"], "rating": "up"}
        unasked = http.post("/v1/feedback", json=said, headers={"authorization": basic})
        assert (unasked.status_code, unasked.headers["www-authenticate"]) == (401, "Bearer")
        assert http.post("/v1/feedback", json=said, headers=bearer).status_code == 200


def test_an_answer_in_the_protocol_of_openai_has_an_address_too(sample_asker: Any, tmp_path: Path) -> None:
    asked = {"model": "judian", "messages": [{"role": "user", "content": QUESTION}]}
    with client(sample_asker, tmp_path) as http:
        answered = http.post("/v1/chat/completions", json=asked).json()
        page = http.get(f"/a/{answered['id'].removeprefix('chatcmpl-')}")
        assert page.status_code == 200
        assert QUESTION in page.text


@pytest.mark.process
def test_worker_processes_share_what_is_kept(judian: Any, sample_index: Path, tmp_path: Path) -> None:
    keeping = judian.with_settings(JUDIAN_ANSWERS=str(tmp_path / "answers.sqlite"))
    ids = []
    with keeping.serving(sample_index, "--workers", "2") as (_, base):
        for number in range(12):
            with httpx.Client(base_url=base, trust_env=False) as http:  # a new connection each, for either worker
                answer = ask(http, stream=number % 2 == 0)
            with httpx.Client(base_url=base, trust_env=False) as http:
                assert http.get(str(answer.address)).status_code == 200
                said = {"answer_id": answer.answer_id, "rating": "up", "comment": f"第{number}次"}
                assert http.post("/v1/feedback", json=said).status_code == 200
            ids.append(answer.answer_id)
        listed = keeping("feedback", "list")  # while it runs
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.endswith("12 up, 0 down\n")
    exported = [json.loads(line)["answer_id"] for line in keeping("feedback", "export").stdout.splitlines()]
    assert sorted(exported) == sorted(ids)


@pytest.mark.process
def test_a_file_that_cannot_keep_answers_is_said_at_the_start(judian: Any, sample_index: Path, tmp_path: Path) -> None:
    done = judian.with_settings(JUDIAN_ANSWERS=str(tmp_path))("serve", "--index", sample_index, "--workers", "2")
    assert done.returncode == 1
    assert "JUDIAN_ANSWERS" in done.stderr
    assert "Traceback" not in done.stderr
