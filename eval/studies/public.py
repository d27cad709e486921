"""Judian on the public sets of ``shared/qa``: the held-out questions, each searched among all passages. ::

    python -m eval.studies.public --shared ../shared --out eval/results/public.json

Beside the hybrid retrieval stand its two halves. The answer of a reading set is a few words and Judian quotes whole
sentences, so exact match is near 0 by design; ``first`` says whether the words stand in the first sentence cited.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.gold.reading_sets import as_gold, load_bilingual, load_reading_set
from eval.gold.types import GoldItem
from eval.measures import BY_NAME
from eval.measures.score import score
from eval.runs.provenance import commit
from eval.studies.pools import open_pool
from eval.systems.in_process import IN_PROCESS, InProcess, rank
from eval.systems.types import Output
from indexer.chinese.folding import fold
from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from indexer.types import Record, Report
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.settings import Settings

READING = ("cmrc2018_dev", "drcd_dev", "xquad_zh_odd", "xquad_en_odd", "xquad_en2zh_odd", "crud_rag")
SIMPLIFIED = "drcd_dev"  # asked a second time in simplified characters
BILINGUAL = "bilingual_reports_2008_2016"
SYSTEMS = ("judian", "bm25", "dense")
RETRIEVAL = ("report.R@1", "report.R@5", "report.RR")
ANSWERS = ("first", "any", "f1", "em", "refused", "length")


class PublicRow(Record):
    """One system on the ``n`` held-out questions of a public set, searched among all its ``n_passages``."""

    name: str
    system: str
    n: int
    n_passages: int
    values: Mapping[str, float]


class PublicRun(Record):
    """A kept run of ``eval.studies.public``."""

    command: str
    commit: str
    encoder: str
    precision: str
    python: str
    date: str
    rows: tuple[PublicRow, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("eval/results/public.json"))
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = open_encoder(settings)
    rows = list(measure(arguments.shared / "qa", encoder, settings, arguments.cache))
    Console(width=140).print(as_table(rows))
    made = PublicRun(
        command="python -m eval.studies.public --shared ../shared --out eval/results/public.json",
        commit=commit(),
        encoder=encoder.fingerprint,
        precision=str(getattr(encoder, "precision", "")),
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        rows=tuple(rows),
    )
    arguments.out.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, encoder: Encoder, settings: Settings, cache: Path) -> Iterator[PublicRow]:
    """One row a set and system."""
    for name in READING:
        pool = load_reading_set(folder / name)
        items = as_gold(pool)
        snapshot = open_pool(pool.reports, encoder, cache)
        yield from _rows(name, items, pool.reports, snapshot, asker_over(snapshot, encoder, settings), answers=True)
        if name == SIMPLIFIED:
            simplified = [item.model_copy(update={"question": fold(item.question), "lang": "zh"}) for item in items]
            of = asker_over(snapshot, encoder, settings)
            yield from _rows(f"{name}, simplified", simplified, pool.reports, snapshot, of, answers=True)
    reports, items = load_bilingual(folder / f"{BILINGUAL}.jsonl")
    snapshot = open_pool(reports, encoder, cache)
    yield from _rows(BILINGUAL, items, reports, snapshot, asker_over(snapshot, encoder, settings), answers=False)


def _rows(
    name: str, items: Sequence[GoldItem], reports: Sequence[Report], snapshot: Snapshot, of: Asker, *, answers: bool
) -> Iterator[PublicRow]:
    for system_name in SYSTEMS:
        system = IN_PROCESS[system_name](of)
        answering = answers and system_name == "judian"
        outputs = {item.id: system.ask(item) if answering else _ranked(system, item) for item in items}
        scores = [found.values for found in score(items, outputs, snapshot)]
        wanted = {measure: BY_NAME[measure].over(scores) for measure in RETRIEVAL}
        if answering:
            wanted |= {measure: BY_NAME[measure].over(scores) for measure in ANSWERS if measure in BY_NAME}
            wanted["refused"] = sum(values["refused"] for values in scores) / len(scores)
        yield PublicRow(
            name=name,
            system=system_name,
            n=len(items),
            n_passages=len(reports),
            values={measure: round(value, 4) for measure, value in wanted.items() if value is not None},
        )


def _ranked(system: InProcess, item: GoldItem) -> Output:
    """The ranking alone."""
    return Output(id=item.id, status="abstained", text="", ranking=rank(system.asker, item.question), elapsed_ms=0.0)


def as_table(rows: Sequence[PublicRow]) -> Table:
    """The rows for a terminal."""
    table = Table("set", "system", "questions", "passages", *RETRIEVAL, *ANSWERS)
    for row in rows:
        cells = (f"{row.values[name]:.3f}" if name in row.values else "" for name in (*RETRIEVAL, *ANSWERS))
        table.add_row(row.name, row.system, str(row.n), str(row.n_passages), *cells)
    return table


if __name__ == "__main__":
    main()
