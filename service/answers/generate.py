"""An answer that a language model writes from numbered sentences, of which those are given that the sentences carry.

The model sees sentences of reports as data, each with a handle, and cites handles. What it writes is cut into sentences
as it comes; each is checked against the sentences it cites, never against the passage they stand in, where the wrong
figure stands too. What they do not carry is removed, and counted.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from indexer.chinese.figures import holds
from indexer.chunks import full_title
from indexer.store.snapshot import Snapshot
from service.answers.types import Kept, Piece, Prepared
from service.body import body
from service.llm.data import Numbered, fenced
from service.llm.judge import ModelJudge
from service.llm.prompts import Prompts
from service.llm.types import Model, Usage
from service.rewrite import Rewriter
from service.types import Removed
from service.verify import Judge, Source, judged, verify
from service.written import Written, written

MAX_CONTEXT_CHARS = 6_000


@dataclass(frozen=True)
class Handle:
    """A sentence that may be cited, and what it is checked against."""

    piece: Piece
    source: Source


@dataclass
class Account:
    """What writing one answer took, filled while it is written."""

    usage: Usage = field(default_factory=Usage)
    first_words_ms: float | None = None
    verify_ms: float = 0.0
    removed: list[Removed] = field(default_factory=list)
    refused: bool = False  # the model said that the sentences hold no answer


@dataclass(frozen=True)
class Writer:
    """Writes answers with ``model``."""

    model: Model
    prompts: Prompts
    max_context_chars: int = MAX_CONTEXT_CHARS  # of sentences that the model is given
    judges: bool = False  # whether it is asked a second time, of each sentence that the rules let pass

    @property
    def rewriter(self) -> Rewriter:
        """Rewrites questions with the same model."""
        return Rewriter(self.model, self.prompts)

    async def write(
        self, prepared: Prepared, snapshot: Snapshot, account: Account, budget_key: str = ""
    ) -> AsyncGenerator[Kept, None]:
        """The sentences that are carried, each once it is checked. Raises ModelError; what was given before stands."""
        handles = dict(enumerate(citable(prepared, snapshot, self.max_context_chars), start=1))
        template = self.prompts.answer(prepared.answer.language, prepared.answer.kind)
        sentences = fenced(
            Numbered(number, handle.source.text, _place(handle.source)) for number, handle in handles.items()
        )
        messages = template.messages(question=prepared.understood.text, sentences=sentences)
        judge = None
        if self.judges:
            judge = ModelJudge(self.model, self.prompts, prepared.answer.language, account.usage, budget_key)
        began = time.perf_counter()
        async with aclosing(self.model.stream(messages, account.usage, budget_key)) as pieces:
            async for sentence in written(_timed(pieces, began, account)):
                if template.says_no_answer(sentence.text):
                    account.refused = True
                elif kept := await _checked(sentence, handles, account, judge):
                    yield kept


def citable(prepared: Prepared, snapshot: Snapshot, max_chars: int = MAX_CONTEXT_CHARS) -> Iterator[Handle]:
    """What a model is given: the pieces of the extractive answer, then the other sentences of the passages, best first;
    each wording once, but for the pieces."""
    chunks = {passage.chunk.chunk_id: passage.chunk for passage in prepared.passages}.values()
    others = (
        Piece(chunk.report_id, span, chunk.heading_path)
        for chunk in chunks
        for span in body(chunk, snapshot.reports[chunk.report_id], prepared.understood)
    )
    n_chars, seen = 0, set[str]()
    pieces = tuple(dict.fromkeys(replace(piece, item=None) for piece in prepared.pieces))
    for at, piece in enumerate((*pieces, *others)):
        report, summary = snapshot.reports[piece.report_id], snapshot.summaries[piece.report_id]
        text = piece.span.of(report.text)
        if at >= len(pieces) and (text in seen or n_chars + len(text) > max_chars):
            continue
        seen.add(text)
        n_chars += len(text)
        year = int(summary.year) if summary.year and summary.year.isdigit() else None
        yield Handle(piece, Source(text, piece.heading_path, full_title(report), summary.region, year))


def says_what_was_asked(kept: list[Kept], prepared: Prepared) -> bool:
    """Whether every value that the extractive answer marks is said, each in a sentence that cites where it stands: true
    sentences beside the point are no answer."""
    quotes = {(citation.report_id, citation.start): citation for citation in prepared.answer.citations}
    for piece in prepared.pieces if prepared.understood.form in ("number", "fact") else ():
        quote = quotes[piece.report_id, piece.span.start]
        said = [one.text for one in kept if any(_same(piece, cited) for cited in one.cited)]
        for mark in quote.highlights:
            value = mark.shifted(-quote.start).of(quote.quote)
            if not any(holds(text, value) for text in said):
                return False
    return True


async def _checked(sentence: Written, handles: dict[int, Handle], account: Account, judge: Judge | None) -> Kept | None:
    cited = [handles[number] for number in sentence.handles if number in handles]
    if not cited:
        why = "unknown_handle" if sentence.handles else "cites_nothing"
        account.removed.append(Removed(text=sentence.text, why=why))
        return None
    began = time.perf_counter()
    sources = [handle.source for handle in cited]
    verdict = verify(sentence.text, sources)
    account.verify_ms += (time.perf_counter() - began) * 1000
    if judge is not None:
        verdict = await judged(verdict, sentence.text, sources, judge)
    if verdict.outcome != "supported":
        why = ":".join(part for part in (verdict.outcome, verdict.reason) if part)
        account.removed.append(Removed(text=sentence.text, why=why, said=verdict.said, source=verdict.source))
        return None
    return Kept(sentence.text, tuple(handle.piece for handle in cited))


async def _timed(pieces: AsyncIterator[str], began: float, account: Account) -> AsyncIterator[str]:
    async for piece in pieces:
        if account.first_words_ms is None:
            account.first_words_ms = round((time.perf_counter() - began) * 1000, 2)
        yield piece


def _same(one: Piece, other: Piece) -> bool:
    return (one.report_id, one.span) == (other.report_id, other.span)


def _place(source: Source) -> str:
    return " › ".join((source.title, *source.heading_path))
