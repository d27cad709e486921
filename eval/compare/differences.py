"""Two runs on the same questions, measure by measure and type by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rich.table import Table

from eval.compare.bootstrap import paired_interval
from eval.compare.significance import ALPHA, chance
from eval.compare.types import Comparison, Difference
from eval.errors import RunError
from eval.measures import BY_NAME, MEASURES, Measure
from eval.measures.types import QuestionScores
from eval.runs.stored import Run

ALL = "all"


def compare(a: Run, b: Run) -> Comparison:
    """Every measure that both runs have, over all questions and over those of each type.

    Measures over a whole set (refusal, risk, latency) are compared over all questions only. Raises RunError when the
    runs were not made on the same gold set.
    """
    pairs = paired(a, b)
    types = sorted({left.type for left, _ in pairs})
    found = [
        difference
        for measure in MEASURES
        for kind in (ALL, *types)
        if (kind == ALL or measure.per_question)
        and (difference := differ(measure, [p for p in pairs if kind in (ALL, p[0].type)], kind)) is not None
    ]
    return Comparison(a=a.name, b=b.name, differences=tuple(found))


def paired(a: Run, b: Run) -> list[tuple[QuestionScores, QuestionScores]]:
    """The scores of each question in both runs. Raises RunError when they are not of the same gold set."""
    if a.stamp.gold_sha256 != b.stamp.gold_sha256:
        raise RunError(
            f"{a.folder} and {b.folder} are of different gold sets ({a.stamp.gold}, {b.stamp.gold}), or of one that "
            "was changed in between; run both on the same file"
        )
    if a.scores.keys() != b.scores.keys():
        raise RunError(f"{a.folder} and {b.folder} do not hold the same questions; run them again")
    return [(scores, b.scores[name]) for name, scores in a.scores.items()]


def differ(measure: Measure, pairs: Sequence[tuple[QuestionScores, QuestionScores]], kind: str) -> Difference | None:
    """The difference in one measure; None where it does not apply to both runs."""
    if measure.per_question:
        pairs = [(x, y) for x, y in pairs if measure.name in x.values and measure.name in y.values]
    left, right = [x.values for x, _ in pairs], [y.values for _, y in pairs]
    value_a, value_b = (measure.over(left), measure.over(right)) if pairs else (None, None)
    if value_a is None or value_b is None:
        return None
    low, high = paired_interval(left, right, measure) or (value_b - value_a, value_b - value_a)
    wins: list[str] = []
    losses: list[str] = []
    test, p = chance(measure, left, right)
    if measure.per_question:
        x = np.array([values[measure.name] for values in left])
        y = np.array([values[measure.name] for values in right])
        better = y > x if measure.better == "higher" else y < x
        wins = [pair[0].id for pair, won in zip(pairs, better, strict=True) if won]
        losses = [pair[0].id for pair, won, same in zip(pairs, better, x == y, strict=True) if not won and not same]
    return Difference.model_validate(
        {
            "measure": measure.name,
            "type": kind,
            "n": len(pairs),
            "a": value_a,
            "b": value_b,
            "difference": value_b - value_a,
            "low": low,
            "high": high,
            "p": p,
            "test": test,
            "wins": tuple(wins),
            "losses": tuple(losses),
        }
    )


def as_tables(comparison: Comparison, by_type: Iterable[str] = ("good", "wrong")) -> list[Table]:
    """For a terminal: every measure over all questions; ``by_type`` type by type; wins and losses by question."""
    overall = _table(f"{comparison.a} → {comparison.b}")
    per_type = _table("by type of question")
    changed = Table("measure", "better", "worse", title="questions that changed")
    for item in comparison.differences:
        if item.type == ALL:
            overall.add_row(*_cells(item))
            if item.measure in by_type and (item.wins or item.losses):
                changed.add_row(item.measure, " ".join(item.wins) or "—", " ".join(item.losses) or "—")
        elif item.measure in by_type:
            per_type.add_row(*_cells(item))
    overall.caption = (
        f"p is of each measure alone: of {len(comparison.differences)} tests some fall below 0.05 by chance"
    )
    return [overall, per_type, changed] if changed.row_count else [overall, per_type]


def is_worse(item: Difference) -> bool:
    """Whether b is worse than a, by however little."""
    return item.difference < 0 if BY_NAME[item.measure].better == "higher" else item.difference > 0


def _table(title: str) -> Table:
    table = Table(title=title)
    for column in ("measure", "questions"):
        table.add_column(column, no_wrap=True, overflow="fold")
    for column in ("n", "a", "b", "b - a", "95 %", "p", "better", "worse"):
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cells(item: Difference) -> Sequence[str]:
    style: Mapping[bool, str] = {True: "red", False: "green"}
    difference = f"{item.difference:+.3f}"
    if item.p < ALPHA and item.difference:
        difference = f"[{style[is_worse(item)]}]{difference}[/]"
    return (
        item.measure,
        item.type,
        str(item.n),
        f"{item.a:.3f}",
        f"{item.b:.3f}",
        difference,
        f"{item.low:+.3f} … {item.high:+.3f}",
        f"{item.p:.3f}",
        str(len(item.wins)) if item.wins or item.losses else "",
        str(len(item.losses)) if item.wins or item.losses else "",
    )
