"""Runs to a page, in numbered steps."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import ascii_uppercase
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.errors import RunError
from eval.gold.types import QuestionType
from eval.measures import BY_NAME
from eval.page import plots
from eval.page.entries import questions
from eval.page.outcome import MEANINGS, OUTCOMES, Outcome, outcome
from eval.page.svg import N_COLOURS
from eval.page.table import (
    Change,
    Row,
    Verdict,
    by_type,
    change,
    n_resamples,
    shown,
    shown_change,
    summary_rows,
)
from eval.runs.stored import Run

SYMBOLS: Mapping[Outcome, str] = {
    "right": "✓",
    "partly": "◐",
    "wrong": "✗",
    "refused": "∅",
    "failed": "!",
    "unjudged": "·",
}


@dataclass(frozen=True)
class Header:
    """A run as the page names it: a letter and a colour, what made it (field to value, and whether the runs differ in
    it), and how many of its questions ended how."""

    name: str
    letter: str
    colour: int
    stamp: Mapping[str, tuple[str, bool]]
    outcomes: Mapping[Outcome, int]
    has_answers: bool


@dataclass(frozen=True)
class Changed:
    """The questions whose ``good`` is higher, or lower, than in the first run, and whether that is more than chance."""

    header: Header
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    verdict: Verdict


def write_report(runs: Sequence[Run], out: Path) -> None:
    """Write one HTML file that needs nothing beside itself. The same runs give the same bytes.

    The others are compared with the first run. Raises RunError without runs, and for runs of different gold sets.
    """
    if not runs:
        raise RunError("a report needs at least one run")
    if len({run.stamp.gold_sha256 for run in runs}) > 1:
        raise RunError(
            f"the runs are of different gold sets ({', '.join(sorted({run.stamp.gold for run in runs}))}), or of one "
            "that was changed in between; make a report of each"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(runs), encoding="utf-8", newline="\n")


def page(runs: Sequence[Run]) -> str:
    """The whole page. Everything that comes from a run is escaped where the template writes it."""
    # 1. Who stands in it.
    headers = _headers(runs)
    kinds = [kind for kind in get_args(QuestionType) if any(s.type == kind for s in runs[0].scores.values())]
    # 2. The summary, and the same by type.
    rows = summary_rows(runs)
    types = {name: by_type(runs, kinds, BY_NAME[name]) for name in ("good", "wrong")}
    # 3. What changed since the first run.
    changes = _changes(rows)
    # 4. Every question.
    entries = list(questions(runs))
    # 5. The page, with a policy that lets nothing but its own style and script in.
    style, script = _own("report.css"), _own("report.js")
    environment = Environment(
        loader=PackageLoader("eval.page", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "value_of": lambda value, name: shown(name, value),
        "change_of": lambda value, name: shown_change(name, value),
    }
    return environment.get_template("report.html.j2").render(
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),
        script=Markup(script),
        headers=headers,
        first=runs[0].stamp,
        rows=rows,
        n_resamples=n_resamples(BY_NAME["good"], 0),
        n_resamples_of_sets=n_resamples(BY_NAME["aurc"], len(runs[0].scores)),
        kinds=kinds,
        types=types,
        bars=plots.bars_by_type(runs, kinds) if kinds else None,
        risk=plots.risk(runs),
        without_confidence=[h.name for h, run in zip(headers, runs, strict=True) if not _states_confidence(run)],
        latency=plots.latency(runs),
        changes=plots.changes(changes),
        changed=[_changed(header, runs[0], run) for header, run in zip(headers[1:], runs[1:], strict=True)],
        entries=entries,
        languages=sorted({entry.item.lang for entry in entries}),
        outcomes=OUTCOMES,
        meanings=MEANINGS,
        symbols=SYMBOLS,
    )


def _headers(runs: Sequence[Run]) -> list[Header]:
    stamps = [_flat(run) for run in runs]
    differing = {field for stamp in stamps for field in stamp if len({other.get(field) for other in stamps}) > 1}
    headers = []
    for number, (run, stamp, name) in enumerate(zip(runs, stamps, _names(runs), strict=True)):
        ended = Counter(outcome(scores.values) for scores in run.scores.values())
        headers.append(
            Header(
                name=name,
                letter=ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1),
                colour=number % N_COLOURS,
                stamp={field: (value, field in differing) for field, value in stamp.items()},
                outcomes={kind: ended[kind] for kind in OUTCOMES},
                has_answers=bool(run.outputs),
            )
        )
    return headers


def _names(runs: Sequence[Run]) -> list[str]:
    """The names of the runs; of folders that are called alike, with as many folders above them as tell them apart."""
    paths = [run.folder.resolve().parts for run in runs]
    for depth in range(1, max(map(len, paths)) + 1):
        names = ["/".join(parts[-depth:]) for parts in paths]
        if len(set(names)) == len({*paths}):
            break
    return names


def _flat(run: Run) -> dict[str, str]:
    """The stamp, field by field; those of a mapping as ``settings.JUDIAN_K``."""
    flat: dict[str, str] = {}
    for field, value in run.stamp.model_dump().items():
        if isinstance(value, Mapping):
            flat |= {f"{field}.{key}": str(inner) for key, inner in value.items()}
        else:
            flat[field] = str(value)
    return flat


def _changes(rows: Mapping[str, Sequence[Row]]) -> dict[str, dict[int, Change]]:
    """Main measure to the number of a run to its change from the first run, in the order of ``plots.MAIN``."""
    by_name = {row.measure.name: row for found in rows.values() for row in found if row.measure.name in plots.MAIN}
    found = {
        name: {at: cell.change for at, cell in enumerate(by_name[name].cells) if cell and cell.change}
        for name in plots.MAIN
        if name in by_name
    }
    return {name: of_run for name, of_run in found.items() if of_run}


def _changed(header: Header, first: Run, run: Run) -> Changed:
    both = [
        (name, scores.values["good"], run.scores[name].values["good"])
        for name, scores in first.scores.items()
        if name in run.scores and "good" in scores.values and "good" in run.scores[name].values
    ]
    return Changed(
        header=header,
        gained=tuple(name for name, before, after in both if after > before),
        lost=tuple(name for name, before, after in both if after < before),
        verdict=told.verdict if (told := change(BY_NAME["good"], first, run)) else "",
    )


def _states_confidence(run: Run) -> bool:
    return any("confidence" in scores.values for scores in run.scores.values())


def _own(name: str) -> str:
    """A file of this package, as it stands in the page."""
    return (resources.files("eval.page") / name).read_text(encoding="utf-8")


def _hash(block: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
