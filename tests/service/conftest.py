"""Askers over small in-memory indexes, a client over ASGI, and ``judian`` as a process."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.chunks import chunks, embedded_text
from indexer.duplicates import copies_of
from indexer.encoders.hashing import HashingEncoder
from indexer.reports import reading_of
from indexer.store.lexical import LexicalIndex
from indexer.store.snapshot import EncoderMade, Snapshot, in_memory
from indexer.store.vectors import VectorIndex
from indexer.types import Report
from service.abstain import Abstention
from service.ask import Asker
from service.http.app import create_app
from service.http.live import Fixed
from service.open import asker_over
from service.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLE_FOLDER = ROOT / "eval" / "data" / "samples"
START_TIMEOUT_S = 120

Texts = Mapping[str, str | bytes]
MakeAsker = Callable[[Texts], Asker]


def always(certainty: float) -> Abstention:
    """An abstention that is as certain of every sentence, and has a bar of one half."""
    return Abstention(intercept=math.log(certainty / (1 - certainty)), coefficients=(), bar=0.5, features=())


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


def snapshot_of(texts: Texts) -> Snapshot:
    """The index of ``texts`` (file name to content), made in memory with the hashing encoder."""
    encoder = HashingEncoder()
    reports: list[Report] = []
    for file, text in texts.items():
        raw = text.encode() if isinstance(text, str) else text
        reports += reading_of(raw, file).reports
    found = [chunk for report in reports for chunk in chunks(report)]
    embedded = [embedded_text(chunk) for chunk in found]
    return in_memory(
        reports=reports,
        chunks=found,
        vectors=VectorIndex.build(encoder.encode_passages(embedded)),
        lexical=LexicalIndex.build(embedded),
        encoder=EncoderMade.of(encoder, "hashing"),
        max_chunk_chars=160,
        copies=copies_of(reports),
    )


def answering(texts: Texts) -> Asker:
    """An asker over ``texts`` that never abstains for want of certainty."""
    sure = always(0.9)
    return replace(asker_over(snapshot_of(texts), HashingEncoder(), Settings()), abstention={"zh": sure, "en": sure})


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
    return lambda asker: Client(create_app(Fixed(asker)))
