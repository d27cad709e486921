"""Outputs to scores: every measure of every question, where it applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.gold.types import EvidenceSpan, GoldItem
from eval.measures import LEVELS, answers, citations
from eval.measures.citations import Statement, Supports
from eval.measures.retrieval import retrieval_scores
from eval.measures.types import QuestionScores
from eval.systems.types import Output, Ranked
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.types import Citation

MAX_CITED = 3  # citations in which `any` looks for an accepted answer
DIGITS = 6  # of a kept score


@dataclass(frozen=True)
class ReportPlaces:
    """A report as the measures see it: its text, its chunks, and its sentences as the index cuts them."""

    text: str
    chunks: tuple[Span, ...]

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return tuple(found for chunk in self.chunks for found in sentences(self.text, chunk))


class Places:
    """The reports of a snapshot, each looked at when it is first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rows = {entry.summary.report_id: entry.rows for entry in snapshot.catalogue}
        self._known: dict[str, ReportPlaces] = {}

    def of(self, report_id: str) -> ReportPlaces | None:
        """None for a report that this snapshot does not hold."""
        if report_id not in self._known and report_id in self._rows:
            rows = self._rows[report_id]
            spans = tuple(self._snapshot.chunks[row].span for row in range(rows.start, rows.end))
            self._known[report_id] = ReportPlaces(self._snapshot.reports[report_id].text, spans)
        return self._known.get(report_id)


def score(items: Sequence[GoldItem], outputs: Mapping[str, Output], snapshot: Snapshot) -> list[QuestionScores]:
    """The scores of every item, in their order. The evidence of ``items`` is resolved (``GoldItem.spans``)."""
    places = Places(snapshot)
    retrieval = _retrieval(items, outputs, places)
    return [
        QuestionScores(
            id=item.id,
            lang=item.lang,
            type=item.type,
            values={
                name: round(float(value), DIGITS)
                for name, value in {**_answer(item, outputs[item.id], places), **retrieval.get(item.id, {})}.items()
                if value is not None
            },
        )
        for item in items
    ]


def statements(output: Output) -> list[Statement]:
    """What an output says, sentence by sentence, with the citations of each."""
    by_number = {citation.number: citation for citation in output.citations}
    if not output.segments:
        return [Statement(output.text, output.citations)] if output.text.strip() else []
    return [
        Statement(segment.text, tuple(by_number[number] for number in segment.citations if number in by_number))
        for segment in output.segments
    ]


def said(output: Output) -> str:
    """The words of an answer, without labels and marks."""
    return "\n".join(segment.text for segment in output.segments) if output.segments else output.text


def is_right(item: GoldItem, output: Output) -> float:
    """Share in [0, 1] of what a good answer holds: the refusal where it is due, an accepted answer, or key points."""
    if output.error is not None:
        return 0.0
    if item.type == "ambiguous" and output.reason == "ambiguous":
        return 1.0  # which of them is meant, is asked back
    refused = output.status == "abstained"
    if item.to_refuse or refused:
        return float(item.to_refuse and refused)
    if not item.answers:
        return 0.0
    measure = answers.key_point_recall if item.has_key_points else answers.containment
    return measure(said(output), item.answers)


def _answer(item: GoldItem, output: Output, places: Places) -> dict[str, float | None]:
    refused = output.status == "abstained" and output.error is None
    answered = not refused and output.error is None
    judged = item.to_refuse or bool(item.answers)  # a set for retrieval says which reports, and not what they answer
    good = is_right(item, output) if judged else None
    quoted = {c.report_id: found.text for c in output.citations if (found := places.of(c.report_id))}
    scores: dict[str, float | None] = {
        "good": good,
        "wrong": answered and good == 0 if judged else None,
        "refused": refused,
        "to_refuse": item.to_refuse,
        "failed": output.error is not None,
        "confidence": output.confidence,
        "elapsed_ms": output.elapsed_ms,
        "tokens": _tokens(output),
        "citation.integrity": citations.integrity(output.citations, quoted),
    }
    scores["masked"], scores["masked.said"] = item.type == "masked", refused and output.reason == "masked_in_source"
    if item.type == "masked":
        scores["masked.reason"] = scores["masked.said"]
    if answered:
        scores["figures.faithful"] = citations.faithful_figures(statements(output))
    if item.to_refuse or not item.answers:
        return scores
    text = said(output) if answered else ""
    if item.has_key_points:
        scores |= _points(item, output, text, answered)
    else:
        scores |= _alternatives(item, output, text, answered)
    evidence = [found for found in item.spans if found]
    if answered and evidence:
        supports = citations.by_evidence(evidence)
        scores |= _cited(output, evidence, supports)
        scores["length"] = answers.length_ratio(text, _evidence_sentences(output, evidence, places))
    return scores


def _alternatives(item: GoldItem, output: Output, text: str, answered: bool) -> dict[str, float | None]:
    scores: dict[str, float | None] = {
        "contains": answers.containment(text, item.answers),
        "em": answers.exact_match(text, item.answers),
        "f1": answers.character_f1(text, item.answers),
    }
    if output.citations or not answered:
        found = [answers.containment(citation.quote, item.answers) for citation in output.citations[:MAX_CITED]]
        scores["first"] = found[0] if answered else 0.0
        scores["any"] = max(found) if answered else 0.0
    if answered and item.type in ("number", "target") and output.citations:
        scores["marked"] = answers.marked_figure(_marked(output.citations[0]), item.answers)
    return scores


def _points(item: GoldItem, output: Output, text: str, answered: bool) -> dict[str, float | None]:
    scores: dict[str, float | None] = {"key_points": answers.key_point_recall(text, item.answers)}
    if item.type in ("list", "outline"):
        said_items = [segment.text for segment in output.segments] if answered else []
        scores["list.recall"] = answers.list_recall(said_items, item.answers)
        scores["list.precision"] = answers.list_precision(said_items, item.answers)
        scores["list.order"] = answers.list_order(said_items, item.answers)
    return scores


def _cited(output: Output, evidence: Sequence[Sequence[EvidenceSpan]], supports: Supports) -> dict[str, float | None]:
    found = statements(output)
    return {
        "citation.recall": citations.citation_recall(found, supports),
        "citation.precision": citations.citation_precision(found, supports),
        "evidence.recall": citations.evidence_recall(output.citations, evidence),
    }


def _evidence_sentences(output: Output, evidence: Sequence[Sequence[EvidenceSpan]], places: Places) -> str:
    """The whole sentences that hold the evidence, each once; of two places where it stands, those of the one cited."""
    whole: dict[tuple[str, int], str] = {}
    for found in evidence:
        place = next((p for p in found if any(citations.touches(c, p) for c in output.citations)), found[0])
        report = places.of(place.report_id)
        for sentence in report.sentences if report else ():
            if sentence.start < place.end and place.start < sentence.end:
                whole[place.report_id, sentence.start] = sentence.of(report.text) if report else ""
    return "".join(whole.values())


def _retrieval(items: Sequence[GoldItem], outputs: Mapping[str, Output], places: Places) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    rankings = {item.id: ranking for item in items if (ranking := outputs[item.id].ranking) is not None}
    for level in LEVELS:
        relevant = {
            item.id: frozenset(name for found in item.spans for place in found for name in _names(level, place, places))
            for item in items
            if not item.to_refuse
        }
        ranked = {
            question: [name for passage in ranking for name in _names(level, passage, places)]
            for question, ranking in rankings.items()
        }
        for question, values in retrieval_scores(ranked, relevant).items():
            scores.setdefault(question, {}).update({f"{level}.{name}": value for name, value in values.items()})
    return scores


def _names(level: str, place: EvidenceSpan | Ranked, places: Places) -> list[str]:
    """What evidence, or a retrieved passage, stands for at a level: the report, or the chunks or sentences of it that
    share half of the shorter one, in order."""
    if level == "report":
        return [place.report_id]
    report = places.of(place.report_id)
    if report is None:
        return []
    spans = report.chunks if level == "chunk" else report.sentences
    return [
        f"{place.report_id}:{span.start}-{span.end}"
        for span in spans
        if 2 * (min(span.end, place.end) - max(span.start, place.start)) >= min(len(span), place.end - place.start) > 0
    ]


def _marked(citation: Citation) -> list[str]:
    return [citation.quote[span.start - citation.start : span.end - citation.start] for span in citation.highlights]


def _tokens(output: Output) -> int | None:
    counts = [count for count in (output.prompt_tokens, output.completion_tokens) if count is not None]
    return sum(counts) if counts else None
