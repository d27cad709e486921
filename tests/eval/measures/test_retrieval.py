"""Retrieval scores are those of ir_measures, for the questions that have a ranking and evidence."""

from __future__ import annotations

from math import log2

import pytest

from eval.measures.retrieval import retrieval_scores


def test_scores_by_their_formulas() -> None:
    scores = retrieval_scores({"q": ["x", "a", "x", "y", "b"]}, {"q": frozenset("abc")})["q"]
    # x is ranked twice and counts once: a stands second, b fourth.
    assert scores["R@1"] == 0
    assert scores["R@5"] == pytest.approx(2 / 3)
    assert scores["RR"] == pytest.approx(1 / 2)
    assert scores["AP"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert scores["nDCG@10"] == pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal)


def test_nothing_found_is_zero_and_what_does_not_apply_has_no_score() -> None:
    scores = retrieval_scores({"found nothing": [], "no evidence": ["a"]}, {
        "found nothing": frozenset("a"), "no evidence": frozenset(), "not ranked": frozenset("a")
    })  # fmt: skip
    assert scores == {"found nothing": dict.fromkeys(("R@1", "R@5", "R@10", "nDCG@10", "RR", "AP"), 0.0)}
