"""Every question with what each run made of it, ready for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.gold.types import GoldItem
from eval.measures import MEASURES
from eval.measures.types import QuestionScores
from eval.page.outcome import Outcome, outcome, why
from eval.page.overlap import Piece, Stretch, pieces, stretches
from eval.page.table import group, shown
from eval.runs.stored import Run
from eval.systems.types import Output
from service.types import Citation

BETWEEN_HEADINGS = " › "
# Scores that are no measures by themselves, but say something about one question.
_FURTHER = ("confidence", "elapsed_ms", "tokens")
_SHOWN = (*(measure.name for measure in MEASURES if measure.per_question), *_FURTHER)


@dataclass(frozen=True)
class Cited:
    """A citation. ``stretches`` are its quote, cut where gold evidence begins and ends; ``figures`` what is marked."""

    number: int
    title: str
    path: str
    start: int
    end: int
    stretches: tuple[Stretch, ...]
    figures: tuple[str, ...]
    is_broken: bool  # the quote is not as long as the span


@dataclass(frozen=True)
class Said:
    """A segment of an answer, with the citations that are shown below it: those that no segment before it has shown.
    ``verbatim`` is the citation whose quote it is, when it is one, which then is not shown twice."""

    text: str
    label: str | None
    numbers: tuple[int, ...]
    verbatim: Cited | None
    citations: tuple[Cited, ...]


@dataclass(frozen=True)
class Given:
    """What a run made of a question; ``output`` is None in a stored run, which keeps the scores alone."""

    number: int
    outcome: Outcome
    output: Output | None
    status: str
    why: str
    segments: tuple[Said, ...]
    uncited: tuple[Cited, ...]  # citations that no segment names
    evidence: tuple[tuple[Piece, ...], ...]

    @property
    def n_cited(self) -> int:
        """How many of the evidences some citation touches."""
        return sum(any(piece.is_cited for piece in found) for found in self.evidence)


@dataclass(frozen=True)
class Question:
    """``given`` has one entry a run, None where the run lacks the question; ``scores`` is one table a
    group of measures: name to a value a run."""

    item: GoldItem
    places: tuple[str, ...]  # where each evidence stands
    given: tuple[Given | None, ...]
    scores: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def ends(self) -> str:
        """The outcomes, a word a run, for the script to filter by."""
        return " ".join(given.outcome if given else "none" for given in self.given)


def questions(runs: Sequence[Run]) -> Iterator[Question]:
    """Every question that some run has the text of, in the order of the gold set."""
    items: dict[str, GoldItem] = {}
    for run in runs:
        for name, item in run.items.items():
            items.setdefault(name, item)
    for name, item in items.items():
        found = [run.scores.get(name) for run in runs]
        yield Question(
            item=item,
            places=tuple(_place(item, at) for at in range(len(item.evidence))),
            given=tuple(
                _given(number, run, item, scores) if scores else None
                for number, (run, scores) in enumerate(zip(runs, found, strict=True))
            ),
            scores=_scores(found),
        )


def _given(number: int, run: Run, item: GoldItem, scores: QuestionScores) -> Given:
    output = run.outputs.get(item.id)
    ended = outcome(scores.values)
    if output is None:
        return Given(number, ended, None, "", "", (), (), ())
    item = run.items.get(item.id, item)  # the places of the evidence are those of the run's own snapshot
    places = [place for found in item.spans for place in found]
    cited = {citation.number: _cited(citation, stretches(citation, places)) for citation in output.citations}
    quotes = {citation.number: citation.quote for citation in output.citations}
    segments: list[Said] = []
    seen: set[int] = set()
    for segment in output.segments:
        new = tuple(cited[at] for at in segment.citations if at in cited and at not in seen)
        seen.update(citation.number for citation in new)
        same = [citation for citation in new if quotes[citation.number] == segment.text]
        segments.append(Said(segment.text, segment.label, segment.citations, same[0] if same else None, new))
    return Given(
        number=number,
        outcome=ended,
        output=output,
        status=_status(output),
        why=why(item, output),
        segments=tuple(segments),
        uncited=tuple(citation for at, citation in cited.items() if at not in seen),
        evidence=tuple(
            pieces(text, item.spans[at] if at < len(item.spans) else (), output.citations)
            for at, text in enumerate(item.evidence)
        ),
    )


def _cited(citation: Citation, found: tuple[Stretch, ...]) -> Cited:
    return Cited(
        number=citation.number,
        title=citation.title,
        path=BETWEEN_HEADINGS.join(citation.heading_path),
        start=citation.start,
        end=citation.end,
        stretches=found,
        figures=tuple(
            citation.quote[max(0, span.start - citation.start) : max(0, span.end - citation.start)]
            for span in citation.highlights
        ),
        is_broken=citation.end - citation.start != len(citation.quote),
    )


def _status(output: Output) -> str:
    parts: list[str] = [output.status if output.error is None else "failed"]
    if output.reason:
        parts.append(output.reason)
    if output.confidence is not None:
        parts.append(f"confidence {output.confidence:.2f}")
    parts.append(shown("elapsed_ms", output.elapsed_ms))
    return " · ".join(parts)


def _place(item: GoldItem, at: int) -> str:
    """Where an evidence stands, for people: its part and section, one of several where there is one for each."""
    found = []
    for written in (item.part, item.section):
        each = [name.strip() for name in written.split(" | ")]
        found.append(each[at] if len(each) == len(item.evidence) else written)
    spans = item.spans[at] if at < len(item.spans) else ()
    found.append(", ".join(f"{place.start:,}–{place.end:,}" for place in spans))
    return BETWEEN_HEADINGS.join(filter(None, found))


def _scores(found: Sequence[QuestionScores | None]) -> dict[str, dict[str, tuple[str, ...]]]:
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in _SHOWN:
        values = [scores.values.get(name) if scores else None for scores in found]
        if any(value is not None for value in values):
            table, row = _table(name)
            tables.setdefault(table, {})[row] = tuple("" if value is None else _short(name, value) for value in values)
    return tables


def _table(name: str) -> tuple[str, str]:
    """The table and the row of a score: retrieval has a table for each level, the rest one for each group."""
    of = group(name)
    level, _, measure = name.partition(".")
    return (f"retrieval by {level}", measure) if of == "retrieval" else (of, name)


def _short(name: str, value: float) -> str:
    """A score of one question: shares without the zeros that say nothing."""
    return shown(name, value) if name in ("elapsed_ms", "tokens") else f"{value:.2f}".rstrip("0").rstrip(".")
