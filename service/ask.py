"""Question to answer, on one page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from indexer.encoders.types import Reader
from indexer.store.snapshot import Snapshot
from service.abstain import Abstention, Decision, decide
from service.all_places import with_places_named
from service.all_years import with_years_named
from service.answers.collection import reports_there_are
from service.answers.types import Answerer, Draft, Prepared
from service.asked_rows import not_of_what_is_asked
from service.compared import worked_out
from service.compose import compose
from service.deadline import check
from service.errors import BadQuestion
from service.filters import fitting
from service.kind_model import KindModel
from service.limits import within_limits
from service.listing import Listing, ReportQuery
from service.meant import meant
from service.no_question import asks_nothing, what_can_be_asked
from service.other_part import with_parts_named
from service.parts import MAX_PARTS, Part, combined, parts
from service.retrieve import Retriever
from service.spans import MARGIN, N_READ, read_passages, verdict_on, worth_reading
from service.types import Answer, Filters, Kind, Language, Passage, Question, SearchAnswer, SearchQuestion
from service.understand import Nameable, Understood, understand

NOTHING_ASKED = Decision("abstained", "not_in_reports", 0.0, Draft())


@dataclass
class _Clock:
    """Milliseconds per step, of all parts of a question together. Between two steps a question may be given up."""

    started: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    def lap(self, step: str) -> None:
        """``step`` is done. Raises TookTooLong."""
        check()
        self.steps[step] = round(self.steps.get(step, 0.0) + self._ms() - sum(self.steps.values()), 2)

    def done(self) -> dict[str, float]:
        return {**self.steps, "total": round(self._ms(), 2)}

    def _ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000


@dataclass(frozen=True)
class _Decided:
    """What was decided on one question, which is of this kind, and the passages it was decided on, best first."""

    kind: Kind
    decision: Decision
    passages: Sequence[Passage]


@dataclass(frozen=True)
class Asker:
    """Answers questions from one snapshot. Safe to use from several threads."""

    nameable: Nameable
    retriever: Retriever
    reader: Reader | None
    judge: Reader | None
    answerers: Mapping[Kind, Answerer]
    abstention: Mapping[Language, Abstention]
    kinds: KindModel | None
    k: int
    max_question_chars: int
    n_read: int = N_READ
    margin: float = MARGIN

    @property
    def calibrated(self) -> bool:
        """Whether abstention was fitted with the encoder in use; see ``service.abstain``."""
        return all(model.reads_cosine for model in self.abstention.values())

    @property
    def snapshot(self) -> Snapshot:
        return self.retriever.snapshot

    @cached_property
    def listing(self) -> Listing:
        """The reports of the snapshot as lists want them."""
        return Listing(entry.summary for entry in self.snapshot.catalogue)

    def warm(self) -> None:
        """Do what the first to ask would wait for: a model's first call allocates, and a list is made once."""
        self.retriever.encode("预热")
        self.listing.page(ReportQuery(limit=1))

    def search(self, question: SearchQuestion) -> SearchAnswer:
        """Retrieval alone: the passages, best first."""
        clock = _Clock()
        understood = self._understand(question.question)
        clock.lap("understand")
        vector = self.retriever.encode(understood.wording)
        clock.lap("encode")
        allowed = self.retriever.allowed(question.filters)
        passages = self.retriever.differing(understood, vector, question.k or self.k, allowed)
        return SearchAnswer(question=understood.text, snapshot_id=self.snapshot.manifest.snapshot_id, passages=passages)

    def ask(self, question: Question) -> Answer:
        """The answer, extractive. Raises BadQuestion when the question is blank or too long."""
        return self.prepare(question).answer

    def prepare(self, question: Question, rewritten: str | None = None) -> Prepared:
        """The answer, extractive, and what it was made from; to the question as ``rewritten``, if it was, in the words
        of the language that it was asked in. Raises BadQuestion."""
        clock = _Clock()
        # 1. Understand the question: rules read it folded, the encoder as it is.
        understood = whole = self._understand(question.question)
        if rewritten is not None:
            whole = self._understand(rewritten)
            understood = replace(whole, language=understood.language)
        if asks_nothing(understood.text):
            line = what_can_be_asked(self.snapshot.reports.values(), understood.language)
            answer = compose(question, understood, NOTHING_ASKED, self.snapshot, clock.done(), line)
            return Prepared(understood, answer, (), ())
        among = self._left_by(question.filters)
        text = with_years_named(with_places_named(with_parts_named(understood.text, among), among))
        asked = parts(text, self.nameable.regions)
        decided = [self._decided(question, self._part(part.text, whole), clock) for part in asked[:MAX_PARTS]]
        decision = NOTHING_ASKED
        if any(one.decision.status != "abstained" for one in decided):
            decision = combined(asked, [one.decision for one in decided], self.snapshot.reports)
            if len(asked) > 1 and all(part.side for part in asked):
                understood = replace(understood, kind="compare")
                decision = replace(decision, draft=self._beside(understood, asked, decided, decision))
        if decision.status == "abstained" or (asked[0].differs and decision.draft.worked_out is None):
            # Nothing to any of its parts, or no difference of two: perhaps to the question as it stands.
            decided = decided if len(asked) == 1 else [self._decided(question, whole, clock)]
            decision = decided[0].decision
        if len(decided) == 1:
            understood = replace(understood, kind=decided[0].kind)
        # 5. Cite, no more than an answer may have.
        decision = within_limits(decision, self.snapshot.reports)
        answer = compose(question, understood, decision, self.snapshot, clock.done())
        answer = answer.model_copy(update={"rewritten_question": rewritten})
        passages = tuple(passage for one in decided for passage in one.passages)
        return Prepared(understood, answer, decision.draft.pieces, passages)

    def _left_by(self, filters: Filters) -> Nameable:
        """What may be named of the reports that ``filters`` leave."""
        fits = fitting(filters)
        if fits is None:
            return self.nameable
        return replace(self.nameable, reports=tuple(report for report in self.nameable.reports if fits(report)))

    def _beside(
        self, understood: Understood, asked: Sequence[Part], decided: Sequence[_Decided], decision: Decision
    ) -> Draft:
        """The sides beside each other: where one that says nothing was looked for, what their figures come to."""
        names, decisions = [part.said for part in asked], [one.decision for one in decided]
        found = worked_out(understood.comparison, names, decisions, self.snapshot.reports)
        looked_in = _searched(asked, decided, decision)
        searched = tuple(dict.fromkeys(place for places in looked_in.values() for place in places))
        return replace(decision.draft, searched=searched, looked_in=looked_in, worked_out=found)

    def _decided(self, question: Question, understood: Understood, clock: _Clock) -> _Decided:
        understood, passages, draft = self._draft(question, understood, clock)
        # 4. Decide whether it may be given.
        decision = decide(draft, self.abstention[understood.language])
        if decision.status != "abstained" and draft.options:
            decision = Decision("abstained", "ambiguous", decision.confidence, replace(draft, pieces=()))
        if decision.status == "answered" and draft.gap is not None and draft.gap.is_one:
            decision = replace(decision, status="partial")  # as much of it as the source has
        return _Decided(understood.kind, decision, passages)

    def draft(self, question: Question) -> tuple[Understood, Draft]:
        """What was understood, and the answer as it would be if it were certain enough and the question but one. Raises
        BadQuestion."""
        understood, _, draft = self._draft(question, self._understand(question.question), _Clock())
        return understood, draft

    def _draft(
        self, question: Question, understood: Understood, clock: _Clock
    ) -> tuple[Understood, Sequence[Passage], Draft]:
        clock.lap("understand")
        # 2. Retrieve passages.
        vector = self.retriever.encode(understood.wording)
        if self.kinds is not None:
            understood = replace(understood, kind=self.kinds.kind_of(understood.fitting, vector))
        as_fact = understood.kind in ("fact", "definition") or (understood.kind == "count" and not understood.counts)
        if understood.asks_parts and understood.form == "fact" and as_fact:
            understood = replace(understood, kind="outline")  # whose answerer gives a sentence where it finds no points
        if understood.counts_things and understood.kind in ("list", "number"):
            understood = replace(understood, kind="count")
        clock.lap("encode")
        allowed = self.retriever.allowed(question.filters, meant(understood, self.snapshot.summaries.values()))
        passages = self.retriever.with_copies(understood, vector, question.k or self.k, allowed)
        clock.lap("retrieve")
        # 3. Answer from them, with what the reader says of the best.
        out = not_of_what_is_asked(understood, passages)
        worth = worth_reading(passages, self.snapshot.summaries, self.n_read)
        readings = read_passages(self.reader, understood, worth, self.snapshot, out, self.margin)
        clock.lap("read")
        draft = reports_there_are(self.snapshot, understood, question.filters)
        if draft is None:
            draft = self.answerers[understood.kind].draft(understood, passages, readings)
        clock.lap("extract")
        if self.judge is not None and draft.certainty is None and draft.evidence is not None:
            best = draft.pieces[0]
            report = self.snapshot.reports[best.report_id]
            asked = understood
            if any(span.of(report.text).startswith("翻") for span in best.highlights):
                asked = understood.as_doubled()
            verdict = verdict_on(self.judge, asked, report, best.heading_path, best.span)
            draft = replace(draft, evidence=replace(draft.evidence, verdict=verdict))
            clock.lap("judge")
        return understood, passages, draft

    def _part(self, text: str, whole: Understood) -> Understood:
        """What is asked by ``text``, a part of a question; ``whole``, where it is all of it."""
        return whole if text == whole.text else self._understand(text)

    def _understand(self, text: str) -> Understood:
        stripped = text.strip()
        if not any(char.isalnum() for char in stripped):
            raise BadQuestion("the question is blank; write what you want to know")
        if len(text) > self.max_question_chars:
            raise BadQuestion(
                f"the question has {len(text)} characters, the limit is {self.max_question_chars}; shorten it"
            )
        return understand(stripped, self.nameable)


def _searched(asked: Sequence[Part], decided: Sequence[_Decided], decision: Decision) -> Mapping[str, tuple[str, ...]]:
    """Where it was looked for what was not found, by how that is said: report and headings of the passages, best
    first."""
    return {
        part.said: tuple(
            dict.fromkeys(" › ".join((passage.title, *passage.chunk.heading_path)) for passage in one.passages)
        )
        for part, one in zip(asked, decided, strict=False)
        if part.said in decision.draft.missing
    }
