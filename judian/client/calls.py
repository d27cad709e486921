"""What each question to a service is as a request, and how its response is read; the docstrings are those of the
methods of a client. No network here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import ValidationError

from indexer.types import Record
from judian.client.errors import InvalidRequest, NotFound, UnexpectedResponse
from judian.client.responses import problem, record_of
from service.http.problems import Fault
from service.listing import ReportQuery
from service.types import (
    Answer,
    CitationStatus,
    CitedSpan,
    FeedbackKept,
    Filters,
    FoundText,
    Given,
    Question,
    Rated,
    Rating,
    ReportList,
    ReportOutline,
    Said,
    SearchAnswer,
    SearchQuestion,
    Turn,
    Verified,
    Verify,
    VerifySentence,
)
from service.verify.types import Verdict

Event = Given | Answer
Mode = Literal["auto", "extractive", "generated"]
Query = Mapping[str, str | int | Sequence[str | int]]
PAGE = 500  # reports of a response, where nothing else is asked for
R = TypeVar("R", bound=Record)
T = TypeVar("T")
_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and how the body of its response is read: ``read(content, where)``, which raises
    UnexpectedResponse."""

    method: str
    path: str
    read: Callable[[bytes, str], T]
    body: bytes | None = None
    query: Query = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.body is None else {"content-type": "application/json"}


def ask(
    question: str | Question,
    *,
    history: Sequence[Turn | Said] = (),
    filters: Filters | None = None,
    mode: Mode = "auto",
    k: int | None = None,
    trace: bool = False,
) -> Call[Answer]:
    """The answer to a question; one that is a record already is taken as it is. Abstaining is an answer: look at its
    ``status``."""
    asked = _question(question, history, filters, mode, k, trace)
    return _posted("/v1/ask", asked.model_copy(update={"stream": False}), Answer)


def stream(
    question: str | Question,
    *,
    history: Sequence[Turn | Said] = (),
    filters: Filters | None = None,
    mode: Mode = "auto",
    k: int | None = None,
    trace: bool = False,
) -> Call[Answer]:
    """The segments of the answer as they come, each with its citations, then the whole answer, which counts. Close the
    generator (``close``, ``aclose``) to end the answer."""
    asked = _question(question, history, filters, mode, k, trace)
    return _posted("/v1/ask", asked.model_copy(update={"stream": True}), Answer)


def search(
    question: str | SearchQuestion, *, filters: Filters | None = None, k: int | None = None
) -> Call[SearchAnswer]:
    """Retrieval alone: the passages, best first."""
    if not isinstance(question, SearchQuestion):
        question = _asked(SearchQuestion, question=question, filters=filters or Filters(), k=k)
    return _posted("/v1/search", question, SearchAnswer)


def reports(query: ReportQuery) -> Call[ReportList]:
    """A page of the reports that fit ``query``."""
    asked = query if query.limit else query.model_copy(update={"limit": PAGE})
    return _got("/v1/reports", ReportList, asked.model_dump(mode="json", exclude_defaults=True))


def after(page: ReportList, query: ReportQuery) -> ReportQuery | None:
    """What asks for the page behind ``page``; None behind the last."""
    return query.model_copy(update={"cursor": page.next_cursor}) if page.next_cursor else None


def report(report_id: str) -> Call[ReportOutline]:
    """Metadata and section tree of a report."""
    return _got(f"/v1/reports/{_segment(report_id, 'report')}", ReportOutline)


def text(report_id: str, start: int = 0, end: int | None = None) -> Call[str]:
    """The canonical text of a report, or ``[start, end)`` of it in code points."""
    query: dict[str, str | int] = {"start": start} if end is None else {"start": start, "end": end}
    return Call("GET", f"/v1/reports/{_segment(report_id, 'report')}/text", _text, query=query)


def find(report_id: str, words: str) -> Call[FoundText]:
    """Where words stand in a report, in whatever width, case, 繁/简 and numerals."""
    return _got(f"/v1/reports/{_segment(report_id, 'report')}/find", FoundText, {"q": words})


def original(report_id: str) -> Call[bytes]:
    """The file that a report was read from, where files are kept; what it is says ``report(report_id).original``."""
    return Call("GET", f"/v1/reports/{_segment(report_id, 'report')}/original", lambda content, _: content)


def citation(citation_id: str) -> Call[CitationStatus]:
    """What became of a citation."""
    return _got(f"/v1/citations/{_segment(citation_id, 'citation')}", CitationStatus)


def verify(report_id: str, start: int, end: int, quote: str) -> Call[Verified]:
    """Whether ``quote`` stands at ``[start, end)`` of a report; if not, where it does."""
    return _posted("/v1/verify", _asked(Verify, report_id=report_id, start=start, end=end, quote=quote), Verified)


def verify_sentence(sentence: str, citations: Sequence[CitedSpan | str]) -> Call[Verdict]:
    """Whether what is cited, places or citation ids, says what ``sentence`` says."""
    return _posted("/v1/verify", _asked(VerifySentence, sentence=sentence, citations=citations), Verdict)


def feedback(answer: Answer | str, rating: Rating, comment: str = "") -> Call[FeedbackKept]:
    """Say that an answer, or the one of an ``answer_id``, is right (``up``) or wrong (``down``). It must be one that
    ``takes_feedback``; what is said later takes the place of what was said before."""
    answer_id = answer.answer_id if isinstance(answer, Answer) else answer
    return _posted("/v1/feedback", _asked(Rated, answer_id=answer_id, rating=rating, comment=comment), FeedbackKept)


def events_of(frames: Iterable[tuple[str, str]], where: str) -> Iterator[Event]:
    """The events of a stream but for those that this version does not know. Raises what a problem
    on the way is."""
    for name, data in frames:
        if (event := _event(name, data, where)) is not None:
            yield event


def _event(name: str, data: str, where: str) -> Event | None:
    if name == "segment":
        return record_of(Given, data.encode(), where)
    if name == "done":
        return record_of(Answer, data.encode(), where)
    if name == "problem":
        try:
            held = json.loads(data)
            status = int(held["status"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UnexpectedResponse(f"{where} failed on the way, with what is no problem detail") from None
        raise problem(status, held, where)
    return None


def cut(where: str) -> UnexpectedResponse:
    """A stream that ended without its answer."""
    return UnexpectedResponse(f"{where} ended before the whole answer was there; what came may not count")


def _question(
    question: str | Question,
    history: Sequence[Turn | Said],
    filters: Filters | None,
    mode: Mode,
    k: int | None,
    trace: bool,
) -> Question:
    if isinstance(question, Question):
        return question
    return _asked(
        Question, question=question, history=history, filters=filters or Filters(), mode=mode, k=k, trace=trace
    )


def _asked(kind: type[R], **fields: Any) -> R:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        faults = [
            Fault(at="/".join(map(str, fault["loc"])), problem=fault["msg"])
            for fault in error.errors(include_url=False)
        ]
        listed = "; ".join(f"{fault.at}: {fault.problem}" for fault in faults)
        raise InvalidRequest(kind.__name__, 422, "InvalidRequest", f"not sent: {listed}", faults) from error


def _posted(path: str, body: Record, kind: type[R]) -> Call[R]:
    # What has its default is left out: an older service need not know it.
    sent = body.model_dump_json(exclude_defaults=True).encode()
    return Call("POST", path, lambda content, where: record_of(kind, content, where), sent)


def _got(path: str, kind: type[R], query: Query | None = None) -> Call[R]:
    return Call("GET", path, lambda content, where: record_of(kind, content, where), query=query or {})


def _segment(held_id: str, what: str) -> str:
    """An id as a part of a path. Raises NotFound for what can be none: it would be another path."""
    if not _ID.fullmatch(held_id):
        raise NotFound(what, 404, f"Unknown{what.capitalize()}", f"not sent: {held_id!r} is no id of a {what}")
    return held_id


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnexpectedResponse(f"{where} gave a text that is not UTF-8") from error
