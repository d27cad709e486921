"""A language model's server for tests, on 127.0.0.1: it says what a script tells it to, and fails as told.

It speaks the protocols of OpenAI (``/v1/chat/completions``), Ollama (``/api/chat``) and Anthropic (``/v1/messages``),
told apart by the path, each streamed or not as the request asks. As usage it counts characters: those of the messages,
and those it sent.

    with ScriptedServer("全市共有学校12所[S1]", status(500)) as server:
        settings = Settings(llm="openai:scripted", llm_base_url=server.base_url)
        ...
        assert server.requests[0].messages[1].text == "…"
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from service.llm.types import Message

End = Literal["done", "length", "filter", "cut", "reset", "hang", "malformed", "flood"]
# How each protocol names an end, in the order (done, length, filter).
ENDS = {
    "openai": ("stop", "length", "content_filter"),
    "ollama": ("stop", "length", "stop"),
    "anthropic": ("end_turn", "max_tokens", "refusal"),
}
HANG_S = 60.0  # longer than any test waits; it ends with the server or when the client leaves


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: ``text`` in pieces of ``piece`` characters, the first after ``first_s``
    and the others ``delay_s`` apart, and then its ``end``. ``status`` other than 200 sends ``body`` and no text."""

    text: str = ""
    piece: int = 4
    first_s: float = 0.0
    delay_s: float = 0.0
    end: End = "done"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    thought: str = ""  # sent before the text, in pieces too, as `reasoning_content`, which is no part of the answer
    streams: bool = True  # whether it streams when asked to

    def pieces(self) -> list[str]:
        return [self.text[at : at + self.piece] for at in range(0, len(self.text), self.piece)]


def status(code: int, retry_after: str | None = None, body: str = "") -> Reply:
    """A refusal, such as 401 or 429."""
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    return Reply(status=code, headers=headers, body=body or json.dumps({"error": {"message": f"scripted {code}"}}))


HANG = Reply(end="hang")  # takes the request and says nothing
CUT = Reply("全市共有", end="cut")  # the stream ends in order, but without its end
RESET = Reply("全市共有", end="reset")  # the connection breaks
MALFORMED = Reply("全市", end="malformed")
FLOOD = Reply("全市共有学校", end="flood")  # the text again and again, whatever bound was asked for
EMPTY = Reply("")
LENGTH = Reply("全市共有", end="length")  # as many tokens as were allowed, and no more
FILTERED = Reply("全", end="filter")

Scripted = Reply | str | Callable[[Sequence[Message]], "Reply | str"]


@dataclass
class Asked:
    """One request. ``left`` is set when the client closed the connection before the reply had ended."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: dict[str, Any]
    messages: list[Message]
    left: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)  # set when the server is done with it, either way


class ScriptedServer:
    """Answers the first request with the first of ``script``, the second with the second; the last one repeats."""

    def __init__(self, *script: Scripted) -> None:
        self.requests: list[Asked] = []
        self._lock = threading.Lock()
        self._script: list[Scripted] = list(script) or [EMPTY]
        self._port = 0
        self._closing = threading.Event()
        self._http: _Listening | None = None

    @property
    def url(self) -> str:
        """As Ollama and Anthropic take it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """As clients of OpenAI's protocol take it."""
        return f"{self.url}/v1"

    def script(self, *script: Scripted) -> None:
        """What comes next, in place of what was to come."""
        with self._lock:
            self._script = list(script)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody listens: connections are refused."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def take(self, asked: Asked) -> Reply:
        """The reply to ``asked``, which is kept."""
        with self._lock:
            self.requests.append(asked)
            scripted = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        said = scripted if isinstance(scripted, Reply | str) else scripted(asked.messages)
        return Reply(said) if isinstance(said, str) else said

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def _start(self) -> None:
        self._closing.clear()
        self._http = _Listening(self._port, self, self._closing)
        self._port = self._http.server_address[1]
        # It looks every 20 ms whether it is to stop; half a second, the default, would be half a second a test.
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def _stop(self) -> None:
        self._closing.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 64

    def __init__(self, port: int, scripted: ScriptedServer, closing: threading.Event) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.scripted = scripted
        self.closing = closing

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is what tests do, and no error."""


class _Gone(Exception):
    """The client has left, or the server ends."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, body, _messages(body))
        reply = self.server.scripted.take(asked)
        self.close_connection = True
        try:
            self._reply(asked, reply)
        except (_Gone, ConnectionError):
            asked.left.set()
        finally:
            asked.ended.set()

    def _reply(self, asked: Asked, reply: Reply) -> None:
        protocol = {"/api/chat": "ollama", "/v1/messages": "anthropic"}.get(asked.path, "openai")
        n_asked = sum(len(message.text) for message in asked.messages)
        if reply.status != 200:
            self._send(reply.status, reply.body, reply.headers)
            return
        self._wait(reply.first_s)
        if not (reply.streams and asked.body.get("stream", protocol == "ollama")):
            if reply.end == "hang":
                self._wait(HANG_S)
            whole = "{not JSON" if reply.end == "malformed" else json.dumps(_whole(protocol, reply, n_asked))
            self._send(200, whole, reply.headers)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if protocol == "ollama" else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        for line in _opening(protocol, n_asked):
            self._chunk(line)
        if protocol == "openai":
            self._chunk(_event(_completion("chat.completion.chunk", {"delta": {"role": "assistant", "content": ""}})))
            for at in range(0, len(reply.thought), reply.piece):
                thought = {"reasoning_content": reply.thought[at : at + reply.piece]}
                self._chunk(_event(_completion("chat.completion.chunk", {"delta": thought})))
                self._wait(reply.delay_s)
        for at, piece in enumerate(reply.pieces()):
            self._wait(reply.delay_s if at else 0.0)
            self._chunk(_piece(protocol, piece))
        while reply.end == "flood":
            self._wait(0.0)
            self._chunk(_piece(protocol, reply.text))
        if reply.end == "hang":
            self._wait(HANG_S)
        elif reply.end == "malformed":
            self._chunk("{not JSON\n" if protocol == "ollama" else "event: content_block_delta\ndata: {not JSON\n\n")
        elif reply.end == "reset":
            # With a linger of zero seconds closing sends RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
            return
        elif reply.end != "cut":
            for line in _closing(protocol, reply, n_asked):
                self._chunk(line)
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, code: int, body: str, headers: Sequence[tuple[str, str]]) -> None:
        self.send_response(code)
        for name, value in (*headers, ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def _chunk(self, text: str) -> None:
        raw = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))

    def _wait(self, seconds: float) -> None:
        """Raises _Gone when the client leaves meanwhile, which a readable connection with nothing to read means."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            readable, _, _ = select.select([self.connection], [], [], max(0.0, min(left, 0.02)))
            if self.server.closing.is_set() or (readable and not self.connection.recv(1, socket.MSG_PEEK)):
                raise _Gone
            if left <= 0:
                return


def _messages(body: dict[str, Any]) -> list[Message]:
    found = [Message("system", _text(body["system"]))] if body.get("system") else []
    return found + [Message(message["role"], _text(message["content"])) for message in body["messages"]]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _end(protocol: str, reply: Reply) -> str:
    names = ("done", "length", "filter")
    return ENDS[protocol][names.index(reply.end) if reply.end in names else 0]


def _event(found: dict[str, Any]) -> str:
    """One event of a stream: for Anthropic with its type, which OpenAI's events do not have."""
    kind = f"event: {found['type']}\n" if "type" in found else ""
    return f"{kind}data: {json.dumps(found, ensure_ascii=False)}\n\n"


def _opening(protocol: str, n_asked: int) -> list[str]:
    if protocol != "anthropic":
        return []
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "scripted",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": n_asked, "output_tokens": 0},
    }
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return [_event({"type": "message_start", "message": message}), _event(block)]


def _piece(protocol: str, piece: str) -> str:
    if protocol == "ollama":
        line = {"model": "scripted", "message": {"role": "assistant", "content": piece}, "done": False}
        return json.dumps(line, ensure_ascii=False) + "\n"
    if protocol == "anthropic":
        return _event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
    return _event(_completion("chat.completion.chunk", {"delta": {"role": "assistant", "content": piece}}))


def _closing(protocol: str, reply: Reply, n_asked: int) -> list[str]:
    end, n_sent = _end(protocol, reply), len(reply.text)
    if protocol == "ollama":
        return [json.dumps(_whole("ollama", Reply("", end=reply.end), n_asked, n_sent)) + "\n"]
    if protocol == "anthropic":
        delta = {"stop_reason": end, "stop_sequence": None}
        usage = {"input_tokens": n_asked, "output_tokens": n_sent}
        return [
            _event({"type": "content_block_stop", "index": 0}),
            _event({"type": "message_delta", "delta": delta, "usage": usage}),
            _event({"type": "message_stop"}),
        ]
    usage = {"prompt_tokens": n_asked, "completion_tokens": n_sent, "total_tokens": n_asked + n_sent}
    return [
        _event(_completion("chat.completion.chunk", {"delta": {}, "finish_reason": end})),
        _event({**_completion("chat.completion.chunk", {}), "choices": [], "usage": usage}),
        "data: [DONE]\n\n",
    ]


def _completion(kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    choices = [{"index": 0, "finish_reason": None, **choice}]
    return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": "scripted", "choices": choices}


def _whole(protocol: str, reply: Reply, n_asked: int, n_sent: int | None = None) -> dict[str, Any]:
    """The reply in one piece."""
    end, n_sent = _end(protocol, reply), len(reply.text) if n_sent is None else n_sent
    message = {"role": "assistant", "content": reply.text}
    if protocol == "ollama":
        counted = {"prompt_eval_count": n_asked, "eval_count": n_sent}
        return {"model": "scripted", "message": message, "done": True, "done_reason": end, **counted}
    if protocol == "anthropic":
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "scripted",
            "content": [{"type": "text", "text": reply.text}],
            "stop_reason": end,
            "stop_sequence": None,
            "usage": {"input_tokens": n_asked, "output_tokens": n_sent},
        }
    usage = {"prompt_tokens": n_asked, "completion_tokens": n_sent, "total_tokens": n_asked + n_sent}
    return {**_completion("chat.completion", {"message": message, "finish_reason": end}), "usage": usage}
