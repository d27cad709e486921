"""The table of the adapters: what a measure is over drawn questions, and how a gain stands in the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.studies.adapters import Aucs, Means, as_markdown, compared
from eval.train.calibrate import auc
from eval.train.measure import Answered


def answers(seed: int, n: int = 20, shift: float = 1.0) -> list[Answered]:
    """Questions with none to three scores of each kind, some of them equal."""
    draw = np.random.default_rng(seed)

    def scores(least: int, mean: float) -> tuple[float, ...]:
        return tuple(np.round(draw.normal(mean, 1.0, draw.integers(least, 4)), 1).tolist())

    return [Answered(True, 1.0, scores(1, shift), scores(0, 0.0), scores(0, 0.0)) for _ in range(n)]


def counts(*drawn: list[int], n: int) -> NDArray[np.int64]:
    return np.array([np.bincount(questions, minlength=n) for questions in drawn])


def test_a_mean_counts_a_question_as_often_as_it_was_drawn() -> None:
    found = Means([True, False, True])(counts([0, 0, 1], [1, 1, 1], [0, 1, 2], n=3))
    assert found == pytest.approx([2 / 3, 0.0, 2 / 3])


@pytest.mark.parametrize("wrong", ["same", "other"])
def test_an_auc_is_that_of_the_scores_of_the_drawn_questions(wrong: str) -> None:
    told = answers(3)
    drawn = np.random.default_rng(1).integers(len(told), size=(5, len(told))).tolist()
    expected = [
        auc(
            [score for at in questions for score in told[at].right],
            [score for at in questions for score in getattr(told[at], wrong)],
        )
        for questions in drawn
    ]
    assert Aucs(told, wrong)(counts(*drawn, n=len(told))) == pytest.approx(expected)


def test_a_gain_stands_for_each_pair_and_the_interval_is_of_the_same_questions() -> None:
    """The second is right wherever the first is, and on a third of the questions beside: no draw can make it worse."""
    first = np.arange(300) % 3 == 0
    second = np.arange(300) % 3 < 2
    figures = compared({"a": {"R@1": Means(first)}, "b": {"R@1": Means(second)}, "c": {"R@1": Means(second)}})["R@1"]
    assert (figures["a"], figures["b"]) == pytest.approx((1 / 3, 2 / 3), abs=1e-4)
    gain, low, high = figures["b - a"]
    assert gain == pytest.approx(1 / 3, abs=1e-4)
    half = 1.96 * (1 / 3 * 2 / 3 / 300) ** 0.5  # of a share of 300 questions, the normal approximation
    assert (low, high) == pytest.approx((gain - half, gain + half), abs=0.01)
    assert figures["c - b"] == [0.0, 0.0, 0.0]


def test_the_table_has_a_row_for_each_set_and_measure() -> None:
    row: dict[str, Any] = {"base": 0.5, "published": 0.75, "published - base": [0.25, -0.01, 0.5]}
    told = {
        "command": "python -m eval.studies.adapters",
        "commit": "abc",
        "retrieval": {"one": {"questions": 1324, "texts": 7, "R@1": row, "R@5": row}},
        "reading": {"one": {"questions": 12, "EM": row}},
        "device": "NVIDIA",
        "seconds": 3.0,
        "versions": {"torch": "2"},
    }
    table = as_markdown(told)
    assert "| set | questions | measure | base | published | published - base |\n|---|---|---|---|---|---|\n" in table
    assert "| one | 1,324 | R@5 | 0.500 | 0.750 | +0.250 (-0.010 to +0.500) |" in table
    assert "| one | 12 | EM | 0.500 |" in table
