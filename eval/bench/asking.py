"""``/v1/ask`` of a real server process beside the bare encoding of the same questions, by turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from eval.bench.types import Asking
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.types import Encoder, Reader
from service.commands.demo import free_port, wait_until_ready

N_CLIENTS = 4
N_WARM = 10


@dataclass(frozen=True)
class HashedPassages:
    """``encoder`` for all but the vectors of passages, which are hashed from their characters in no time.

    How long a question takes depends on how many passages there are and how long the best are, not on which these are:
    all is computed as ever, the reading of the best, too, before anything is decided.
    """

    encoder: Encoder

    @property
    def fingerprint(self) -> str:
        return self.encoder.fingerprint

    @property
    def dim(self) -> int:
        return self.encoder.dim

    @property
    def adapters(self) -> str | None:
        return self.encoder.adapters

    @property
    def reader(self) -> Reader | None:
        return self.encoder.reader

    @property
    def judge(self) -> Reader | None:
        return self.encoder.judge

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return HashingEncoder(self.dim).encode_passages(texts, progress)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return self.encoder.encode_question(text)


@dataclass(frozen=True)
class Server:
    """A ``judian serve`` process that is ready; ``start_s`` is how long that took."""

    base: str
    pid: int
    start_s: float

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.base, trust_env=False, timeout=60)

    def cpu_ms(self) -> float:
        """The time that a CPU spent on it, also for the system; 0 where there is no ``/proc``."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> float:
        """The most memory it ever held; 0 where there is no ``/proc``."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0.0
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure_asking(index: Path, questions: list[str], encoder: Encoder, n_per_client: int) -> Asking:
    """Ask ``questions`` one by one, each beside its bare encoding; then ``n_per_client`` from each of four clients."""
    with serving(index) as server, server.client() as client:
        n_chunks = client.get("/readyz").json()["n_chunks"]
        for question in questions[:N_WARM]:  # pages of the index that no question has touched yet
            _ask(client, question)
            encoder.encode_question(question)
        bare, asked, steps = [], [], []
        began_ms = server.cpu_ms()
        for number, question in enumerate(questions):
            turns: list[Callable[[], None]] = [
                lambda q=question: bare.append(_ms(lambda: encoder.encode_question(q))),  # type: ignore[misc]
                lambda q=question: asked.append(_ms(lambda: steps.append(_ask(client, q)))),  # type: ignore[misc]
            ]
            for turn in turns[:: -1 if number % 2 else 1]:
                turn()
        spent_ms = server.cpu_ms() - began_ms

        def one_client(number: int) -> list[float]:
            mine = islice(cycle(questions[number:] + questions[:number]), 0, n_per_client * N_CLIENTS, N_CLIENTS)
            with server.client() as http:
                return [_ms(lambda: _ask(http, question)) for question in mine]  # noqa: B023 - called at once

        with ThreadPoolExecutor(N_CLIENTS) as clients:
            together = [ms for part in clients.map(one_client, range(N_CLIENTS)) for ms in part]
        peak_mib = server.peak_mib()
    return Asking(
        n_chunks=n_chunks,
        n_questions=len(questions),
        bare_encoding_ms=round(statistics.median(bare), 2),
        ask_ms=round(statistics.median(asked), 2),
        ratio=round(statistics.median(asked) / statistics.median(bare), 3),
        p99_ms=round(p99(asked), 2),
        # A step that a question does not need (whether a passage answers, where none is chosen) took it no time.
        steps_ms={
            step: round(statistics.median(one.get(step, 0.0) for one in steps), 2)
            for step in dict.fromkeys(step for one in steps for step in one)
        },
        server_cpu_ms=round(spent_ms / len(questions), 1),
        n_clients=N_CLIENTS,
        n_asked_together=len(together),
        clients_median_ms=round(statistics.median(together), 2),
        clients_p99_ms=round(p99(together), 2),
        p99_over_median=round(p99(together) / statistics.median(together), 2),
        start_s=round(server.start_s, 1),
        server_peak_mib=round(peak_mib, 1),
    )


@contextmanager
def serving(index: Path, **settings: str) -> Iterator[Server]:
    """A ``judian serve`` process over ``index`` on 127.0.0.1, with ``settings`` as its environment has them beside what
    is there; it is ended by its pid."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "service", "serve", "--index", str(index), "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | settings)
        try:
            wait_until_ready(base, process, Path(log.name))
            yield Server(base, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(30)


def p99(times: list[float]) -> float:
    """The time that 99 of 100 do not exceed."""
    return sorted(times)[max(0, -(-len(times) * 99 // 100) - 1)]


def _ask(client: httpx.Client, question: str) -> dict[str, Any]:
    """The milliseconds of the service's steps. Raises httpx.HTTPStatusError."""
    response = client.post("/v1/ask", json={"question": question})
    response.raise_for_status()
    steps: dict[str, Any] = response.json()["elapsed_ms"]
    return steps


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
