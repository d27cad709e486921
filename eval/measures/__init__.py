"""The measures: what each is, which way is better, and how it sums up over questions.

Scores of single questions are made in ``eval.measures.score``; a measure that does not apply to a question gives it
no score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.measures import refusal, retrieval

Values = Mapping[str, float]  # the scores of one question
Summary = Callable[[Sequence[Values]], float | None]
LEVELS = ("chunk", "sentence", "report")


@dataclass(frozen=True)
class Measure:
    """``over`` sums up the scores of questions; None when none of them has one. ``per_question`` says whether that is
    the mean of a score that each question has for itself; ``optional``, that an answer may leave out what is measured:
    one without figures has no share of figures."""

    name: str
    better: Literal["higher", "lower"]
    meaning: str
    over: Summary
    per_question: bool
    optional: bool = False


def _mean(name: str, better: Literal["higher", "lower"], meaning: str, *, optional: bool = False) -> Measure:
    def over(scores: Sequence[Values]) -> float | None:
        found = [values[name] for values in scores if name in values]
        return float(np.mean(found)) if found else None

    return Measure(name, better, meaning, over, per_question=True, optional=optional)


def _percentile(percent: int) -> Measure:
    def over(scores: Sequence[Values]) -> float | None:
        found = [values["elapsed_ms"] for values in scores if "elapsed_ms" in values]
        return float(np.percentile(found, percent)) if found else None

    meaning = f"{percent} % of the questions took no longer, in ms"
    return Measure(f"latency.p{percent}", "lower", meaning, over, per_question=False)


def _total(name: str, meaning: str) -> Measure:
    def over(scores: Sequence[Values]) -> float | None:
        found = [values[name] for values in scores if name in values]
        return float(sum(found)) if found else None

    return Measure(f"{name}.total", "lower", meaning, over, per_question=False)


def _refusals(name: str, meaning: str, of: Callable[[Sequence[bool], Sequence[bool]], float | None]) -> Measure:
    def over(scores: Sequence[Values]) -> float | None:
        return of([bool(v["refused"]) for v in scores], [bool(v["to_refuse"]) for v in scores])

    return Measure(f"refusal.{name}", "higher", meaning, over, per_question=False)


def on_risk_curve(scores: Sequence[Values]) -> list[Values]:
    """The questions that have a place on the risk–coverage curve: answered, judged, and with a confidence."""
    return [values for values in scores if not values["refused"] and {"confidence", "wrong"} <= values.keys()]


def _aurc(scores: Sequence[Values]) -> float | None:
    answered = on_risk_curve(scores)
    return refusal.aurc([v["confidence"] for v in answered], [bool(v["wrong"]) for v in answered])


def _masked_precision(scores: Sequence[Values]) -> float | None:
    said = [values["masked"] for values in scores if values.get("masked.said")]
    return sum(said) / len(said) if said else None


MEASURES: tuple[Measure, ...] = (
    _mean("good", "higher", "what a good answer holds: an accepted answer, the share of key points, or the refusal"),
    _mean("wrong", "lower", "answered, and wrong: worse than abstaining"),
    _mean("first", "higher", "an accepted answer stands in the first citation"),
    _mean("any", "higher", "an accepted answer stands in one of the first three citations"),
    _mean("contains", "higher", "an accepted answer stands in the answer"),
    _mean("em", "higher", "exact match, CMRC 2018"),
    _mean("f1", "higher", "character F1, CMRC 2018"),
    _mean("key_points", "higher", "share of the key points in the answer"),
    _mean("list.precision", "higher", "share of the items that are asked for"),
    _mean("list.recall", "higher", "share of what is asked for that is an item"),
    _mean("list.order", "higher", "share of the pairs of items in the right order", optional=True),
    _mean("marked", "higher", "the marked figure is the accepted one, no more and no less"),
    _mean("length", "lower", "characters of the answer over those of the sentences that hold the evidence"),
    _mean("citation.integrity", "higher", "share of the citations whose quote is the text at their span"),
    _mean("citation.recall", "higher", "share of the statements whose citations touch evidence (ALCE)"),
    _mean("citation.precision", "higher", "share of the citations that are needed for that (ALCE)"),
    _mean("evidence.recall", "higher", "share of the evidence that is cited"),
    _mean(
        "figures.faithful",
        "higher",
        "share of the figures in the answer that stand in a span cited for them",
        optional=True,
    ),
    _refusals("precision", "of the refusals, those that were due", refusal.refusal_precision),
    _refusals("recall", "of the refusals due, those that were made", refusal.refusal_recall),
    _refusals("f1", "harmonic mean of both", refusal.refusal_f1),
    _mean("masked.reason", "higher", "a masked value is refused as masked"),
    Measure(
        "masked.precision", "higher", "of what is refused as masked, what is", _masked_precision, per_question=False
    ),
    Measure("aurc", "lower", "area under the risk–coverage curve of what was answered", _aurc, per_question=False),
    *(
        _mean(f"{level}.{name}", "higher", f"{name} of the {level}s that hold evidence")
        for level in LEVELS
        for name in retrieval.NAMES
    ),
    *(_percentile(percent) for percent in (50, 90, 99)),
    _total("tokens", "tokens that a language model read and wrote"),
    _total("failed", "questions that got no answer because the system failed"),
)
BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}


def summary(scores: Sequence[Values]) -> dict[str, float]:
    """Every measure that applies, over these questions."""
    found = {measure.name: measure.over(scores) for measure in MEASURES}
    return {name: value for name, value in found.items() if value is not None}
