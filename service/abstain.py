"""Whether the reports answer a question at all: a calibrated probability, and the bar it must pass.

A logistic model over three measurements of the best sentence, one per language of the question; the coefficients and
the recipe that made them stand in ``abstention.json`` (``python -m eval.fit_abstention``). It was fitted on questions
whose passage was taken away, so it knows “nothing here is about that” and not “the same figure of another county”.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.extract import Found
from service.types import Language

FILE = Path(__file__).parent / "abstention.json"


@dataclass(frozen=True)
class Abstention:
    """``probability = 1 / (1 + exp(-(intercept + coefficients · features)))``; answered at ``bar`` or above."""

    intercept: float
    coefficients: tuple[float, ...]
    bar: float

    def probability(self, found: Sequence[Found]) -> float:
        """Probability in [0, 1] that the best sentence found answers the question; 0 when none was found."""
        if not found:
            return 0.0
        z = self.intercept + sum(c * x for c, x in zip(self.coefficients, features(found[0]), strict=True))
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def features(best: Found) -> tuple[float, ...]:
    """The cosine of its passage, and the shares of the question's words in the sentence and in its passage."""
    return (best.passage.cosine, best.coverage, best.passage_coverage)


def load_abstention(path: Path = FILE) -> dict[Language, Abstention]:
    """The fitted model of each language."""
    fitted = json.loads(path.read_text(encoding="utf-8"))["models"]
    return {
        language: Abstention(model["intercept"], tuple(model["coefficients"]), model["bar"])
        for language, model in fitted.items()
    }
