"""Turn the reader's three numbers into one score: a logistic regression, and its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.train.reader import FEATURES, MAX_ANSWER_TOKENS, MAX_QUESTION_TOKENS, MAX_TOKENS

PRECISIONS = (0.8, 0.9, 0.95)
Scores = Sequence[float] | NDArray[np.float64]


def calibration(features: NDArray[np.float64], answers: NDArray[np.bool_]) -> dict[str, Any]:
    """The file's content from (n, 3) features and whether each window answers. Fitted on every second row; the
    thresholds, and the AUC of the score, are of the others."""
    weight, bias = fit_logistic(features[::2], answers[::2])
    alone, alone_bias = fit_logistic(features[::2, :1], answers[::2])
    scores, right = features[1::2] @ weight + bias, answers[1::2]
    order = np.argsort(-scores)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    thresholds = {}
    for wanted in PRECISIONS:
        enough = np.flatnonzero(precision >= wanted)
        if len(enough):
            lowest = scores[order[enough[-1]]]
            thresholds[str(wanted)] = {
                "score": round(float(lowest), 3),
                "recall": round(float((scores[right] >= lowest).mean()), 3),
            }
    return {
        "features": list(FEATURES),
        "weight": weight.tolist(),
        "bias": bias,
        "thresholds_precision": thresholds,
        "answer_only": {"weight": float(alone[0]), "bias": alone_bias},
        "auc": round(auc(scores[right], scores[~right]), 4),
        "fitted_on": f"every second of {len(answers)} kept-out rows, {answers.mean():.0%} of them answerable",
        "input": {
            "max_tokens": MAX_TOKENS,
            "question_tokens": MAX_QUESTION_TOKENS,
            "max_answer_tokens": MAX_ANSWER_TOKENS,
            "window": 'context + "\\n" + passage; the answer is taken from the passage',
        },
    }


def auc(right: Scores, wrong: Scores) -> float:
    """The chance that a right one scores above a wrong one, equal scores half (Mann and Whitney 1947)."""
    return float(roc_auc_score([1] * len(right) + [0] * len(wrong), [*right, *wrong]))


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression, hardly held back: the rows are many and the weights few."""
    fitted = LogisticRegression(C=1e3, max_iter=1000).fit(x, y)
    return fitted.coef_[0], float(fitted.intercept_[0])
