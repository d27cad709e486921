"""Every text and list of a request has an end, and no question keeps its thread past its time."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.answers.collection import reports_there_are
from service.deadline import check, ending_at
from service.errors import TookTooLong
from service.find import check_quote, verify_sentence
from service.find_text import find_text
from service.follow_up import standalone
from service.http.app import create_app
from service.http.live import Fixed
from service.http.pool import Pool
from service.retrieve import Retriever
from service.settings import Settings
from service.types import (
    MAX_COMMENT_CHARS,
    MAX_ID_CHARS,
    MAX_IDS,
    MAX_NAME_CHARS,
    MAX_REGIONS,
    MAX_YEARS,
    CitedSpan,
    Filters,
    Question,
    SearchQuestion,
    Turn,
    Verify,
    VerifySentence,
)

PATIENCE_S = 30


def parts(schema: Any, schemas: dict[str, Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that ``schema`` is made of, with its place."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    yield at, schema
    for name, inner in schema.get("properties", {}).items():
        yield from parts(inner, schemas, f"{at}/{name}")
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *filter(None, [schema.get("items")])):
        yield from parts(inner, schemas, at)


def test_every_text_and_list_and_number_that_is_sent_has_an_end(sample_asker: Any) -> None:
    described = create_app(Fixed(sample_asker)).openapi()
    sent = [
        (f"{path}/{parameter['name']}", parameter["schema"])
        for path, operations in described["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
    ]
    sent += [
        (path, operation["requestBody"]["content"]["application/json"]["schema"])
        for path, operations in described["paths"].items()
        for operation in operations.values()
        if "requestBody" in operation
    ]
    bound = {"string": "maxLength", "array": "maxItems", "integer": "maximum"}
    found = [part for path, schema in sent for part in parts(schema, described["components"]["schemas"], path)]
    assert len(found) > 20
    for at, schema in found:
        if "enum" not in schema and "const" not in schema and schema.get("type") in bound:
            assert bound[schema["type"]] in schema, at


HALF = "\\ud800"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": HALF}),
        ("/v1/search", {"question": HALF}),
        ("/v1/ask", {"question": "几", "filters": {"regions": [HALF]}}),
        ("/v1/search", {"question": "几", "filters": {"report_ids": [HALF]}}),
        ("/v1/search", {"question": "几", "filters": {"kinds": [HALF]}}),
        ("/v1/search", {"question": "几", "filters": {"issuing_bodies": [HALF]}}),
        ("/v1/ask", {"question": "几", HALF: 1}),
        ("/v1/ask", {"question": "几", "filters": {HALF: 1}}),
        ("/v1/ask", {"question": "几", "history": [{"question": HALF, "answer": "二"}]}),
        ("/v1/ask", {"question": "几", "history": [{"question": "一", "answer": HALF}]}),
        ("/v1/ask", {"question": "几", "history": [{"role": "user", "content": HALF}]}),
        ("/v1/ask", {"question": "几", "history": [{"role": HALF, "content": "一"}]}),
        ("/v1/ask", {"question": "几", "mode": HALF}),
        ("/v1/verify", {"report_id": HALF, "start": 0, "end": 1, "quote": "一"}),
        ("/v1/verify", {"report_id": "r", "start": 0, "end": 1, "quote": HALF}),
        ("/v1/verify", {"sentence": HALF, "citations": ["r-0-1-0"]}),
        ("/v1/verify", {"sentence": "一", "citations": [HALF]}),
        ("/v1/verify", {"sentence": "一", "citations": [{"report_id": HALF, "start": 0, "end": 1}]}),
        ("/v1/feedback", {"answer_id": HALF, "rating": "up"}),
        ("/v1/feedback", {"answer_id": "a1", "rating": HALF}),
        ("/v1/feedback", {"answer_id": "a1", "rating": "up", "comment": HALF}),
        ("/v1/feedback", {"answer_id": "a1", "rating": "up", "comment": "多" * (MAX_COMMENT_CHARS + 1)}),
        ("/v1/feedback", {"answer_id": "a" * (MAX_ID_CHARS + 1), "rating": "up"}),
        ("/v1/ask", {"question": "几", "filters": {"regions": ["县"] * (MAX_REGIONS + 1)}}),
        ("/v1/ask", {"question": "几", "filters": {"regions": ["县" * (MAX_NAME_CHARS + 1)]}}),
        ("/v1/search", {"question": "几", "filters": {"report_ids": ["r"] * (MAX_IDS + 1)}}),
        ("/v1/search", {"question": "几", "filters": {"report_ids": ["r" * (MAX_ID_CHARS + 1)]}}),
        ("/v1/search", {"question": "几", "filters": {"years": [2020] * (MAX_YEARS + 1)}}),
        ("/v1/search", {"question": "几", "filters": {"years": [10**400]}}),
    ],
)
def test_what_is_no_text_or_has_no_end_is_refused(sample_asker: Any, path: str, body: dict[str, Any]) -> None:
    sent = json.dumps(body, ensure_ascii=False).replace("\\\\ud800", HALF)
    with TestClient(create_app(Fixed(sample_asker)), raise_server_exceptions=False) as http:
        refused = http.post(path, content=sent.encode(), headers={"content-type": "application/json"})
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"]


@pytest.mark.parametrize("where", ["model", "role", "content", "a part", "the system's content"])
def test_so_is_half_a_character_in_a_chat(sample_asker: Any, where: str) -> None:
    said = {
        "role": HALF if where == "role" else "user",
        "content": [{"type": "text", "text": HALF}] if where == "a part" else HALF if where == "content" else "几个？",
    }
    told = {"role": "system", "content": HALF if where == "the system's content" else "简短"}
    sent = json.dumps({"model": HALF if where == "model" else "judian", "messages": [told, said]})
    with TestClient(create_app(Fixed(sample_asker)), raise_server_exceptions=False) as http:
        refused = http.post(
            "/v1/chat/completions",
            content=sent.replace("\\\\ud800", HALF),
            headers={"content-type": "application/json"},
        )
    assert refused.status_code == 422, refused.text
    assert refused.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["/v1/reports/{}", "/v1/reports/{}/text", "/v1/citations/{}", "/a/{}"])
def test_so_is_what_is_too_long_in_a_path(sample_asker: Any, path: str) -> None:
    with TestClient(create_app(Fixed(sample_asker))) as http:
        assert http.get(path.format("r" * 600)).status_code == 422


def test_a_name_is_read_once_however_many_reports_there_are(sample_asker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def within(name: str) -> Callable[[Sequence[str]], bool]:
        read.append(name)
        return lambda path: name in path

    monkeypatch.setattr("service.filters.within", within)
    names = tuple(f"县{number}" for number in range(MAX_REGIONS))
    assert len(sample_asker.snapshot.catalogue) > 1
    sample_asker.retriever.allowed(Filters(regions=names))
    assert sorted(read) == sorted(names)


class Endless(Retriever):
    """Retrieval that never comes to an end by itself."""

    begun = threading.Event()

    def retrieve(self, *_: Any) -> Any:
        self.begun.set()
        while True:
            self.allowed(Filters(years=(2020,)))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "粮食总产量是多少？"}),
        ("/v1/search", {"question": "粮食总产量是多少？"}),
    ],
)
def test_a_question_that_was_given_up_gives_its_thread_back(sample_asker: Any, path: str, body: Any) -> None:
    endless = replace(sample_asker, retriever=Endless(sample_asker.snapshot, sample_asker.retriever.encoder))
    app = create_app(Fixed(endless), Settings(threads=1, max_queued=0, timeout_s=0.5))
    with TestClient(app) as http:
        refused = http.post(path, json=body)
        assert (refused.status_code, refused.json()["title"]) == (503, "TookTooLong")
        assert endless.retriever.begun.is_set()
        deadline = time.monotonic() + PATIENCE_S
        while app.state.judian.pool.n_held:  # the only thread there is
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_each_step_of_a_question_looks_at_the_clock(sample_asker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[None] = []
    monkeypatch.setattr("service.ask.check", lambda: looked.append(None))
    answer = sample_asker.ask(Question(question="粮食总产量是多少？"))
    steps = {"understand", "encode", "retrieve", "read", "extract"}
    assert set(answer.elapsed_ms) >= steps
    assert len(looked) >= len(steps)


def test_work_ends_when_its_time_is_over_and_only_then() -> None:
    check()  # without a time there is none
    ending_at(time.monotonic() + PATIENCE_S, check)
    with pytest.raises(TookTooLong, match="JUDIAN_TIMEOUT_S"):
        ending_at(time.monotonic() - 1, lambda: pytest.fail("it began"))
    check()


def told_late(asker: Any) -> dict[str, Callable[[], Any]]:
    """What is done for a question that grows with the reports, the conversation or the request."""
    snapshot = asker.snapshot
    report_id, *_ = snapshot.reports
    question = "粮食总产量是多少？"
    understood = asker._understand(question)
    passages = asker.search(SearchQuestion(question=question)).passages
    cited = CitedSpan(report_id=report_id, start=0, end=5)
    elsewhere = Verify(report_id=report_id, start=0, end=1, quote="在哪里都没有的话")
    return {
        "filters": lambda: asker.retriever.allowed(Filters(years=(2020,))),
        "passages": lambda: asker.answerers["number"].draft(understood, passages, {}),
        "reports": lambda: reports_there_are(snapshot, asker._understand("库里有哪些报告？"), Filters()),
        "conversation": lambda: standalone(
            "那2021年呢？", [Turn(question=question, answer="")], asker.nameable.regions
        ),
        "a quote": lambda: check_quote(snapshot, elsewhere),
        "sentences": lambda: verify_sentence(snapshot, VerifySentence(sentence="一", citations=(cited,))),
        "words": lambda: find_text(snapshot.reports[report_id].text, "粮食"),
    }


@pytest.mark.parametrize("work", ["filters", "passages", "reports", "conversation", "a quote", "sentences", "words"])
def test_work_that_grows_with_what_there_is_looks_at_the_clock(sample_asker: Any, work: str) -> None:
    does = told_late(sample_asker)[work]
    does()
    until = time.monotonic() + 0.02

    def late() -> Any:
        time.sleep(0.05)
        return does()

    with pytest.raises(TookTooLong):
        ending_at(until, late)


def test_work_that_was_given_up_ends_without_a_word() -> None:
    """Its own time-out comes later, when nobody waits for it; unheard, it would be a traceback in the log each time."""
    said: list[object] = []
    ends = threading.Event()

    def work() -> None:
        ends.wait(60)
        raise TookTooLong("late")

    async def give_up() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        pool = Pool(1, 0, 0.05)
        with pytest.raises(TookTooLong, match="JUDIAN_TIMEOUT_S"):
            await pool.run(work)
        ends.set()
        while pool.n_held:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)  # until the loop has heard of it
        pool.close()

    asyncio.run(give_up())
    gc.collect()
    assert said == []
