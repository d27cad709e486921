"""The client, synchronous and not, against a real server and against what servers should never send."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.types import ReportSummary
from judian.client import (
    AsyncClient,
    BadAddress,
    Busy,
    Client,
    ClientError,
    Event,
    InvalidRequest,
    NotFound,
    Refused,
    ReportQuery,
    ServerFailed,
    TooManyRequests,
    Unauthorized,
    UnexpectedResponse,
    Unreachable,
)
from judian.client.methods import Methods
from judian.client.responses import Frames
from service.http.keys import KeyStore
from service.types import Answer, Filters, Given, Question, SearchQuestion, Turn
from tests.commands import Judian, free_port

QUESTION = "澜川市2022年粮食总产量是多少？"
REPORT = {"report_id": "r1", "title": "甲", "file": "a.txt", "part": None, "region": None, "year": None, "n_chars": 9}
ANSWER = {
    "answer_id": "a",
    "question": "q",
    "language": "zh",
    "kind": "fact",
    "status": "answered",
    "confidence": 0.9,
    "text": "粮食\u2028总产量",  # a line separator, which is no end of a line there
    "snapshot_id": "s",
    "elapsed_ms": {"total": 1.0},
}


class Waiting:
    """``AsyncClient`` with the methods of ``Client``, so that each test asks both."""

    def __init__(self, url: str, key: str | None = None, **more: Any) -> None:
        self._given = (url, key)
        self._more = more

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        """Each call has a client of its own."""

    def stream(self, *given: Any, **named: Any) -> list[Event]:
        return self._all("stream", given, named)

    def reports(self, *given: Any, **named: Any) -> list[ReportSummary]:
        return self._all("reports", given, named)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def call(*given: Any, **named: Any) -> Any:
            async with AsyncClient(*self._given, **self._more) as client:
                return await getattr(client, name)(*given, **named)

        return lambda *given, **named: asyncio.run(call(*given, **named))

    def _all(self, name: str, given: Any, named: Any) -> list[Any]:
        async def gather() -> list[Any]:
            async with AsyncClient(*self._given, **self._more) as client:
                return [held async for held in getattr(client, name)(*given, **named)]

        return asyncio.run(gather())


KINDS = pytest.mark.parametrize("kind", [Client, Waiting])


@pytest.fixture(scope="module")
def keyed(real_judian: Judian, real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server with the default encoder that asks for a key, and one."""
    keys = tmp_path_factory.mktemp("keys") / "keys.json"
    _, secret = KeyStore(keys).add("client")
    settings = {"JUDIAN_KEYS": str(keys), "JUDIAN_REQUIRE_KEY": "always"}
    with real_judian.with_settings(**settings).serving(real_index) as (_, base):
        yield base, secret


@pytest.mark.process
@KINDS
def test_a_question_and_what_its_citation_says(keyed: tuple[str, str], kind: Any) -> None:
    with kind(*keyed) as client:
        answer = client.ask(QUESTION)
        assert isinstance(answer, Answer)
        assert "60.8万吨" in answer.text
        cited = answer.citations[0]
        assert client.text(cited.report_id, cited.start, cited.end) == cited.quote
        assert client.text(cited.report_id)[cited.start : cited.end] == cited.quote
        assert client.citation(cited.citation_id).status == "present"
        assert client.verify(cited.report_id, cited.start, cited.end, cited.quote).stands
        elsewhere = client.verify(cited.report_id, 0, len(cited.quote), cited.quote)
        assert (elsewhere.stands, elsewhere.places[0].start) == (False, cited.start)
        said = client.verify_sentence("2022年粮食总产量60.8万吨。", [cited.citation_id])
        assert said.outcome == "supported"
        assert client.verify_sentence("2022年粮食总产量68.0万吨。", [cited.citation_id]).outcome != "supported"
        assert cited.report_id in [report.report_id for report in client.reports()]
        every = list(client.reports())
        assert list(client.reports(ReportQuery(limit=1))) == every
        place = next(report for report in every if report.report_id == cited.report_id)
        query = ReportQuery(region=(str(place.region),), year=(int(str(place.year)), 1950), title=place.title)
        assert place in list(client.reports(query)) != every
        outline = client.report(cited.report_id)
        assert outline.title == cited.title
        assert cited.heading_path[0] in [section.label for section in outline.sections]


@pytest.mark.process
@KINDS
def test_a_stream_is_the_answer_in_pieces(keyed: tuple[str, str], kind: Any) -> None:
    with kind(*keyed) as client:
        *given, last = client.stream(QUESTION)
        assert isinstance(last, Answer)
        assert all(isinstance(event, Given) for event in given)
        assert tuple(event.segment for event in given) == last.segments
        whole = client.ask(QUESTION)
        assert whole.citations == last.citations == tuple(cited for event in given for cited in event.citations)


@pytest.mark.process
@KINDS
def test_a_question_with_all_that_goes_with_it(keyed: tuple[str, str], kind: Any) -> None:
    with kind(*keyed) as client:
        told = client.ask(QUESTION, mode="extractive")
        history = [Turn(question=QUESTION, answer=told.text)]
        followed = client.ask("2021年呢？", history=history, trace=True)
        assert followed.rewritten_question is not None
        assert "62.5万吨" in followed.text
        assert followed.trace is not None
        cited = told.citations[0].report_id
        only = client.search(QUESTION, filters=Filters(report_ids=(cited,)), k=3)
        assert [passage.chunk.report_id for passage in only.passages] == [cited] * 3
        assert client.search(SearchQuestion(question=QUESTION, k=1)).passages == client.search(QUESTION, k=1).passages
        assert client.ask(Question(question=QUESTION)).citations == told.citations


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that keeps answers, and files; and the folder of these."""
    folder = tmp_path_factory.mktemp("keeping")
    judian = Judian({"JUDIAN_ENCODER": "hashing", "JUDIAN_ANSWERS": str(folder / "answers.sqlite")})
    (folder / "reports").mkdir()
    (folder / "reports" / "甲县2023年报告.txt").write_bytes("甲县2023年报告\n全年建成学校３所。\n".encode("gb18030"))
    judian.index(folder / "reports", "--out", folder / "index", "--keep-originals")
    with judian.serving(folder / "index") as (_, url):
        yield url, folder / "reports"


@pytest.mark.process
@KINDS
def test_a_file_comes_as_it_was_and_a_rating_is_kept(keeping: tuple[str, Path], kind: Any) -> None:
    url, folder = keeping
    with kind(url) as client:
        (listed,) = client.reports()
        raw = client.original(listed.report_id)
        assert raw == (folder.parent / listed.file).read_bytes()  # a file is named with its folder
        told = client.report(listed.report_id).original
        assert (told.n_bytes, told.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
        found = client.find(listed.report_id, "3所").spans
        assert [client.text(listed.report_id, span.start, span.end) for span in found] == ["３所"]
        answer = client.ask("甲县2023年建成学校几所？")
        assert answer.takes_feedback
        said = client.feedback(answer, "up", "对")
        assert (said.answer_id, said.rating, said.comment) == (answer.answer_id, "up", "对")
        assert client.feedback(answer.answer_id, "down").rating == "down"
        with pytest.raises(NotFound, match="UnknownAnswer"):
            client.feedback("none", "up")
        with pytest.raises(InvalidRequest, match="not sent: rating"):
            client.feedback(answer, "good")


@pytest.mark.process
@KINDS
def test_where_nothing_is_kept_that_is_said(keyed: tuple[str, str], kind: Any) -> None:
    with kind(*keyed) as client:
        with pytest.raises(NotFound, match="NoOriginal"):
            client.original(client.search(QUESTION, k=1).passages[0].chunk.report_id)
        with pytest.raises(NotFound, match="keeps no answers"):
            client.feedback(client.ask(QUESTION), "up")


def test_both_clients_have_the_same_methods() -> None:
    """With the same parameters and words: what is one call is stated once."""
    public = {name for name in vars(Methods) if not name.startswith("_")} | {"reports"}
    assert public >= {"ask", "stream", "search", "reports", "verify", "feedback", "original"}
    for name in public:
        one, other = getattr(Client("http://a"), name), getattr(AsyncClient("http://a"), name)
        assert inspect.getdoc(one) == inspect.getdoc(other) != None  # noqa: E711 - both, and there is one
        assert list(inspect.signature(one).parameters) == list(inspect.signature(other).parameters)


@pytest.mark.process
@KINDS
def test_problems_are_exceptions(keyed: tuple[str, str], kind: Any) -> None:
    url, key = keyed
    for wrong in (None, "judian_00000000_x"):
        with kind(url, wrong) as client, pytest.raises(Unauthorized, match="asks for an API key") as unauthorized:
            client.search(QUESTION)
        assert unauthorized.value.status == 401
    with kind(url, key) as client:
        with pytest.raises(InvalidRequest, match="BadQuestion") as blank:
            client.ask("？")
        assert (blank.value.status, blank.value.title) == (422, "BadQuestion")
        with pytest.raises(InvalidRequest, match="no language model"):
            list(client.stream(QUESTION, mode="generated"))
        with pytest.raises(NotFound, match="UnknownReport"):
            client.report("none")
        with pytest.raises(NotFound, match="UnknownCitation"):
            client.citation("none")


@KINDS
@pytest.mark.parametrize("asked", [{"k": 0}, {"k": "5"}, {"mode": "loud"}, {"question": ""}, {"history": ["甲"]}])
def test_what_cannot_be_asked_is_not_sent(kind: Any, asked: dict[str, Any]) -> None:
    given = {"question": QUESTION} | asked
    with kind(f"http://127.0.0.1:{free_port()}") as client, pytest.raises(InvalidRequest, match="not sent") as refused:
        client.ask(**given)
    assert next(iter(asked)) in refused.value.errors[0].at


@KINDS
@pytest.mark.parametrize("held_id", ["", "..", "a/b", "a?b", "a\n", "报告"])
def test_what_is_no_id_does_not_become_another_path(kind: Any, held_id: str) -> None:
    with kind(f"http://127.0.0.1:{free_port()}") as client:
        for call in (client.report, client.text, client.original, client.citation):
            with pytest.raises(NotFound, match="not sent"):
                call(held_id)


@KINDS
@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://[::1"])
def test_what_is_no_address_is_told(kind: Any, url: str) -> None:
    with pytest.raises(BadAddress, match="is no address"), kind(url) as client:
        client.ask(QUESTION)


@KINDS
def test_what_is_no_key_is_told_without_it(kind: Any) -> None:
    with pytest.raises(BadAddress, match="no key has") as wrong, kind("http://127.0.0.1", "密钥") as client:
        client.ask(QUESTION)
    assert "密钥" not in str(wrong.value)


@KINDS
def test_no_server_at_all_is_told(kind: Any) -> None:
    with kind(f"http://127.0.0.1:{free_port()}") as client, pytest.raises(Unreachable, match="cannot be asked"):
        client.ask(QUESTION)


def scripted(kind: Any, *replies: httpx.Response, **more: Any) -> tuple[Any, list[httpx.Request]]:
    """A client of a server that gives ``replies``, the last again and again, and what it was asked."""
    asked: list[httpx.Request] = []
    left = list(replies)

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        told = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(told.status_code, headers=told.headers, content=told.content)

    return kind("http://judian.example/reports/", "k", transport=httpx.MockTransport(reply), **more), asked


@KINDS
def test_pages_are_followed(kind: Any) -> None:
    def page(report_id: str, cursor: str | None) -> httpx.Response:
        held = {"snapshot_id": "s", "reports": [REPORT | {"report_id": report_id}], "next_cursor": cursor, "total": 3}
        return httpx.Response(200, json=held)

    client, asked = scripted(kind, page("a", "c&1"), page("b", "c2"), page("c", None))
    assert [report.report_id for report in client.reports()] == ["a", "b", "c"]
    queries = ("limit=500", "cursor=c%261&limit=500", "cursor=c2&limit=500")
    base = "http://judian.example/reports/v1/reports"
    assert [str(request.url) for request in asked] == [f"{base}?{query}" for query in queries]
    assert asked[0].headers["authorization"] == "Bearer k"


@KINDS
@pytest.mark.parametrize(
    ("reply", "error", "told"),
    [
        (
            httpx.Response(503, json={"title": "NotReady", "detail": "no index"}),
            Busy,
            "answered 503: NotReady: no index",
        ),
        (httpx.Response(429, json={"title": "TooManyRequests"}), TooManyRequests, "answered 429: TooManyRequests"),
        (httpx.Response(500, json={"title": "InternalError", "detail": "x"}), ServerFailed, "InternalError: x"),
        (httpx.Response(502, text="<html>bad\ngateway</html>"), ServerFailed, "answered 502: <html>bad gateway</html>"),
        (httpx.Response(302, headers={"location": "/login"}), Refused, "answered 302: nothing"),
        (httpx.Response(418, json=[1]), Refused, r"answered 418: \[1\]"),
        (httpx.Response(422, json={"title": "X", "detail": 3, "errors": "y"}), InvalidRequest, "answered 422: X$"),
        (httpx.Response(200, text="<html>sign in</html>"), UnexpectedResponse, "/v1/ask gave what is no Answer"),
        (httpx.Response(200, json=ANSWER | {"confidence": 2}), UnexpectedResponse, "no Answer: confidence: "),
        (httpx.Response(200, content=b"\xff"), UnexpectedResponse, "no Answer"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    kind: Any, reply: httpx.Response, error: type[ClientError], told: str
) -> None:
    client, asked = scripted(kind, reply)
    with pytest.raises(error, match=told) as failed:
        client.ask(QUESTION)
    assert type(failed.value) is error
    assert "\n" not in str(failed.value)
    assert len(asked) == 1


@KINDS
def test_the_places_at_fault_are_told(kind: Any) -> None:
    fault = {"at": "body/k", "problem": "too large", "new": 1}
    client, _ = scripted(kind, httpx.Response(422, json={"title": "InvalidRequest", "detail": "x", "errors": [fault]}))
    with pytest.raises(InvalidRequest) as refused:
        client.ask(QUESTION)
    assert [(fault.at, fault.problem) for fault in refused.value.errors] == [("body/k", "too large")]


@KINDS
@pytest.mark.parametrize(("tries", "n_asked"), [(3, 3), (1, 1)])
def test_a_busy_server_is_asked_again_when_it_said(kind: Any, tries: int, n_asked: int) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    sleep: Any = pause if kind is Waiting else waited.append
    busy = httpx.Response(503, json={"title": "Overloaded", "detail": "full"}, headers={"retry-after": "7"})
    client, asked = scripted(kind, busy, max_tries=tries, sleep=sleep)
    with pytest.raises(Busy, match="full") as refused:
        client.ask(QUESTION)
    assert (len(asked), waited, refused.value.retry_after_s) == (n_asked, [7.0] * (n_asked - 1), 7.0)
    client, asked = scripted(kind, busy, httpx.Response(200, json=ANSWER), max_tries=2, sleep=sleep)
    assert client.ask(QUESTION).text == ANSWER["text"]
    client, asked = scripted(kind, busy, streamed(("done", ANSWER)), max_tries=2, sleep=sleep)
    assert [event.text for event in client.stream(QUESTION)] == [ANSWER["text"]]
    late = httpx.Response(429, json={"title": "TooManyRequests"}, headers={"retry-after": "600"})
    client, asked = scripted(kind, late, sleep=sleep)
    with pytest.raises(TooManyRequests):
        client.ask(QUESTION)
    assert len(asked) == 1


def streamed(*events: tuple[str, Any]) -> httpx.Response:
    frames = [f"event: {name}\ndata: {json.dumps(held, ensure_ascii=False)}\n\n" for name, held in events]
    return httpx.Response(200, text=": \n\n".join(frames), headers={"content-type": "text/event-stream"})


SEGMENT = {"segment": {"text": "粮食"}, "citations": []}


@KINDS
@pytest.mark.parametrize(
    ("reply", "error", "told", "n_before"),
    [
        (streamed(("segment", SEGMENT)), UnexpectedResponse, "ended before the whole answer", 1),
        (streamed(("segment", SEGMENT), ("problem", {"status": 503, "title": "TookTooLong"})), Busy, "TookTooLong", 1),
        (streamed(("problem", {"title": "TookTooLong"})), UnexpectedResponse, "no problem detail", 0),
        (streamed(("segment", {})), UnexpectedResponse, "no Given: segment: ", 0),
        (httpx.Response(422, json={"title": "BadQuestion", "detail": "blank"}), InvalidRequest, "blank", 0),
    ],
)
def test_a_stream_that_fails_says_so(
    kind: Any, reply: httpx.Response, error: type[ClientError], told: str, n_before: int
) -> None:
    client, _ = scripted(kind, reply)
    came: list[Event] = []
    with pytest.raises(error, match=told):
        came.extend(client.stream(QUESTION))
    if kind is Client:  # the other's are gathered, and lost with the exception
        assert len(came) == n_before


@KINDS
def test_events_of_a_newer_server_are_passed_over(kind: Any) -> None:
    client, asked = scripted(kind, streamed(("step", {"x": 1}), ("segment", SEGMENT), ("done", ANSWER | {"new": 1})))
    given, answer = client.stream(QUESTION)
    assert (given.segment.text, answer.text) == ("粮食", ANSWER["text"])
    assert json.loads(asked[0].content) == {"question": QUESTION, "stream": True}


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_events_come_whole_out_of_pieces(size: int, end: str) -> None:
    text = "\n".join(
        ["event: a", "data: 粮\u2028食", "", ": alive", "", "data:x", "data: y", "", "event: cut", "data: z"]
    )
    sent, frames = text.replace("\n", end).encode(), Frames()
    found = [event for at in range(0, len(sent), size) for event in frames.feed(sent[at : at + size])]
    assert found == [("a", "粮\u2028食"), ("message", "x\ny")]


class Dripping(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that never ends."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            await asyncio.sleep(0)
            yield piece


@KINDS
def test_a_dripping_server_is_given_up(kind: Any) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Dripping()))
    with (
        kind("http://judian.example", timeout_s=0.2, transport=transport) as client,
        pytest.raises(Unreachable, match=r"within 0\.2 s"),
    ):
        client.ask(QUESTION)
