"""The sentences that answer a question, verbatim, from the passages that were retrieved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.sentences import sentences
from indexer.tokens import fold, tokenize
from indexer.types import Chunk, Span
from service.asked import asked_figures, masked_name
from service.figures import Figure
from service.types import Passage
from service.understand import Understood


@dataclass(frozen=True)
class Weights:
    """What a sentence's score is made of, and how many sentences an answer may hold; eval/results/ablation.md."""

    passage: float = 0.75  # of the passage's fused score; the rest is that of the question's words in the sentence
    figure_bonus: float = 0.1  # for a sentence that holds a figure of the asked unit
    keep_share: float = 0.9  # further sentences are given when they score at least this share of the first
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
    idf: Callable[[str], float],
    weights: Weights = Weights(),
) -> tuple[Found, ...]:
    """The best sentences of ``passages``, best first, at most ``weights.max_sentences``; ``question`` is folded.

    A sentence's score is the weighted sum of its passage's fused score and its share of the question's words
    (by idf), with a bonus when it holds a figure of the asked unit.
    """
    words = {token: idf(token) for token in set(tokenize(question))}
    found: list[Found] = []
    for passage in passages:
        chunk = passage.chunk
        passage_coverage = covered(f"{chunk.context}\n{chunk.text}", words)
        for span in _candidates(chunk):
            sentence = chunk.text[span.start - chunk.span.start : span.end - chunk.span.start]
            coverage = covered(sentence, words)
            answer = _asked(question, fold(sentence), understood, idf)
            score = weights.passage * passage.score + (1 - weights.passage) * coverage
            score += weights.figure_bonus if answer else 0.0
            found.append(
                Found(
                    report_id=chunk.report_id,
                    span=span,
                    heading_path=chunk.heading_path,
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
    # What is of another year or region than the best sentence, when the question names one, does not stand beside it.
    kept = [
        s for s in found if s.score >= weights.keep_share * found[0].score and s.passage.scope >= found[0].passage.scope
    ]
    return tuple(kept[: weights.max_sentences])


def covered(text: str, words: dict[str, float]) -> float:
    """Share of the question's words (token to idf) that stands in ``text``, by weight, in [0, 1]."""
    total = sum(words.values())
    return sum(words.get(token, 0.0) for token in set(tokenize(text))) / total if total else 0.0


def _asked(question: str, sentence: str, understood: Understood, idf: Callable[[str], float]) -> list[Figure]:
    if understood.kind == "number":
        return asked_figures(question, sentence, understood.unit, idf)
    return masked_name(question, sentence, understood.unit, idf) if understood.unit else []


def _candidates(chunk: Chunk) -> list[Span]:
    """The sentences of a chunk, less a heading that runs into the text, unless there is nothing else."""
    heading = chunk.heading_path[-1] if chunk.heading_path else ""
    within = sentences(chunk.text)
    body = [span for span in within if span.of(chunk.text).rstrip("。！？；:：") not in heading]
    offset = chunk.span.start
    return [Span(start=offset + span.start, end=offset + span.end) for span in body or within]
