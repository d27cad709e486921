"""The backend against a real server with a real model: what it writes is of no interest, how it comes is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from service.llm.backend import open_model
from service.llm.types import Message, Model, Usage
from service.settings import Settings
from tests.commands import Typed
from tests.llama_server import N_CONTEXT, LlamaServer, serving
from tests.service.llm.conftest import KEY, ask, said_by

pytestmark = pytest.mark.live

CAPITAL = (Message("system", "You answer in one short sentence."), Message("user", "What is the capital of France?"))
STORY = (Message("user", "Write a very long story about a river."),)
SHORT_PROMPT = (
    "---\nvariables: question, sentences\nno_answer: 无答案\n---\n# system\n\nIf nothing fits, write 无答案\n\n"
    "# user\n\n$sentences $question\n"
)


@pytest.fixture(scope="module")
def server() -> Iterator[LlamaServer]:
    with serving(KEY) as server:
        yield server


def model_of(server: LlamaServer, **more: Any) -> Model:
    given = {"llm_base_url": server.base_url, "llm_api_key": KEY, "llm_timeout_s": 120.0, "llm_first_token_s": 60.0}
    model = open_model(Settings(**{"llm": "openai:smollm2", **given, **more}))
    assert model is not None
    return model


def test_an_answer_streams_ends_and_is_counted(server: LlamaServer) -> None:
    said = ask(model_of(server, llm_parameters={"max_tokens": 60}), CAPITAL)
    assert said.failure is None
    assert "Paris" in said.text
    assert len(said.pieces) > 3
    assert len(said.pieces) <= said.usage.output_tokens <= 60
    assert 10 < said.usage.input_tokens < 100


def test_temperature_zero_says_the_same_twice(server: LlamaServer) -> None:
    model = model_of(server, llm_parameters={"max_tokens": 60})
    assert ask(model, CAPITAL).text == ask(model, CAPITAL).text


def test_the_bound_on_tokens_is_kept_and_told(server: LlamaServer) -> None:
    said = ask(model_of(server, llm_parameters={"max_tokens": 8}), STORY)
    assert said.failure == "too_long"
    assert said.usage.output_tokens == 8


def test_a_key_that_is_wrong_is_refused(server: LlamaServer) -> None:
    assert ask(model_of(server, llm_api_key="sk-wrong"), CAPITAL).failure == "key_refused"


def test_a_question_that_is_too_long_is_refused(server: LlamaServer) -> None:
    said = ask(model_of(server), [Message("user", "river " * 2 * N_CONTEXT)])
    assert said.failure == "refused"
    assert said.error is not None
    assert "context" in said.error.detail


def test_closing_the_pieces_stops_the_writing(server: LlamaServer) -> None:
    async def two_pieces(model: Model) -> None:
        async with aclosing(model.stream(STORY, Usage())) as pieces:
            await anext(pieces)
            await anext(pieces)
            assert await asyncio.to_thread(server.n_writing) == 1

    asyncio.run(two_pieces(model_of(server, llm_parameters={"max_tokens": 1500})))
    _idle(server)


def test_a_cancelled_task_stops_the_writing(server: LlamaServer) -> None:
    async def cancelled(model: Model) -> None:
        task = asyncio.create_task(said_by(model, STORY))
        while not await asyncio.to_thread(server.n_writing):
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled(model_of(server, llm_parameters={"max_tokens": 1500})))
    _idle(server)


def test_a_time_out_stops_the_writing(server: LlamaServer) -> None:
    model = model_of(server, llm_parameters={"max_tokens": 1500}, llm_timeout_s=1.0)
    assert ask(model, STORY).failure == "timed_out"
    _idle(server)


def test_two_answers_are_written_at_once(server: LlamaServer) -> None:
    async def both(model: Model) -> list[str]:
        return [said.text for said in await asyncio.gather(said_by(model, CAPITAL), said_by(model, CAPITAL))]

    assert all("Paris" in text for text in asyncio.run(both(model_of(server, llm_parameters={"max_tokens": 60}))))


def test_the_command_says_what_works(server: LlamaServer, tmp_path: Path) -> None:
    (tmp_path / "answer.zh.md").write_text(SHORT_PROMPT, encoding="utf-8")
    settings = {
        "JUDIAN_LLM": "openai:smollm2",
        "JUDIAN_LLM_BASE_URL": server.base_url,
        "JUDIAN_LLM_API_KEY": KEY,
        "JUDIAN_LLM_TIMEOUT_S": "120",
        "JUDIAN_LLM_FIRST_TOKEN_S": "60",
        "JUDIAN_LLM_PARAMETERS": '{"max_tokens": 40}',
        "JUDIAN_PROMPTS": str(tmp_path),
    }
    done = Typed(settings)("llm", "check")
    assert "the key is accepted" in done.stdout or "longer than" in done.stdout, done.stdout + done.stderr
    assert KEY not in done.stdout
    refused = Typed({**settings, "JUDIAN_LLM_API_KEY": "sk-wrong"})("llm", "check")
    assert refused.returncode == 1
    assert "refuses the key" in refused.stdout


def _idle(server: LlamaServer) -> None:
    """It has stopped a second later: 1500 tokens would take it many."""
    time.sleep(1.0)
    assert server.n_writing() == 0
