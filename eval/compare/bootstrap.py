"""How far a measure may be off because other questions were not asked: percentile bootstrap over questions.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. Questions are drawn with replacement, as many
as there are; the interval runs between the percentiles of what the measure is over the draws. It says nothing of noise
in a single answer, and it has no width where all scores are equal.

``scipy.stats.bootstrap`` draws the same questions from the same seed, to the same bounds in the same time (7 s for all
measures at eight sizes), but one draw without a value takes its interval away, so that to leave such draws out takes
four lines more than all of this, and a warning silenced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.measures import Measure

N_RESAMPLES = 2000
MAX_DRAWN = 4_000_000  # indices held at once: 16 MB


def interval(
    scores: Sequence[Mapping[str, float]],
    measure: Measure,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """The interval of ``measure`` over these questions, in its unit; ``level`` in (0, 1) is what it is to cover.

    A mean is drawn over the questions that have a score. A measure over a whole set is computed anew for each draw, and
    draws to which it does not apply are left out. None when it does not apply, or to fewer than two questions.
    """
    if measure.per_question:
        values = np.array([values[measure.name] for values in scores if measure.name in values], dtype=np.float64)
        return _between(_means(values, n_resamples, seed), level) if len(values) > 1 else None
    if len(scores) < 2 or measure.over(scores) is None:
        return None
    found = [measure.over([scores[at] for at in drawn]) for drawn in _draws(len(scores), n_resamples, seed)]
    return _between([value for value in found if value is not None], level)


def paired_interval(
    a: Sequence[Mapping[str, float]],
    b: Sequence[Mapping[str, float]],
    measure: Measure,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """The interval of the difference ``b - a``, where both are of the same questions in the same order: each draw takes
    the same questions of both, so that what makes a question hard for both does not widen it.

    A mean is drawn over the questions that have a score in both. None when the measure does not apply to both, or to
    fewer than two questions. Raises ValueError when one has more questions than the other.
    """
    pairs = list(zip(a, b, strict=True))
    if measure.per_question:
        name = measure.name
        changes = np.array([y[name] - x[name] for x, y in pairs if name in x and name in y], dtype=np.float64)
        return _between(_means(changes, n_resamples, seed), level) if len(changes) > 1 else None
    if len(pairs) < 2 or measure.over(a) is None or measure.over(b) is None:
        return None
    found = []
    for drawn in _draws(len(pairs), n_resamples, seed):
        before, after = measure.over([a[at] for at in drawn]), measure.over([b[at] for at in drawn])
        if before is not None and after is not None:
            found.append(after - before)
    return _between(found, level)


def _blocks(n: int, n_resamples: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """``n_resamples`` rows of ``n`` indices below ``n``, a block of rows at a time: (n_rows, n)."""
    rng = np.random.default_rng(seed)
    n_rows = max(1, MAX_DRAWN // n)
    for done in range(0, n_resamples, n_rows):
        yield rng.integers(n, size=(min(n_rows, n_resamples - done), n), dtype=np.int32)


def _draws(n: int, n_resamples: int, seed: int) -> Iterator[list[int]]:
    for block in _blocks(n, n_resamples, seed):
        yield from block.tolist()


def _means(values: NDArray[np.float64], n_resamples: int, seed: int) -> NDArray[np.float64]:
    """The mean of each draw: (n_resamples,)."""
    if not len(values):
        return values
    return np.concatenate([values[block].mean(axis=1) for block in _blocks(len(values), n_resamples, seed)])


def _between(found: Sequence[float] | NDArray[np.float64], level: float) -> tuple[float, float] | None:
    if not len(found):
        return None
    low, high = np.percentile(found, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)
