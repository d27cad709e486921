"""The summary: every measure that applies, run by run, with intervals and with the change from the first run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.compare.bootstrap import N_RESAMPLES, interval, paired_interval
from eval.compare.significance import ALPHA, N_SWAPS, chance
from eval.measures import MEASURES, Measure, Values
from eval.runs.stored import Run

GROUPS = ("answer", "list", "citation", "refusal", "retrieval", "latency and cost")
_GROUP_OF = {
    "list": "list",
    "citation": "citation",
    "evidence": "citation",
    "figures": "citation",
    "refusal": "refusal",
    "masked": "refusal",
    "aurc": "refusal",
    "confidence": "refusal",
    "chunk": "retrieval",
    "sentence": "retrieval",
    "report": "retrieval",
    "latency": "latency and cost",
    "elapsed_ms": "latency and cost",
    "tokens": "latency and cost",
    "failed": "latency and cost",
}
# A measure over a whole set is computed anew for each draw: this many scores are looked at, over all draws together.
MAX_RECOMPUTED = 300_000
MIN_RESAMPLES = 200

Verdict = Literal["better", "worse", ""]


@dataclass(frozen=True)
class Change:
    """What a measure is above the first run, with the paired interval; the verdict is empty where that holds zero, and
    where the paired test finds no difference (p of 0.05 or more)."""

    value: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True)
class Cell:
    """A measure of one run over ``n`` questions; ``change`` is None in the first run, and where none can be told."""

    value: float
    n: int
    bounds: tuple[float, float] | None
    change: Change | None


@dataclass(frozen=True)
class Row:
    """A measure, with one cell a run; None where it does not apply."""

    measure: Measure
    cells: tuple[Cell | None, ...]


def group(name: str) -> str:
    """Which group of the table a measure, or a score of a question, stands in."""
    return _GROUP_OF.get(name.partition(".")[0], "answer")


def summary_rows(runs: Sequence[Run], measures: Iterable[Measure] = MEASURES) -> dict[str, list[Row]]:
    """The rows of each group that has some, in the order of GROUPS."""
    rows = [Row(measure, tuple(_cell(measure, run, runs[0]) for run in runs)) for measure in measures]
    grouped = {name: [row for row in rows if any(row.cells) and group(row.measure.name) == name] for name in GROUPS}
    return {name: found for name, found in grouped.items() if found}


def values_of(run: Run, kind: str | None = None) -> list[Values]:
    """The scores of the questions of a type, or of all, in the order of the run."""
    return [scores.values for scores in run.scores.values() if kind in (None, scores.type)]


def change(measure: Measure, first: Run, run: Run) -> Change | None:
    """How ``run`` differs from ``first`` over the questions that both have; None where it cannot be said."""
    shared = [name for name in first.scores if name in run.scores]
    a, b = [first.scores[name].values for name in shared], [run.scores[name].values for name in shared]
    if measure.per_question:
        both = [(x, y) for x, y in zip(a, b, strict=True) if measure.name in x and measure.name in y]
        a, b = [x for x, _ in both], [y for _, y in both]
    bounds = paired_interval(a, b, measure, n_resamples=n_resamples(measure, len(a)))
    before, after = measure.over(a), measure.over(b)
    if bounds is None or before is None or after is None:
        return None
    low, high = bounds
    verdict: Verdict = ""
    # An interval may leave out zero where the test finds nothing: a few questions, all the same way.
    if (low > 0 or high < 0) and chance(measure, a, b, min(N_SWAPS, n_resamples(measure, len(a))))[1] < ALPHA:
        verdict = "better" if (low > 0) == (measure.better == "higher") else "worse"
    return Change(after - before, low, high, verdict)


def n_resamples(measure: Measure, n: int) -> int:
    """How many draws an interval over ``n`` questions takes."""
    return N_RESAMPLES if measure.per_question else max(MIN_RESAMPLES, min(N_RESAMPLES, MAX_RECOMPUTED // max(n, 1)))


def _cell(measure: Measure, run: Run, first: Run) -> Cell | None:
    scores = values_of(run)
    value = measure.over(scores)
    if value is None:
        return None
    n = sum(measure.name in values for values in scores) if measure.per_question else len(scores)
    return Cell(
        value=value,
        n=n,
        bounds=interval(scores, measure, n_resamples=n_resamples(measure, n)),
        change=None if run is first else change(measure, first, run),
    )


def shown(name: str, value: float) -> str:
    """A value of the measure, or of the score, ``name``, as the page writes it."""
    if name.startswith("latency") or name == "elapsed_ms":
        return f"{value:,.0f} ms" if abs(value) >= 10 else f"{value:.1f} ms"
    if name.endswith(".total") or name == "tokens":
        return f"{value:,.0f}"
    return f"{value:.3f}"


def shown_change(name: str, value: float) -> str:
    """The same with its sign."""
    return ("+" if value > 0 else "−" if value < 0 else "±") + shown(name, abs(value))


def by_type(runs: Sequence[Run], kinds: Sequence[str], measure: Measure) -> Mapping[str, tuple[float | None, ...]]:
    """The measure over the questions of each type: one value a run."""
    return {kind: tuple(measure.over(values_of(run, kind)) for run in runs) for kind in kinds}
