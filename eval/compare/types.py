"""Differences of two runs, and how large they may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from eval.gold.types import QuestionType
from indexer.types import Record


class Tolerance(Record):
    """How much worse than the stored run a measure may be, over the questions of ``types`` (all when empty), in its own
    unit; and the least (or, where lower is better, the most) that it may be whatever was stored."""

    measure: str
    types: tuple[QuestionType, ...] = ()
    drop: float = Field(ge=0)
    floor: float | None = None


class Tolerances(Record):
    """What ``judian-eval gate`` holds a run against, beside the stored scores. ``alpha`` is the level at which a drop
    counts as significant, over all limits together."""

    alpha: float = Field(gt=0, lt=1)
    limits: tuple[Tolerance, ...] = Field(min_length=1)


class Difference(Record):
    """One measure of two runs over the same ``n`` questions of one type (or ``all``): the values, ``b - a`` with its
    95 % interval, the probability of such a difference by chance, and the questions that got better and worse."""

    measure: str
    type: str
    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    test: Literal["McNemar", "randomisation"]
    wins: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()


class Comparison(Record):
    """Two runs on the same questions."""

    a: str
    b: str
    differences: tuple[Difference, ...]
