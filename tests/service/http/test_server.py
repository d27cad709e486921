"""A real server process over a real index with the default encoder."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.types import Answer

pytestmark = pytest.mark.process

SAMPLE_QUESTIONS = (
    ("澜川市2022年粮食总产量是多少？", "60.8万吨"),
    ("澜川市2021年粮食总产量是多少？", "62.5万吨"),
    ("云岭省2022年行政机关负责人出庭应诉率是多少？", "94.2%"),
    ("澜川到青屏的高速公路全长多少公里？", "63.4公里"),
    ("青屏县2022年户厕改造了多少座？", "5230座"),
)
N_THREADS = 8


@pytest.fixture
def client(real_server: str) -> Any:
    with httpx.Client(base_url=real_server, trust_env=False, timeout=60) as client:
        yield client


def _ask(client: httpx.Client, question: str) -> Answer:
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200, response.text
    return Answer.model_validate_json(response.content)


def test_it_is_ready_and_says_with_what(client: httpx.Client, real_index: Path) -> None:
    ready = client.get("/readyz").json()
    assert ready["snapshot_id"] == (real_index / "CURRENT").read_text(encoding="utf-8").strip()
    assert ready["encoder"]["name"] == "default"
    assert ready["calibrated"] is True
    assert ready["n_reports"] == len(client.get("/v1/reports").json()["reports"])


@pytest.mark.parametrize(("question", "figure"), SAMPLE_QUESTIONS)
def test_answers_hold_the_figure_and_every_citation_resolves(client: httpx.Client, question: str, figure: str) -> None:
    answer = _ask(client, question)
    assert answer.status == "answered"
    assert figure in answer.citations[0].quote
    for citation in answer.citations:
        path = f"/v1/reports/{citation.report_id}/text"
        got = client.get(path, params={"start": citation.start, "end": citation.end})
        assert (got.status_code, got.text) == (200, citation.quote)
        whole = client.get(path).text
        assert whole[citation.start : citation.end] == citation.quote
        for highlight in citation.highlights:
            assert highlight.of(whole) in citation.quote


def test_what_no_report_is_about_is_refused_without_citations(client: httpx.Client) -> None:
    answer = _ask(client, "月球上一共有几个篮球场？")
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "not_in_reports", ())


def test_many_at_once_get_the_answers_of_one(client: httpx.Client) -> None:
    questions = [question for question, _ in SAMPLE_QUESTIONS]
    alone = {question: _timeless(_ask(client, question)) for question in questions}

    def all_of_them(turn: int) -> list[tuple[str, Answer]]:
        order = questions[turn % len(questions) :] + questions[: turn % len(questions)]
        return [(question, _timeless(_ask(client, question))) for question in order]

    with ThreadPoolExecutor(N_THREADS) as pool:
        answers = [pair for pairs in pool.map(all_of_them, range(N_THREADS)) for pair in pairs]
    assert len(answers) == N_THREADS * len(questions)
    for question, answer in answers:
        assert answer == alone[question]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(judian: Any, sample_index: Path, number: signal.Signals) -> None:
    with judian.serving(sample_index) as (server, base):
        assert httpx.get(f"{base}/healthz", trust_env=False).status_code == 200
        server.send_signal(number)
        said, _ = server.communicate(timeout=20)
        # uvicorn finishes what is under way, then lets the signal have its effect.
        assert server.returncode in {0, -number, 128 + number}
        assert "Traceback" not in said
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base}/healthz", trust_env=False)


def test_an_encoder_that_abstention_was_not_fitted_with_is_said(judian: Any, sample_index: Path) -> None:
    with judian.serving(sample_index) as (server, base):
        assert httpx.get(f"{base}/readyz", trust_env=False).json()["calibrated"] is False
        server.terminate()
        said, _ = server.communicate(timeout=20)
    assert "abstention was fitted with another" in said


def test_a_taken_port_is_said(judian: Any, sample_index: Path) -> None:
    with judian.serving(sample_index) as (_, base):
        port = base.rpartition(":")[2]
        done = judian("serve", "--index", sample_index, "--port", port)
        assert done.returncode != 0
        assert port in done.stderr
        assert "in use" in done.stderr
        assert "Traceback" not in done.stderr


def _timeless(answer: Answer) -> Answer:
    return answer.model_copy(update={"elapsed_ms": {}})
