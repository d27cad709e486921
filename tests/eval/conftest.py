"""Runs made of a few scores, and a server whose responses a test writes down beforehand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.gold.types import QuestionType
from eval.measures.types import QuestionScores
from eval.runs.stored import Run
from eval.runs.types import IndexStatistics, RunStamp


@dataclass(frozen=True)
class Reply:
    """A response: ``content`` is sent as JSON unless it is bytes. ``cut`` leaves that many bytes unsent, ``wait_s`` is
    the time before the first byte, ``drip_s`` that before each."""

    content: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    wait_s: float = 0.0
    drip_s: float = 0.0

    @property
    def body(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()


@dataclass(frozen=True)
class Asked:
    """A request that came: the path, the headers by lower-case name, the body as JSON."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Scripted:
    """A server on this machine; the last reply of a path is given again and again."""

    url: str
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will_give(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)


def _answering(scripted: Scripted) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def log_message(self, *_: Any) -> None:
            """Nothing is written to standard error."""

        def _reply(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            scripted.asked.append(Asked(self.path, headers, json.loads(sent) if sent else None))
            replies = scripted.replies.get(self.path, [Reply({"detail": "nothing is scripted"}, 404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            scripted.closing.wait(reply.wait_s)
            try:
                self.send_response(reply.status)
                for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for byte in reply.body[: len(reply.body) - reply.cut]:
                    if reply.drip_s and not scripted.closing.is_set():
                        time.sleep(reply.drip_s)
                    self.wfile.write(bytes([byte]))
            except OSError:
                pass  # the client has given up

    return Answering


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server on a free port, told by the test what to give at which path."""
    found = Scripted("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(found))
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    found.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


MakeReply = Callable[..., Reply]


@pytest.fixture
def reply() -> MakeReply:
    """What a scripted server gives."""
    return Reply


Scores = Mapping[str, Mapping[str, float]]
MakeRun = Callable[..., Run]


@pytest.fixture
def make_run() -> MakeRun:
    """A run that was never written: question id to its values; the type of a question is ``number`` unless ``types``
    says otherwise; ``stamp`` replaces fields of the stamp."""

    def make(name: str, scores: Scores, types: Mapping[str, QuestionType] | None = None, **stamp: object) -> Run:
        plain: dict[str, object] = {
            "command": "judian-eval run gold.jsonl",
            "system": "judian",
            "gold": "gold.jsonl",
            "gold_sha256": "0" * 64,
            "n_questions": len(scores),
            "commit": "abc",
            "date": "2026-11-23",
            "snapshot_id": "s1",
            "index": IndexStatistics(n_reports=1, n_chunks=2, n_sections=3, n_characters=4, text_sha256="0"),
            "encoder": "e",
            "precision": "float32",
            "settings": {},
            "prompts": {},
            "seed": 0,
            "machine": "m",
            "python": "3.11",
            "judian_version": "0",
        }
        kinds: Mapping[str, QuestionType] = types or {}
        return Run(
            folder=Path(name),
            stamp=RunStamp.model_validate(plain | stamp),
            scores={
                key: QuestionScores(id=key, lang="zh", type=kinds.get(key, "number"), values=values)
                for key, values in scores.items()
            },
            items={},
            outputs={},
        )

    return make
