"""Retrieval at the level of chunks, sentences and reports, scored by ``ir_measures``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, R, nDCG

MEASURES = (R @ 1, R @ 5, R @ 10, nDCG @ 10, RR, AP)
NAMES = tuple(str(measure) for measure in MEASURES)

Ranking = Sequence[str]  # ids, best first


def retrieval_scores(
    rankings: Mapping[str, Ranking], relevant: Mapping[str, frozenset[str]]
) -> dict[str, dict[str, float]]:
    """Question id to the scores named in NAMES, for the questions that have a ranking and something relevant.

    An id that is ranked twice counts where it stands first.
    """
    asked = {question: ids for question, ids in relevant.items() if ids and question in rankings}
    if not asked:
        return {}
    qrels = {question: dict.fromkeys(ids, 1) for question, ids in asked.items()}
    run = {question: _falling(rankings[question]) for question in asked}
    scores: dict[str, dict[str, float]] = {question: {} for question in asked}
    for metric in ir_measures.iter_calc(MEASURES, qrels, run):
        scores[metric.query_id][str(metric.measure)] = float(metric.value)
    return scores


def _falling(ranking: Ranking) -> dict[str, float]:
    """The ids with scores that say their order; a ranking of nothing names one id that is relevant to nothing."""
    unique = list(dict.fromkeys(ranking)) or [""]
    return {name: float(len(unique) - rank) for rank, name in enumerate(unique)}
