"""Percentile bootstrap over questions (Efron 1979): how far a measure would move with other questions of the kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.measures import Measure, Values

N_RESAMPLES = 2000
N_RESAMPLES_OF_SETS = 300  # of a measure that has to be computed anew from every resampled set


def interval(
    scores: Sequence[Values], measure: Measure, *, n_resamples: int = N_RESAMPLES, seed: int = 0, level: float = 0.95
) -> tuple[float, float] | None:
    """The interval of a measure over these questions; None when it applies to none of them."""
    if measure.per_question:
        found = np.array([values[measure.name] for values in scores if measure.name in values])
        return _bounds(_means(found, n_resamples, seed), level) if len(found) else None
    return _bounds(_of_sets(scores, measure, n_resamples, seed), level)


def paired_interval(
    a: Sequence[Values],
    b: Sequence[Values],
    measure: Measure,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """The interval of ``b - a``; both hold the same questions in the same order, and the same are drawn from both.

    A question counts where both have a score for it; None when none does.
    """
    if measure.per_question:
        found = [
            y[measure.name] - x[measure.name]
            for x, y in zip(a, b, strict=True)
            if measure.name in x and measure.name in y
        ]
        return _bounds(_means(np.array(found), n_resamples, seed), level) if found else None
    left = _of_sets(a, measure, n_resamples, seed)
    return _bounds(_of_sets(b, measure, n_resamples, seed) - left, level)


def _means(values: NDArray[np.float64], n_resamples: int, seed: int) -> NDArray[np.float64]:
    """The mean of each resample: (n_resamples,). How often each question is drawn is multinomial."""
    counts = np.random.default_rng(seed).multinomial(len(values), np.full(len(values), 1 / len(values)), n_resamples)
    return np.asarray(counts @ values / len(values))


def _of_sets(scores: Sequence[Values], measure: Measure, n_resamples: int, seed: int) -> NDArray[np.float64]:
    """The measure over each resampled set, NaN where it does not apply: (min(n_resamples, N_RESAMPLES_OF_SETS),)."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(min(n_resamples, N_RESAMPLES_OF_SETS)):
        value = measure.over([scores[at] for at in rng.integers(len(scores), size=len(scores))]) if scores else None
        found.append(np.nan if value is None else value)
    return np.array(found)


def _bounds(values: NDArray[np.float64], level: float) -> tuple[float, float] | None:
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
