"""The quality of Judian on the gold sets at hand, each asked of its reports alone and again among distractors. ::

    python -m eval.quality --shared ../shared            # measure, and fail where eval/expected says so
    python -m eval.quality --shared ../shared --store    # measure, and keep the scores and the table of the README

The sample gold set ships with the project. Where ``shared`` is, its seed is asked too, and its work reports distract;
and so are the two parts of the questions on those, with near misses, and our two further ones, on more reports: a
served for looking and fitting, b is measured alone.
Beside Judian stand two shortcuts (``eval.systems.in_process``). Runs are kept in ``--cache``, for `judian-eval report`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.compare.gate import gate, read_tolerances
from eval.measures import BY_NAME
from eval.runs.run import run
from eval.runs.stored import Run, read_run, store
from eval.systems.in_process import IN_PROCESS
from eval.systems.named import precision_of
from indexer.build import build
from indexer.encoders.types import Encoder
from indexer.store.snapshot import open_published
from indexer.types import Record
from service.open import asker_over, open_encoder
from service.settings import Settings

DATA = Path(__file__).parent / "data"
SAMPLES = DATA / "samples"
SAMPLE_GOLD = DATA / "sample_gold.jsonl"
EXPECTED = Path(__file__).parent / "expected"
RESULTS = Path(__file__).parent / "results" / "quality.json"
SCORED = ("number", "fact", "paraphrase")  # one sentence answers them, in the language of the reports
SYSTEMS = ("judian", "top-passage", "first-sentences")
# The columns of the table, over the SCORED questions and over all.
OF_SCORED = ("first", "any")
OF_ALL = ("good", "wrong", "refusal.f1", "evidence.recall", "citation.precision", "length")


class QualityRow(Record):
    """One system over one pool: its measures (``eval.measures``), over the ``n_scored`` questions that one sentence
    answers, or over all ``n`` (``eval.quality`` says which)."""

    pool: str
    system: str
    n_scored: int
    n: int
    values: Mapping[str, float]


class QualityRun(Record):
    """A kept measurement with its recipe."""

    command: str
    commit: str
    encoder: str
    precision: str
    python: str
    date: str
    rows: tuple[QualityRow, ...]


@dataclass(frozen=True)
class Pool:
    """A gold set and the reports it is asked of. ``name`` is the folder of its runs."""

    name: str
    gold: Path
    folders: tuple[Path, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--store", action="store_true", help="keep what is measured in eval/expected and eval/results")
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = open_encoder(settings, None)
    runs = list(measure(pools(arguments.shared), encoder, settings, arguments.cache))
    rows = [_row(pool, made) for pool, made in runs]
    Console(width=130).print(as_table(rows))
    if arguments.store:
        keep(runs, rows)
    if faults := list(failures(runs)):
        sys.exit("quality dropped:\n" + "\n".join(faults))
    print(f"quality holds against {EXPECTED}")


def pools(shared: Path) -> list[Pool]:
    """Every gold set at hand, alone and among the work reports of ``shared``, the two that are asked of those, and the
    two that are asked of more; the samples alone without ``shared``."""
    alone = [Pool("samples", SAMPLE_GOLD, (SAMPLES,))]
    if not (shared / "reports").is_dir():
        return alone
    seed = Pool("seed", shared / "gold" / "seed_dev.jsonl", (shared / "reports" / "seed",))
    others = tuple(shared / "reports" / name for name in ("text", "gbk"))
    both = [
        Pool(name, pool.gold, pool.folders + more)
        for pool in (*alone, seed)
        for name, more in ((pool.name, ()), (f"{pool.name}-among-others", others))
    ]
    all_reports = (*others, shared / "reports" / "statutes")
    more_reports = (*all_reports, *(shared / "reports" / name for name in ("docx", "html")))
    return [
        *both,
        *(Pool(f"reports-{part}", shared / "gold" / f"reports_dev_{part}.jsonl", all_reports) for part in "ab"),
        *(Pool(f"further-{part}", DATA / f"further_gold_{part}.jsonl", more_reports) for part in "ab"),
    ]


def measure(pools: Iterable[Pool], encoder: Encoder, settings: Settings, cache: Path) -> Iterator[tuple[Pool, Run]]:
    """Run SYSTEMS over each pool, one index after the other in one folder, so that no text is encoded twice."""
    index = cache / "index"
    for pool in pools:
        build(pool.folders, index, encoder, settings.encoder)
        snapshot = open_published(index, encoder.fingerprint)
        for name in SYSTEMS:
            out = cache / "runs" / pool.name / name
            shutil.rmtree(out, ignore_errors=True)
            system = IN_PROCESS[name](asker_over(snapshot, encoder, settings))
            command = "python -m eval.quality --shared ../shared --store"
            yield (
                pool,
                run(
                    pool.gold,
                    system,
                    snapshot,
                    out,
                    command=command,
                    precision=precision_of(encoder, settings.backend),
                ),
            )


def failures(runs: Iterable[tuple[Pool, Run]]) -> Iterator[str]:
    """What `judian-eval gate` finds in the runs of Judian, against those stored."""
    for pool, made in runs:
        if made.stamp.system == "judian":
            stored = EXPECTED / pool.name
            for verdict in gate(made, read_run(stored), read_tolerances(stored)):
                yield from (f"{pool.name}: {verdict.name}: {fault}" for fault in verdict.faults)


def keep(runs: Iterable[tuple[Pool, Run]], rows: Iterable[QualityRow]) -> None:
    """Store the runs of Judian beside their tolerances, which stay as they are, and the table."""
    for pool, made in runs:
        if made.stamp.system == "judian":
            store(made, EXPECTED / pool.name)
            stamp = made.stamp
    kept = QualityRun(
        command=stamp.command,
        commit=stamp.commit,
        encoder=stamp.encoder,
        precision=stamp.precision,
        python=stamp.python,
        date=stamp.date,
        rows=tuple(rows),
    )
    RESULTS.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")


def as_table(rows: Iterable[QualityRow]) -> Table:
    """The rows for a terminal."""
    table = Table("reports", "system")
    for name in (*OF_SCORED, *OF_ALL):
        table.add_column(name, justify="right")
    for row in rows:
        values = (row.values.get(name) for name in (*OF_SCORED, *OF_ALL))
        table.add_row(row.pool, row.system, *("" if value is None else f"{value:.3f}" for value in values))
    return table


def _row(pool: Pool, made: Run) -> QualityRow:
    everything = list(made.scores.values())
    scored = [scores for scores in everything if scores.type in SCORED]
    values = {
        name: BY_NAME[name].over([scores.values for scores in chosen])
        for names, chosen in ((OF_SCORED, scored), (OF_ALL, everything))
        for name in names
    }
    return QualityRow(
        pool=pool.name.replace("-", " "),
        system=made.stamp.system,
        n_scored=len(scored),
        n=len(everything),
        values={name: round(value, 4) for name, value in values.items() if value is not None},
    )


if __name__ == "__main__":
    main()
