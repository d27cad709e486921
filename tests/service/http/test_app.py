"""The HTTP application over a small index, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from service.http.edges import HEADERS

CONTENT_SECURITY_POLICY = dict(HEADERS)[b"content-security-policy"].decode()

RARE = "😀𠅤村乡亲们说：“好！”全年建成厕所37座，群众满意。\n全年受理行政复议案件412件。\n"
EMOJI_FILE = "2023年朔原县政府工作报告.txt"
EMOJI_TEXT = f"一、工作回顾\n{RARE}"
MASKED_FILE = "2022年柏渡县政府工作报告.txt"
MASKED_TEXT = "一、工作回顾\n全年查处环境违法案件4**件。\n县政府公开了办事指南。\n"

# DESIGN.md, section 7: “New fields may be added; these stay.”
ANSWER_FIELDS = {
    *("answer_id", "question", "rewritten_question", "language", "kind", "status", "reason", "mode", "confidence"),
    *("text", "segments", "searched", "missing", "options", "citations", "snapshot_id", "elapsed_ms", "certainty"),
    *("model", "prompt", "fallback", "trace", "address", "takes_feedback"),
}
CITATION_FIELDS = {
    *("number", "citation_id", "report_id", "title", "heading_path", "start", "end", "quote", "highlights", "page"),
    "also_in",
}
SEGMENT_FIELDS = {"text", "label", "citations"}


@pytest.fixture(scope="module")
def asker(make_asker: Any, sample_texts: dict[str, bytes]) -> Any:
    return make_asker({**sample_texts, EMOJI_FILE: EMOJI_TEXT, MASKED_FILE: MASKED_TEXT})


@pytest.fixture(scope="module")
def client(asker: Any, client_of: Any) -> Any:
    return client_of(asker)


@pytest.fixture(scope="module")
def rare_report(asker: Any) -> Any:
    return next(report for report in asker.snapshot.reports.values() if report.file == EMOJI_FILE)


def test_an_answer_has_the_fields_of_the_design_and_its_citations_resolve(client: Any) -> None:
    answer = client.ask("澜川市2022年粮食总产量是多少？")
    assert set(answer) == ANSWER_FIELDS
    assert answer["status"] == "answered"
    assert answer["reason"] is None
    assert answer["language"] == "zh"
    assert answer["kind"] == "number"
    assert answer["mode"] == "extractive"
    assert 0 <= answer["confidence"] <= 1
    assert answer["certainty"] == "certain"
    assert answer["elapsed_ms"]["total"] >= sum(ms for step, ms in answer["elapsed_ms"].items() if step != "total") - 1
    assert answer["citations"]
    numbers = [citation["number"] for citation in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for segment in answer["segments"]:
        assert set(segment) == SEGMENT_FIELDS
        assert set(segment["citations"]) <= set(numbers)
        assert segment["text"] in answer["text"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION_FIELDS
        path = f"/v1/reports/{citation['report_id']}/text"
        got = client.get(path, params={"start": citation["start"], "end": citation["end"]})
        assert got.text == citation["quote"]
        for highlight in citation["highlights"]:
            assert citation["start"] <= highlight["start"] < highlight["end"] <= citation["end"]


def test_the_asked_value_is_marked(client: Any) -> None:
    citation = client.ask("澜川市2022年粮食总产量是多少万吨？")["citations"][0]
    marked = [citation["quote"][h["start"] - citation["start"] : h["end"] - citation["start"]]
              for h in citation["highlights"]]  # fmt: skip
    assert marked == ["60.8万吨"]


def test_spans_count_code_points_behind_four_byte_characters(client: Any, rare_report: Any) -> None:
    citation = client.ask("朔原县受理行政复议案件多少件？", filters={"report_ids": [rare_report.report_id]})[
        "citations"
    ][0]
    sentence = "全年受理行政复议案件412件。"
    at = EMOJI_TEXT.index(sentence)
    assert (citation["start"], citation["end"]) == (at, at + len(sentence))
    assert citation["quote"] == sentence
    figure = EMOJI_TEXT.index("412件")
    assert citation["highlights"] == [{"start": figure, "end": figure + len("412件")}]
    path = f"/v1/reports/{rare_report.report_id}/text"
    assert client.get(path, params={"start": at, "end": at + len(sentence)}).text == sentence


def test_a_masked_value_is_refused_with_the_masked_sentence(client: Any) -> None:
    answer = client.ask("柏渡县2021年查处环境违法案件多少件？")
    assert (answer["status"], answer["reason"]) == ("abstained", "masked_in_source")
    assert [citation["quote"] for citation in answer["citations"]] == ["全年查处环境违法案件4**件。"]


def test_not_in_reports_has_no_citations(asker: Any, refusing: Any, client_of: Any) -> None:
    answer = client_of(refusing(asker)).ask("月球上有几个篮球场？")
    assert set(answer) == ANSWER_FIELDS
    assert (answer["status"], answer["reason"]) == ("abstained", "not_in_reports")
    assert (answer["citations"], answer["segments"]) == ([], [])
    assert answer["text"]


def test_an_abstention_is_said_in_the_language_of_the_question(asker: Any, refusing: Any, client_of: Any) -> None:
    answer = client_of(refusing(asker)).ask("How many basketball courts are there on the moon?")
    assert answer["language"] == "en"
    assert answer["text"].isascii()


def test_search_gives_ranked_passages(client: Any, asker: Any) -> None:
    response = client.request("POST", "/v1/search", json={"question": "行政复议案件受理", "k": 5})
    assert response.status_code == 200
    found = response.json()
    assert found["snapshot_id"] == asker.snapshot.manifest.snapshot_id
    assert [passage["rank"] for passage in found["passages"]] == [1, 2, 3, 4, 5]
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    for passage in found["passages"]:
        chunk = passage["chunk"]
        report = asker.snapshot.reports[chunk["report_id"]]
        assert report.text[chunk["span"]["start"] : chunk["span"]["end"]] == chunk["text"]
        assert passage["title"] == report.title


def test_search_and_ask_take_filters(client: Any, rare_report: Any) -> None:
    filters = {"report_ids": [rare_report.report_id]}
    found = client.request("POST", "/v1/search", json={"question": "行政复议", "filters": filters}).json()
    assert {passage["chunk"]["report_id"] for passage in found["passages"]} == {rare_report.report_id}
    answer = client.ask("行政复议案件多少件？", filters=filters)
    assert {citation["report_id"] for citation in answer["citations"]} == {rare_report.report_id}


def test_filters_that_leave_no_report_leave_no_answer(client: Any) -> None:
    answer = client.ask("行政复议案件多少件？", filters={"years": [1987]})
    assert (answer["status"], answer["reason"], answer["citations"]) == ("abstained", "not_in_reports", [])


def test_reports_lists_every_report(client: Any, asker: Any) -> None:
    listed = client.get("/v1/reports").json()
    assert listed["snapshot_id"] == asker.snapshot.manifest.snapshot_id
    assert [item["report_id"] for item in listed["reports"]] == list(asker.snapshot.reports)
    by_file = {item["file"]: item for item in listed["reports"]}
    assert by_file[EMOJI_FILE]["region"] == "朔原县"
    assert by_file[EMOJI_FILE]["year"] == "2023"
    assert by_file[EMOJI_FILE]["n_chars"] == len(EMOJI_TEXT)
    assert all(item["report_id"].isascii() for item in listed["reports"])


def test_an_outline_has_the_section_tree_with_spans(client: Any, rare_report: Any) -> None:
    outline = client.get(f"/v1/reports/{rare_report.report_id}").json()
    assert outline["title"] == rare_report.title
    assert outline["metadata"]["region"]["value"] == "朔原县"
    (section,) = outline["sections"]
    heading = section["heading_span"]
    assert rare_report.text[heading["start"] : heading["end"]] == section["heading"] == "工作回顾"


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("", 0, len(EMOJI_TEXT)),
        ("?start=7", 7, len(EMOJI_TEXT)),
        ("?end=9", 0, 9),
        ("?start=7&end=9", 7, 9),
        ("?start=8&end=8", 8, 8),
        (f"?start={len(EMOJI_TEXT)}", len(EMOJI_TEXT), len(EMOJI_TEXT)),
    ],
)
def test_text_is_given_whole_or_in_ranges(client: Any, rare_report: Any, query: str, start: int, end: int) -> None:
    response = client.get(f"/v1/reports/{rare_report.report_id}/text{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.content == EMOJI_TEXT[start:end].encode()


def test_health_and_readiness(client: Any, asker: Any) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    ready = client.get("/readyz").json()
    manifest = asker.snapshot.manifest
    assert ready["status"] == "ready"
    assert (ready["snapshot_id"], ready["n_reports"]) == (manifest.snapshot_id, manifest.n_reports)
    assert ready["encoder"] == manifest.encoder.model_dump()  # with the adapters that are merged into it


def test_the_page_has_a_content_security_policy_and_nothing_inline(client: Any) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "'unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY
    assert "<style" not in page.text
    assert "//" not in page.text.replace("<!doctype", "")  # nothing from another host
    for tag in page.text.split("<script")[1:]:
        assert "src=" in tag.partition(">")[0]


def test_the_schema_describes_every_route(client: Any) -> None:
    paths = set(client.get("/openapi.json").json()["paths"])
    assert {"/v1/ask", "/v1/search", "/v1/reports", "/v1/reports/{report_id}", "/healthz", "/readyz"} <= paths


ASK: tuple[str, str] = ("POST", "/v1/ask")


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "said"),
    [
        pytest.param(*ASK, {"json": {"question": "  "}}, 422, "write", id="white space"),
        pytest.param(*ASK, {"json": {"question": "？！…"}}, 422, "write", id="punctuation alone"),
        pytest.param(*ASK, {"json": {"question": ""}}, 422, "question", id="empty"),
        pytest.param(*ASK, {"json": {"question": "问" * 1001}}, 422, "shorten", id="too long"),
        pytest.param(*ASK, {"json": {"question": "几", "colour": 1}}, 422, "colour", id="unknown field"),
        pytest.param(*ASK, {"json": {"question": ["几"]}}, 422, "question", id="wrong type"),
        pytest.param(*ASK, {"json": {}}, 422, "question", id="missing field"),
        pytest.param(*ASK, {"json": {"question": "几", "k": 0}}, 422, "k", id="k too small"),
        pytest.param(*ASK, {"json": {"question": "几", "k": 101}}, 422, "k", id="k too big"),
        pytest.param(*ASK, {"json": {"question": "几", "filters": {"years": ["x"]}}}, 422, "years", id="bad year"),
        pytest.param(*ASK, {"json": {"question": "几", "filters": {"town": []}}}, 422, "town", id="unknown filter"),
        pytest.param(*ASK, {"json": {"question": "几", "mode": "guess"}}, 422, "mode", id="unknown mode"),
        pytest.param(*ASK, {"json": {"question": "几", "mode": "generated"}}, 422, "JUDIAN_LLM", id="no model"),
        pytest.param(*ASK, {"json": {"question": "几", "history": ["x"]}}, 422, "history", id="bad history"),
        pytest.param(*ASK, {"content": b"{"}, 422, "JSON", id="invalid JSON"),
        pytest.param(*ASK, {"content": b'{"question": "\\ud800"}'}, 422, "question", id="half a surrogate pair"),
        pytest.param(*ASK, {"content": b'{"question": "x", "\\ud800": 1}'}, 422, "", id="surrogate in a name"),
        pytest.param(*ASK, {"content": b"\xff\xfe"}, 422, "", id="not UTF-8"),
        pytest.param(*ASK, {"content": b"[]"}, 422, "", id="not an object"),
        pytest.param(*ASK, {}, 422, "", id="no body"),
        pytest.param("POST", "/v1/search", {"json": {"question": " "}}, 422, "write", id="blank search"),
        pytest.param("GET", "/v1/ask", {}, 405, "method", id="wrong method"),
        pytest.param("GET", "/v1/nothing", {}, 404, "openapi", id="unknown path"),
        pytest.param("GET", "/static/nothing.js", {}, 404, "openapi", id="unknown static file"),
        pytest.param("GET", "/static/../app.py", {}, 404, "openapi", id="outside the static files"),
        pytest.param("GET", "/static/%2e%2e/app.py", {}, 404, "openapi", id="outside, encoded"),
        pytest.param("GET", "/v1/reports/nope", {}, 404, "/v1/reports", id="unknown report"),
        pytest.param("GET", "/v1/reports/nope/text", {}, 404, "/v1/reports", id="text of an unknown report"),
        pytest.param("GET", "/v1/reports/RARE/text?start=9&end=8", {}, 422, "start <= end", id="range backwards"),
        pytest.param("GET", "/v1/reports/RARE/text?end=99999", {}, 422, "characters", id="range too long"),
        pytest.param("GET", "/v1/reports/RARE/text?start=-1", {}, 422, "start", id="negative start"),
        pytest.param("GET", "/v1/reports/RARE/text?start=x", {}, 422, "start", id="start is no number"),
    ],
)
def test_bad_requests_are_told_what_to_do(
    client: Any, rare_report: Any, method: str, path: str, options: dict[str, Any], status: int, said: str
) -> None:
    if "content" in options:
        options = {**options, "headers": {"content-type": "application/json"}}
    response = client.request(method, path.replace("RARE", rare_report.report_id), **options)
    _check_problem(response, status)
    assert said in response.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [ASK, ("POST", "/v1/search"), ("GET", "/v1/reports"), ("GET", "/v1/reports/r0"), ("GET", "/readyz")],
)
def test_without_a_snapshot_the_service_lives_but_is_not_ready(client_of: Any, method: str, path: str) -> None:
    client = client_of(None)
    response = client.request(method, path, json={"question": "多少件？"} if method == "POST" else None)
    _check_problem(response, 503)
    assert "judian index" in response.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_wrong_method_says_which_is_allowed(client: Any) -> None:
    assert "POST" in client.get("/v1/ask").headers["allow"]


def test_a_bug_is_a_problem_too_and_gives_nothing_away(asker: Any, client_of: Any, monkeypatch: Any) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(type(asker), "prepare", broken)
    response = client_of(asker).request(*ASK, json={"question": "多少件？"})
    _check_problem(response, 500)
    assert "secret" not in response.text


def _check_problem(response: Any, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["type"]
    assert len(problem["detail"]) > len("Not Found")


@pytest.mark.parametrize(
    ("body", "headers", "status", "told"),
    [
        (b'{"question": "\xff"}', {"content-type": "application/json"}, 400, "JSON in UTF-8"),
        (b'{"question": "?"}', {"content-type": "text/plain"}, 422, "content-type: application/json"),
        (b"{", {"content-type": "application/json"}, 422, "JSON"),
    ],
)
def test_a_body_that_is_not_read_is_told_why(
    client: Any, body: bytes, headers: dict[str, str], status: int, told: str
) -> None:
    response = client.request("POST", "/v1/ask", content=body, headers=headers)
    assert response.status_code == status
    assert told in response.json()["detail"]
