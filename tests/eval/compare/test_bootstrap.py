"""Intervals by percentile bootstrap, against what probability says of small and of normal cases."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pytest

from eval.compare import bootstrap
from eval.compare.bootstrap import interval, paired_interval
from eval.measures import BY_NAME, Measure, Values

GOOD, RECALL = BY_NAME["good"], BY_NAME["refusal.recall"]


def scored(values: Sequence[float]) -> list[Values]:
    return [{"good": value} for value in values]


def mean_of_set() -> Measure:
    """The mean of ``good``, told as a measure over the whole set."""
    return Measure("set.mean", "higher", "", GOOD.over, per_question=False)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        # Two draws of {0, 1}: means 0, 1/2, 1 with probability 1/4, 1/2, 1/4.
        (0.95, (0.0, 1.0)),
        (0.40, (0.5, 0.5)),
    ],
)
def test_two_questions_have_three_means(level: float, expected: tuple[float, float]) -> None:
    assert interval(scored([0, 1]), GOOD, level=level) == expected


def test_many_questions_are_normal() -> None:
    n, p = 400, 0.3
    values = scored([1.0] * int(n * p) + [0.0] * int(n * (1 - p)))
    low, high = interval(values, GOOD, n_resamples=4000) or pytest.fail("no interval")
    assert low == pytest.approx(p - 1.96 * sqrt(p * (1 - p) / n), abs=0.005)
    assert high == pytest.approx(p + 1.96 * sqrt(p * (1 - p) / n), abs=0.005)


def test_a_mean_is_the_same_drawn_at_once_or_computed_anew() -> None:
    values = scored(np.random.default_rng(1).random(37).tolist())
    at_once, anew = interval(values, GOOD), interval(values, mean_of_set())
    assert at_once is not None
    assert at_once[0] < at_once[1]
    assert anew == pytest.approx(at_once)


def test_a_sum_over_the_set_is_n_times_the_mean() -> None:
    n = 23
    costs = np.random.default_rng(2).integers(1, 100, n).tolist()
    values = [{"good": cost, "tokens": cost} for cost in costs]
    mean = interval(values, GOOD)
    assert mean is not None
    assert interval(values, BY_NAME["tokens.total"]) == pytest.approx([n * bound for bound in mean])


def test_only_questions_with_a_score_are_drawn() -> None:
    values = scored([0.2, 0.9, 0.4])
    assert interval([*values, {"wrong": 1.0}, {"wrong": 0.0}], GOOD) == interval(values, GOOD)


def test_draws_without_a_value_are_left_out() -> None:
    """One question of four is to be refused: (3/4)^4 of the draws lack it, and have no recall."""
    values = [{"refused": 1.0, "to_refuse": float(at == 0)} for at in range(4)]
    assert interval(values, RECALL) == (1.0, 1.0)


@pytest.mark.parametrize("values", [[], [{"good": 1.0}], [{"wrong": 1.0}] * 5])
@pytest.mark.parametrize("measure", [GOOD, RECALL, BY_NAME["latency.p50"]])
def test_no_interval_where_nothing_can_be_drawn(values: list[Values], measure: Measure) -> None:
    if measure is RECALL:
        values = [{**found, "refused": 0.0, "to_refuse": 0.0} for found in values]
    assert interval(values, measure) is None
    assert paired_interval(values, values, measure) is None


def test_a_pair_that_differs_by_a_constant_has_no_width() -> None:
    hard = np.random.default_rng(3).random(50) * 0.8
    a, b = scored(hard.tolist()), scored((hard + 0.1).tolist())
    assert paired_interval(a, b, GOOD) == pytest.approx((0.1, 0.1))
    assert paired_interval(a, b, mean_of_set()) == pytest.approx((0.1, 0.1))
    alone_a, alone_b = interval(a, GOOD), interval(b, GOOD)
    assert alone_a is not None
    assert alone_b is not None
    assert alone_a[1] > alone_b[0]  # not to be told apart, unless by the same questions


def test_a_difference_is_that_of_b_over_a() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.random(30), rng.random(30)
    found = paired_interval(scored(a.tolist()), scored(b.tolist()), GOOD)
    assert found == pytest.approx(interval(scored((b - a).tolist()), GOOD))
    assert paired_interval(scored(b.tolist()), scored(a.tolist()), GOOD) == pytest.approx(
        [-x for x in found or ()][::-1]
    )


def test_only_questions_with_both_scores_are_paired() -> None:
    a = [{"good": 0.1}, {"good": 0.5}, {}, {"good": 1.0}]
    b = [{"good": 0.4}, {"good": 0.6}, {"good": 0.9}, {}]
    assert paired_interval(a, b, GOOD) == paired_interval(a[:2], b[:2], GOOD)
    assert paired_interval(a[2:], b[2:], GOOD) is None


def test_pairs_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired_interval(scored([1, 0]), scored([1]), GOOD)


def test_the_seed_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    values = scored(np.random.default_rng(5).random(40).tolist())
    assert interval(values, GOOD) == interval(values, GOOD)
    assert interval(values, GOOD, n_resamples=50) != interval(values, GOOD, n_resamples=50, seed=1)
    whole = interval(values, GOOD)
    monkeypatch.setattr(bootstrap, "MAX_DRAWN", 400)  # ten draws at a time
    assert interval(values, GOOD) == whole
