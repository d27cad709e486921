"""Requests as no browser sends them: what they get, what the log says of them, what is counted."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.encoders.hashing import HashingEncoder
from indexer.errors import SnapshotDamaged
from indexer.store.snapshot import open_snapshot
from service.http import logs
from service.http.app import create_app
from service.http.keys import KeyStore
from service.http.live import Fixed, Live
from service.retrieve import Retriever
from service.settings import Settings

LOGGERS = ("", "judian", "judian.access", "judian.audit")


Said = Callable[[], str]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], Said]:
    """From its call on, all goes to the log; what it gives tells what has come to standard error since."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        for attribute in ("handlers", "level", "propagate"):
            monkeypatch.setattr(logger, attribute, getattr(logger, attribute))

    def begun() -> Said:
        monkeypatch.setattr(sys, "stderr", sys.stderr)
        logs.log_to(None, everything=True)

        def said() -> str:
            logs.flush()
            return capsys.readouterr().err

        return said

    return begun


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/reports", "/openapi.json", "/metrics", "/v1/reports/none"])
def test_head_gives_what_get_gives_without_the_body(sample_asker: Any, path: str) -> None:
    with TestClient(create_app(Fixed(sample_asker))) as http:
        got, head = http.get(path), http.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    if path != "/metrics":  # whose length grows with each request
        assert head.headers["content-length"] == got.headers["content-length"]


def test_head_of_what_only_takes_posts_is_refused(sample_asker: Any) -> None:
    with TestClient(create_app(Fixed(sample_asker))) as http:
        refused = http.head("/v1/ask")
        told = http.get("/metrics").text
    assert 'judian_requests_total{method="HEAD",route="/v1/ask",status="405"} 1.0' in told
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_methods_and_paths_that_are_made_up_are_one_figure(sample_asker: Any) -> None:
    with TestClient(create_app(Fixed(sample_asker))) as http:
        for number in range(30):
            assert http.request(f"METHOD{number}", "/v1/reports").status_code == 405
            assert http.request(f"METHOD{number}", "/healthz").status_code == 405
            http.get(f"/nowhere/{number}")
        told = http.get("/metrics").text
    assert 'judian_requests_total{method="other",route="/v1/reports",status="405"} 30.0' in told
    assert 'judian_requests_total{method="other",route="other",status="404"} 30.0' in told
    assert "METHOD" not in told
    assert sum(line.startswith("judian_requests_total") for line in told.splitlines()) <= 5


def test_where_a_damaged_file_of_keys_lies_is_told_in_the_log_alone(
    sample_asker: Any, tmp_path: Path, listen: Callable[[], Said]
) -> None:
    said, path = listen(), tmp_path / "keys.json"
    KeyStore(path).add("甲")
    path.write_text("{", encoding="utf-8")
    with TestClient(create_app(Fixed(sample_asker), Settings(keys=path), asks_for_key=True)) as http:
        refused = http.get("/v1/reports")
    assert refused.status_code == 503
    assert str(tmp_path) not in refused.text
    assert str(path) in said()


def test_where_a_damaged_index_lies_is_told_in_the_log_alone(
    sample_asker: Any, sample_index: Path, tmp_path: Path, listen: Callable[[], Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    shutil.copytree(sample_index, index)
    live = Live(
        index, lambda folder: replace(sample_asker, retriever=Retriever(open_snapshot(folder), HashingEncoder()))
    )
    next((index / "snapshots").glob("*/chunks.jsonl")).write_text("{", encoding="utf-8")
    (index / "CURRENT").write_text("s0123456789abcdef", encoding="utf-8")
    said = listen()
    live.refresh()

    def damaged(*_: object) -> None:
        raise SnapshotDamaged(f"{index}/chunks.jsonl is damaged")

    monkeypatch.setattr(type(sample_asker), "search", damaged)
    with TestClient(create_app(live)) as http:
        ready, failed = http.get("/readyz"), http.post("/v1/search", json={"question": "粮食"})
    assert (ready.status_code, failed.status_code) == (200, 500)
    assert "manifest.json" in ready.json()["problem"]
    assert str(tmp_path) not in ready.text + failed.text
    told = said()
    assert f"{index}/snapshots/s0123456789abcdef/manifest.json" in told
    assert f"{index}/chunks.jsonl is damaged" in told


def test_what_libraries_say_and_what_is_written_past_the_log_is_in_it(
    listen: Callable[[], Said],
) -> None:
    said = listen()
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    print("a warning\nof two lines\n\n", file=sys.stderr)
    try:
        raise RuntimeError("the pipe is full")
    except RuntimeError:
        logging.getLogger("asyncio").exception("it failed")
    events = [line["event"] for line in map(json.loads, said().splitlines())]
    assert events[:3] == ["Invalid HTTP request received.", "a warning", "of two lines"]
    assert events[3].startswith("it failed\nTraceback")
    assert events[3].endswith("RuntimeError: the pipe is full")


def test_what_steers_a_terminal_is_escaped_in_the_log(listen: Callable[[], Said]) -> None:
    said = listen()
    logs.access({"path": "/v1/\x1b[2J\u202e\x9b\u200b"})
    raw = said()
    assert r"/v1/\u001b[2J\u202e\u009b\u200b" in raw
    assert json.loads(raw)["path"] == "/v1/\x1b[2J\u202e\x9b\u200b"
    logs.access({"path": "/" + "x" * 1_000_000})
    assert len(json.loads(said())["path"]) < 10_000


def test_the_same_fault_a_thousand_times_is_a_few_lines() -> None:
    now = 0.0
    again = logs.NotAgain(lambda: now)

    def record(message: str, *arguments: object) -> logging.LogRecord:
        return logging.LogRecord("asyncio", logging.ERROR, "", 0, message, arguments, None)

    passed = [again.filter(record("accept: %s", number)) for number in range(1000)]
    assert passed == [True] * logs.MAX_ALIKE + [False] * (1000 - logs.MAX_ALIKE)
    assert again.filter(record("another"))
    now = logs.ALIKE_S
    told = record("accept: %s", "too many open files")
    assert again.filter(told)
    assert told.getMessage() == (
        f"accept: too many open files (and {1000 - logs.MAX_ALIKE} times before, which were not logged)"
    )
    for number in range(10 * logs.MAX_KINDS):  # what it remembers is bounded, too
        again.filter(record(f"kind {number}"))
    assert len(again._seen) <= logs.MAX_KINDS


def test_what_all_loggers_say_goes_through_that(listen: Callable[[], Said]) -> None:
    said = listen()
    for name in ("asyncio", "judian.live"):
        for number in range(1000):
            logging.getLogger(name).error("accept: %s", number)
    assert len(said().splitlines()) == 2 * logs.MAX_ALIKE
