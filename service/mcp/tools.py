"""The tools: what each takes, gives and does. Nothing of the protocol itself stands here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from indexer.store.snapshot import Snapshot
from indexer.types import Record, ReportSummary
from service.answers.generate import Account
from service.ask import Asker
from service.errors import BadQuestion, UnknownReport
from service.find import check_quote, verify_sentence
from service.http.asgi import Scope
from service.http.edges import note
from service.http.routes.answering import answering
from service.http.routes.state import State
from service.listing import ReportQuery
from service.mcp.types import (
    MAX_TEXT_CHARS,
    PAGE,
    AskArguments,
    Heading,
    ListReports,
    ReadReport,
    ReportsListed,
    ReportText,
    SentenceVerified,
)
from service.shown import shown
from service.types import Answer, Question, SearchAnswer, SearchQuestion, Verified, Verify, VerifySentence

A = TypeVar("A", bound=Record)
G = TypeVar("G", bound=Record)


@dataclass(frozen=True)
class Tool(Generic[A, G]):
    """``run`` gives ``given`` for ``asked``; ``written`` is that for a model to read."""

    name: str
    title: str
    description: str
    asked: type[A]
    given: type[G]
    run: Callable[[State, Asker, Scope, A], Awaitable[G]]
    written: Callable[[G], str]


async def _ask(service: State, asker: Asker, scope: Scope, asked: AskArguments) -> Answer:
    question = Question(
        question=asked.question, history=asked.history, filters=asked.filters, mode=asked.mode, k=asked.k
    )
    async with aclosing(await answering(question, asker, service, scope, Account())) as events:
        async for event in events:
            if isinstance(event, Answer):
                return event
    raise AssertionError("an answer ends with itself")


async def _search(service: State, asker: Asker, scope: Scope, asked: SearchQuestion) -> SearchAnswer:
    note(scope, question=asked.question)
    return await service.pool.run(lambda: asker.search(asked))


async def _verify(service: State, asker: Asker, _: Scope, asked: Verify) -> Verified:
    return await service.pool.run(lambda: check_quote(asker.snapshot, asked))


async def _verify_sentence(service: State, asker: Asker, _: Scope, asked: VerifySentence) -> SentenceVerified:
    verdict = await service.pool.run(lambda: verify_sentence(asker.snapshot, asked))
    return SentenceVerified(**verdict.model_dump(), snapshot_id=asker.snapshot.manifest.snapshot_id)


async def _read(_: State, asker: Asker, __: Scope, asked: ReadReport) -> ReportText:
    return await asyncio.to_thread(text_of, asker.snapshot, asked)


async def _list(_: State, asker: Asker, __: Scope, asked: ListReports) -> ReportsListed:
    return page(asker, asked)


def text_of(snapshot: Snapshot, asked: ReadReport) -> ReportText:
    """A part of a report. Raises UnknownReport, BadQuestion for a range that is none."""
    report = snapshot.reports.get(asked.report_id)
    if report is None:
        raise UnknownReport(f"no report {asked.report_id!r} in this index; `list_reports` lists those there are")
    n_chars = len(report.text)
    wanted = n_chars if asked.end is None else asked.end
    if not asked.start <= wanted <= n_chars:
        raise BadQuestion(f"[{asked.start}, {wanted}) is no range of a text of {n_chars} characters")
    end = min(wanted, asked.start + MAX_TEXT_CHARS)
    return ReportText(
        report=snapshot.summaries[report.report_id],
        start=asked.start,
        end=end,
        next_start=end if end < wanted else None,
        headings=tuple(
            Heading(path=path, start=section.span.start, end=section.span.end)
            for path, section in report.walk()
            if section.span.start < end and section.span.end > asked.start
        ),
        text=report.text[asked.start : end],
        snapshot_id=snapshot.manifest.snapshot_id,
    )


def page(asker: Asker, asked: ReportQuery) -> ReportsListed:
    """A page of the reports that fit. Raises BadQuestion where the cursor is none of theirs."""
    found = asker.listing.page(asked)
    return ReportsListed(
        reports=tuple(map(ReportSummary.model_validate_json, found.written)),
        total=found.total,
        next_cursor=found.next_cursor,
        snapshot_id=asker.snapshot.manifest.snapshot_id,
    )


def _shown_record(given: Record) -> str:
    return given.model_dump_json()


TOOLS: tuple[Tool[Any, Any], ...] = (
    Tool(
        "ask",
        "Ask the reports / 提问",
        "Answer a question about the indexed Chinese government reports. Every sentence of the answer cites the exact "
        "place in a report, word for word. `status` is `abstained`, with a `reason`, where the reports do not say it: "
        "then there is no answer to give. 就政府报告提问，每句话都注明原文出处；报告里没有的，如实说没有。",
        AskArguments,
        Answer,
        _ask,
        shown,
    ),
    Tool(
        "search",
        "Search the reports / 检索",
        "Passages of the reports for a question, best first, with scores, and without an answer. 检索报告原文段落。",
        SearchQuestion,
        SearchAnswer,
        _search,
        _shown_record,
    ),
    Tool(
        "read_report",
        "Read a report / 阅读报告",
        f"The canonical text of a report, or a range of it, at most {MAX_TEXT_CHARS} characters at once, with the "
        "headings that reach into it. Offsets count Unicode code points, as those of citations do. 阅读报告原文。",
        ReadReport,
        ReportText,
        _read,
        _shown_record,
    ),
    Tool(
        "list_reports",
        "List the reports / 报告目录",
        f"The indexed reports (title, region, year, kind, id), all or those of a place, a year, a kind, a body; "
        f"{PAGE} at once. 列出已收录的报告，可按地区、年份、种类、发布机关筛选。",
        ListReports,
        ReportsListed,
        _list,
        _shown_record,
    ),
    Tool(
        "verify_quote",
        "Verify a quote / 核对引文",
        "Whether a quote stands, word for word, at `[start, end)` of a report; if not, where it does. "
        "核对引文是否与原文一致。",
        Verify,
        Verified,
        _verify,
        _shown_record,
    ),
    Tool(
        "verify_sentence",
        "Verify a sentence / 核对表述",
        "Whether the places that are cited, by `citation_id` or `[start, end)` of a report, say what a sentence says: "
        "`supported`, `contradicted`, `not_found` or `unchecked`, with what differs. 核对一句话是否有所引原文支持。",
        VerifySentence,
        SentenceVerified,
        _verify_sentence,
        _shown_record,
    ),
)
