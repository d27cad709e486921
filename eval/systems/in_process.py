"""Systems that run in this process: Judian, and the shortcuts without which its figures mean nothing.

A shortcut answers without looking for the answer: the best passage whole, its first two sentences, nothing at all, or
something whatever the question. An extractive system that does no better than these has not earned its place (ALCE, Gao
et al. 2023, table 11).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

from eval.gold.types import GoldItem
from eval.systems.types import Output, Ranked
from indexer.sentences import sentences
from indexer.types import Span
from service.answers import answerers
from service.answers.generate import Account, Writer
from service.answers.sentence import WITHOUT_READER, Weights
from service.ask import Asker
from service.cite import cite
from service.converse import Conversation
from service.types import Answer, Citation, Language, Passage, Question, SearchAnswer, SearchQuestion, Segment

GENERATED = "judian-generated"
N_RANKED = 10  # passages that are scored as a ranking


@dataclass(frozen=True)
class InProcess:
    """A system over one snapshot. ``answer`` is what makes it one; ``ranks`` whether it retrieves at all."""

    name: str
    asker: Asker
    answer: Callable[[Asker, GoldItem], Output]
    ranks: bool = True

    def ask(self, item: GoldItem) -> Output:
        started = time.perf_counter()
        output = self.answer(self.asker, item)
        elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
        ranking = rank(self.asker, item.question) if self.ranks else None
        return output.model_copy(update={"elapsed_ms": elapsed_ms, "ranking": ranking})

    def settings(self) -> dict[str, str]:
        retriever, bars = self.asker.retriever, self.asker.abstention
        return {
            "k": str(self.asker.k),
            **{f"dense_weight.{language}": str(weight) for language, weight in retriever.dense_weights.items()},
            "scope_bonus": str(retriever.scope_bonus),
            **{f"abstention.{language}": str(abstention) for language, abstention in bars.items()},
        }


def judian(asker: Asker) -> InProcess:
    """Judian as it is served."""
    return InProcess("judian", asker, _answered)


def never_abstain(asker: Asker) -> InProcess:
    """Judian with no bar and no rules: it answers whatever it is asked, and shows the whole risk–coverage curve."""
    open_bars = {language: replace(abstention, bar=0.0) for language, abstention in asker.abstention.items()}

    def answer(asker: Asker, item: GoldItem) -> Output:
        output = _answered(asker, item)
        return output.model_copy(update={"status": "answered", "reason": None}) if output.citations else output

    encoder = asker.retriever.encoder
    weights = Weights() if encoder.reader else WITHOUT_READER
    unchecked = answerers(asker.snapshot, encoder, weights, checked=False)
    return InProcess("never-abstain", replace(asker, abstention=open_bars, answerers=unchecked), answer)


def always_abstain(asker: Asker) -> InProcess:
    """Refuses every question: what refusing alone is worth."""

    def answer(_: Asker, item: GoldItem) -> Output:
        return Output(id=item.id, status="abstained", reason="not_in_reports", text="", confidence=0.0, elapsed_ms=0.0)

    return InProcess("always-abstain", asker, answer, ranks=False)


def top_passage(asker: Asker, name: str = "top-passage") -> InProcess:
    """The best passage, whole."""
    return InProcess(name, asker, lambda asker, item: _of_passage(asker, item, lambda chunk: chunk.chunk.span))


def first_sentences(asker: Asker) -> InProcess:
    """The first two sentences of the best passage."""

    def span(passage: Passage) -> Span:
        first = sentences(passage.chunk.text)[:2]
        start = passage.chunk.span.start
        return Span(start=start + first[0].start, end=start + first[-1].end)

    return InProcess("first-sentences", asker, lambda asker, item: _of_passage(asker, item, span))


def bm25(asker: Asker) -> InProcess:
    """The best passage by BM25 alone, whole."""
    return top_passage(with_weights(asker, dense_weight=0.0, scope_bonus=0.0), "bm25")


def dense(asker: Asker) -> InProcess:
    """The best passage by its vector alone, whole."""
    return top_passage(with_weights(asker, dense_weight=1.0, scope_bonus=0.0), "dense")


def with_weights(asker: Asker, dense_weight: float, scope_bonus: float) -> Asker:
    """``asker`` with other weights of retrieval, the same for all languages."""
    weights = dict.fromkeys(get_args(Language), dense_weight)
    return replace(asker, retriever=replace(asker.retriever, dense_weights=weights, scope_bonus=scope_bonus))


IN_PROCESS: dict[str, Callable[[Asker], InProcess]] = {
    "judian": judian,
    "top-passage": top_passage,
    "first-sentences": first_sentences,
    "bm25": bm25,
    "dense": dense,
    "always-abstain": always_abstain,
    "never-abstain": never_abstain,
}


def rank(asker: Asker, question: str) -> tuple[Ranked, ...]:
    """The best N_RANKED passages for a question, as they are retrieved before anything is picked from them."""
    return ranked(asker.search(SearchQuestion(question=question, k=N_RANKED)))


def ranked(found: SearchAnswer) -> tuple[Ranked, ...]:
    """The passages that were found, as a ranking."""
    return tuple(
        Ranked(report_id=p.chunk.report_id, start=p.chunk.span.start, end=p.chunk.span.end, score=p.score)
        for p in found.passages
    )


def generated(asker: Asker, writer: Writer) -> InProcess:
    """Judian with a language model, as it is served with one."""

    conversation = Conversation(writer)

    def answer(_: Asker, item: GoldItem) -> Output:
        account = Account()
        answer = conversation.ask(asker, Question(question=item.question), account)
        used = account.usage
        tokens = {"prompt_tokens": used.input_tokens, "completion_tokens": used.output_tokens}
        return output_of(item, answer).model_copy(update=tokens)

    return InProcess(GENERATED, asker, answer)


def _answered(asker: Asker, item: GoldItem) -> Output:
    return output_of(item, asker.ask(Question(question=item.question)))


def output_of(item: GoldItem, answer: Answer) -> Output:
    """An answer of Judian's, as the measures take it."""
    return Output(
        id=item.id,
        status=answer.status,
        reason=answer.reason,
        text=answer.text,
        segments=answer.segments,
        citations=answer.citations,
        confidence=answer.confidence,
        elapsed_ms=0.0,
    )


def _of_passage(asker: Asker, item: GoldItem, span: Callable[[Passage], Span]) -> Output:
    passages = asker.search(SearchQuestion(question=item.question, k=1)).passages
    if not passages:
        return Output(id=item.id, status="abstained", reason="not_in_reports", text="", elapsed_ms=0.0)
    best = passages[0]
    report = asker.snapshot.reports[best.chunk.report_id]
    citation: Citation = cite(1, report, span(best), best.chunk.heading_path)
    return Output(
        id=item.id,
        status="answered",
        text=citation.quote,
        segments=(Segment(text=citation.quote, citations=(1,)),),
        citations=(citation,),
        confidence=max(0.0, best.cosine),
        elapsed_ms=0.0,
    )
