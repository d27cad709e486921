"""Knowing when not to answer: precision and recall of refusals, risk against coverage. Over a set of questions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray


def refusal_precision(refused: Sequence[bool], to_refuse: Sequence[bool]) -> float | None:
    """Of the refused questions, the share that had to be: ``|refused ∩ to refuse| / |refused|``."""
    hits = [wanted for said, wanted in zip(refused, to_refuse, strict=True) if said]
    return sum(hits) / len(hits) if hits else None


def refusal_recall(refused: Sequence[bool], to_refuse: Sequence[bool]) -> float | None:
    """Of the questions to refuse, the share that was: ``|refused ∩ to refuse| / |to refuse|``."""
    hits = [said for said, wanted in zip(refused, to_refuse, strict=True) if wanted]
    return sum(hits) / len(hits) if hits else None


def refusal_f1(refused: Sequence[bool], to_refuse: Sequence[bool]) -> float | None:
    """``2 |refused ∩ to refuse| / (|refused| + |to refuse|)``; no score when both are empty."""
    both = sum(said and wanted for said, wanted in zip(refused, to_refuse, strict=True))
    total = sum(refused) + sum(to_refuse)
    return 2 * both / total if total else None


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> NDArray[np.float64]:
    """The risk (share of wrong answers) among the k most confident answers, for k = 1 … n: (n,) in [0, 1].

    Answers of equal confidence come in any order: each of them counts with their mean.
    """
    ordered = sorted(zip(confidence, wrong, strict=True), key=lambda pair: -pair[0])
    losses: list[float] = []
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        group = [float(loss) for _, loss in tied]
        losses += [sum(group) / len(group)] * len(group)
    return np.cumsum(losses) / np.arange(1, len(losses) + 1)


def aurc(confidence: Sequence[float], wrong: Sequence[bool]) -> float | None:
    """Area under the risk–coverage curve, ``mean of risk over k`` (Geifman et al., ICLR 2019); lower is better.

    Only questions that were answered have a place on the curve: a system that never abstains shows all of it.
    """
    return float(risk_coverage(confidence, wrong).mean()) if len(confidence) else None
