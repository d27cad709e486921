"""A service without an index: it sends the widget's files as the real one does, and the answers that a test wrote."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from service.http.assets import load
from service.http.edges import HEADERS
from service.types import Answer, Citation, CitationStatus, Given, Place, Segment

ASSETS = load(Path(__file__).parents[2] / "service" / "http" / "static")
PAGES = {"/": "index.html", "/widget.js": "widget.js"}
SNAPSHOT = "s1"
Chunk = bytes | float | threading.Event  # what is sent next, how many seconds nothing is, or what is waited for


def cite(number: int, text: str, quote: str, figure: str = "", *, report: str = "r1", **changed: Any) -> Citation:
    """The citation of ``quote`` where it first stands in ``text``, with its ``figure`` marked."""
    start = text.index(quote)
    at = start + quote.index(figure)
    values: dict[str, Any] = {
        "number": number,
        "citation_id": f"{report}-{number}",
        "report_id": report,
        "title": f"{report}年度工作报告",
        "heading_path": ("一、工作回顾", "（一）民生"),
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "highlights": [{"start": at, "end": at + len(figure)}] if figure else [],
    }
    return Citation.model_validate(values | changed)


def answer(segments: Sequence[Segment] = (), citations: Sequence[Citation] = (), **changed: Any) -> Answer:
    values: dict[str, Any] = {
        "answer_id": "a1",
        "question": "问题？",
        "language": "zh",
        "kind": "fact",
        "status": "answered",
        "confidence": 0.9,
        "certainty": "certain",
        "text": "\n".join(segment.text for segment in segments),
        "segments": tuple(segments),
        "citations": tuple(citations),
        "snapshot_id": SNAPSHOT,
        "elapsed_ms": {"total": 1.0},
    }
    return Answer.model_validate(values | changed)


def event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


def stream(given: Answer) -> list[bytes]:
    """The events of an answer, as the service sends them."""
    numbered = {citation.number: citation for citation in given.citations}
    segments = [
        Given(segment=segment, citations=tuple(numbered[number] for number in segment.citations))
        for segment in given.segments
    ]
    return [*(event("segment", one.model_dump_json()) for one in segments), event("done", given.model_dump_json())]


class Fake:
    """Serves on a free port of 127.0.0.1 from ``with`` to its end. Change its fields at any time."""

    def __init__(self, origins: str | None = "*") -> None:
        self.origins = origins  # that may use the API
        self.pages: dict[str, tuple[str, Mapping[str, str]]] = {}  # path: HTML and headers
        self.answers: dict[str, Sequence[Chunk] | Answer | tuple[int, Mapping[str, str]]] = {}
        self.texts: dict[str, str] = {}
        self.citations: dict[str, CitationStatus] = {}
        self.key: str | None = None
        self.asked: list[dict[str, Any]] = []
        self.rated: list[dict[str, Any]] = []
        self.takes_feedback = 200  # the status of what it says to it
        self.left = threading.Event()  # set once a client went away in the middle of an answer
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, given: Answer, question: str, text: str = "", report: str = "r1") -> None:
        """This answer to ``question``; its citations stand in ``text`` as they say."""
        self.answers[question] = given
        self.texts[report] = text
        for citation in given.citations:
            if citation.report_id == report:
                self.citations[citation.citation_id] = status_of(citation)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def status_of(citation: Citation, state: str = "present", by: int = 0, quote: str | None = None) -> CitationStatus:
    """What became of it: moved ``by`` characters, with ``quote`` there."""
    place = Place(
        report_id=citation.report_id,
        title=citation.title,
        heading_path=citation.heading_path,
        start=citation.start + by,
        end=citation.end + by,
        quote=quote or citation.quote,
    )
    there = place if state in ("present", "moved") else None
    return CitationStatus.model_validate(
        {"citation_id": citation.citation_id, "status": state, "place": there, "snapshot_id": SNAPSHOT}
    )


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_OPTIONS(self) -> None:
            allowed = {"access-control-allow-headers": "authorization, content-type"}
            self._send(204 if fake.origins else 405, b"", "text/plain", allowed if fake.origins else {})

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            name = PAGES.get(path) or path.removeprefix("/static/")
            if path in fake.pages:
                html, headers = fake.pages[path]
                self._send(200, html.encode(), "text/html; charset=utf-8", headers)
            elif name in ASSETS and not path.startswith("/v1/"):
                asset = ASSETS[name]
                policy = {key.decode(): value.decode() for key, value in HEADERS} if name == "index.html" else {}
                self._send(200, asset.body, asset.media_type, {"access-control-allow-origin": "*", **policy})
            elif path == "/healthz":
                self._send(200, b"{}", "application/json")
            elif path.startswith("/v1/"):
                self._api(path)
            else:
                self._send(404, b"", "text/plain")

        def _api(self, path: str) -> None:
            parts = path.strip("/").split("/")
            if self._refused():
                return
            if parts[1] == "citations" and parts[2] in fake.citations:
                self._json(fake.citations[parts[2]].model_dump(mode="json"))
            elif parts[1] == "reports" and parts[-1] == "text" and parts[2] in fake.texts:
                self._send(200, fake.texts[parts[2]].encode(), "text/plain; charset=utf-8")
            elif parts[1] == "reports" and len(parts) == 3:
                title = f"{parts[2]}年度工作报告"
                reference = f"某市人民政府. {title}: 某政发〔2023〕12号[R/OL]. (2023-03-28)"
                self._json({"report_id": parts[2], "title": title, "reference": reference})
            elif parts[1] == "reports":
                names = [
                    {"report_id": one, "title": f"{one}年度工作报告", "region": "某市", "year": "2022"}
                    for one in fake.texts
                ]
                self._json({"reports": names})
            else:
                self._problem(404)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self._refused():
                return
            if self.path == "/v1/feedback":
                fake.rated.append(body)
                self._json(body) if fake.takes_feedback == 200 else self._problem(fake.takes_feedback)
                return
            fake.asked.append(body)
            given = fake.answers.get(body["question"], (422, {}))
            if isinstance(given, tuple):
                self._problem(*given)
                return
            self._start(200, "text/event-stream", {"transfer-encoding": "chunked"})
            try:
                for chunk in stream(given) if isinstance(given, Answer) else given:
                    if isinstance(chunk, float):
                        time.sleep(chunk)
                    elif isinstance(chunk, threading.Event):
                        chunk.wait(20)
                    else:
                        self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                        self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                fake.left.set()
                self.close_connection = True

        def _refused(self) -> bool:
            if fake.key is None or self.headers.get("authorization") == f"Bearer {fake.key}":
                return False
            self._problem(401)
            return True

        def _problem(self, status: int, headers: Mapping[str, str] | None = None) -> None:
            self._send(status, b'{"title": "Wrong"}', "application/problem+json", headers or {})

        def _json(self, body: Any) -> None:
            self._send(200, json.dumps(body).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
            self._start(status, kind, {"content-length": str(len(body)), **(headers or {})})
            self.wfile.write(body)

        def _start(self, status: int, kind: str, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            headers = {"content-type": kind, **headers}
            if fake.origins and self.path.startswith("/v1/"):
                self.send_header("access-control-allow-origin", fake.origins)
                self.send_header("access-control-expose-headers", "retry-after")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    return Handler
