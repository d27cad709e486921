"""``/v1/ask`` of a real server process beside the bare encoding of the same questions, by turns."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.bench.types import Asking
from indexer.encoder import Encoder

START_S = 120
N_CLIENTS = 4


def measure_asking(index: Path, questions: list[str], encoder: Encoder) -> Asking:
    """Ask ``questions`` of ``judian serve``: one by one, each beside its bare encoding; then from four clients."""
    with serving(index) as base, httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        n_chunks = client.get("/readyz").json()["n_chunks"]
        for question in questions[:10]:  # pages of the index that no question has touched yet
            _ask(client, question)
            encoder.encode_question(question)
        bare, asked, steps = [], [], []
        for question in questions:
            began = time.perf_counter()
            encoder.encode_question(question)
            bare.append((time.perf_counter() - began) * 1000)
            ms, elapsed = _ask(client, question)
            asked.append(ms)
            steps.append(elapsed)

        def one_client(number: int) -> list[float]:
            order = questions[number::N_CLIENTS] * 2
            with httpx.Client(base_url=base, trust_env=False, timeout=60) as http:
                return [_ask(http, question)[0] for question in order]

        with ThreadPoolExecutor(N_CLIENTS) as clients:
            together = [ms for part in clients.map(one_client, range(N_CLIENTS)) for ms in part]
    median, p99 = statistics.median(together), _p99(together)
    return Asking(
        n_chunks=n_chunks,
        n_questions=len(questions),
        bare_encoding_ms=round(statistics.median(bare), 2),
        ask_ms=round(statistics.median(asked), 2),
        ratio=round(statistics.median(asked) / statistics.median(bare), 3),
        p99_ms=round(_p99(asked), 2),
        n_clients=N_CLIENTS,
        clients_median_ms=round(median, 2),
        clients_p99_ms=round(p99, 2),
        p99_over_median=round(p99 / median, 2),
        steps_ms={step: round(statistics.median(one[step] for one in steps), 2) for step in steps[0]},
    )


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """The address of a ``judian serve`` process over ``index``; it is ended by its pid."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "serve", "--index", str(index), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not _ready(base):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start ({' '.join(command)})")
            time.sleep(0.2)
        yield base
    finally:
        server.terminate()
        server.wait(30)


def _ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/readyz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _ask(client: httpx.Client, question: str) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    response = client.post("/v1/ask", json={"question": question})
    ms = (time.perf_counter() - began) * 1000
    response.raise_for_status()
    return ms, response.json()["elapsed_ms"]


def _p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]
