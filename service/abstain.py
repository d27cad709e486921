"""Whether the reports answer a question at all: a calibrated probability, and the bar it must pass."""

from __future__ import annotations

import math
from collections.abc import Sequence

from service.extract import Found
from service.types import Language


def probability_answerable(found: Sequence[Found], language: Language) -> float:
    if not found:
        return 0.0
    best = found[0]
    return 1 / (1 + math.exp(-(best.passage.cosine * 10 - 7 + best.coverage)))


def threshold(language: Language) -> float:
    return 0.0
