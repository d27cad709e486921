"""What is done to a server process from outside: a log that nobody reads, connections that say nothing, a kill."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from uvicorn.supervisors.multiprocess import SIGNALS

from service.http.asgi import Receive, Scope, Send
from service.http.serve import _Workers
from tests.commands import ROOT, Judian, free_port

pytestmark = pytest.mark.process

HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow"
HALF_A_BODY = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n{"
MUCH_THAT_IS_NOT_READ = b"GET /static/swagger/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n"
N_FILES = 400
PATIENCE_S = 120


@contextlib.contextmanager
def serving(
    judian: Judian, index: Path, *arguments: str, n_files: int | None = None, ended_by: int = signal.SIGTERM
) -> Iterator[tuple[int, int]]:
    """The process id and the port of a server that says what it says into a pipe of which nobody reads, and that may
    open as many files as ``n_files``; it must end on the signal ``ended_by``."""
    port = free_port()

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has what it runs in the background ignore it
        if n_files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (n_files, n_files))

    server = subprocess.Popen(
        [sys.executable, "-m", "service", "serve", "--index", str(index), "--port", str(port), *arguments],
        env=judian.environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
    )
    try:
        until(lambda: alive(port))
        yield server.pid, port
        server.send_signal(ended_by)
        server.wait(PATIENCE_S)  # before anybody reads
    finally:
        server.kill()
        server.communicate()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def alive(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=PATIENCE_S).status_code == 200
    except httpx.TransportError:
        return False


def connected(port: int, first: bytes) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(PATIENCE_S)
    connection.connect(("127.0.0.1", port))
    connection.sendall(first)
    return connection


@pytest.mark.parametrize(("workers", "ended_by"), [("1", signal.SIGTERM), ("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_a_standard_error_that_nobody_reads_stops_nothing(
    judian: Judian, sample_index: Path, workers: str, ended_by: int
) -> None:
    with serving(judian, sample_index, "--workers", workers, ended_by=ended_by) as (_, port):
        with httpx.Client(trust_env=False, timeout=PATIENCE_S) as http:
            for _ in range(700):  # lines enough to fill a pipe
                assert http.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        for _ in range(3):  # of what uvicorn itself would warn
            with connected(port, b"no such thing as this\r\n\r\n") as malformed:
                assert malformed.recv(1000).startswith(b"HTTP/1.1 400")
        assert alive(port)


def test_a_body_that_is_none_is_refused_and_is_no_fault_of_the_service(judian: Judian, sample_index: Path) -> None:
    no_chunk = b" HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
    with judian.serving(sample_index) as (server, base):
        for request in (b"GET /healthz", b"POST /v1/ask"):  # one is answered before its body is read, one after
            with connected(int(base.rpartition(":")[2]), request + no_chunk) as malformed:
                assert malformed.recv(1000).startswith(b"HTTP/1.1 400")
        assert httpx.get(f"{base}/healthz", trust_env=False).status_code == 200
        server.terminate()
        said, _ = server.communicate(timeout=PATIENCE_S)
    assert "Invalid HTTP request received" in said
    assert "Traceback" not in said


def test_connections_that_say_nothing_keep_nobody_out(judian: Judian, sample_index: Path) -> None:
    n_connections = N_FILES + 100
    with serving(judian, sample_index, n_files=N_FILES) as (_, port):
        for said in (HALF_A_BODY, MUCH_THAT_IS_NOT_READ, HALF_A_HEAD):
            with contextlib.ExitStack() as held:
                silent = [held.enter_context(connected(port, said)) for _ in range(n_connections)]
                assert alive(port)
                if said == HALF_A_HEAD:
                    assert silent[0].recv(100) == b""  # the first that came made room
                    assert silent[-1].recv(100) == b""  # and none is waited for without end


def test_what_a_killed_worker_held_is_counted_no_more(judian: Judian, sample_index: Path) -> None:
    with serving(judian, sample_index, "--workers", "2") as (pid, port):

        def told() -> str:
            return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, timeout=PATIENCE_S).text

        def shared() -> list[Path]:
            return list(Path(tempfile.gettempdir()).glob("judian-metrics-*/gauge_livesum_*.db"))

        def of_server() -> list[int]:
            return [worker for worker in workers(pid) if any(path.stem.endswith(f"_{worker}") for path in shared())]

        until(lambda: len(of_server()) == 2)
        killed = of_server()[0]
        (file,) = (path for path in shared() if path.stem.endswith(f"_{killed}"))
        os.kill(killed, signal.SIGKILL)
        until(lambda: not file.exists())
        assert "judian_questions_held 0.0" in told()
        folder = file.parent
        assert folder.exists()
    assert not folder.exists()


def workers(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_the_log_names_the_client_that_connects_unless_a_proxy_is_configured(
    judian: Judian, sample_index: Path
) -> None:
    forged = {"x-forwarded-for": "192.0.2.7"}
    for proxies, logged in (("", "127.0.0.1"), ("127.0.0.1", "192.0.2.7")):
        with judian.with_settings(JUDIAN_PROXIES=proxies).serving(sample_index) as (server, base):
            assert httpx.get(f"{base}/v1/reports", headers=forged, trust_env=False).status_code == 200
            elsewhere = httpx.get(f"{base}/v1/reports", headers={"host": "rebound.example"}, trust_env=False)
            assert elsewhere.status_code == 421
            server.terminate()
            said, _ = server.communicate(timeout=PATIENCE_S)
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert {line["client"] for line in lines if line.get("path") == "/v1/reports"} == {logged, "127.0.0.1"}


class SlowToCome:
    """An application; a process that is handed it takes ``seconds`` before it runs anything, as one does that imports
    much on a busy machine."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __setstate__(self, held: dict[str, float]) -> None:
        time.sleep(held["seconds"])
        self.__dict__.update(held)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def test_a_worker_that_is_killed_before_it_answers_is_replaced_at_once(tmp_path: Path) -> None:
    """A supervisor that waits for its answer waits as long as it may take, and starts no other until then."""
    with supervised(tmp_path, SlowToCome(0), may_take_s=60) as workers:
        until(lambda: workers.keep_subprocess_alive() or len(workers._came_up) == 2)  # type: ignore[func-returns-value]
        killed = workers.processes[0].pid or 0
        os.kill(killed, signal.SIGSTOP)
        os.waitid(os.P_PID, killed, os.WSTOPPED | os.WNOWAIT)
        began = time.monotonic()
        for _ in range(2):  # it may have answered before it was stopped
            workers.keep_subprocess_alive()
        os.kill(killed, signal.SIGKILL)
        os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
        workers.keep_subprocess_alive()
        assert workers.processes[0].pid != killed
        assert time.monotonic() - began < 30


@contextlib.contextmanager
def supervised(folder: Path, app: SlowToCome, may_take_s: int) -> Iterator[_Workers]:
    """Two workers of ``app`` that are started."""
    handlers = {name: signal.getsignal(name) for name in SIGNALS}
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.set_inheritable(True)
        config = uvicorn.Config(app, workers=2, timeout_worker_healthcheck=may_take_s, log_config=None, lifespan="off")
        workers = _Workers(config, sock, str(folder))
        try:
            workers.init_processes()
            yield workers
        finally:
            for process in workers.processes:
                process.kill()
            workers.join_all()
            for name, handler in handlers.items():
                signal.signal(name, handler)


def test_a_worker_that_is_slow_to_start_is_left_to_start(tmp_path: Path) -> None:
    with supervised(tmp_path, SlowToCome(3), may_take_s=1) as workers:
        first = [process.pid for process in workers.processes]
        began = time.monotonic()
        workers.keep_subprocess_alive()
        assert time.monotonic() - began < 1  # so that a signal is heard meanwhile
        until(lambda: workers.keep_subprocess_alive() or len(workers._came_up) == 2)  # type: ignore[func-returns-value]
        assert [process.pid for process in workers.processes] == first
        os.kill(first[0] or 0, signal.SIGSTOP)  # one that has come up, and answers no more
        os.waitid(os.P_PID, first[0] or 0, os.WSTOPPED | os.WNOWAIT)
        until(lambda: workers.keep_subprocess_alive() or workers.processes[0].pid != first[0])  # type: ignore[func-returns-value]
        assert workers.processes[1].pid == first[1]
