"""Refusal, risk and coverage, by their formulas."""

from __future__ import annotations

import numpy as np
import pytest

from eval.measures.refusal import aurc, refusal_f1, refusal_precision, refusal_recall, risk_coverage

REFUSED = [True, True, True, False, False, False]
TO_REFUSE = [True, True, False, True, False, False]


def test_refusals() -> None:
    assert refusal_precision(REFUSED, TO_REFUSE) == 2 / 3
    assert refusal_recall(REFUSED, TO_REFUSE) == 2 / 3
    assert refusal_f1(REFUSED, TO_REFUSE) == 2 * 2 / (3 + 3)
    assert refusal_precision([False], [True]) is None
    assert refusal_recall([True], [False]) is None
    assert refusal_f1([False], [False]) is None


def test_risk_is_the_share_of_wrong_among_the_most_confident() -> None:
    curve = risk_coverage([0.9, 0.2, 0.7, 0.5], [False, True, True, False])
    assert curve == pytest.approx([0 / 1, 1 / 2, 1 / 3, 2 / 4])
    assert aurc([0.9, 0.2, 0.7, 0.5], [False, True, True, False]) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert aurc([], []) is None


def test_answers_of_equal_confidence_count_with_their_mean() -> None:
    for wrong in ([True, False, False], [False, True, False], [False, False, True]):
        assert risk_coverage([0.5, 0.5, 0.5], wrong) == pytest.approx(np.full(3, 1 / 3))
