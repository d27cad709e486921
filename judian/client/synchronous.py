"""``Client``: asks a service, and waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

import httpx

import judian.client.calls as calls
from indexer.types import ReportSummary
from judian.client.address import address_of
from judian.client.calls import Call, Event, Mode
from judian.client.errors import Refused, Unreachable
from judian.client.responses import Frames, one_line, refused
from service.listing import ReportQuery
from service.types import (
    Answer,
    CitationStatus,
    CitedSpan,
    Filters,
    Question,
    ReportOutline,
    Said,
    SearchAnswer,
    SearchQuestion,
    Turn,
    Verified,
)
from service.verify.types import Verdict

T = TypeVar("T")
MAX_WAIT_S = 60.0  # a service that asks to wait longer is not waited for


class Client:
    """A running service at ``url``. Safe to use from several threads; close it, or use it as a context.

    ``key``: an API key, where the service asks for one. ``timeout_s`` bounds a whole response, in a stream the silence.
    A service that is busy (429, 503 with ``Retry-After``) is asked ``max_tries`` times in all. Everything raises
    ``ClientError`` (``judian.client.errors``), ``BadAddress`` at once.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = 60.0,
        max_tries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        address = address_of(url, key)
        self.url = address.url
        self._timeout_s = timeout_s
        self._max_tries = max_tries
        self._sleep = sleep
        self._http = httpx.Client(
            auth=address.auth,
            headers=address.headers,
            timeout=timeout_s,
            trust_env=address.proxies,
            transport=transport,
        )

    def ask(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn | Said] = (),
        filters: Filters | None = None,
        mode: Mode = "auto",
        k: int | None = None,
        trace: bool = False,
    ) -> Answer:
        """The answer to a question. Abstaining is an answer: look at its ``status``."""
        return self._sent(calls.ask(calls.question_of(question, history, filters, mode, k, trace)))

    def stream(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn | Said] = (),
        filters: Filters | None = None,
        mode: Mode = "auto",
        k: int | None = None,
        trace: bool = False,
    ) -> Generator[Event, None, None]:
        """The segments of the answer as they come, each with its citations, then the whole answer, which counts. Close
        the generator to end the answer."""
        call = calls.stream(calls.question_of(question, history, filters, mode, k, trace))
        return self._streamed(call)

    def search(
        self, question: str | SearchQuestion, *, filters: Filters | None = None, k: int | None = None
    ) -> SearchAnswer:
        """Retrieval alone: the passages, best first."""
        return self._sent(calls.search(question, filters, k))

    def reports(self, query: ReportQuery | None = None) -> Iterator[ReportSummary]:
        """The reports of the index, in its order: all, or those that fit ``query``; ``query.limit`` at a time."""
        asked = query or ReportQuery()
        while True:
            page = self._sent(calls.reports(asked))
            yield from page.reports
            if page.next_cursor is None:
                return
            asked = asked.model_copy(update={"cursor": page.next_cursor})

    def report(self, report_id: str) -> ReportOutline:
        """Metadata and section tree of a report."""
        return self._sent(calls.report(report_id))

    def text(self, report_id: str, start: int = 0, end: int | None = None) -> str:
        """The canonical text of a report, or ``[start, end)`` of it in code points."""
        return self._sent(calls.text(report_id, start, end))

    def citation(self, citation_id: str) -> CitationStatus:
        """What became of a citation."""
        return self._sent(calls.citation(citation_id))

    def verify(self, report_id: str, start: int, end: int, quote: str) -> Verified:
        """Whether ``quote`` stands at ``[start, end)`` of a report; if not, where it does."""
        return self._sent(calls.verify(report_id, start, end, quote))

    def verify_sentence(self, sentence: str, citations: Sequence[CitedSpan | str]) -> Verdict:
        """Whether what is cited, places or citation ids, says what ``sentence`` says."""
        return self._sent(calls.verify_sentence(sentence, citations))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sent(self, call: Call[T]) -> T:
        return self._patient(lambda: self._once(call))

    def _once(self, call: Call[T]) -> T:
        deadline = time.monotonic() + self._timeout_s
        content = b""
        where = f"{self.url}{call.path}"
        with self._response(call) as response:
            for piece in response.iter_bytes():
                content += piece
                if time.monotonic() > deadline:  # a server that drips never makes httpx's own time-out
                    raise httpx.ReadTimeout("too slow")
        if not response.is_success:
            raise refused(response.status_code, response.headers, content, where)
        return call.read(content, where)

    def _streamed(self, call: Call[Answer]) -> Generator[Event, None, None]:
        where, frames = f"{self.url}{call.path}", Frames()
        for left in reversed(range(self._max_tries)):
            try:
                with self._response(call) as response:
                    if not response.is_success:
                        raise refused(response.status_code, response.headers, response.read(), where)
                    for piece in response.iter_bytes():
                        for name, data in frames.feed(piece):
                            event = calls.event_of(name, data, where)
                            if event is not None:
                                yield event
                            if isinstance(event, Answer):
                                return
                raise calls.cut(where)
            except Refused as error:
                self._wait(error, left)

    def _patient(self, once: Callable[[], T]) -> T:
        for left in reversed(range(self._max_tries)):
            try:
                return once()
            except Refused as error:
                self._wait(error, left)
        raise AssertionError("the last try returns or raises")

    def _wait(self, error: Refused, tries_left: int) -> None:
        """Until the service wants to be asked again. Raises ``error`` where it does not."""
        if error.retry_after_s is None or error.retry_after_s > MAX_WAIT_S or not tries_left:
            raise error
        self._sleep(error.retry_after_s)

    @contextmanager
    def _response(self, call: Call[T]) -> Iterator[httpx.Response]:
        """The response, its body not read yet. Raises Unreachable, also for what the body of the context reads."""
        where = f"{self.url}{call.path}"
        headers = {"content-type": "application/json"} if call.body is not None else {}
        try:
            with self._http.stream(
                call.method, where, content=call.body, params=call.query or None, headers=headers
            ) as response:
                yield response
        except httpx.TimeoutException as error:
            raise Unreachable(f"{where} gave no whole answer within {self._timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Unreachable(f"{where} cannot be asked: {one_line(str(error)) or type(error).__name__}") from error
