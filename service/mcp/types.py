"""What the tools take and give beyond the records of the HTTP API. A leaf of ``service``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from indexer.types import Record, ReportSummary
from service.listing import ReportQuery
from service.types import MAX_TURNS, Filters, Offset, PassageCount, QuestionText, ReportId, Turn
from service.verify.types import Verdict

MAX_TEXT_CHARS = 20_000  # of a report at once: what reads it has a context to mind
PAGE = 100  # reports at once


class AskArguments(Record):
    """A question, and what it is to be answered from."""

    question: QuestionText = Field(description="the question, in Chinese or English")
    history: Annotated[tuple[Turn, ...], Field(max_length=MAX_TURNS)] = Field(
        default=(), description="earlier questions of the same conversation, with the answers that were given"
    )
    filters: Filters = Field(default=Filters(), description="which reports may answer; all where it is left out")
    mode: Literal["auto", "extractive", "generated"] = Field(
        default="auto", description="`extractive`: whole sentences of the reports, word for word"
    )
    k: PassageCount | None = Field(default=None, description="passages that the answer is looked for in")


class ReadReport(Record):
    """Which part of which report."""

    report_id: ReportId = Field(description="as `list_reports`, or a citation, has it")
    start: Offset = Field(default=0, description="the first code point of the canonical text")
    end: Offset | None = Field(
        default=None, description=f"the code point behind the last; at most {MAX_TEXT_CHARS} are given at once"
    )


class ListReports(ReportQuery):
    """Which reports, and which page of their list."""

    limit: int = Field(default=PAGE, ge=1, le=PAGE, description="reports at once")


class SentenceVerified(Verdict):
    """What the check of a sentence found, in which index."""

    snapshot_id: str


class Heading(Record):
    """A section, by the headings above it and its own, and its span."""

    path: tuple[str, ...]
    start: int
    end: int


class ReportText(Record):
    """``text`` is ``[start, end)`` of the report's canonical text, ``n_chars`` the length of the whole, ``next_start``
    where to read on, none at the end; ``headings`` are those of the sections that reach into it."""

    report: ReportSummary
    start: int
    end: int
    next_start: int | None
    headings: tuple[Heading, ...]
    text: str
    snapshot_id: str


class ReportsListed(Record):
    """A page of the list, in the order of the index; ``next_cursor`` is where the next begins, none after the last."""

    reports: tuple[ReportSummary, ...]
    total: int
    next_cursor: str | None
    snapshot_id: str
