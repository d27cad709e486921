"""Tests of significance against their formulas, and against what must follow from them."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare.significance import holm, mcnemar, randomisation, randomisation_of_sets
from eval.measures import BY_NAME


def test_mcnemar_is_the_binomial_over_the_questions_that_differ() -> None:
    a = np.array([1.0] * 10 + [0, 0, 0, 0, 0, 0, 1, 0])
    b = np.array([1.0] * 10 + [1, 1, 1, 1, 1, 1, 0, 0])
    # Six of the seven that differ are b's: as extreme are 0, 1, 6 and 7 of seven.
    assert mcnemar(a, b) == pytest.approx(sum(comb(7, k) for k in (0, 1, 6, 7)) / 2**7)
    assert mcnemar(a, a) == 1


def test_randomisation_is_exact_on_few_questions() -> None:
    a, b = np.array([0.0, 0.2, 0.5, 0.9, 0.4]), np.array([0.5, 0.3, 0.9, 1.0, 0.4])
    # All four differences point one way: of 2**4 ways to throw their signs, two are as extreme.
    assert randomisation(a, b) == pytest.approx(2 / 2**4)
    assert randomisation(b, a) == randomisation(a, b)
    assert randomisation(a, a) == 1


def test_randomisation_of_many_questions_sees_a_shift_and_no_shift() -> None:
    rng = np.random.default_rng(7)
    a = rng.random(200)
    assert randomisation(a, np.clip(a + rng.normal(0.1, 0.2, 200), 0, 1)) < 0.001
    assert randomisation(a, a + rng.permutation(np.repeat([0.1, -0.1], 100))) > 0.9


def test_sets_are_swapped_question_by_question() -> None:
    measure = BY_NAME["refusal.f1"]
    due = [{"refused": 1.0, "to_refuse": 1.0}] * 30 + [{"refused": 0.0, "to_refuse": 0.0}] * 30
    missed = [{"refused": 0.0, "to_refuse": 1.0}] * 30 + [{"refused": 0.0, "to_refuse": 0.0}] * 30
    assert randomisation_of_sets(due, missed, measure) < 0.01
    assert randomisation_of_sets(due, due, measure) == 1


def test_holm_multiplies_the_smallest_most() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([3 * 0.01, max(2 * 0.03, 0.04), 2 * 0.03])
    assert holm([]) == []


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[at] for at in order] == sorted(adjusted)
