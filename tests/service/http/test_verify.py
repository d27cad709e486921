"""``POST /v1/verify``: whether a quote stands, and whether cited sentences say what a sentence says."""

from __future__ import annotations

from typing import Any

import pytest

from service.verify import Source, verify

FILE = "2023年朔原县政府工作报告.txt"
SENTENCE = "全年受理行政复议案件412件，审结389件。"
TEXT = f"一、2022年工作回顾\n{SENTENCE}\n县财政局新建公共厕所37座。\n二、存在的问题\n办事流程不够简便。\n"
WRONG = "全年受理行政复议案件389件，审结412件。"


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker({FILE: TEXT})


@pytest.fixture(scope="module")
def client(asker: Any, client_of: Any) -> Any:
    return client_of(asker)


@pytest.fixture(scope="module")
def span(asker: Any) -> dict[str, Any]:
    report = next(iter(asker.snapshot.reports.values()))
    start = report.text.index(SENTENCE)
    return {"report_id": report.report_id, "start": start, "end": start + len(SENTENCE)}


def _post(client: Any, **body: Any) -> Any:
    return client.request("POST", "/v1/verify", json=body)


def test_a_sentence_is_judged_as_the_answer_service_does(client: Any, span: dict[str, Any]) -> None:
    source = Source(SENTENCE, ("一、2022年工作回顾",), "2023年朔原县政府工作报告", "朔原县", 2023)
    for said in (
        SENTENCE,
        WRONG,
        "2022年，朔原县审结行政复议案件389件。",
        "2020年，朔原县审结行政复议案件389件。",
        "具体如下：",
    ):
        response = _post(client, sentence=said, citations=[span])
        assert response.status_code == 200, response.text
        assert response.json() == verify(said, [source]).model_dump(mode="json"), said
    assert _post(client, sentence=SENTENCE, citations=[span]).json()["outcome"] == "supported"
    told = _post(client, sentence=WRONG, citations=[span]).json()
    assert (told["outcome"], told["reason"]) == ("contradicted", "figure")


def test_a_citation_of_an_answer_is_taken_by_its_id(client: Any) -> None:
    citation = client.ask("朔原县2022年受理行政复议案件多少件？")["citations"][0]
    found = _post(client, sentence="受理行政复议案件412件。", citations=[citation["citation_id"]])
    assert found.json()["outcome"] == "supported"


def test_the_form_with_a_quote_stays(client: Any, span: dict[str, Any], asker: Any) -> None:
    stands = _post(client, **span, quote=SENTENCE)
    assert stands.json() == {"stands": True, "places": [], "snapshot_id": asker.snapshot.manifest.snapshot_id}
    moved = _post(client, **{**span, "start": 0}, quote=SENTENCE).json()
    assert not moved["stands"]
    assert [place["quote"] for place in moved["places"]] == [SENTENCE]


def test_a_body_of_neither_form_is_told_what_it_lacks(client: Any, span: dict[str, Any]) -> None:
    cases: tuple[tuple[dict[str, Any], set[str]], ...] = (
        ({}, {"body/report_id", "body/start", "body/end", "body/quote"}),
        ({**span}, {"body/quote"}),
        ({"sentence": SENTENCE}, {"body/citations"}),
        ({"sentence": "", "citations": [span]}, {"body/sentence"}),
        ({"sentence": "字" * 2001, "citations": [span]}, {"body/sentence"}),
        ({"sentence": SENTENCE, "citations": []}, {"body/citations"}),
        ({"sentence": SENTENCE, "citations": [span] * 21}, {"body/citations"}),
        ({"sentence": SENTENCE, "citations": [span], "quote": SENTENCE}, {"body/quote"}),
    )
    for body, places in cases:
        response = _post(client, **body)
        assert response.status_code == 422, body
        assert {fault["at"] for fault in response.json()["errors"]} == places, body


def test_what_cannot_be_cited_is_refused(client: Any, span: dict[str, Any]) -> None:
    cases = (
        ({**span, "report_id": "none"}, 404, "UnknownReport"),
        ({**span, "end": span["start"]}, 422, "BadQuestion"),
        ({**span, "end": 10**6}, 422, "BadQuestion"),
        ("none", 404, "UnknownCitation"),
        ("none-0-5-0123456789abcdef", 404, "UnknownCitation"),
    )
    for citation, status, title in cases:
        response = _post(client, sentence=SENTENCE, citations=[citation])
        assert (response.status_code, response.json()["title"]) == (status, title), response.text
