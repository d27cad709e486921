"""``judian`` as tests use it: a process where a process is the point, a call of its ``main`` where it is not."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from service.__main__ import main
from service.commands.demo import START_TIMEOUT_S, wait_until_ready

ROOT = Path(__file__).parents[1]
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Judian:
    """``judian`` as a process with no settings of the caller's, and those given here."""

    settings: Mapping[str, str]

    def with_settings(self, **settings: str) -> Judian:
        return Judian({**self.settings, **settings})

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.settings)

    def __call__(self, *arguments: str | bytes | Path) -> Done:
        return self.to(subprocess.PIPE, *arguments)

    def to(self, stdout: int, *arguments: str | bytes | Path) -> Done:
        """The same, with standard output going to the file descriptor ``stdout``."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=stdout,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=START_TIMEOUT_S,
            check=False,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "service", *map(str, arguments)],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs the tests in the background has its children ignore Ctrl-C, and theirs.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def index(self, *arguments: str | Path) -> Done:
        done = self("index", *arguments)
        assert done.returncode == 0, done.stderr
        return done

    @contextmanager
    def serving(self, index: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A ready server on a free port of 127.0.0.1, and its address; nobody reads what it says until it has ended."""
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "service", "serve", "--index", str(index), "--port", str(port), *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        base = f"http://127.0.0.1:{port}"
        try:
            _wait(base, server)
            yield server, base
        finally:
            if server.poll() is None:
                server.terminate()
            server.communicate(timeout=30)


@dataclass(frozen=True)
class Typed:
    """``judian`` by a call of its ``main``: what it prints and how it ends, without the second that Python takes to
    start. ``main`` may be that of another command."""

    settings: Mapping[str, str]
    main: Callable[[], None] = main

    def with_settings(self, **settings: str) -> Typed:
        return Typed({**self.settings, **settings}, self.main)

    def __call__(self, *arguments: object) -> Done:
        words = ["judian", *map(str, arguments)]
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        status: object = 0
        with (
            mock.patch.dict(os.environ, environment(self.settings), clear=True),
            mock.patch.object(sys, "argv", words),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                self.main()
            except SystemExit as ended:
                status = ended.code or 0
        said, complained = (stream.detach().getvalue().decode("utf-8", "replace") for stream in (out, err))
        return subprocess.CompletedProcess(words, status if isinstance(status, int) else 1, said, complained)

    def index(self, *arguments: object) -> Done:
        done = self("index", *arguments)
        assert done.returncode == 0, done.stderr
        return done


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """That of this process with ``settings`` in place of its own for Judian."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUDIAN_")}
    return {**inherited, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", "JUDIAN_LANG": "en", **settings}


def _wait(base: str, server: subprocess.Popen[str]) -> None:
    try:
        wait_until_ready(base, server, "what it said")
    except SystemExit as ended:
        server.kill()
        pytest.fail(f"{ended}: {server.communicate()[0]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
