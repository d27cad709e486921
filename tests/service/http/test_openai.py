"""OpenAI's protocol: its form, its errors, conversations, streams; asked bare, and by the clients that people have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.answers.generate import Account
from service.ask import Asker
from service.converse import Event
from service.errors import BadQuestion, TookTooLong, UnknownModel
from service.http.app import create_app
from service.http.completions import Told, question_of
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.http.openai_types import ChatAsked, TokenUsage
from service.http.routes.openai import _frames
from service.settings import Settings
from service.types import MAX_TURN_CHARS, MAX_TURNS, Answer, Given, Question, Said
from tests.service.http.chat_stream import read, user, whole

CHAT = "/v1/chat/completions"
QUESTION = "澜川市2022年粮食总产量是多少？"
NEXT = "2021年呢？"
HEAD = {"id": "chatcmpl-1", "created": 1, "model": "judian"}
HOME = "http://judian/"


def asked(*messages: dict[str, object], **more: object) -> dict[str, Any]:
    return {"model": "judian", "messages": list(messages or [user(QUESTION)]), **more}


@pytest.fixture(scope="module")
def answer(sample_asker: Asker) -> Answer:
    return sample_asker.ask(Question(question=QUESTION))


@pytest.fixture
def client(client_of: Any, sample_asker: Asker) -> Any:
    return client_of(sample_asker)


def _is_cited(text: str, annotations: list[dict[str, Any]], texts: Callable[[str], str]) -> None:
    """Each annotation's mark stands in ``text`` where it says, and its quote in its report."""
    assert annotations
    for number, held in enumerate(annotations, start=1):
        assert held["type"] == "url_citation"
        cited = held["url_citation"]
        assert text[cited["start_index"] : cited["end_index"]] == f"[{number}]"
        assert texts(cited["report_id"])[cited["start"] : cited["end"]] == cited["quote"]
        assert cited["url"].endswith(f"/source/{cited['report_id']}?citation={cited['citation_id']}")


def test_the_answer_of_ask_with_its_citations_as_annotations(client: Any, answer: Answer, sample_asker: Asker) -> None:
    response = client.request("POST", CHAT, json=asked())
    assert response.status_code == 200
    told = response.json()
    message = told["choices"][0]["message"]
    assert message["content"] == f"{answer.text}\n来源：[1] {answer.citations[0].title}"
    assert message["annotations"][0]["url_citation"]["quote"] == answer.citations[0].quote
    assert message["annotations"][0]["url_citation"]["url"].startswith("http://judian/source/")
    _is_cited(message["content"], message["annotations"], lambda name: sample_asker.snapshot.reports[name].text)
    assert (told["object"], told["choices"][0]["finish_reason"]) == ("chat.completion", "stop")
    assert told["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def test_what_a_refusal_says_and_nothing_else(
    client_of: Any, sample_asker: Asker, refusing: Callable[[Asker], Asker]
) -> None:
    message = client_of(refusing(sample_asker)).request("POST", CHAT, json=asked()).json()["choices"][0]["message"]
    assert message["content"] == "已检索的报告中没有找到这个问题的答案。"
    assert message["annotations"] == []


def test_the_models(client: Any) -> None:
    listed = client.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["judian", "judian-extractive"]


@pytest.mark.parametrize(("model", "mode"), [("judian", "auto"), ("judian-extractive", "extractive")])
def test_a_model_is_a_way_to_answer(model: str, mode: str) -> None:
    assert question_of(ChatAsked.model_validate({**asked(), "model": model})).mode == mode


def test_a_conversation_is_a_question_with_its_history() -> None:
    parts = [{"type": "text", "text": "2021年"}, {"type": "text", "text": "呢？"}]
    messages: list[dict[str, object]] = [
        {"role": "system", "content": "只说好话。"},
        user(QUESTION),
        {"role": "assistant", "content": "60.8万吨[1]"},
        {"role": "developer", "content": "用英文。"},
        user(parts),
        {"role": "assistant", "content": "答："},
    ]
    question = question_of(ChatAsked.model_validate(asked(*messages)))
    assert question.question == "2021年\n呢？"
    assert question.history == (
        Said(role="user", content=QUESTION),
        Said(role="assistant", content="60.8万吨[1]"),
    )


def test_of_a_long_conversation_the_end_isread() -> None:
    messages = [user(f"第{number}问" + "长" * MAX_TURN_CHARS) for number in range(MAX_TURNS + 5)]
    question = question_of(ChatAsked.model_validate(asked(*messages, user(NEXT))))
    assert question.history[0] == Said(role="user", content=("第5问" + "长" * MAX_TURN_CHARS)[:MAX_TURN_CHARS])
    assert len(question.history) == MAX_TURNS


def test_a_question_that_follows_another_takes_its_subject(client: Any) -> None:
    first = client.request("POST", CHAT, json=asked()).json()["choices"][0]["message"]
    follows = asked(user(QUESTION), {"role": "assistant", "content": first["content"]}, user("粮食播种面积呢？"))
    alone = client.ask("澜川市2022年粮食播种面积是多少？")
    assert (
        client.request("POST", CHAT, json=follows).json()["choices"][0]["message"]["content"].startswith(alone["text"])
    )


def test_parameters_of_a_language_model_are_let_pass(client: Any) -> None:
    more = {
        "temperature": 0.7,
        "max_tokens": 5,
        "n": 1,
        "stream": None,
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "response_format": {"type": "text"},
        "user": "somebody",
    }
    bare, full = (client.request("POST", CHAT, json=asked(**given)).json() for given in ({}, more))
    assert full["choices"] == bare["choices"]


@pytest.mark.parametrize(
    ("body", "status", "param", "code"),
    [
        ({**asked(), "model": "gpt-4o"}, 404, None, "model_not_found"),
        (asked(n=2), 422, "n", None),
        (asked(stream="yes"), 422, "stream", None),
        (asked(user([{"type": "image_url", "image_url": {"url": "x"}}])), 422, "messages.0.content", None),
        (asked({"role": "judge", "content": "x"}), 422, "messages.0.role", None),
        (asked({"role": "system", "content": "只说好话。"}), 422, None, None),
        (asked(user("？！")), 422, None, None),
        (asked(user("")), 422, None, None),
        (asked(user(None)), 422, None, None),
        (asked(user("问" * 1001)), 422, None, None),
        (asked(user([{"type": "text", "text": "问" * 60_000}] * 2)), 413, None, None),
        ({"model": "judian", "messages": []}, 422, "messages", None),
    ],
)
def test_errors_have_the_form_that_clientsread(
    client: Any, body: dict[str, Any], status: int, param: str | None, code: str | None
) -> None:
    response = client.request("POST", CHAT, json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["code"]) == ("invalid_request_error", code)
    assert error["message"]
    assert (error["param"] or "").startswith(param or "")
    assert (error["param"] is None) == (param is None)


def test_a_question_of_several_long_parts_is_refused() -> None:
    parts = [{"type": "text", "text": "问" * 60_000}] * 2
    with pytest.raises(BadQuestion, match="120001 characters"):
        question_of(ChatAsked.model_validate(asked(user(parts))))
    with pytest.raises(UnknownModel, match="judian-extractive"):
        question_of(ChatAsked.model_validate({**asked(user(parts)), "model": "gpt-4o"}))


def test_what_is_no_request_at_all_has_no_place_at_fault(client: Any) -> None:
    error = client.request("POST", CHAT, content=b"[]", headers={"content-type": "text/plain"}).json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", None)
    assert "application/json" in error["message"]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_another_method_is_refused_in_that_form_too(client: Any, method: str) -> None:
    response = client.request(method, CHAT)
    assert (response.status_code, response.json()["error"]["type"]) == (405, "invalid_request_error")


def test_without_an_index_there_is_nothing_to_ask(client_of: Any) -> None:
    for response in (client_of(None).request("POST", CHAT, json=asked()), client_of(None).get("/v1/models")):
        assert (response.status_code, response.json()["error"]["type"]) == (503, "server_error")


def test_keys_open_it_as_any_other_route(sample_asker: Asker, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    _, secret = KeyStore(keys).add("chat")
    app = create_app(Fixed(sample_asker), Settings(keys=keys, rate_per_minute=1), asks_for_key=True)
    with TestClient(app) as http:
        refused = http.get("/v1/models")
        bearer = {"authorization": f"Bearer {secret}"}
        served, hurried = (http.post(CHAT, json=asked(), headers=bearer) for _ in range(2))
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert served.status_code == 200
    assert (hurried.status_code, hurried.json()["error"]["type"]) == (429, "rate_limit_error")
    assert hurried.headers["retry-after"]


def _chunks(events: AsyncGenerator[Event, None], with_usage: bool = False) -> list[Any]:
    """The data of each event of the stream, decoded but for its end."""

    async def frames() -> list[bytes]:
        return [frame async for frame in _frames(events, Told(HOME), HEAD, Account(), with_usage)]

    return read(b"".join(asyncio.run(frames())).decode())


async def _events(*events: Event | Exception) -> AsyncGenerator[Event, None]:
    for event in events:
        if isinstance(event, Exception):
            raise event
        yield event


@pytest.mark.parametrize("question", [QUESTION, "你好", "澜川市的邮政编码是多少？", "澜川市2022年工作有哪些不足？"])
def test_a_stream_tells_what_the_whole_answer_says(client: Any, sample_asker: Asker, question: str) -> None:
    said = client.request("POST", CHAT, json=asked(user(question))).json()["choices"][0]["message"]
    response = client.request("POST", CHAT, json=asked(user(question), stream=True))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert (response.headers["cache-control"], response.headers["x-accel-buffering"]) == ("no-cache", "no")
    text, annotations = whole(read(response.text))
    assert (text, annotations) == (said["content"], said["annotations"])
    if annotations:
        _is_cited(text, annotations, lambda name: sample_asker.snapshot.reports[name].text)


def test_usage_comes_before_the_end(client: Any) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *before, last = read(client.request("POST", CHAT, json=asked(**options)).text)
    assert {chunk["usage"] for chunk in before} == {None}
    assert (last["choices"], last["usage"]) == ([], TokenUsage(**dict.fromkeys(last["usage"], 0)).model_dump())
    whole([*before, last])


def _written(answer: Answer, text: str) -> Given:
    """A sentence as a model writes it, citing what ``answer`` cites."""
    segment = answer.segments[0].model_copy(update={"text": text, "label": None, "citations": (1,)})
    return Given(segment=segment, citations=(answer.citations[0],))


def test_what_was_told_stays_and_the_answer_in_its_place_is_numbered_on(answer: Answer, sample_asker: Asker) -> None:
    instead = answer.model_copy(update={"mode": "extractive_fallback", "fallback": "cut"})
    text, annotations = whole(_chunks(_events(_written(answer, "又是丰年。"), instead)))
    first, rest = text.split("\n\n")
    assert first == "又是丰年。[1]"
    title = answer.citations[0].title
    assert rest.endswith(f"\n{answer.text.replace('[1]', '[2]')}\n来源：[1][2] {title}")
    assert len(annotations) == 2
    _is_cited(text, annotations, lambda name: sample_asker.snapshot.reports[name].text)


@pytest.mark.parametrize(
    ("text", "line"),
    [("见注[1]、[7] [9]", "报告：见注[1]、[7] [9] [1]"), ("工作报告", "澜川市工作报告：工作报告 [1]")],
    ids=["what looks like a mark", "the words of the label"],
)
def test_the_mark_of_a_citation_is_that_behind_its_words(answer: Answer, text: str, line: str) -> None:
    segment = answer.segments[0].model_copy(update={"text": text})
    noted = answer.model_copy(update={"segments": (segment,), "text": line})
    told = Told(HOME)
    told.whole(noted)
    assert told.text.startswith(noted.text)
    cited = told.annotations[0].url_citation
    assert (cited.start_index, cited.end_index) == (len(noted.text) - 3, len(noted.text))


def test_a_failure_on_the_way_is_an_error_and_the_end(answer: Answer) -> None:
    *before, last = _chunks(_events(_written(answer, "又是丰年。"), TookTooLong("no answer within 1 s")), True)
    assert [chunk["choices"][0]["finish_reason"] for chunk in before] == [None, None]
    assert last["error"] == {"message": "no answer within 1 s", "type": "server_error", "param": None, "code": None}
