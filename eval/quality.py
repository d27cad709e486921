"""The quality floor: how often the first cited sentence, or one of those cited, holds an accepted answer. ::

    python -m eval.quality --shared ../shared --out eval/results/quality.json       # measure and keep
    python -m eval.quality --shared ../shared --expected eval/results/quality.json  # fail on a drop

Number, fact and paraphrase questions are what is gated; the last column is over all types of question: the mean share
of the key points (or of the refusal, where that is right) that a good answer would hold in full. Each gold set is asked
of its reports alone, and again with the work reports of ``shared`` beside them. Baselines: the top passage whole, and
its first sentence.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from eval.pools import open_pool
from eval.types import GoldItem, QualityRow, QualityRun
from indexer.build import find_files
from indexer.encoder import QUESTION_THREADS, Encoder, load_encoder
from indexer.errors import ReadError
from indexer.readers import read_file
from indexer.sentences import sentences
from indexer.types import Report
from service.abstain import load_abstention
from service.ask import Asker
from service.retrieve import Retriever
from service.settings import Settings
from service.types import Question, SearchQuestion

SCORED = ("number", "fact", "paraphrase")
DATA = Path(__file__).parent / "data"
MAX_CITED = 3
JUDIAN = "judian"
# Of the 17 scored questions of the seed, alone and among distractors.
FLOOR_FIRST, FLOOR_ANY = 15, 16
TOLERANCE = 1  # a question: CPUs round bfloat16 differently

KEY_POINTS = ("list", "outline", "compare", "why")  # each answer is one of the points; else they are alternatives
REFUSED = ("masked", "unanswerable")


class Cited(NamedTuple):
    """What a system quotes, best first, and whether it refused to answer."""

    quotes: list[str]
    refused: bool


System = Callable[[str], Cited]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, help="keep the result here")
    parser.add_argument("--expected", type=Path, help="fail when worse than this kept result, or than the floor")
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = load_encoder(settings.encoder, settings.cache_folder, settings.precision, QUESTION_THREADS)
    reports = arguments.shared / "reports"
    pools: list[tuple[str, Path, tuple[Path, ...]]] = [
        ("samples", DATA / "sample_gold.jsonl", (DATA / "samples",)),
    ]
    if reports.is_dir():
        others = (reports / "text", reports / "gbk")
        seed = arguments.shared / "gold" / "seed_dev.jsonl"
        pools += [
            ("samples + text + gbk", DATA / "sample_gold.jsonl", (DATA / "samples", *others)),
            ("seed", seed, (reports / "seed",)),
            ("seed + text + gbk", seed, (reports / "seed", *others)),
        ]
    rows = [row for name, gold, folders in pools for row in measure(name, gold, folders, encoder, arguments.cache)]
    Console(width=110).print(as_table(rows))
    if arguments.out:
        kept = QualityRun(
            command=f"python -m eval.quality --shared ../shared --out {arguments.out}",
            commit=_commit(),
            encoder=encoder.fingerprint,
            precision=getattr(encoder, "precision", ""),
            python=platform.python_version(),
            date=datetime.now(UTC).date().isoformat(),
            rows=tuple(rows),
        )
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if arguments.expected:
        expected = QualityRun.model_validate_json(arguments.expected.read_text(encoding="utf-8"))
        if faults := drops(rows, expected.rows):
            sys.exit("quality dropped:\n" + "\n".join(faults))
        print(f"quality holds against {arguments.expected} of commit {expected.commit}")


def measure(name: str, gold: Path, folders: Iterable[Path], encoder: Encoder, cache: Path) -> list[QualityRow]:
    """One row a system, on the questions of ``gold`` over the reports in ``folders``."""
    items = load_gold(gold)
    settings = Settings.from_environment()
    asker = Asker(
        retriever=Retriever(open_pool(read_reports(folders), encoder, cache), encoder),
        abstention=load_abstention(),
        k=settings.k,
        max_question_chars=settings.max_question_chars,
    )

    def judian(question: str) -> Cited:
        answer = asker.ask(Question(question=question))
        return Cited([citation.quote for citation in answer.citations], answer.status == "abstained")

    def top_passage(question: str) -> Cited:
        return Cited([asker.search(SearchQuestion(question=question, k=1)).passages[0].chunk.text], False)

    def first_sentence(question: str) -> Cited:
        text = top_passage(question).quotes[0]
        return Cited([sentences(text)[0].of(text)], False)

    systems: dict[str, System] = {
        JUDIAN: judian,
        "top passage": top_passage,
        "first sentence of it": first_sentence,
    }
    return [_score(name, system, ask, items) for system, ask in systems.items()]


def drops(rows: Iterable[QualityRow], expected: Iterable[QualityRow]) -> list[str]:
    """What is below the floor, or below ``expected`` by more than TOLERANCE; rows on one side only are skipped."""
    before = {(row.pool, row.system): row for row in expected}
    faults = []
    for row in rows:
        kept = before.get((row.pool, row.system))
        if row.system != JUDIAN or kept is None:
            continue
        least_first, least_any = kept.first - TOLERANCE, kept.any - TOLERANCE
        if row.pool.startswith("seed"):
            least_first, least_any = max(least_first, FLOOR_FIRST), max(least_any, FLOOR_ANY)
        if row.first < least_first or row.any < least_any:
            faults.append(f"{row.pool}: {row.first} / {row.any} of {row.n}, at least {least_first} / {least_any}")
    return faults


def load_gold(path: Path) -> list[GoldItem]:
    """The items of a gold file, one JSON object a line."""
    with path.open(encoding="utf-8") as file:
        return [GoldItem.model_validate_json(line) for line in file]


def read_reports(folders: Iterable[Path]) -> list[Report]:
    """Every report under ``folders`` that can be read; formats without a reader are passed over."""
    reports: list[Report] = []
    for name, path in find_files(folders).items():
        try:
            reports += read_file(path, name).reports
        except ReadError:
            continue
    return reports


def as_table(rows: Iterable[QualityRow]) -> Table:
    """The rows for a terminal."""
    table = Table(title="number, fact and paraphrase questions whose accepted answer is cited")
    for column in (
        "reports",
        "system",
        "questions",
        "in the first sentence",
        "in one of ≤ 3",
        "refused",
        "chars",
        "all types",
    ):
        table.add_column(column, justify="left" if column in ("reports", "system") else "right")
    for row in rows:
        table.add_row(
            row.pool,
            row.system,
            str(row.n),
            str(row.first),
            str(row.any),
            str(row.abstained),
            f"{row.mean_chars:.0f}",
            f"{row.points:.3f}",
        )
    return table


def points(item: GoldItem, quotes: list[str], refused: bool) -> float:
    """Share in [0, 1] of what a good answer to ``item`` holds: the key points, one accepted answer, or the refusal."""
    if item.type in REFUSED:
        return float(refused)
    said = "\n".join(quotes)
    found = [answer in said for answer in item.answers]
    return sum(found) / len(found) if item.type in KEY_POINTS else float(any(found))


def _score(pool: str, name: str, ask: System, items: list[GoldItem]) -> QualityRow:
    cited = {item.id: ask(item.question) for item in items}
    scored = [item for item in items if item.type in SCORED]
    hits = {
        item.id: [any(answer in quote for answer in item.answers) for quote in cited[item.id].quotes[:MAX_CITED]]
        for item in scored
    }
    quotes = [quote for item in scored for quote in cited[item.id].quotes[:MAX_CITED]]
    return QualityRow(
        pool=pool,
        system=name,
        n=len(scored),
        first=sum(bool(hit) and hit[0] for hit in hits.values()),
        any=sum(any(hit) for hit in hits.values()),
        abstained=sum(cited[item.id].refused for item in scored),
        mean_chars=round(sum(map(len, quotes)) / len(scored), 1),
        missed=tuple(item_id for item_id, hit in hits.items() if not (hit and hit[0])),
        n_all=len(items),
        points=round(sum(points(item, *cited[item.id]) for item in items) / len(items), 3),
    )


def _commit() -> str:
    run = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return run.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
