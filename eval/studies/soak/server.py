"""The server of a soak, and what its operator does to it: publications, other keys, killed workers. Linux only.

Reports are indexed and keys changed in this process, as `judian index` and `judian keys` do it in theirs: to start one
takes longer than what it does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from eval.studies.soak.log import Log
from eval.studies.soak.truth import CHANGED_FILE, CHANGED_TEXT
from indexer.build import build
from service.http.keys import KeyStore
from service.open import open_encoder
from service.settings import Settings

JUDIAN = (sys.executable, "-m", "service")
WORKERS = 2
PATIENCE_S = 900.0  # in which processes come up, on a busy machine
GRACE_S = 5.0  # that a key is valid after the next one
_TICK = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something that is done to the server did not end well."""


class Server:
    """``judian serve`` with two workers over ``reports``, which asks for keys. The first of its workers is never
    killed: its memory is that of all the time."""

    def __init__(self, folder: Path, reports: Path, index: Path, log: Log) -> None:
        self._reports, self._index, self._log = reports, index, log
        self._settings = Settings.from_environment()
        self._encoder = open_encoder(self._settings)
        self._keys = KeyStore(folder / "keys.json")
        self._environment = {
            **os.environ,
            "JUDIAN_KEYS": str(folder / "keys.json"),
            "JUDIAN_REQUIRE_KEY": "always",
            "JUDIAN_RATE_PER_MINUTE": "100000",
            "JUDIAN_LANG": "en",
        }
        self.log_file = folder / "server.log"
        self._n_texts = 0
        self._n_keys = 0
        self.publish()
        self.secret = self._new_key()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        with self.log_file.open("wb") as said:
            self.process = subprocess.Popen(
                [*JUDIAN, "serve", "--index", str(index), "--port", str(self.port), "--workers", str(WORKERS)],
                env=self._environment,
                stdout=said,
                stderr=said,
            )
        try:
            self._wait_for(self._is_ready)
            self._wait_for(self._has_workers)
        except BaseException:
            self.close()
            raise
        self.eldest = self.first_worker()

    def publish(self) -> None:
        """Another text of the report that changes, indexed and published."""
        self._n_texts += 1
        (self._reports / CHANGED_FILE).write_text(CHANGED_TEXT.format(n=1000 + self._n_texts), encoding="utf-8")
        build([self._reports], self._index, self._encoder, self._settings.encoder)
        self._log.count("publications")

    def change_key(self) -> None:
        """A new key, and a moment later no more the old one."""
        old, self.secret = self.secret, self._new_key()
        time.sleep(GRACE_S)
        self._keys.revoke(old.split("_")[1])
        for _ in range(2 * WORKERS):  # whichever worker takes it
            began = time.monotonic()
            try:
                headers = {"authorization": f"Bearer {old}"}
                given = httpx.get(f"{self.base}/v1/reports?limit=1", headers=headers, trust_env=False, timeout=60)
            except httpx.TransportError as error:
                self._log.lost("revoked key", began, time.monotonic(), f"{type(error).__name__}: {error}")
                continue
            self._log.answered("revoked key", began, time.monotonic())
            if given.status_code != 401:
                self._log.fault("revoked key", f"{given.status_code} with a key that was revoked")
        self._log.count("keys changed")

    def kill_worker(self) -> None:
        """Kill a worker that is not the eldest, as the system does for want of memory, and wait for the next."""
        others = [pid for pid in self.workers() if pid != self.eldest]
        if not others:
            return  # the last one killed is not yet replaced
        killed = max(others, key=_started)
        since = time.monotonic()
        self._log.kills.append((since, float("inf")))
        with contextlib.suppress(ProcessLookupError):
            os.kill(killed, signal.SIGKILL)
        while is_alive(killed):
            time.sleep(0.01)
        self._log.kills[-1] = (since, time.monotonic())
        self._log.count("workers killed")
        self._wait_for(self._has_workers)

    def first_worker(self) -> int:
        """The one that has run longest."""
        return min(self.workers(), key=_started)

    def workers(self) -> list[int]:
        """The process ids of the workers that there are."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [int(child) for child in children if b"spawn_main" in _command(int(child)) and is_alive(int(child))]

    def rss_mib(self, pid: int) -> float:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def cpu_s(self, pid: int) -> float:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def n_tracebacks(self) -> int:
        """Faults that nobody foresaw, in the log."""
        return self.log_file.read_bytes().count(b"Traceback (most recent call last)")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._log.fault("server", "it did not end within a minute")
                self.process.kill()
                self.process.wait()

    def _new_key(self) -> str:
        self._n_keys += 1
        return self._keys.add(f"soak-{self._n_keys}")[1]

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.base}/readyz", trust_env=False, timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    def _has_workers(self) -> bool:
        return len(self.workers()) == WORKERS

    def _wait_for(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > until or self.process.poll() is not None:
                raise Failed(
                    f"the server did not come up; it said: {self.log_file.read_text(encoding='utf-8')[-2000:]}"
                )
            time.sleep(0.5)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _started(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])


def is_alive(pid: int) -> bool:
    """Whether the process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
