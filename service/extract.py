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


@dataclass(frozen=True)
class Weights:
    """What a sentence's score is made of, and how many sentences an answer may hold; eval/results/ablation.md."""

    passage: float = 0.6  # of the passage's fused score; the rest is that of the question's words in the sentence
    figure_bonus: float = 0.1  # for a sentence that holds a figure of the asked unit
    keep_share: float = 0.85  # further sentences are given when they score at least this share of the first
    max_sentences: int = 3


@dataclass(frozen=True)
class Found:
    """A sentence of a report with its score; higher is better.

    ``coverage`` and ``passage_coverage`` are the shares of the question's words, weighted by idf, that stand in the
    sentence and in its passage with the headings; ``highlights`` are canonical spans.
    """

    report_id: str
    span: Span
    heading_path: tuple[str, ...]
    score: float
    coverage: float
    passage_coverage: float
    passage: Passage
    highlights: tuple[Span, ...] = ()
    masked: bool = False


def extract(
    question: str,
    understood: Understood,
    passages: Sequence[Passage],
    report_of: Callable[[str], Report],
    idf: Callable[[str], float],
    weights: Weights = Weights(),
) -> tuple[Found, ...]:
    """The best sentences of ``passages``, best first, at most ``weights.max_sentences``.

    A sentence's score is the weighted sum of its passage's fused score and its share of the question's words
    (by idf), with a bonus when it holds a figure of the asked unit.
    """
    words = {token: idf(token) for token in set(tokenize(question))}
    found: list[Found] = []
    for passage in passages:
        text = report_of(passage.chunk.report_id).text
        passage_coverage = covered(f"{passage.chunk.context}\n{passage.chunk.text}", words)
        for span in _candidates(text, passage):
            sentence = span.of(text)
            coverage = covered(sentence, words)
            answer = asked_figures(question, sentence, understood.unit) if understood.kind == "number" else []
            score = weights.passage * passage.score + (1 - weights.passage) * coverage
            score += weights.figure_bonus if answer else 0.0
            found.append(
                Found(
                    report_id=passage.chunk.report_id,
                    span=span,
                    heading_path=passage.chunk.heading_path,
                    score=score,
                    coverage=coverage,
                    passage_coverage=passage_coverage,
                    passage=passage,
                    highlights=tuple(
                        Span(start=span.start + figure.span.start, end=span.start + figure.span.end)
                        for figure in answer
                    ),
                    masked=bool(answer) and all(figure.masked for figure in answer),
                )
            )
    found.sort(key=lambda sentence: -sentence.score)
    return tuple(s for s in found[: weights.max_sentences] if s.score >= weights.keep_share * found[0].score)


def covered(text: str, words: dict[str, float]) -> float:
    """Share of the question's words (token to idf) that stands in ``text``, by weight, in [0, 1]."""
    total = sum(words.values())
    return sum(words.get(token, 0.0) for token in set(tokenize(text))) / total if total else 0.0


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
        at for at in range(len(sentence) - 1) if sentence[at : at + 2] in question and sentence[at : at + 2].isalnum()
    ]
    # What counts stands before its figure in Chinese: “问题金额46.18亿元”.
    gaps = sorted(abs(figure.span.start - at) * (1 if at < figure.span.start else 2) for at in shared)
    return sum(gaps[:3]) / len(gaps[:3]) if gaps else float(figure.span.start)
