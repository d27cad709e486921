"""The figures: bars per question type, risk against coverage, latency, and the change from the first run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from eval.compare.bootstrap import interval
from eval.measures import BY_NAME, on_risk_curve
from eval.measures.refusal import risk_coverage
from eval.page.svg import INK, LINE, QUIET, drawing, inline, run_colour
from eval.page.table import Change, by_type, values_of
from eval.runs.stored import Run

WIDTH_IN = 5.2  # as wide as a phone at its own size
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
# Measures in [0, 1], which can stand on one axis; the rest is in the table.
MAIN = (
    "good",
    "wrong",
    "contains",
    "first",
    "f1",
    "key_points",
    "list.precision",
    "list.recall",
    "marked",
    "citation.integrity",
    "citation.recall",
    "citation.precision",
    "evidence.recall",
    "figures.faithful",
    "refusal.precision",
    "refusal.recall",
    "aurc",
    "chunk.R@10",
    "chunk.nDCG@10",
)


def bars_by_type(runs: Sequence[Run], kinds: Sequence[str]) -> Markup:
    """``good`` and ``wrong`` of each type of question, a bar a run, with intervals."""
    counts = {kind: len(values_of(runs[0], kind)) for kind in kinds}
    with drawing():
        figure = Figure(figsize=(WIDTH_IN, 0.7 + len(kinds) * (0.16 + 0.13 * len(runs))), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        thickness = 0.78 / len(runs)
        for axes, name in zip(panels, ("good", "wrong"), strict=True):
            found = by_type(runs, kinds, BY_NAME[name])
            for number, run in enumerate(runs):
                for row, kind in enumerate(kinds):
                    value = found[kind][number]
                    if value is None:
                        continue
                    at = row + (number - (len(runs) - 1) / 2) * thickness
                    axes.barh(at, value, height=thickness * 0.86, color=run_colour(number), linewidth=0)
                    if bounds := interval(values_of(run, kind), BY_NAME[name]):
                        axes.plot(bounds, (at, at), color=INK, linewidth=0.8, alpha=0.55, solid_capstyle="butt")
            axes.set_title(f"{name} ({BY_NAME[name].better} is better)")
            axes.set_xlim(0, 1.02)
            axes.set_xticks((0, 0.5, 1), ("0", "0.5", "1"))
            axes.grid(visible=False, axis="y")
            axes.tick_params(length=0)
            axes.spines["left"].set_visible(False)
        panels[0].set_yticks(range(len(kinds)), [f"{kind} ({counts[kind]})" for kind in kinds])
        panels[0].set_ylim(len(kinds) - 0.4, -0.6)
        return inline(figure, "types", "Bars: good and wrong by type of question; the table below has the values")


def risk(runs: Sequence[Run]) -> Markup | None:
    """The share of wrong answers among the most confident ones; None when no run states its confidence."""
    curves = {}
    for number, run in enumerate(runs):
        scores = values_of(run)
        answered = on_risk_curve(scores)
        if answered:
            curve = risk_coverage([v["confidence"] for v in answered], [bool(v["wrong"]) for v in answered])
            curves[number] = np.arange(1, len(curve) + 1) / len(scores), curve
    return (
        _lines(curves, "risk", "share of all questions answered", "share of wrong answers", _unit) if curves else None
    )


def latency(runs: Sequence[Run]) -> Markup | None:
    """The share of questions that took no longer than so many milliseconds; None when no run states them."""
    curves = {}
    for number, run in enumerate(runs):
        times = np.sort([values["elapsed_ms"] for values in values_of(run) if "elapsed_ms" in values])
        if len(times):
            curves[number] = np.maximum(times, 0.1), np.arange(1, len(times) + 1) / len(times)

    def scaled(axes: Axes) -> None:
        axes.set_xscale("log")
        low, high = axes.get_xlim()
        ticks = [tick * 10.0**power for power in range(-1, 7) for tick in (1, 2, 5) if low <= tick * 10**power <= high]
        if len(ticks) > 6:
            ticks = [tick for tick in ticks if f"{tick:.0e}".startswith("1")]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_ylim(0, 1.02)

    return _lines(curves, "latency", "ms to the answer", "share of questions", scaled, "steps-post") if curves else None


def changes(found: Mapping[str, Mapping[int, Change]]) -> Markup | None:
    """Measure to run to its change from the first run: a dot with its interval, filled where it has a verdict."""
    if not found:
        return None
    numbers = sorted({number for of_run in found.values() for number in of_run})
    with drawing():
        figure = Figure(figsize=(WIDTH_IN, 0.7 + len(found) * (0.15 + 0.08 * len(numbers))), layout="constrained")
        axes = figure.subplots()
        axes.axvline(0, color=QUIET, linewidth=1)
        for row, of_run in enumerate(found.values()):
            for place, number in enumerate(numbers):
                if (change := of_run.get(number)) is None:
                    continue
                at = row + (place - (len(numbers) - 1) / 2) * 0.6 / len(numbers)
                colour = run_colour(number)
                axes.plot((change.low, change.high), (at, at), color=colour, linewidth=1.4, solid_capstyle="butt")
                face = colour if change.verdict else "none"
                axes.plot(change.value, at, "o", markersize=5, color=colour, markerfacecolor=face)
        labels = [name if BY_NAME[name].better == "higher" else f"{name} (lower is better)" for name in found]
        axes.set_yticks(range(len(found)), labels)
        axes.set_ylim(len(found) - 0.4, -0.6)
        reach = max(map(abs, axes.get_xlim()))
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, symmetric=True))
        axes.xaxis.set_major_formatter("{x:+g}")
        axes.set_xlabel("change from the first run")
        axes.grid(visible=True, axis="y", color=LINE, linewidth=0.4)
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)
        return inline(figure, "changes", "Change of the main measures; the summary table has the values")


def _lines(
    curves: Mapping[int, tuple[np.ndarray, np.ndarray]],
    name: str,
    x_label: str,
    y_label: str,
    scale: Callable[[Axes], None],
    drawstyle: str = "default",
) -> Markup:
    with drawing():
        figure = Figure(figsize=(WIDTH_IN, 3.2), layout="constrained")
        axes = figure.subplots()
        for number, (x, y) in curves.items():
            axes.plot(
                x,
                y,
                color=run_colour(number),
                linewidth=1.8,
                linestyle=DASHES[number % len(DASHES)],
                drawstyle=drawstyle,
                marker="o" if len(x) == 1 else None,
            )
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.tick_params(length=0)
        scale(axes)
        return inline(figure, name, f"Curves: {y_label} against {x_label}")


def _unit(axes: Axes) -> None:
    axes.set_xlim(0, 1.02)
    top = max(0.1, axes.get_ylim()[1])
    axes.set_ylim(-0.02 * top, top)  # a run that is never wrong would lie on the axis, unseen
