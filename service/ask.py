"""Question to answer, on one page."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.chunks import place_name
from indexer.snapshot import Snapshot
from indexer.tokens import fold
from service.abstain import Abstention
from service.cite import cite
from service.errors import BadQuestion
from service.extract import Found, Weights, extract
from service.retrieve import Retriever
from service.types import Answer, Language, Question, Reason, SearchAnswer, SearchQuestion, Segment, Status
from service.understand import Understood, understand

WORDS = {
    "zh": {
        "not_in_reports": "已检索的报告中没有找到这个问题的答案。",
        "masked_in_source": "原文在这一处作了遮盖，无法给出答案：",
        "report": "{title}：",
    },
    "en": {
        "not_in_reports": "The reports that were searched do not answer this question.",
        "masked_in_source": "The source masks the value asked for: ",
        "report": "{title}: ",
    },
}


@dataclass
class _Clock:
    """Milliseconds per step."""

    started: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    def lap(self, step: str) -> None:
        self.steps[step] = round(self._ms() - sum(self.steps.values()), 2)

    def done(self) -> dict[str, float]:
        return {**self.steps, "total": round(self._ms(), 2)}

    def _ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000


@dataclass(frozen=True)
class Asker:
    """Answers questions from one snapshot. Safe to use from several threads."""

    retriever: Retriever
    abstention: Mapping[Language, Abstention]
    k: int
    max_question_chars: int
    weights: Weights = Weights()  # noqa: RUF009 - frozen

    @property
    def snapshot(self) -> Snapshot:
        return self.retriever.snapshot

    def search(self, question: SearchQuestion) -> SearchAnswer:
        """Retrieval alone: the passages, best first."""
        text = self._checked(question.question)
        vector = self.retriever.encode(text)
        allowed = self.retriever.allowed(question.filters)
        passages = self.retriever.retrieve(fold(text), vector, question.k or self.k, allowed)
        return SearchAnswer(question=text, snapshot_id=self.snapshot.manifest.snapshot_id, passages=passages)

    def ask(self, question: Question) -> Answer:
        """The answer, extractive. Raises BadQuestion when the question is blank or too long."""
        clock = _Clock()
        # 1. Understand the question; rules read it folded (half width, simplified), the encoder as it is.
        text = self._checked(question.question)
        folded = fold(text)
        understood = understand(folded, self.retriever.summaries.values())
        clock.lap("understand")
        # 2. Retrieve passages.
        vector = self.retriever.encode(text)
        clock.lap("encode")
        allowed = self.retriever.allowed(question.filters, understood.report_ids)
        passages = self.retriever.retrieve(folded, vector, question.k or self.k, allowed)
        clock.lap("retrieve")
        # 3. Pick the sentences that answer it.
        found = extract(
            folded,
            understood,
            passages,
            self.snapshot.lexical.idf,
            self.weights,
        )
        clock.lap("extract")
        # 4. Answer, or say why not.
        abstention = self.abstention[understood.language]
        confidence = abstention.probability(found)
        if not found or confidence < abstention.bar:
            return self._answer(question, understood, (), "abstained", "not_in_reports", confidence, clock)
        if found[0].masked:
            return self._answer(question, understood, found[:1], "abstained", "masked_in_source", confidence, clock)
        return self._answer(question, understood, found, "answered", None, confidence, clock)

    def _answer(
        self,
        question: Question,
        understood: Understood,
        found: tuple[Found, ...],
        status: Status,
        reason: Reason | None,
        confidence: float,
        clock: _Clock,
    ) -> Answer:
        words = WORDS[understood.language]
        citations = tuple(
            cite(number, self.snapshot.reports[item.report_id], item.span, item.heading_path, item.highlights)
            for number, item in enumerate(found, start=1)
        )
        segments = tuple(
            Segment(
                text=citation.quote,
                label=place_name(self.snapshot.reports[citation.report_id]),
                citations=(citation.number,),
            )
            for citation in citations
        )
        lines = [f"{words['report'].format(title=s.label)}{s.text} [{s.citations[0]}]" for s in segments]
        if reason is not None:
            lines.insert(0, words[reason])
        snapshot_id = self.snapshot.manifest.snapshot_id
        seed = "\n".join((snapshot_id, question.model_dump_json()))
        return Answer(
            answer_id="a" + hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            question=question.question,
            language=understood.language,
            kind=understood.kind,
            status=status,
            reason=reason,
            confidence=round(confidence, 4),
            text="\n".join(lines),
            segments=segments,
            citations=citations,
            snapshot_id=snapshot_id,
            elapsed_ms=clock.done(),
        )

    def _checked(self, text: str) -> str:
        stripped = text.strip()
        if not any(char.isalnum() for char in stripped):
            raise BadQuestion("the question is blank; write what you want to know")
        if len(text) > self.max_question_chars:
            raise BadQuestion(
                f"the question has {len(text)} characters, the limit is {self.max_question_chars}; shorten it"
            )
        return stripped
