"""The sentences that answer a question, verbatim, from the passages that were retrieved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import fsum

from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize
from indexer.chunks import embedded_text
from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.answers.choice import (
    MAX_SIDE_BY_SIDE,
    Candidate,
    asks_one_thing,
    corrected,
    labelled,
    other_values,
    without_copies,
)
from service.answers.figure import pointed_at
from service.answers.types import Draft, Evidence, Piece
from service.asked_rows import not_of_what_is_asked
from service.body import body
from service.checks import is_plan, lacks
from service.deadline import check
from service.figures import Figure
from service.rows import row_of
from service.scope import is_named
from service.spans import Pointed, Readings
from service.terms import as_asked
from service.types import Passage
from service.understand import Understood

Idf = Callable[[str], float]
Asked = Callable[[Understood, str, Idf], list[Figure]]


@dataclass(frozen=True)
class Weights:
    """What a sentence's score is made of, and how many sentences an answer may hold; eval/results/ablation.md."""

    passage: float = 0.9  # of the passage's fused score; the rest is that of the question's words in the sentence
    figure_bonus: float = 0.05  # for a sentence that holds a figure of the asked unit
    plan_malus: float = 0.15  # for what was to come, where a year is named and no plan asked for
    reading: float = 0.5  # for the sentence that the reader points into, times how sure it is
    keep_share: float = 0.9  # further sentences are given when they score at least this share of the first
    max_sentences: int = 3


WITHOUT_READER = Weights(passage=0.75, figure_bonus=0.1, reading=0.0)
# The reader's score is a logit; scaled, what is hopeless counts 0, and what is sure about 1.
HOPELESS, SPREAD = -8.0, 16.0
# Of the best score, were there no rules: what stands behind by more is about something else, and what the question is
# about does not answer it.
LEAD = 0.8
COVERED_SHARE = 0.75  # of the question's words in a plan, that what became of it has, where no year is asked for
LESS_SURE = 2.0  # of the reader's logit, by as much as it may be less sure of that
OUTCOME_SHARE = 0.85  # of the score of a plan, from which on what became of it is given in its place
PARAGRAPH_CHARS = 600  # before a sentence, in which the year is looked for that it is of


@dataclass(frozen=True)
class _Scored(Candidate):
    lacks: str | None


@dataclass(frozen=True)
class SentenceAnswerer:
    """The best sentences. ``asked`` finds in a sentence what is asked for, which is marked and counts for it.

    A sentence's score is the weighted sum of its passage's fused score and its share of the question's words (by idf),
    with a bonus when it holds what is asked for.
    """

    snapshot: Snapshot
    asked: Asked
    weights: Weights
    checked: bool = True  # whether what the rules reject (service.checks) is left out

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        """At most ``weights.max_sentences`` sentences of ``passages``, best first."""
        words = {token: self.snapshot.lexical.idf(token) for token in set(understood.tokens)}
        not_read = (Pointed(Span(start=0, end=0), HOPELESS),) if readings else ()
        out = not_of_what_is_asked(understood, passages)
        found = [
            scored
            for passage in passages
            for scored in self._of_passage(understood, passage, words, readings.get(passage.chunk.chunk_id, not_read))
            if scored.piece.span.shifted(-passage.chunk.span.start) not in out.get(passage.chunk.chunk_id, ())
        ]
        if not found:
            return Draft()
        found.sort(key=lambda scored: -scored.score)
        fitting = [scored for scored in found if scored.lacks is None or not self.checked]
        # Where there is a reader, the best is a sentence that it points into: of a passage that is read, no other.
        best: Candidate | None = next((one for one in fitting if one.evidence.reading != HOPELESS), None)
        planned, best = best, self._outcome(understood, best, fitting) if best else None
        surest = best if understood.scope.years else planned
        lead = surest.score / found[0].score if surest and found[0].score > 0 else float(surest is not None)
        if best is None or (self.checked and lead < LEAD):
            return Draft(missing=tuple(dict.fromkeys(scored.lacks for scored in found[:1] if scored.lacks)))
        summaries = self.snapshot.summaries
        given = without_copies([best, *(scored for scored in fitting if scored is not best)], summaries)
        best = given[0]
        others = corrected(best, given[1:], summaries)
        evidence = replace(best.evidence, lead=lead)
        if asks_one_thing(understood, is_marked=bool(best.piece.highlights)):
            values = other_values(understood, best, given, summaries)
            values += [other for other in others if other not in values]
            pieces = tuple(labelled(values, summaries))
            if len(values) > MAX_SIDE_BY_SIDE:
                options = tuple(piece.label for piece in pieces if piece.label)
                return Draft(pieces[:1], evidence, options=options)
            return Draft(pieces, evidence)
        # What is of another year or region than the best sentence, when the question names one, does not stand
        # beside it.
        kept = [
            candidate.piece
            for candidate in given[1:]
            if candidate not in others
            and candidate.score >= self.weights.keep_share * best.score
            and candidate.scope >= best.scope
        ]
        first = labelled([best, *others], summaries) if others else [best.piece]
        return Draft((*first, *kept[: max(self.weights.max_sentences - len(first), 0)]), evidence)

    def _outcome(self, understood: Understood, best: Candidate, fitting: Sequence[Candidate]) -> Candidate:
        """``best``; where it tells what was planned, and another as well what became of it, the other, unless it is
        asked what is to come."""
        told = best.piece.highlights and is_plan(best.piece.heading_path, best.text)
        if not told or understood.tense is not None:
            return best
        share = 1.0 if understood.scope.years else COVERED_SHARE
        if not understood.scope.years and understood.is_to_come:
            return best
        return next(
            (
                one
                for one in fitting
                if one.score >= OUTCOME_SHARE * best.score
                and one.scope >= best.scope
                and one.evidence.coverage >= share * best.evidence.coverage
                and one.piece.highlights
                and (understood.scope.years or (one.evidence.reading or 0) >= (best.evidence.reading or 0) - LESS_SURE)
                and not is_plan(one.piece.heading_path, one.text)
            ),
            best,
        )

    def _of_passage(
        self, understood: Understood, passage: Passage, words: dict[str, float], points: Sequence[Pointed]
    ) -> list[_Scored]:
        check()  # where a report says the same again and again there are thousands of passages
        chunk = passage.chunk
        passage_coverage = covered(embedded_text(chunk), words)
        report = self.snapshot.reports[chunk.report_id]
        can_answer = body(chunk, report, understood)
        scored = [self._scored(understood, passage, span, words, passage_coverage, points) for span in can_answer]
        names = understood.demands.given
        if self.snapshot.summaries[chunk.report_id].region is None:  # whose it is, its text alone can say
            names = (*names, *sorted(understood.scope.elsewhere))
        for name in names:
            if not (is_named(name, report.text) or is_named(name, report.title)):
                return [replace(one, lacks=name) for one in scored]
        return scored

    def _scored(
        self,
        understood: Understood,
        passage: Passage,
        span: Span,
        words: dict[str, float],
        passage_coverage: float,
        points: Sequence[Pointed],
    ) -> _Scored:
        chunk, report = passage.chunk, self.snapshot.summaries[passage.chunk.report_id]
        sentence = chunk.text[span.start - chunk.span.start : span.end - chunk.span.start]
        coverage = covered(as_asked(fold(sentence), understood.terms) if row_of(fold(sentence)) else sentence, words)
        figures = self.asked(understood, fold(sentence), self.snapshot.lexical.idf)
        score = self.weights.passage * passage.score + (1 - self.weights.passage) * coverage
        score += self.weights.figure_bonus if figures else 0.0
        if understood.scope.years and understood.tense is None and is_plan(chunk.heading_path, fold(sentence)):
            score -= self.weights.plan_malus  # of a year it is asked what happened
        answer = None
        pointed = next((one for one in points if span.start <= one.span.start < span.end), None)
        if pointed is not None:
            answer = Span(start=pointed.span.start, end=min(pointed.span.end, span.end)).shifted(-span.start)
            score += self.weights.reading * max(pointed.score - HOPELESS, 0.0) / SPREAD
            figures = pointed_at(understood, fold(sentence), pointed.span.shifted(-span.start), figures)
        return _Scored(
            text=fold(sentence),
            score=score,
            scope=passage.scope,
            lacks=lacks(
                understood,
                chunk,
                fold(sentence),
                report,
                figures,
                answer,
                self._before(understood, report.report_id, span),
                self._parts(understood, report.report_id, span),
            ),
            piece=Piece(
                report_id=chunk.report_id,
                span=span,
                heading_path=chunk.heading_path,
                highlights=tuple(figure.span.shifted(span.start) for figure in figures),
                masked=bool(figures) and all(figure.masked for figure in figures),
            ),
            evidence=Evidence(
                cosine=passage.cosine,
                coverage=coverage,
                passage_coverage=passage_coverage,
                marked=float(bool(figures) or understood.form != "number"),
                reading=None if not points else pointed.score if pointed else HOPELESS,
            ),
        )

    def _parts(self, understood: Understood, report_id: str, span: Span) -> tuple[str, ...]:
        """The headings of the report's parts up to ``span``, where a year is asked for, which they may tell of."""
        if not understood.scope.years:
            return ()
        sections = self.snapshot.reports[report_id].sections
        return tuple(section.label for section in sections if section.span.start <= span.start)

    def _before(self, understood: Understood, report_id: str, span: Span) -> str:
        """What stands before ``span`` in its paragraph, folded, where a year is asked for, which may stand there."""
        if not understood.scope.years:
            return ""
        text = self.snapshot.reports[report_id].text
        return fold(text[max(text.rfind("\n", 0, span.start) + 1, span.start - PARAGRAPH_CHARS) : span.start])


def covered(text: str, words: dict[str, float]) -> float:
    """Share of the question's words (token to idf) that stands in ``text``, by weight, in [0, 1].

    Sums are exact: the order of a set, which each process has its own of, must not decide between near ties.
    """
    total = fsum(words.values())
    return fsum(words.get(token, 0.0) for token in set(tokenize(text))) / total if total else 0.0
