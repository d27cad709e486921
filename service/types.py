"""The records of a question and its answer; what the HTTP API takes and gives. A leaf of ``service``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WrapValidator

from indexer.types import Chunk, Original, Record, ReportMetadata, ReportSummary, Section, Span

Language = Literal["zh", "en"]
Kind = Literal["number", "fact", "list", "outline", "compare", "reason", "definition", "metadata", "count"]
Status = Literal["answered", "partial", "abstained"]
Certainty = Literal["certain", "probable", "not_found"]
Reason = Literal["not_in_reports", "masked_in_source", "ambiguous"]
CitationState = Literal["present", "moved", "changed", "gone"]
Rating = Literal["up", "down"]
Mode = Literal["extractive", "generated", "extractive_fallback"]

MAX_OFFSET = 2**53  # the largest whole number up to which every JSON reader holds all exactly


def _number(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise ValueError("write a number, without quotation marks")
    return value


def _boolean(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


# As JSON Schema has them: pydantic would also take "5" and true for numbers, and 0 for false. Bounds stand before what
# checks this, or the schema would not show them.
PassageCount = Annotated[int, Field(ge=1, le=100), BeforeValidator(_number)]
CitationId = Annotated[str, Field(min_length=1, max_length=500)]
Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET), BeforeValidator(_number)]


# Every text and list of a request has an end. A text with one is read as Unicode, too: half of a surrogate pair, which
# JSON can write, is refused, here and not where the answer is written.
MAX_QUESTION_CHARS, MAX_ID_CHARS, MAX_NAME_CHARS = 100_000, 200, 100
MAX_IDS, MAX_REGIONS, MAX_YEARS, MAX_NAMES = 1000, 100, 100, 100
QuestionText = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
ReportId = Annotated[str, Field(max_length=MAX_ID_CHARS)]
Region = Annotated[str, Field(max_length=MAX_NAME_CHARS)]
Name = Annotated[str, Field(max_length=MAX_NAME_CHARS)]
Year = Annotated[int, Field(ge=0, le=9999), BeforeValidator(_number)]

# What a conversation may bring: more is no conversation, and each turn is read.
MAX_TURNS, MAX_TURN_CHARS = 100, 20_000
MAX_COMMENT_CHARS = 2000
TurnText = Annotated[str, Field(max_length=MAX_TURN_CHARS)]


class Turn(Record):
    """An earlier question of the same conversation, with the answer that was given."""

    question: TurnText
    answer: TurnText


class Said(Record):
    """One side of an earlier turn, as other software writes it."""

    role: Literal["user", "assistant"]
    content: TurnText


class Filters(Record):
    """Which reports may answer: those that fit each of these, and of each any one value; an empty one filters nothing.

    ``regions``: of the place or of a part of it, 广东省 for what is of 深圳市 and of its 光明区 too; 全国 for what is
    of the whole country. ``years``: the report's own year; ``years_told``: the last whole year that it tells of, which
    for a 政府工作报告 is the year before. ``kinds``: as ``/v1/reports`` has them; ``issuing_bodies``: their names, or
    parts of them.
    """

    report_ids: Annotated[tuple[ReportId, ...], Field(max_length=MAX_IDS)] = ()
    regions: Annotated[tuple[Region, ...], Field(max_length=MAX_REGIONS)] = ()
    years: Annotated[tuple[Year, ...], Field(max_length=MAX_YEARS)] = ()
    years_told: Annotated[tuple[Year, ...], Field(max_length=MAX_YEARS)] = ()
    kinds: Annotated[tuple[Name, ...], Field(max_length=MAX_NAMES)] = ()
    issuing_bodies: Annotated[tuple[Name, ...], Field(max_length=MAX_NAMES)] = ()


class Question(Record):
    """What ``POST /v1/ask`` takes. ``k`` is the number of passages that are looked at.

    ``mode``: ``auto`` is ``generated`` where a language model is configured, and ``extractive`` where none is.
    ``stream``: the answer comes as server-sent events, segment by segment. ``trace``: with what was done for it.
    """

    question: QuestionText
    history: Annotated[tuple[Turn | Said, ...], Field(max_length=MAX_TURNS)] = ()
    filters: Filters = Filters()
    mode: Literal["auto", "extractive", "generated"] = "auto"
    k: PassageCount | None = None
    stream: Annotated[bool, BeforeValidator(_boolean)] = False
    trace: Annotated[bool, BeforeValidator(_boolean)] = False


class SearchQuestion(Record):
    """What ``POST /v1/search`` takes."""

    question: QuestionText
    filters: Filters = Filters()
    k: PassageCount | None = None


class Passage(Record):
    """A chunk as retrieved. ``rank`` starts at 1; ``score`` is the fused score, ``cosine`` and ``bm25`` its parts.

    ``scope`` is the share of what the question names (a year, a region) that the chunk agrees with, 0 if it names none;
    ``also_in`` are reports that are copies of its report and have the passage too, where a search found it there.
    """

    rank: int = Field(ge=1)
    score: float
    cosine: float
    bm25: float
    scope: float
    title: str
    chunk: Chunk
    also_in: tuple[str, ...] = ()


class SearchAnswer(Record):
    """What ``POST /v1/search`` gives."""

    question: str
    snapshot_id: str
    passages: tuple[Passage, ...]


class Citation(Record):
    """A place in a report: ``report.text[start:end] == quote``, always."""

    number: int = Field(ge=1)
    citation_id: str
    report_id: str
    title: str
    heading_path: tuple[str, ...]
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    highlights: tuple[Span, ...] = ()
    page: int | None = None
    also_in: tuple[str, ...] = ()


class Segment(Record):
    """One sentence, item or cell of an answer, with the numbers of the citations that carry it."""

    text: str
    label: str | None = None
    citations: tuple[int, ...] = ()


class Given(Record):
    """A segment as it is streamed, with its citations."""

    segment: Segment
    citations: tuple[Citation, ...]


class Removed(Record):
    """A sentence of a language model that was not given: the sentences it cites do not carry it. ``why`` names the
    fault, ``said`` what it says there, ``source`` what they say instead."""

    text: str
    why: str
    said: str | None = None
    source: str | None = None


class Trace(Record):
    """What was done for an answer with a language model: its tokens, as it counts them, the milliseconds until its
    first words, and the sentences that were removed."""

    input_tokens: int
    output_tokens: int
    first_words_ms: float | None
    removed: tuple[Removed, ...]


class Answer(Record):
    """What ``POST /v1/ask`` gives: answered, partial, or abstained with a reason.

    ``confidence`` is a probability, ``certainty`` the word for it that people are shown. ``model`` and ``prompt``, the
    digest of its instructions, say what wrote a generated answer; ``fallback`` why what it wrote is not given.
    Where the service keeps answers, ``answer_id`` cannot be guessed, ``address`` is the path at which the answer stands
    as it was given, if it has one, and ``takes_feedback`` says that ``POST /v1/feedback`` takes its id.
    """

    answer_id: str
    question: str
    rewritten_question: str | None = None
    language: Language
    kind: Kind
    status: Status
    reason: Reason | None = None
    mode: Mode = "extractive"
    model: str | None = None
    prompt: str | None = None
    fallback: str | None = None
    confidence: float = Field(ge=0, le=1)
    certainty: Certainty | None = None  # none where the answer is of a service that did not give it yet
    text: str
    segments: tuple[Segment, ...] = ()
    searched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    snapshot_id: str
    elapsed_ms: dict[str, float]
    trace: Trace | None = None
    address: str | None = None
    takes_feedback: bool = False


class KeptAnswer(Record):
    """An answer as it was given, ``given_at`` (UTC, ISO 8601), with what the question was narrowed to."""

    given_at: str
    filters: Filters
    answer: Answer


class Rated(Record):
    """What ``POST /v1/feedback`` takes. The answer itself is the one that the service kept."""

    answer_id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]
    rating: Rating
    comment: Annotated[str, Field(max_length=MAX_COMMENT_CHARS)] = ""


class FeedbackKept(Record):
    """What ``POST /v1/feedback`` gives: what is kept of it, beside the answer. A later one takes its place."""

    answer_id: str
    rating: Rating
    comment: str
    rated_at: str


class Feedback(FeedbackKept):
    """What somebody said of an answer, and the answer as it was given; a line of ``judian feedback export``."""

    given_at: str
    filters: Filters
    answer: Answer


class ReportList(Record):
    """What ``GET /v1/reports`` gives, in the order of the index. ``total`` counts those of all pages; ``next_cursor``
    is where the next begins, none after the last."""

    snapshot_id: str
    reports: tuple[ReportSummary, ...]
    total: int = Field(ge=0)
    next_cursor: str | None = None


class ReportOutline(ReportSummary):
    """What ``GET /v1/reports/{id}`` gives: metadata with spans, and the section tree. ``reference`` names the report as
    GB/T 7714—2015 does, up to the day it is cited on and the address; ``original``: the file, where it is kept."""

    reference: str
    encoding: str
    metadata: ReportMetadata
    sections: tuple[Section, ...]
    original: Original | None = None


class FoundText(Record):
    """What ``GET /v1/reports/{id}/find`` gives: where the words stand, in order; ``more``: elsewhere too."""

    report_id: str
    spans: tuple[Span, ...]
    more: bool
    snapshot_id: str


class Place(Record):
    """A span of a report as it is now, and what stands there."""

    report_id: str
    title: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    quote: str


class CitationStatus(Record):
    """What ``GET /v1/citations/{citation_id}`` gives; ``place`` is there when the citation is present or moved.

    ``also_at`` lists further places where a moved quote stands, word for word.
    """

    citation_id: str
    status: CitationState
    place: Place | None
    also_at: tuple[Place, ...] = ()
    snapshot_id: str


class Verify(Record):
    """What ``POST /v1/verify`` takes: does ``quote`` stand at ``[start, end)`` of the report?"""

    report_id: ReportId
    start: Offset
    end: Offset
    quote: str = Field(min_length=1, max_length=10_000)


class CitedSpan(Record):
    """Where a sentence stands that is cited: ``[start, end)`` of the report."""

    report_id: ReportId
    start: Offset
    end: Offset


class VerifySentence(Record):
    """What ``POST /v1/verify`` takes too: do the sentences that are cited say what ``sentence`` says? A citation is its
    place, or the ``citation_id`` of one of an answer."""

    sentence: str = Field(min_length=1, max_length=2_000)
    citations: tuple[CitedSpan | CitationId, ...] = Field(min_length=1, max_length=20)


def _of_its_form(asked: object, _: object) -> object:
    """Read as the one form or the other, so that what is said of a fault is said of that form alone."""
    form = VerifySentence if isinstance(asked, dict) and "sentence" in asked else Verify
    return form.model_validate(asked)


VerifyAsked = Annotated[Verify | VerifySentence, WrapValidator(_of_its_form)]


class Verified(Record):
    """What ``POST /v1/verify`` gives; ``places`` says where the quote stands when it does not stand there."""

    stands: bool
    places: tuple[Place, ...] = ()
    snapshot_id: str
