"""A real server with a scripted language model behind it: streams, clients that leave, those who ask beside them."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.llm.types import Message
from service.types import Answer, Given
from tests.commands import Judian
from tests.llm_server import HANG, Reply, ScriptedServer, status

pytestmark = pytest.mark.process

QUESTION = "澜川市2022年粮食总产量是多少？"
EXTRACTIVE = {"question": QUESTION, "mode": "extractive"}
STREAMED = {"question": QUESTION, "stream": True}
N_STREAMS = 50


def _handle(messages: Sequence[Message]) -> str:
    line = next(line for message in messages for line in message.text.splitlines() if "60.8万吨" in line)
    return line[line.index("S") :].split("]")[0].split('"')[0]


def truthful(messages: Sequence[Message]) -> Reply:
    return Reply(f"2022年粮食总产量60.8万吨[{_handle(messages)}]。")


def endless(messages: Sequence[Message]) -> Reply:
    """One true sentence, and then a word now and then."""
    return Reply(f"2022年粮食总产量60.8万吨[{_handle(messages)}]。{'又' * 2400}", piece=40, delay_s=1.0)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(truthful) as server:
        yield server


@contextmanager
def asking(judian: Judian, index: Path, model: ScriptedServer, **settings: str) -> Iterator[httpx.Client]:
    """A client of a server that asks ``model``."""
    asks = judian.with_settings(JUDIAN_LLM="openai:scripted", JUDIAN_LLM_BASE_URL=model.base_url, **settings)
    with asks.serving(index) as (_, url), httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def client(real_judian: Judian, real_index: Path, model: ScriptedServer) -> Iterator[httpx.Client]:
    with asking(real_judian, real_index, model, JUDIAN_LLM_REST_S="0.01") as client:
        yield client


def _events(client: httpx.Client, asked: dict[str, Any]) -> list[tuple[str, Any]]:
    with client.stream("POST", "/v1/ask", json=asked) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["x-accel-buffering"] == "no"
        text = response.read().decode()
    frames = [frame for frame in text.split("\n\n") if frame and not frame.startswith(":")]
    return [
        (kind.removeprefix("event: "), json.loads(data))
        for kind, _, data in (frame.partition("\ndata: ") for frame in frames)
    ]


def test_a_verified_sentence_then_the_answer(client: httpx.Client, model: ScriptedServer) -> None:
    model.script(truthful)
    (first, segment), (last, answer) = _events(client, STREAMED)
    assert (first, last) == ("segment", "done")
    given, whole = Given.model_validate(segment), Answer.model_validate(answer)
    assert whole.mode == "generated"
    assert whole.segments == (given.segment,)
    assert whole.citations == given.citations
    assert "60.8万吨" in whole.citations[0].quote


def test_extractive_answers_are_streamed_too(client: httpx.Client) -> None:
    *segments, (last, answer) = _events(client, {**EXTRACTIVE, "stream": True})
    whole = Answer.model_validate(answer)
    assert (last, whole.mode) == ("done", "extractive")
    assert tuple(Given.model_validate(given).segment for _, given in segments) == whole.segments


@pytest.mark.parametrize(("reply", "why"), [(status(500), "failed"), (status(401), "key_refused")])
def test_a_backend_that_fails_gives_the_extractive_answer(
    client: httpx.Client, model: ScriptedServer, reply: Reply, why: str
) -> None:
    model.script(reply)
    answer = Answer.model_validate_json(client.post("/v1/ask", json={"question": QUESTION}).content)
    assert answer.mode == "extractive_fallback"
    assert answer.fallback in (why, "resting")
    assert "60.8万吨" in answer.text


@pytest.mark.parametrize("streamed", [True, False])
def test_a_client_that_leaves_ends_the_call_to_the_model(
    client: httpx.Client, model: ScriptedServer, streamed: bool
) -> None:
    model.script(HANG)
    n_before = len(model.requests)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/v1/ask", json={"question": QUESTION, "stream": streamed}, timeout=2)
    assert model.requests[n_before].left.wait(1)


def test_slow_streams_take_nothing_from_others(real_judian: Judian, real_index: Path) -> None:
    with (
        ScriptedServer(endless) as slow,
        asking(real_judian, real_index, slow, JUDIAN_LLM_CALLS=str(N_STREAMS), JUDIAN_LLM_TIMEOUT_S="60") as client,
    ):
        alone = _latencies(client)
        with ThreadPoolExecutor(N_STREAMS) as pool:
            over = threading.Event()
            streams = [pool.submit(_streamed, str(client.base_url), over) for _ in range(N_STREAMS)]
            while len(slow.requests) < N_STREAMS:
                time.sleep(0.05)
            beside = _latencies(client)
            assert not any(stream.done() for stream in streams)
            over.set()
            assert all(stream.result() for stream in streams)
    # They wait for the model, and hold no thread: were it otherwise, nobody else would be answered before they end.
    assert statistics.median(beside) < 3 * statistics.median(alone) + 0.1


def _latencies(client: httpx.Client) -> list[float]:
    times = []
    for _ in range(15):
        began = time.perf_counter()
        assert client.post("/v1/ask", json=EXTRACTIVE).status_code == 200
        times.append(time.perf_counter() - began)
    return times


def _streamed(url: str, over: threading.Event) -> bool:
    """Whether a verified sentence came; the stream is read until it is ``over``."""
    with (
        httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
        client.stream("POST", "/v1/ask", json=STREAMED) as response,
    ):
        seen = False
        for line in response.iter_lines():
            seen = seen or line == "event: segment"
            if over.is_set():
                break
    return seen
