"""The sentences that answer a question, verbatim, from the passages that were retrieved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.sentences import sentences
from indexer.tokens import tokenize
from indexer.types import Report, Span
from service.figures import Figure, figures
from service.types import Passage
from service.understand import Understood

MAX_SENTENCES = 3
# A second or third sentence is given only when it scores nearly as well as the first.
KEEP_SHARE = 0.85
PASSAGE_WEIGHT = 0.6
FIGURE_BONUS = 0.1  # for a sentence that holds a figure of the asked unit


@dataclass(frozen=True)
class Found:
    """A sentence of a report with its score in [0, 1 + FIGURE_BONUS]; ``highlights`` are canonical spans."""

    report_id: str
    span: Span
    heading_path: tuple[str, ...]
    score: float
    coverage: float
    passage: Passage
    highlights: tuple[Span, ...] = ()
    masked: bool = False


def extract(
    question: str,
    understood: Understood,
    passages: Sequence[Passage],
    report_of: Callable[[str], Report],
    idf: Callable[[str], float],
) -> tuple[Found, ...]:
    """The best sentences of ``passages``, best first, at most MAX_SENTENCES.

    A sentence's score is the weighted sum of its passage's fused score and its share of the question's words
    (by idf), with a bonus when it holds a figure of the asked unit.
    """
    weights = {token: idf(token) for token in set(tokenize(question))}
    found: list[Found] = []
    for passage in passages:
        text = report_of(passage.chunk.report_id).text
        for span in _candidates(text, passage):
            sentence = span.of(text)
            coverage = covered(sentence, weights)
            answer = asked_figures(question, sentence, understood.unit) if understood.kind == "number" else []
            score = PASSAGE_WEIGHT * passage.score + (1 - PASSAGE_WEIGHT) * coverage
            score += FIGURE_BONUS if answer else 0.0
            found.append(
                Found(
                    report_id=passage.chunk.report_id,
                    span=span,
                    heading_path=passage.chunk.heading_path,
                    score=score,
                    coverage=coverage,
                    passage=passage,
                    highlights=tuple(
                        Span(start=span.start + figure.span.start, end=span.start + figure.span.end)
                        for figure in answer
                    ),
                    masked=bool(answer) and all(figure.masked for figure in answer),
                )
            )
    found.sort(key=lambda sentence: -sentence.score)
    return tuple(s for s in found[:MAX_SENTENCES] if s.score >= KEEP_SHARE * found[0].score)


def covered(sentence: str, weights: dict[str, float]) -> float:
    """Share of the question's token weight that stands in the sentence, in [0, 1]."""
    total = sum(weights.values())
    return sum(weights.get(token, 0.0) for token in set(tokenize(sentence))) / total if total else 0.0


def asked_figures(question: str, sentence: str, unit: str | None) -> list[Figure]:
    """The figure of the asked unit in ``sentence``: the one nearest to the words that the question shares with it.

    Empty when the unit is open and several figures stand there, or when none has the unit.
    """
    here = figures(sentence)
    fitting = [figure for figure in here if unit is not None and unit in (figure.unit, figure.text[-len(unit) :])]
    if unit is None:
        fitting = here if len(here) == 1 else []
    if len(fitting) <= 1:
        return fitting
    return [min(fitting, key=lambda figure: _distance(question, sentence, figure))]


def _candidates(text: str, passage: Passage) -> list[Span]:
    """The sentences of a passage, less a heading that runs into the text, unless there is nothing else."""
    spans = list(sentences(text, passage.chunk.span))
    heading = passage.chunk.heading_path[-1] if passage.chunk.heading_path else ""
    body = [span for span in spans if span.of(text).rstrip("。！？；:：") not in heading]
    return body or spans


def _distance(question: str, sentence: str, figure: Figure) -> float:
    """Mean distance, in characters, of ``figure`` from the two-character words that the question shares with it."""
    shared = [
        at
        for at in range(len(sentence) - 1)
        if sentence[at : at + 2] in question and sentence[at : at + 2].isalnum()
    ]
    # What counts stands before its figure in Chinese: “问题金额46.18亿元”.
    gaps = sorted(abs(figure.span.start - at) * (1 if at < figure.span.start else 2) for at in shared)
    return sum(gaps[:3]) / len(gaps[:3]) if gaps else float(figure.span.start)
