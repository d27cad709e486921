"""OpenAI's protocol as its own client and LangChain's speak it, against a real server with a scripted model behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from service.llm.types import Message
from tests.commands import Judian
from tests.llm_server import HANG, RESET, Reply, ScriptedServer
from tests.service.http.chat_stream import read, user, whole

pytestmark = pytest.mark.process

QUESTION = "澜川市2022年粮食总产量是多少？"
REFUSED = "澜川市的邮政编码是多少？"
SENTENCE = "2022年粮食总产量60.8万吨"


def truthful(messages: Sequence[Message]) -> Reply:
    """One true sentence, which cites where it stands."""
    line = next(line for message in messages for line in message.text.splitlines() if "60.8万吨" in line)
    handle = line[line.index("S") :].split("]")[0].split('"')[0]
    return Reply(f"{SENTENCE}[{handle}]。")


def cut(messages: Sequence[Message]) -> Reply:
    """The same, and then the connection breaks in the middle of another."""
    return Reply(truthful(messages).text + "粮食播种", end="cut")


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(truthful) as server:
        yield server


@pytest.fixture(scope="module")
def address(real_judian: Judian, real_index: Path, model: ScriptedServer) -> Iterator[str]:
    """As clients of the protocol take it."""
    settings = {"JUDIAN_LLM": "openai:scripted", "JUDIAN_LLM_BASE_URL": model.base_url, "JUDIAN_LLM_REST_S": "0.01"}
    with real_judian.with_settings(**settings).serving(real_index) as (_, base):
        yield f"{base}/v1"


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    http = openai.DefaultHttpxClient(trust_env=False)
    with openai.OpenAI(base_url=address, api_key="none", max_retries=0, timeout=60, http_client=http) as client:
        yield client


@pytest.fixture
def chat(address: str) -> Iterator[ChatOpenAI]:
    with openai.DefaultHttpxClient(trust_env=False) as http:
        key = SecretStr("none")
        yield ChatOpenAI(model="judian", base_url=address, api_key=key, max_retries=0, http_client=http)


def _asked(client: openai.OpenAI, question: str, name: str = "judian") -> Any:
    return client.chat.completions.create(model=name, messages=[{"role": "user", "content": question}], temperature=0)


def _streamed(client: openai.OpenAI, question: str, **more: Any) -> list[Any]:
    messages: Any = [{"role": "user", "content": question}]
    with client.chat.completions.create(model="judian", messages=messages, stream=True, **more) as stream:
        return [chunk.model_dump(exclude_unset=True) for chunk in stream]  # as they were sent


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    listed = list(client.models.list())
    assert [model.id for model in listed] == ["judian", "judian-extractive"]
    assert [client.models.retrieve(model.id) for model in listed] == listed
    with pytest.raises(openai.NotFoundError) as unknown:
        client.models.retrieve("gpt-4o")
    assert unknown.value.code == "model_not_found"


@pytest.mark.parametrize("name", ["judian", "judian-extractive"])
def test_an_answer_with_its_citations(client: openai.OpenAI, model: ScriptedServer, name: str) -> None:
    model.script(truthful)
    n_before = len(model.requests)
    told = _asked(client, QUESTION, name)
    message = told.choices[0].message
    written = name == "judian"
    assert "60.8万吨" in message.content
    assert message.content.startswith(SENTENCE) == written
    assert (len(model.requests) > n_before) == (told.usage.completion_tokens > 0) == written
    cited = message.annotations[0].url_citation.model_dump()
    assert message.content[cited["start_index"] : cited["end_index"]] == "[1]"
    text = httpx.get(f"{client.base_url}reports/{cited['report_id']}/text", trust_env=False).text
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert httpx.get(cited["url"], trust_env=False).status_code == 200


@pytest.mark.parametrize("question", [QUESTION, REFUSED])
def test_a_stream_says_the_same(client: openai.OpenAI, model: ScriptedServer, question: str) -> None:
    model.script(truthful)
    message = _asked(client, question).choices[0].message
    text, annotations = whole(_streamed(client, question, stream_options={"include_usage": True}))
    assert text == message.content
    assert annotations == [held.model_dump() for held in message.annotations]
    assert (question == REFUSED) == (not annotations) == text.startswith("已检索的报告中没有找到")


def test_a_sentence_comes_before_the_next_is_written(client: openai.OpenAI, model: ScriptedServer) -> None:
    model.script(lambda messages: Reply(truthful(messages).text + "又" * 400, piece=40, delay_s=0.5))
    messages: Any = [{"role": "user", "content": QUESTION}]
    with client.chat.completions.create(model="judian", messages=messages, stream=True) as stream:
        assert next(chunk for chunk in stream if chunk.choices[0].delta.content).choices[0].delta.content == (
            f"{SENTENCE}。[1]"
        )
        assert not model.requests[-1].ended.is_set()
    assert model.requests[-1].left.wait(5)


@pytest.mark.parametrize("reply", [cut, RESET, Reply(status=500)])
def test_a_model_that_breaks_off_leaves_the_extractive_answer(
    client: openai.OpenAI, model: ScriptedServer, reply: Any
) -> None:
    model.script(reply)
    extractive = _asked(client, QUESTION, "judian-extractive").choices[0].message.content
    body = extractive.partition(" [1]")[0]
    text, annotations = whole(_streamed(client, QUESTION))
    assert body in text
    assert "粮食播种" not in text.replace(body, "")
    numbers = [held["url_citation"]["number"] for held in annotations]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_client_that_leaves_ends_the_call_to_the_model(client: openai.OpenAI, model: ScriptedServer) -> None:
    model.script(HANG)
    n_before = len(model.requests)
    with pytest.raises(openai.APITimeoutError):
        _asked(client.with_options(timeout=2), QUESTION)
    assert model.requests[n_before].left.wait(5)


def test_errors_are_those_of_the_client(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        _asked(client, QUESTION, "gpt-4o")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.UnprocessableEntityError, match="blank"):
        _asked(client, "？")


def test_langchain_asks_it(chat: ChatOpenAI, model: ScriptedServer) -> None:
    model.script(truthful)
    told = chat.invoke([("system", "只说好话。"), ("user", QUESTION)])
    assert str(told.content).startswith(SENTENCE)
    assert told.response_metadata["finish_reason"] == "stop"
    assert told.usage_metadata
    assert told.usage_metadata["output_tokens"] > 0
    pieces = list(chat.stream(QUESTION))
    assert "".join(str(piece.content) for piece in pieces) == told.content
    assert str(chat.invoke(REFUSED).content).startswith("已检索的报告中没有找到")


def test_the_end_comes_once(address: str, model: ScriptedServer) -> None:
    model.script(cut)
    for question in (QUESTION, REFUSED):
        body = {"model": "judian", "messages": [user(question)], "stream": True}
        told = httpx.post(f"{address}/chat/completions", json=body, timeout=60, trust_env=False)
        whole(read(told.text))
