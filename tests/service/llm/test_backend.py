"""The backend against a server that speaks three protocols and fails in every way."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from service.errors import SettingsError
from service.llm import backend
from service.llm.backend import MAX_CHARS_PER_TOKEN, OLLAMA_CONTEXT, is_near, open_model
from service.llm.failures import TOLD
from service.llm.types import Message, Model, Usage
from service.settings import Settings
from tests.commands import ROOT, environment
from tests.llm_server import (
    CUT,
    EMPTY,
    FILTERED,
    FLOOD,
    HANG,
    LENGTH,
    MALFORMED,
    RESET,
    Reply,
    ScriptedServer,
    status,
)
from tests.service.llm.conftest import KEY, MESSAGES, Said, ask, said_by, settings_for

PROVIDERS = ("openai", "ollama", "anthropic")
ANSWER = "全市共有学校12所[S1]。"
Opened = Callable[..., Model]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_answer_comes_in_pieces_with_its_usage(opened: Opened, provider: str) -> None:
    with ScriptedServer(Reply(ANSWER, piece=3)) as server:
        said = ask(opened(server, provider))
        asked = server.requests[0]
    assert (said.text, said.error) == (ANSWER, None)
    assert len(said.pieces) == -(-len(ANSWER) // 3)
    assert said.usage == Usage(sum(len(message.text) for message in MESSAGES), len(ANSWER))
    assert tuple(asked.messages) == MESSAGES
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert not asked.left.is_set()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("reply", "failure", "text", "retry_after_s"),
    [
        pytest.param(status(401), "key_refused", "", None, id="401"),
        pytest.param(status(403), "key_refused", "", None, id="403"),
        pytest.param(status(400), "refused", "", None, id="400"),
        pytest.param(status(404), "failed", "", None, id="404"),
        pytest.param(status(429), "rate_limited", "", None, id="429"),
        pytest.param(status(429, "7"), "rate_limited", "", 7.0, id="429 with seconds"),
        pytest.param(status(429, "Sat, 01 Jan 2000 00:00:00 GMT"), "rate_limited", "", 0.0, id="429 with a date"),
        pytest.param(status(429, "soon"), "rate_limited", "", None, id="429 with a word"),
        pytest.param(status(500), "failed", "", None, id="500"),
        pytest.param(status(503, "3"), "failed", "", 3.0, id="503 with seconds"),
        pytest.param(status(500, body="<html>"), "failed", "", None, id="500 with a page"),
        pytest.param(HANG, "timed_out", "", None, id="hang"),
        pytest.param(Reply("一二", end="hang"), "timed_out", "一二", None, id="hang after words"),
        pytest.param(CUT, "cut", "全市共有", None, id="cut"),
        pytest.param(RESET, "cut", "全市共有", None, id="reset"),
        pytest.param(MALFORMED, "malformed", "全市", None, id="malformed"),
        pytest.param(EMPTY, "empty", "", None, id="empty"),
        pytest.param(Reply(" \n"), "empty", "", None, id="blank"),
        pytest.param(Reply("<think>嗯</think>"), "empty", "", None, id="thought alone"),
        pytest.param(LENGTH, "too_long", "全市共有", None, id="length"),
    ],
)
def test_every_failure_has_its_name(
    opened: Opened, provider: str, reply: Reply, failure: str, text: str, retry_after_s: float | None
) -> None:
    in_time = {"llm_timeout_s": 1.2, "llm_first_token_s": 0.8} if failure == "timed_out" else {}
    with ScriptedServer(reply) as server:
        said = ask(opened(server, provider, **in_time))
    assert (said.failure, said.text) == (failure, text)
    assert said.error is not None
    assert said.error.retry_after_s == retry_after_s


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_there_is_unreachable(opened: Opened, provider: str) -> None:
    with ScriptedServer(ANSWER) as server:
        model = opened(server, provider)
        with server.down():
            assert ask(model).failure == "unreachable"
        assert ask(model).text == ANSWER


@pytest.mark.parametrize("provider", ["openai", "anthropic"])  # Ollama has no such end
def test_what_the_server_withholds_is_refused(opened: Opened, provider: str) -> None:
    with ScriptedServer(FILTERED) as server:
        assert ask(opened(server, provider)).failure == "refused"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_flood_is_stopped(opened: Opened, provider: str) -> None:
    with ScriptedServer(FLOOD) as server:
        said = ask(opened(server, provider, llm_parameters={"max_tokens": 10}))
        assert said.failure == "too_long"
        assert len(said.text) <= 10 * MAX_CHARS_PER_TOKEN
        assert server.requests[0].left.wait(1)


def test_thought_counts_as_length(opened: Opened) -> None:
    with ScriptedServer(Reply("<think>" + "想" * 81 + "</think>好")) as server:
        assert ask(opened(server, llm_parameters={"max_tokens": 10})).failure == "too_long"


def test_thought_is_a_sign_of_life_and_an_opening_is_none(opened: Opened) -> None:
    with ScriptedServer(Reply(ANSWER, thought="想" * 20, piece=4, delay_s=0.3), HANG) as server:
        model = opened(server, llm_first_token_s=1.0)
        assert ask(model).text == ANSWER
        began = time.monotonic()
        assert ask(model).failure == "timed_out"
        assert time.monotonic() - began < 3.0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_redirect_takes_a_question_elsewhere(opened: Opened, provider: str) -> None:
    with ScriptedServer(ANSWER) as other, ScriptedServer() as server:
        server.script(Reply(status=307, headers=(("Location", f"{other.base_url}/chat/completions"),)))
        said = ask(opened(server, provider))
        assert (said.failure, other.requests) == ("failed", [])
        assert "no such model or address" in str(said.error)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_closing_the_pieces_ends_the_call_at_once(opened: Opened, provider: str) -> None:
    async def two_pieces(model: Model) -> float:
        async with aclosing(model.stream(MESSAGES, Usage())) as pieces:
            assert [await anext(pieces), await anext(pieces)] == ["一", "二"]
            closing = time.monotonic()
        return time.monotonic() - closing

    with ScriptedServer(Reply("一二三四" * 50, piece=1, delay_s=0.1)) as server:
        assert asyncio.run(two_pieces(opened(server, provider))) < 0.5
        assert server.requests[0].left.wait(1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_cancelled_task_ends_the_call_at_once(opened: Opened, provider: str) -> None:
    """Also one that is cancelled just when the first chunk, which says nothing, has come: hence several."""

    async def cancelled(model: Model, n_before: int) -> None:
        task = asyncio.create_task(said_by(model))
        while len(server.requests) == n_before:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.requests[-1].left.wait, 1)

    with ScriptedServer(HANG) as server:
        model = opened(server, provider)
        for n_before in range(10):
            asyncio.run(cancelled(model, n_before))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_times_out_is_ended(opened: Opened, provider: str) -> None:
    with ScriptedServer(HANG) as server:
        ask(opened(server, provider, llm_first_token_s=0.5))
        assert server.requests[0].left.wait(1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_model_answers_in_many_loops_and_tasks_at_once(opened: Opened, provider: str) -> None:
    async def several(model: Model) -> list[Said]:
        return await asyncio.gather(*(said_by(model, [Message("user", f"{n}")]) for n in range(8)))

    with ScriptedServer(lambda messages: Reply(f"答{messages[-1].text}", delay_s=0.01, piece=1)) as server:
        model = opened(server, provider)
        for _ in range(2):  # a client's pool belongs to the loop it began in
            assert [said.text for said in asyncio.run(several(model))] == [f"答{n}" for n in range(8)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_streams_nothing(opened: Opened, provider: str) -> None:
    with ScriptedServer(Reply(ANSWER, streams=False, first_s=0.3)) as server:
        whole = ask(opened(server, provider, llm_parameters={"disable_streaming": True}, llm_first_token_s=0.1))
        assert (whole.text, whole.failure) == (ANSWER, None)
        assert whole.usage.output_tokens == len(ANSWER)
        asked = ask(opened(server, provider))
    if provider == "ollama":  # an answer in one piece is a stream of one
        assert asked.text == ANSWER
    else:
        assert asked.failure == "malformed"
        assert asked.error is not None
        assert "disable_streaming" in asked.error.detail


def test_thought_is_no_part_of_the_answer(opened: Opened) -> None:
    with ScriptedServer(
        Reply("<think>\n先想想\n</think>\n\n" + ANSWER, piece=2), Reply(ANSWER, thought="想")
    ) as server:
        model = opened(server)
        assert ask(model).text == ANSWER
        assert ask(model).text == ANSWER


def test_what_a_server_is_asked_for(opened: Opened) -> None:
    given = {"temperature": 0.5, "max_tokens": 7, "extra_body": {"top_k": 3}}
    with ScriptedServer(ANSWER) as server:
        ask(opened(server))
        ask(opened(server, llm_parameters=given))
        ask(opened(server, llm_parameters={"temperature": None, "max_tokens": None}))
        ask(opened(server, "ollama", llm_parameters={"max_tokens": 7}))
        ask(opened(server, "anthropic", llm_parameters={"max_tokens": 7}))
        usual, own, bare, ollama, anthropic = (asked.body for asked in server.requests)
    assert (usual["temperature"], usual["max_tokens"], usual["model"]) == (0, 1024, "scripted")
    assert "max_completion_tokens" not in usual
    assert (own["temperature"], own["max_tokens"], own["top_k"]) == (0.5, 7, 3)
    assert not {"temperature", "max_tokens", "max_completion_tokens"} & bare.keys()
    assert ollama["options"] == {"num_predict": 7, "temperature": 0, "num_ctx": OLLAMA_CONTEXT}
    assert (anthropic["max_tokens"], anthropic["temperature"]) == (7, 0)


def test_the_providers_own_server_is_asked_in_its_own_words(monkeypatch: pytest.MonkeyPatch, opened: Opened) -> None:
    with ScriptedServer(ANSWER) as server:
        monkeypatch.setattr(backend, "ADDRESSES", {"openai": server.base_url})
        assert ask(opened(server, llm_base_url="", llm_parameters={"stream_usage": False})).text == ANSWER
        asked = server.requests[0].body
    assert asked["max_completion_tokens"] == 1024
    assert not {"max_tokens", "stream_options"} & asked.keys()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_proxies_and_keys_of_the_environment_are_not_used(
    opened: Opened, provider: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "OPENAI_PROXY"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "ambient-secret")
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST", "ANTHROPIC_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    with ScriptedServer(ANSWER) as server:
        assert ask(opened(server, provider, llm_api_key=None)).text == ANSWER
        assert "ambient" not in str(server.requests[0].headers)


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost:11434", True),
        ("http://[::1]:8000/v1", True),
        ("http://10.1.2.3:8000/v1", True),
        ("http://192.168.0.9/v1", True),
        ("http://llm:8000/v1", True),
        ("https://llm.example.com/v1", False),
        ("http://8.8.8.8/v1", False),
    ],
)
def test_which_servers_no_proxy_leads_to(address: str, near: bool) -> None:
    assert is_near(address) is near


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_key_is_shown_nowhere(
    provider: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever the server says of it: some repeat it in their errors."""
    caplog.set_level(logging.DEBUG)
    echo = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'
    replies: list[Reply | str] = [
        ANSWER,
        *(status(code, body=echo) for code in (400, 401, 403, 404, 429, 500)),
        CUT,
        HANG,
        MALFORMED,
    ]
    with ScriptedServer(*replies) as server:
        settings = settings_for(server, provider, llm_first_token_s=1.0)
        model = open_model(settings)
        assert model is not None
        shown = [repr(settings), str(settings), settings.model_dump_json(), repr(model), repr(vars(Settings))]
        for _ in replies:
            error = ask(model).error
            shown += [str(error), repr(error), error.detail if error else ""]
            shown += traceback.format_exception(error) if error else []
        assert len(server.requests) == len(replies)
        assert all(KEY in asked.headers["authorization"] for asked in server.requests)
    with pytest.raises(SettingsError) as refused:
        open_model(settings.model_copy(update={"llm_parameters": {"temperature": f"{KEY}"}, "llm": "openai:x"}))
    shown += [str(refused.value), caplog.text, *capfd.readouterr()]
    assert not [text for text in shown if KEY in text]
    assert not [text for text in shown if KEY[3:] in text]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"llm": "openia:x"}, "openia"),
        ({"llm": "groq:x"}, "groq, which needs a package"),
        ({"llm": "openai:x", "llm_parameters": {"top_k": 3}}, "openai has no parameter top_k"),
        ({"llm": "openai:x", "llm_parameters": {"temperature": "hot"}}, "JUDIAN_LLM_PARAMETERS is wrong"),
        ({"llm": "openai:x", "llm_api_key": "k", "llm_api_key_file": Path("k")}, "not both"),
        ({"llm": "openai:x", "llm_api_key": "a key"}, "holds a blank"),
        ({"llm": "openai:x", "llm_api_key": "钥匙"}, "no key has"),
        ({"llm": "openai:x", "llm_api_key_file": Path("/nowhere/key")}, "JUDIAN_LLM_API_KEY_FILE: /nowhere/key"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        open_model(Settings(**settings))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("provider", "extra"), [("openai", "llm"), ("ollama", "llm-ollama"), ("anthropic", "llm-anthropic")]
)
def test_a_package_that_is_missing_is_named(provider: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    with pytest.raises(SettingsError, match=rf"pip install 'judian\[{extra}\]'"):
        open_model(Settings(llm=f"{provider}:x"))
    base._get_chat_model_creator.cache_clear()


def test_the_key_may_lie_in_a_file(opened: Opened, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="ascii")
    with ScriptedServer(ANSWER) as server:
        assert ask(opened(server, llm_api_key=None, llm_api_key_file=file)).text == ANSWER
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_without_a_model_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_model(Settings()) is None
    for name in ("LLM", "LLM_BASE_URL", "LLM_API_KEY", "LLM_API_KEY_FILE", "LLM_PARAMETERS", "PROMPTS"):
        monkeypatch.setenv(f"JUDIAN_{name}", "")
    settings = Settings.from_environment()
    assert open_model(settings) is None
    assert (settings.llm_key(), settings.prompts) == ("", None)


@pytest.mark.process
def test_without_a_model_nothing_of_langchain_is_imported() -> None:
    code = (
        "import sys; from service.llm.backend import open_model; from service.settings import Settings; "
        "import service.open, service.http.serve; assert open_model(Settings()) is None; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'langchain', 'langchain_core', 'langsmith', 'openai', 'ollama', 'anthropic', 'httpx', 'httpx2'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.process
def test_no_tracing_service_of_the_environment_is_told() -> None:
    """In a process of its own: what LangSmith reads of the environment it keeps."""
    code = (
        "import time; from tests.llm_server import ScriptedServer; from tests.service.llm.conftest import *\n"
        "with ScriptedServer('好') as server: print(ask(open_model(settings_for(server))).text)\n"
        "time.sleep(1)"  # without the guard against it, it connects in a tenth of that
    )
    with socket.create_server(("127.0.0.1", 0)) as tracing:
        tracing.settimeout(0.01)
        traced = {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_API_KEY": "key",
            "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{tracing.getsockname()[1]}",
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(traced),
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        assert done.stdout == "好\n"
        with pytest.raises(TimeoutError):
            tracing.accept()


def test_every_failure_has_its_words() -> None:
    from typing import get_args

    from service.llm.types import Failure

    assert set(TOLD) == set(get_args(Failure))
