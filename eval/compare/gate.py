"""Whether a run may pass: no measure beyond its tolerance, none significantly worse, on the index it was stored for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.compare.differences import differ, is_worse, paired
from eval.compare.significance import holm
from eval.compare.types import Tolerance, Tolerances
from eval.errors import RunError
from eval.gold.load import in_plain_words
from eval.measures import BY_NAME
from eval.measures.types import QuestionScores
from eval.runs.stored import Run
from eval.runs.types import IndexStatistics

TOLERANCES = "tolerances.json"
DEFAULT_ALPHA, DEFAULT_DROP = 0.05, 0.02
DEFAULT_LIMITS = ("good", "wrong")
SLACK = 1e-9  # a drop of exactly the tolerance passes


@dataclass(frozen=True)
class Verdict:
    """One limit held against a run. ``p`` is adjusted for the number of limits; ``faults`` is empty when it holds."""

    name: str
    stored: float | None
    now: float | None
    p: float
    faults: tuple[str, ...]


def read_tolerances(stored: Path) -> Tolerances:
    """The tolerances beside a stored run. Raises RunError when there are none, or one names no measure."""
    path = stored / TOLERANCES
    try:
        tolerances = Tolerances.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{path} is missing; `judian-eval store` writes one to begin with") from None
    except ValidationError as error:
        raise RunError(f"{path} is not a list of tolerances: {in_plain_words(error)}") from error
    if unknown := [limit.measure for limit in tolerances.limits if limit.measure not in BY_NAME]:
        raise RunError(f"{path} names measures that do not exist: {', '.join(unknown)}")
    return tolerances


def write_default_tolerances(stored: Path) -> bool:
    """Write tolerances beside a stored run that has none; whether that was done."""
    path = stored / TOLERANCES
    if path.exists():
        return False
    limits = tuple(Tolerance(measure=name, drop=DEFAULT_DROP) for name in DEFAULT_LIMITS)
    tolerances = Tolerances(alpha=DEFAULT_ALPHA, limits=limits)
    path.write_text(tolerances.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")
    return True


def gate(run: Run, stored: Run, tolerances: Tolerances) -> list[Verdict]:
    """One verdict for the index, one for failures, one a limit; the run passes when none has a fault.

    Raises RunError when the two runs are not of the same gold set.
    """
    pairs = paired(stored, run)
    found = []
    for limit in tolerances.limits:
        chosen = [pair for pair in pairs if not limit.types or pair[0].type in limit.types]
        found.append((limit, differ(BY_NAME[limit.measure], chosen, " ".join(limit.types) or "all")))
    adjusted = holm([difference.p if difference else 1.0 for _, difference in found])
    verdicts = [_index(run, stored), _failures(run)]
    for (limit, difference), p in zip(found, adjusted, strict=True):
        name = limit.measure + (f" ({', '.join(limit.types)})" if limit.types else "")
        if difference is None:
            verdicts.append(Verdict(name, None, None, 1.0, ("it applies to no question of both runs",)))
            continue
        faults = _too_low(limit, difference.b)
        if lost := _lost(limit, pairs):
            faults.append("no score any more, though answered: " + " ".join(lost))
        drop = abs(difference.difference) if is_worse(difference) else 0.0
        if drop > limit.drop + SLACK:
            faults.append(f"worse by {drop:.3f}, {limit.drop:g} is tolerated")
        if drop and p < tolerances.alpha:
            faults.append(f"significantly worse: by {drop:.3f}, p = {p:.4f} over {len(found)} limits")
        if faults and difference.losses:
            faults.append("questions that got worse: " + " ".join(difference.losses))
        verdicts.append(Verdict(name, difference.a, difference.b, p, tuple(faults)))
    return verdicts


def _lost(limit: Tolerance, pairs: Sequence[tuple[QuestionScores, QuestionScores]]) -> list[str]:
    """Questions answered before and now whose score in a measure is gone: they must not leave the mean unseen.

    Not so where the measure is of what an answer may leave out: near ties fall otherwise on another processor, and the
    sentence that is given then may hold no figure.
    """
    if BY_NAME[limit.measure].optional:
        return []
    return [
        now.id
        for before, now in pairs
        if limit.measure in before.values
        and limit.measure not in now.values
        and not (before.values.get("refused") or now.values.get("refused"))
    ]


def _too_low(limit: Tolerance, value: float) -> list[str]:
    if limit.floor is None:
        return []
    if BY_NAME[limit.measure].better == "higher":
        return [] if value >= limit.floor - SLACK else [f"{value:.3f} is below the floor of {limit.floor:.3f}"]
    return [] if value <= limit.floor + SLACK else [f"{value:.3f} is above the ceiling of {limit.floor:.3f}"]


def _index(run: Run, stored: Run) -> Verdict:
    now, before = run.stamp.index, stored.stamp.index
    faults = [
        f"{name} is {getattr(now, name)}, was {getattr(before, name)}"
        for name in IndexStatistics.model_fields
        if getattr(now, name) != getattr(before, name)
    ]
    if run.stamp.encoder != stored.stamp.encoder:  # its precision may differ: that hangs on the machine
        faults.append(f"the encoder is {run.stamp.encoder}, was {stored.stamp.encoder}")
    if faults:
        faults.append("if that was meant, look at the scores, then store the run anew with `judian-eval store`")
    return Verdict("index", None, None, 1.0, tuple(faults))


def _failures(run: Run) -> Verdict:
    failed = [name for name, scores in run.scores.items() if scores.values.get("failed")]
    return Verdict("failures", 0.0, float(len(failed)), 1.0, ("no answer to " + " ".join(failed),) if failed else ())
