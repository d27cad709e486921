"""Askers over small in-memory indexes, a client over ASGI, and ``judian`` as a process."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer import bundled
from indexer.build import embedded_text
from indexer.chunks import chunks
from indexer.encoder import HashingEncoder
from indexer.errors import EncoderError
from indexer.lexical import LexicalIndex
from indexer.readers.text import read_text
from indexer.snapshot import EncoderMade, Snapshot, in_memory
from indexer.types import Report
from indexer.vectors import VectorIndex
from service.abstain import Abstention
from service.app import create_app
from service.ask import Asker
from service.retrieve import Retriever

ROOT = Path(__file__).parents[2]
SAMPLE_FOLDER = ROOT / "eval" / "data" / "samples"
START_TIMEOUT_S = 120

Texts = Mapping[str, str | bytes]
MakeAsker = Callable[[Texts], Asker]


def always(certainty: float) -> Abstention:
    """An abstention that is as certain of every sentence, and has a bar of one half."""
    return Abstention(intercept=math.log(certainty / (1 - certainty)), coefficients=(0.0, 0.0, 0.0), bar=0.5)


@dataclass(frozen=True)
class Client:
    """Requests to an application without a socket. Errors of the application become responses, as on a server."""

    app: Any

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://judian") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def ask(self, question: str, **more: Any) -> Any:
        """The answer to ``question``, as decoded JSON."""
        response = self.request("POST", "/v1/ask", json={"question": question, **more})
        assert response.status_code == 200, response.text
        return response.json()


@dataclass(frozen=True)
class Judian:
    """``judian`` as a process with no settings of the caller's, and those given here."""

    settings: Mapping[str, str]

    def with_settings(self, **settings: str) -> Judian:
        return Judian({**self.settings, **settings})

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUDIAN_")}
        return {**inherited, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **self.settings}

    def __call__(self, *arguments: str | bytes | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=START_TIMEOUT_S,
            check=False,
        )

    def to(self, stdout: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
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

    def index(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
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
            wait_until_ready(base, server)
            yield server, base
        finally:
            if server.poll() is None:
                server.terminate()
            server.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(base: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}: {server.communicate()[0]}")
        try:
            if httpx.get(f"{base}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server was not ready after {START_TIMEOUT_S} s")


def snapshot_of(texts: Texts) -> Snapshot:
    """The index of ``texts`` (file name to content), made in memory with the hashing encoder."""
    encoder = HashingEncoder()
    reports: list[Report] = []
    for file, text in texts.items():
        raw = text.encode() if isinstance(text, str) else text
        reports += read_text(raw, file).reports
    found = [chunk for report in reports for chunk in chunks(report)]
    embedded = [embedded_text(chunk) for chunk in found]
    return in_memory(
        reports=reports,
        chunks=found,
        vectors=VectorIndex.build(encoder.encode_passages(embedded)),
        lexical=LexicalIndex.build(embedded),
        encoder=EncoderMade(name="hashing", fingerprint=encoder.fingerprint, dim=encoder.dim),
        max_chunk_chars=160,
    )


def answering(texts: Texts) -> Asker:
    """An asker over ``texts`` that never abstains for want of certainty."""
    sure = always(0.9)
    return Asker(
        retriever=Retriever(snapshot_of(texts), HashingEncoder()),
        abstention={"zh": sure, "en": sure},
        k=10,
        max_question_chars=1000,
    )


@pytest.fixture(scope="session")
def make_asker() -> MakeAsker:
    """Texts by file name to an asker over them that never abstains for want of certainty."""
    return answering


@pytest.fixture(scope="session")
def sample_texts() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(SAMPLE_FOLDER.iterdir())}


@pytest.fixture(scope="session")
def sample_asker(sample_texts: dict[str, bytes]) -> Asker:
    return answering(sample_texts)


@pytest.fixture(scope="session")
def refusing() -> Callable[[Asker], Asker]:
    """The same asker, never certain enough to answer."""
    never = always(0.1)
    return lambda asker: replace(asker, abstention={"zh": never, "en": never})


@pytest.fixture(scope="session")
def client_of() -> Callable[[Asker | None], Client]:
    return lambda asker: Client(create_app(asker))


@pytest.fixture(scope="session")
def judian() -> Judian:
    """``judian`` with the hashing encoder."""
    return Judian({"JUDIAN_ENCODER": "hashing"})


@pytest.fixture(scope="session")
def hashing_index(judian: Judian, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, indexed by ``judian index`` with the hashing encoder."""
    folder = tmp_path_factory.mktemp("hashing") / "index"
    judian.index(SAMPLE_FOLDER, "--out", folder)
    return folder


@pytest.fixture(scope="session")
def real_cache() -> Iterator[Path]:
    """An empty JUDIAN_CACHE: the first to use it unpacks the bundled model. Not kept: it takes 0.5 GB."""
    try:
        bundled.weights_path()
    except EncoderError as absent:
        pytest.skip(f"no bundled model: {absent}")
    with tempfile.TemporaryDirectory(prefix="judian-cache-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def real_judian(real_cache: Path) -> Judian:
    """``judian`` with the default encoder, which must find nothing in a hub's cache."""
    return Judian({"JUDIAN_CACHE": str(real_cache), "HF_HOME": str(real_cache / "no-hub")})


@pytest.fixture(scope="session")
def real_index(real_judian: Judian, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, indexed by ``judian index`` with the default encoder."""
    folder = tmp_path_factory.mktemp("real") / "index"
    real_judian.index(SAMPLE_FOLDER, "--out", folder)
    return folder


@pytest.fixture(scope="session")
def real_server(real_judian: Judian, real_index: Path) -> Iterator[str]:
    """The address of a server process over the samples with the default encoder."""
    with real_judian.serving(real_index) as (_, base):
        yield base
