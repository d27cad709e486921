"""Ratings of people as candidates for a gold set, as ``judian feedback export`` prints them.

A rating says that somebody was content, and not that an answer is right: each candidate says that it is unconfirmed,
and no run takes it before a person has looked at it and removed that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.errors import GoldError
from eval.gold.load import read_bytes
from eval.gold.types import KEY_POINTS, EvidenceSpan, GoldItem, QuestionType
from indexer.unseen import cleaned
from service.types import Answer, Feedback, Filters, Kind, Reason

TYPES: Mapping[Kind, QuestionType] = {
    "number": "number",
    "fact": "fact",
    "list": "list",
    "outline": "outline",
    "compare": "compare",
    "reason": "why",
    "definition": "definition",
    "metadata": "metadata",
    "count": "count",
}
REFUSALS: Mapping[Reason, QuestionType] = {
    "not_in_reports": "unanswerable",
    "masked_in_source": "masked",
    "ambiguous": "ambiguous",
}
RIGHT = "rated as right: check the question, the type, the answers and the evidence, then remove this field"
WRONG = "rated as wrong: write the type, the answers and the evidence that are right, then remove this field"


@dataclass(frozen=True)
class Imported:
    """The candidates, and how many ratings were left out because a later one is of the same question."""

    items: tuple[GoldItem, ...]
    n_superseded: int


def read_feedback(path: Path) -> list[Feedback]:
    """The ratings of an export. Raises GoldError, naming file and line, for what is none."""
    ratings = []
    for number, raw in enumerate(read_bytes(path).splitlines(), start=1):
        if raw.strip():
            try:
                ratings.append(Feedback.model_validate_json(raw))
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                place = ".".join(map(str, fault["loc"])) or "the line"
                raise GoldError(
                    f"{path}, line {number}: {place}: {fault['msg']}; give what `judian feedback export` printed"
                ) from None
    if not ratings:
        raise GoldError(f"{path} holds no rating; `judian feedback list` shows what there is")
    return ratings


def candidates(ratings: Iterable[Feedback]) -> Imported:
    """A candidate for each question that was rated, from its last rating, oldest first."""
    in_order = sorted(ratings, key=lambda said: said.rated_at)
    last = {(_question(said.answer), said.filters): said for said in in_order}
    kept = [said for said in in_order if last[_question(said.answer), said.filters] is said]
    return Imported(tuple(map(_item, kept)), len(in_order) - len(kept))


def _item(said: Feedback) -> GoldItem:
    answer, right = said.answer, said.rating == "up"
    kind = TYPES[answer.kind]
    if right and answer.reason is not None:
        kind = REFUSALS[answer.reason]
    gives = right and kind != "unanswerable"
    evidence = _evidence(answer) if gives else {}
    return GoldItem(
        id=f"feedback-{answer.answer_id}",
        question=_question(answer),
        lang=answer.language,
        type=kind,
        answers=tuple(dict.fromkeys(_answers(answer, kind))) if gives and answer.reason is None else (),
        evidence=tuple(evidence),
        spans=tuple(map(tuple, evidence.values())),
        note="; ".join(_note(said)),
        unconfirmed=RIGHT if right else WRONG,
    )


def _question(answer: Answer) -> str:
    """By itself, where it followed another."""
    return answer.rewritten_question or answer.question


def _answers(answer: Answer, kind: QuestionType) -> list[str]:
    """What is marked, where one value was asked for and some is; else what is said, a segment each."""
    marked = [
        citation.quote[highlight.start - citation.start : highlight.end - citation.start]
        for citation in answer.citations
        for highlight in citation.highlights
    ]
    said = [segment.text for segment in answer.segments if segment.citations]
    return marked if marked and kind not in KEY_POINTS else said


def _evidence(answer: Answer) -> dict[str, list[EvidenceSpan]]:
    """Each quote, with where it stood."""
    found: dict[str, list[EvidenceSpan]] = {}
    for cited in answer.citations:
        span = EvidenceSpan(report_id=cited.report_id, start=cited.start, end=cited.end)
        found.setdefault(cited.quote, []).append(span)
    return found


def _note(said: Feedback) -> Iterator[str]:
    yield f"rated {said.rating} on {said.rated_at[:10]}, snapshot {said.answer.snapshot_id}"
    if said.comment:
        yield f"comment: {cleaned(said.comment)}"
    if said.filters != Filters():
        yield f"asked of these alone: {said.filters.model_dump_json(exclude_defaults=True)}"
    if said.rating == "down":
        yield f"given: {cleaned(said.answer.text)}"
