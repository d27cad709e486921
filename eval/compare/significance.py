"""Whether two systems differ by more than chance, question by question. Pure functions over paired scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, permutation_test

from eval.measures import Measure, Values

ALPHA = 0.05  # below it a difference is told as one
N_RESAMPLES = 9999
N_SWAPS = 999  # of whole sets, for a measure that is no mean over questions


def mcnemar(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Two-sided p of the exact McNemar test: of the questions that only one system got right, how many are b's,
    ``Binomial(n, 1/2)``. Both (n,) of 0 and 1."""
    only_b, only_a = int(np.sum(b > a)), int(np.sum(a > b))
    return float(binomtest(only_b, only_a + only_b).pvalue) if only_a + only_b else 1.0


def randomisation(a: NDArray[np.float64], b: NDArray[np.float64], seed: int = 0) -> float:
    """Two-sided p of the paired randomisation test (Fisher 1935; Smucker et al., CIKM 2007): how often the mean
    difference is as large when the sign of each question's difference is thrown at random. Both (n,)."""
    differing = (b - a)[a != b]  # a difference of zero has no sign
    if len(differing) < 2:  # of one difference both signs are as extreme
        return 1.0
    test = permutation_test(
        (differing,),
        lambda x, axis: np.mean(x, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=N_RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return float(test.pvalue)


def randomisation_of_sets(
    a: Sequence[Values], b: Sequence[Values], measure: Measure, seed: int = 0, n_swaps: int = N_SWAPS
) -> float:
    """The same for a measure over a whole set: the two systems' scores of each question are swapped at random."""
    observed = _distance(measure.over, a, b)
    if observed is None:
        return 1.0
    rng = np.random.default_rng(seed)
    as_large = 0
    for _ in range(n_swaps):
        swap = rng.random(len(a)) < 0.5
        left = [y if swapped else x for x, y, swapped in zip(a, b, swap, strict=True)]
        right = [x if swapped else y for x, y, swapped in zip(a, b, swap, strict=True)]
        distance = _distance(measure.over, left, right)
        as_large += distance is not None and distance >= observed - 1e-12
    return (as_large + 1) / (n_swaps + 1)


def chance(
    measure: Measure, a: Sequence[Values], b: Sequence[Values], n_swaps: int = N_SWAPS
) -> tuple[Literal["McNemar", "randomisation"], float]:
    """The test that fits a measure, and its p, over questions that it applies to in both systems."""
    if not measure.per_question:
        return "randomisation", randomisation_of_sets(a, b, measure, n_swaps=n_swaps)
    x, y = (np.array([values[measure.name] for values in scores]) for scores in (a, b))
    binary = np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all()
    return ("McNemar", mcnemar(x, y)) if binary else ("randomisation", randomisation(x, y))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values adjusted for being several, ``max over those before of (m - i) p_i`` in rising order (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = highest
    return adjusted


def _distance(
    over: Callable[[Sequence[Values]], float | None], a: Sequence[Values], b: Sequence[Values]
) -> float | None:
    left, right = over(a), over(b)
    return None if left is None or right is None else abs(right - left)
