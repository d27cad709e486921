"""Speed and size, as ratios within one run beside the bare libraries. ::

    python -m eval.bench --shared ../shared --out eval/results    # all of it; 30 minutes the first time, then 15
    python -m eval.bench --shared ../shared --out eval/results --only asking growth

The statutes and their index are kept in ``--cache``: the first run encodes 83,000 chunks (10 minutes), the next ones
none. Each part is kept when it is done, with its recipe; parts that are left out stay as they were kept. Install
``.[bench]`` for the rows of OpenVINO and Haystack, and trafilatura for its own; the browser's part needs Chromium
(Debian: ``apt-get install chromium``).
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from rich.console import Console

from eval.bench.asking import HashedPassages, measure_asking
from eval.bench.browser import LONG, measure_browser, write_long_report
from eval.bench.corpus import Article, questions, write_statutes
from eval.bench.encoder_settings import measure_settings
from eval.bench.growth import measure_growth
from eval.bench.indexing import measure_indexing
from eval.bench.listing import measure_listing
from eval.bench.peers import measure_peers
from eval.bench.reading import measure_reading
from eval.bench.report import as_markdown, plot_growth
from eval.bench.types import Bench, Recipe
from eval.gold.reading_sets import ReadingSet, load_reading_set
from eval.runs.provenance import commit, cpu
from indexer.build import build
from indexer.encoders.bundled import unpack
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.load import QUESTION_THREADS
from indexer.encoders.types import Encoder
from service.commands.demo import SAMPLES
from service.open import open_encoder
from service.settings import Settings

N_QUESTIONS = 200
TORCH_THREADS = torch.get_num_threads()
LIBRARIES = (
    *("torch", "sentence-transformers", "faiss-cpu", "bm25s", "numpy", "openvino", "haystack-ai"),
    *("python-docx", "openpyxl", "lxml", "trafilatura"),
)


@dataclass(frozen=True)
class Plan:
    """What is measured on, and how much of it."""

    bulk: Path
    reading_folder: Path
    reports: Path
    cache: Path
    settings: Settings
    n_texts: int = 2000
    turns: int = 3
    n_questions: int = N_QUESTIONS
    n_per_client: int = 250
    n_reports: int = 10_000
    n_pages: int = 200
    growth: Sequence[int] = (1_000, 4_000, 16_000, 64_000)
    visits: int = 7
    report_bytes: int = 2_000_000
    hashed: bool = False  # whether passages are hashed where questions are asked, in place of half an hour of encoding

    @property
    def statutes(self) -> Path:
        return self.cache / "statutes"

    @cached_property
    def articles(self) -> list[Article]:
        return write_statutes(self.bulk, self.statutes)

    @cached_property
    def reading(self) -> ReadingSet:
        return load_reading_set(self.reading_folder)

    def encoder(self, threads: int = TORCH_THREADS) -> Encoder:
        """The configured encoder. Threads are those of the process: each part sets them anew, by default to as many as
        torch takes by itself, as ``judian index`` does."""
        return open_encoder(self.settings, threads)


def _indexing(plan: Plan) -> object:
    assert plan.articles
    files = sorted(plan.statutes.iterdir())
    return measure_indexing(files, plan.encoder(), plan.settings.encoder, plan.n_texts, plan.turns)


def _asking(plan: Plan) -> object:
    asked = questions(plan.articles, plan.n_questions)
    index = plan.cache / ("hashed_index" if plan.hashed else "index")
    encoder = HashedPassages(plan.encoder()) if plan.hashed else plan.encoder()
    build([plan.statutes], index, encoder, plan.settings.encoder)
    measured = measure_asking(index, asked, plan.encoder(QUESTION_THREADS), plan.n_per_client)
    return measured.model_copy(update={"passages": "hashed" if plan.hashed else "encoded"})


def _growth(plan: Plan) -> object:
    return measure_growth(plan.bulk, plan.growth)


def _listing(plan: Plan) -> object:
    return measure_listing(plan.articles, plan.n_reports, plan.n_pages)


def _settings(plan: Plan) -> object:
    return measure_settings(unpack(plan.settings.cache_folder / "models", adapted=True), plan.reading)


def _reading(plan: Plan) -> object:
    return measure_reading(plan.reports, plan.encoder(), plan.turns)


def _peers(plan: Plan) -> object:
    return measure_peers(plan.reading, plan.encoder(), plan.settings.encoder)


def _browser(plan: Plan) -> object:
    long = plan.cache / "long" / LONG
    long.parent.mkdir(parents=True, exist_ok=True)
    write_long_report(plan.articles, long, plan.report_bytes)
    asked, read = plan.cache / "asked_index", plan.cache / "read_index"
    build([SAMPLES], asked, plan.encoder(), plan.settings.encoder)
    build([long], read, HashingEncoder(), "hashing")  # a page to read has nothing of the encoder
    return measure_browser(asked, read, plan.visits)


# The name of each part in the results.
PARTS: Mapping[str, Callable[[Plan], object]] = {
    "indexing": _indexing,
    "asking": _asking,
    "growth": _growth,
    "listing": _listing,
    "settings": _settings,
    "peers": _peers,
    "browser": _browser,
    "reading": _reading,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("eval/results"))
    parser.add_argument("--cache", type=Path, default=Path(".bench-cache"), help="corpus and index, kept between runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--hashed", action="store_true", help="asking: hash the statutes, in place of encoding them")
    parser.add_argument("--n-questions", type=int, default=N_QUESTIONS, help="asking: so many one by one")
    arguments = parser.parse_args()
    plan = Plan(
        bulk=arguments.shared / "bulk" / "statute_articles.jsonl.gz",
        reading_folder=arguments.shared / "qa" / "cmrc2018_dev",
        reports=arguments.shared / "reports" / "text",
        cache=arguments.cache,
        settings=Settings.from_environment(),
        n_questions=arguments.n_questions,
        n_per_client=arguments.n_questions * 5 // 4,
        hashed=arguments.hashed,
    )
    Console(width=120).print(as_markdown(run(plan, arguments.only, arguments.out)), markup=False)


def run(plan: Plan, parts: Sequence[str], out: Path) -> Bench:
    """Measure ``parts`` and keep them in ``out``: ``bench.json``, ``bench.md``, ``bench_growth.png``."""
    kept = out / "bench.json"
    bench = Bench.model_validate_json(kept.read_text(encoding="utf-8")) if kept.exists() else Bench()
    out.mkdir(parents=True, exist_ok=True)
    for part in parts:
        recipe = _recipe(plan, part)
        found = PARTS[part](plan)
        bench = bench.model_copy(update={part: found, "recipes": {**bench.recipes, part: recipe}})
        kept.write_text(bench.model_dump_json(indent=1) + "\n", encoding="utf-8")
        if part == "growth":
            plot_growth(bench.growth, out / "bench_growth.png")
        (out / "bench.md").write_text(as_markdown(bench), encoding="utf-8")
    return bench


def _recipe(plan: Plan, part: str) -> Recipe:
    hashing = part in ("growth", "listing")
    command = f"python -m eval.bench --shared ../shared --out eval/results --only {part}"
    if part == "asking":
        command += " --hashed" * plan.hashed
        command += f" --n-questions {plan.n_questions}" * (plan.n_questions != N_QUESTIONS)
    return Recipe(
        command=command,
        commit=commit(),
        date=datetime.now(UTC).date().isoformat(),
        cpu=cpu(),
        n_cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 1),
        encoder="hashing" if hashing else plan.settings.encoder,
        precision="as the rows say" if part == "settings" else "" if hashing else _precision(plan),
        versions={"python": platform.python_version()} | {name: held for name in LIBRARIES if (held := _version(name))},
    )


def _precision(plan: Plan) -> str:
    return str(getattr(plan.encoder(), "precision", "float32"))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()
