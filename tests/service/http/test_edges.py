"""Limits, headers, logs and figures of the service: in process, and over a real socket where that matters."""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from service.http import logs
from service.http.app import create_app
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.settings import Settings

QUESTION = {"question": "粮食总产量是多少？"}


def client(asker: Any, asks_for_key: bool = False, **settings: Any) -> TestClient:
    return TestClient(create_app(Fixed(asker), Settings(**settings), asks_for_key=asks_for_key))


def is_problem(response: Any, status: int) -> dict[str, Any]:
    """The body of ``response``, of whichever client's kind, after a look at what every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    return problem


def test_a_body_that_is_too_large_is_refused(sample_asker: Any) -> None:
    with client(sample_asker, max_body_bytes=2000) as http:
        problem = is_problem(http.post("/v1/ask", json={"question": "多" * 2000}), 413)
        assert "2000 bytes" in problem["detail"]
        chunks = (b" " * 500 for _ in range(10))  # no length is stated
        is_problem(http.post("/v1/ask", content=chunks), 413)
        assert http.post("/v1/ask", json=QUESTION).status_code == 200


def test_a_question_that_is_too_long_is_refused(sample_asker: Any) -> None:
    with client(sample_asker) as http:
        is_problem(http.post("/v1/ask", json={"question": "多" * 1001}), 422)


class Slow:
    """An asker whose answers take until they are let go."""

    def __init__(self, asker: Any) -> None:
        self._asker = asker
        self.go = threading.Event()
        self.n_begun = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._asker, name)

    def prepare(self, *asked: Any) -> Any:
        self.n_begun += 1
        assert self.go.wait(30)
        return self._asker.prepare(*asked)


def test_what_does_not_fit_the_queue_is_refused_at_once(sample_asker: Any) -> None:
    slow = Slow(sample_asker)
    with client(slow, threads=1, max_queued=2) as http, ThreadPoolExecutor(6) as clients:
        asked = [clients.submit(http.post, "/v1/ask", json=QUESTION) for _ in range(6)]
        deadline = time.monotonic() + 20
        while sum(future.done() for future in asked) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert http.get("/healthz").status_code == 200  # light requests pass meanwhile
        slow.go.set()
        statuses = sorted(future.result().status_code for future in asked)
        assert statuses == [200, 200, 200, 503, 503, 503]
        refused = next(future.result() for future in asked if future.result().status_code == 503)
        assert is_problem(refused, 503)["title"] == "Overloaded"
        assert int(refused.headers["retry-after"]) >= 1
        assert http.post("/v1/ask", json=QUESTION).status_code == 200  # and there is room again


def test_an_answer_that_takes_too_long_is_given_up(sample_asker: Any) -> None:
    slow = Slow(sample_asker)
    with client(slow, threads=1, max_queued=1, timeout_s=0.2) as http:
        problem = is_problem(http.post("/v1/ask", json=QUESTION), 503)
        assert problem["title"] == "TookTooLong"
        assert "JUDIAN_TIMEOUT_S" in problem["detail"]
        is_problem(http.post("/v1/ask", json=QUESTION), 503)  # it waited in the queue, and never began
        slow.go.set()
        time.sleep(0.1)
        assert http.post("/v1/ask", json=QUESTION).status_code == 200
    assert slow.n_begun == 2


def test_too_many_requests_with_one_key_are_refused(sample_asker: Any, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    (_, one), (_, other) = KeyStore(path).add("一"), KeyStore(path).add("二")
    with client(sample_asker, asks_for_key=True, keys=path, rate_per_minute=3) as http:
        for _ in range(3):
            assert http.get("/v1/reports", headers={"x-api-key": one}).status_code == 200
        refused = http.get("/v1/reports", headers={"x-api-key": one})
        is_problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert http.get("/v1/reports", headers={"x-api-key": other}).status_code == 200
        assert http.get("/", headers={"x-api-key": one}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/reports", "/nowhere", "/static/chat.js", "/metrics"])
def test_every_response_has_the_headers_that_browsers_ask_for(sample_asker: Any, path: str) -> None:
    with client(sample_asker) as http:
        headers = http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers.get("cache-control") == "no-store") is path.startswith(("/v1/", "/metrics"))


def test_only_pages_on_the_list_may_use_the_api(sample_asker: Any) -> None:
    with client(sample_asker, cors_origins="https://portal.example https://b.example") as http:
        asked = {"origin": "https://portal.example", "access-control-request-method": "POST"}
        allowed = http.options("/v1/ask", headers={**asked, "access-control-request-headers": "content-type"})
        assert allowed.headers["access-control-allow-origin"] == "https://portal.example"
        sent = "authorization, content-type, x-stainless-lang, x-stainless-retry-count, mcp-protocol-version"
        allowed = http.options("/v1/chat/completions", headers={**asked, "access-control-request-headers": sent})
        assert (allowed.status_code, allowed.headers["access-control-allow-headers"]) == (200, sent)
        foreign = {**asked, "origin": "https://evil.example", "access-control-request-headers": sent}
        refused = http.options("/v1/chat/completions", headers=foreign)
        assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (400, False)
        answer = http.post("/v1/ask", json=QUESTION, headers={"origin": "https://b.example"})
        assert answer.headers["access-control-allow-origin"] == "https://b.example"
        other = http.post("/v1/ask", json=QUESTION, headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
    with client(sample_asker) as http:
        answer = http.post("/v1/ask", json=QUESTION, headers={"origin": "https://portal.example"})
        assert "access-control-allow-origin" not in answer.headers


def test_the_docs_load_nothing_from_elsewhere(sample_asker: Any) -> None:
    with client(sample_asker) as http:
        page = http.get("/docs").text
        assert "https://" not in page
        for path in ("/static/swagger/swagger-ui.css", "/static/swagger/swagger-ui-bundle.js", "/static/docs.js"):
            assert path in page
            assert http.get(path).status_code == 200


def test_the_figures_count_requests_steps_abstentions_and_the_snapshot(sample_asker: Any, refusing: Any) -> None:
    with client(sample_asker) as http:
        assert http.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        http.get("/v1/reports")
        http.get("/v1/reports/none")
        http.get("/nowhere/at/all")
        told = http.get("/metrics").text
    for line in (
        'judian_requests_total{method="POST",route="/v1/ask",status="200"} 1.0',
        'judian_requests_total{method="GET",route="/v1/reports/{report_id}",status="404"} 1.0',
        'judian_requests_total{method="other",route="other",status="404"} 1.0',
        'judian_answers_total{reason="",status="answered"} 1.0',
        'judian_step_seconds_count{step="encode"} 1.0',
        'judian_step_seconds_count{step="retrieve"} 1.0',
        'judian_request_seconds_count{route="/v1/ask"} 1.0',
        f'judian_snapshot_info{{snapshot_id="{sample_asker.snapshot.manifest.snapshot_id}"}} 1.0',
        "judian_questions_held 0.0",
    ):
        assert line in told, line
    assert "judian_snapshot_age_seconds" in told
    with client(refusing(sample_asker)) as http:
        http.post("/v1/ask", json=QUESTION)
        assert 'judian_answers_total{reason="not_in_reports",status="abstained"} 1.0' in http.get("/metrics").text


@pytest.mark.parametrize("log_questions", [False, True])
@pytest.mark.process
def test_the_access_log_holds_questions_only_when_told_to(judian: Any, sample_index: Path, log_questions: bool) -> None:
    asking = judian.with_settings(JUDIAN_LOG_QUESTIONS=str(log_questions))
    with asking.serving(sample_index) as (server, base):
        answer = httpx.post(f"{base}/v1/ask", json={"question": "秘密的问题"}, trust_env=False).json()
        httpx.get(f"{base}/v1/reports?secret=秘密", trust_env=False)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=20)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    asked = next(line for line in lines if line.get("path") == "/v1/ask")
    assert asked["status"] == 200
    assert asked["ms"] > 0
    assert asked["outcome"] == (answer["reason"] or answer["status"])
    assert asked.get("question") == ("秘密的问题" if log_questions else None)
    assert ("秘密" in said) is log_questions


@pytest.mark.process
def test_what_is_under_way_is_answered_before_the_service_ends(judian: Any, sample_index: Path) -> None:
    with judian.serving(sample_index) as (server, base):
        host, _, port = base.removeprefix("http://").partition(":")
        body = json.dumps(QUESTION).encode()
        head = f"POST /v1/ask HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body[:5])
            time.sleep(0.3)
            server.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(body[5:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
        server.wait(20)


@pytest.mark.process
def test_workers_share_an_index_and_count_together(judian: Any, sample_index: Path) -> None:
    with judian.serving(sample_index, "--workers", "2") as (_, base):
        for _ in range(20):
            with httpx.Client(trust_env=False) as http:  # a new connection each, for either worker
                assert http.post(f"{base}/v1/ask", json=QUESTION).status_code == 200
        told = httpx.get(f"{base}/metrics", trust_env=False).text
        assert 'judian_requests_total{method="POST",route="/v1/ask",status="200"} 20.0' in told
        mapped = [path.read_text() for path in Path("/proc").glob("[0-9]*/maps") if str(sample_index) in _text(path)]
        assert len(mapped) == 2
        assert all("vectors.faiss" in maps and "chunks.jsonl" in maps for maps in mapped)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


@pytest.mark.process
def test_a_log_that_nobody_reads_does_not_stop_the_service(judian: Any, sample_index: Path) -> None:
    with judian.serving(sample_index) as (_, base), httpx.Client(base_url=base, trust_env=False) as http:
        for _ in range(1000):  # more than a pipe holds
            assert http.get("/healthz").status_code == 200


def test_what_the_service_says_of_itself_is_json_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("judian", "judian.access", "judian.audit"):
        logger = logging.getLogger(name)
        for attribute in ("handlers", "level", "propagate"):
            monkeypatch.setattr(logger, attribute, getattr(logger, attribute))
    logs.log_to(None)
    logging.getLogger("judian.live").error("%s is still served: %s", "s1", "“块” 坏了")
    logs.access({"path": "/v1/ask"})
    logs.flush()
    said, access = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (said["level"], said["event"]) == ("error", "s1 is still served: “块” 坏了")
    assert access["path"] == "/v1/ask"
