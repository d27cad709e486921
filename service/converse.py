"""A question with everything around it: rewritten where it follows another, answered with a language model where there
is one, and by the extractive answer wherever that fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

from indexer.chinese.folding import fold
from service.answers.generate import Account, Writer, says_what_was_asked
from service.answers.types import Kept, Prepared
from service.ask import Asker
from service.compose import given, written_answer
from service.errors import BadQuestion
from service.follow_up import standalone
from service.llm.types import ModelError
from service.types import Answer, Citation, Given, Question, Segment, Trace
from service.understand import language

Event = Given | Answer
T = TypeVar("T")


class Run(Protocol):
    """Has something computed elsewhere than where others wait."""

    async def __call__(self, work: Callable[[], T]) -> T: ...


NOTHING_VERIFIED = "nothing_verified"  # the sources carry none of what it wrote
NO_ANSWER = "no_answer"  # it saw none in the sentences it was given
BESIDE_THE_POINT = "beside_the_point"  # what it wrote is true, and leaves out what was asked


@dataclass(frozen=True)
class Conversation:
    """Answers questions, with a ``writer`` where there is one. Waiting for a model takes no thread."""

    writer: Writer | None = None

    async def prepare(
        self, asker: Asker, question: Question, run: Run, account: Account, budget_key: str = ""
    ) -> Prepared:
        """The extractive answer, to the question by itself where it follows another, and in Chinese where a model
        can say it so; what computes goes through ``run``. Raises BadQuestion."""
        if question.mode == "generated" and self.writer is None:
            raise BadQuestion(
                "no language model is configured: ask with mode `auto` or `extractive`, or have the operator set "
                "JUDIAN_LLM"
            )
        rewriter = None if self.writer is None or question.mode == "extractive" else self.writer.rewriter
        said, usage = None, account.usage
        if question.history:
            regions = asker.nameable.regions
            said = await rewriter.standalone(question, usage, budget_key) if rewriter else None
            said = said or await run(lambda: standalone(question.question, question.history, regions))
        if rewriter and language(fold(said or question.question)) != "zh":
            said = await rewriter.translated(said or question.question, usage, budget_key) or said
        rewritten = said if said is not None and said.strip() != question.question.strip() else None
        return await run(lambda: asker.prepare(question, rewritten))

    def ask(self, asker: Asker, question: Question, account: Account | None = None) -> Answer:
        """The whole answer, for who has no event loop of their own; ``account`` is filled. Raises BadQuestion."""

        async def run(work: Callable[[], T]) -> T:
            return work()

        async def whole() -> Answer:
            spent = Account() if account is None else account
            prepared = await self.prepare(asker, question, run, spent)
            events = self.events(asker, question, prepared, spent)
            return [event async for event in events if isinstance(event, Answer)][-1]

        return asyncio.run(whole())

    def events(
        self, asker: Asker, question: Question, prepared: Prepared, account: Account, budget_key: str = ""
    ) -> AsyncGenerator[Event, None]:
        """The segments of the answer as they come, each verified, then the whole answer; ``account`` is filled.

        The answer counts: where what a model wrote turns out to be no answer, it is the extractive one.
        """
        if self.writer is None or question.mode == "extractive" or prepared.answer.status == "abstained":
            return _extractive(_traced(question, prepared.answer, account))
        return _generated(self.writer, asker, question, prepared, account, budget_key)


async def _extractive(answer: Answer) -> AsyncGenerator[Event, None]:
    numbered = {citation.number: citation for citation in answer.citations}
    for segment in answer.segments:
        yield Given(segment=segment, citations=tuple(numbered[number] for number in segment.citations))
    yield answer


async def _generated(
    writer: Writer, asker: Asker, question: Question, prepared: Prepared, account: Account, budget_key: str
) -> AsyncGenerator[Event, None]:
    began = time.perf_counter()
    kept: list[Kept] = []
    segments: list[Segment] = []
    citations: list[Citation] = []
    failure: str | None = None
    try:
        async with aclosing(writer.write(prepared, asker.snapshot, account, budget_key)) as sentences:
            async for sentence in sentences:
                event = given(sentence, citations, asker.snapshot)
                kept.append(sentence)
                segments.append(event.segment)
                yield event
    except ModelError as error:
        failure = error.failure
    if failure is None:
        failure = _no_answer(kept, prepared, account)
    floor = prepared.answer
    if failure is None:
        answer = written_answer(floor, segments, citations, len(account.removed), asker.snapshot)
    else:
        answer = floor.model_copy(update={"mode": "extractive_fallback", "fallback": failure})
    spent = {"model": (time.perf_counter() - began) * 1000, "verify": account.verify_ms}
    elapsed = {**floor.elapsed_ms, **spent, "total": floor.elapsed_ms["total"] + spent["model"]}
    answer = answer.model_copy(
        update={
            "model": writer.model.name,
            "prompt": writer.prompts.answer(floor.language, floor.kind).digest,
            "elapsed_ms": {step: round(ms, 2) for step, ms in elapsed.items()},
        }
    )
    yield _traced(question, answer, account)


def _no_answer(kept: list[Kept], prepared: Prepared, account: Account) -> str | None:
    if not kept:
        return NO_ANSWER if account.refused else NOTHING_VERIFIED
    return None if says_what_was_asked(kept, prepared) else BESIDE_THE_POINT


def _traced(question: Question, answer: Answer, account: Account) -> Answer:
    if not question.trace:
        return answer
    trace = Trace(
        input_tokens=account.usage.input_tokens,
        output_tokens=account.usage.output_tokens,
        first_words_ms=account.first_words_ms,
        removed=tuple(account.removed),
    )
    return answer.model_copy(update={"trace": trace})
