"""Speed and size, as ratios within one run beside the bare libraries. ::

    python -m eval.bench --shared ../shared --out eval/results    # all of it, 30 minutes the first time
    python -m eval.bench --shared ../shared --out eval/results --only asking growth

The index of the statutes is built once into ``--cache`` (20 minutes) and used again.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from eval.bench.asking import measure_asking
from eval.bench.corpus import questions, write_statutes
from eval.bench.encoder_settings import measure_settings
from eval.bench.growth import measure_growth
from eval.bench.indexing import measure_indexing
from eval.bench.peers import measure_peers
from eval.bench.report import as_markdown, plot_growth
from eval.bench.types import Bench, Recipe
from eval.reading_sets import load_reading_set
from indexer.build import build
from indexer.bundled import unpack
from indexer.encoder import QUESTION_THREADS, SentenceEncoder
from service.settings import Settings

N_TEXTS = 2000
N_QUESTIONS = 200
GROWTH = [1_000, 4_000, 16_000, 64_000]
READING = "cmrc2018_dev"
PARTS = ("indexing", "asking", "growth", "settings", "peers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("eval/results"))
    parser.add_argument("--cache", type=Path, default=Path(".bench-cache"), help="corpus and index, kept between runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    folder = unpack(settings.cache_folder / "models")
    bulk = arguments.shared / "bulk" / "statute_articles.jsonl.gz"
    statutes, index = arguments.cache / "statutes", arguments.cache / "index"
    articles = write_statutes(bulk, statutes)
    reading = load_reading_set(arguments.shared / "qa" / READING)
    kept = arguments.out / "bench.json"
    bench = Bench.model_validate_json(kept.read_text(encoding="utf-8")) if kept.exists() else None

    def encoder(threads: int) -> SentenceEncoder:
        return SentenceEncoder(str(folder), precision=settings.precision, threads=threads)

    def asking() -> dict[str, object]:
        build([statutes], index, encoder(os.cpu_count() or 1), settings.encoder)
        return {"asking": measure_asking(index, questions(articles, N_QUESTIONS), encoder(QUESTION_THREADS))}

    measures: dict[str, Callable[[], dict[str, object]]] = {
        "indexing": lambda: {
            "indexing": measure_indexing(sorted(statutes.iterdir()), encoder(os.cpu_count() or 1), N_TEXTS)
        },
        "asking": asking,
        "growth": lambda: {"growth": measure_growth(bulk, GROWTH)},
        "settings": lambda: {"encoder_settings": tuple(measure_settings(folder, reading))},
        "peers": lambda: {"peers": measure_peers(reading, encoder(QUESTION_THREADS))},
    }
    found: dict[str, object] = bench.model_dump() if bench else {}
    for part in arguments.only:
        found |= measures[part]()
        found["recipe"] = _recipe(arguments.only, encoder(1).precision)
        bench = Bench.model_validate(found)
        arguments.out.mkdir(parents=True, exist_ok=True)
        kept.write_text(bench.model_dump_json(indent=1) + "\n", encoding="utf-8")
        (arguments.out / "bench.md").write_text(as_markdown(bench), encoding="utf-8")
        if part == "growth":
            plot_growth(bench.growth, arguments.out / "bench_growth.png")
    assert bench is not None
    Console(width=120).print(as_markdown(bench), markup=False)


def _recipe(only: list[str], precision: str) -> Recipe:
    parts = "" if tuple(only) == PARTS else f" --only {' '.join(only)}"
    return Recipe(
        command=f"python -m eval.bench --shared ../shared --out eval/results{parts}",
        commit=subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip(),
        date=datetime.now(UTC).date().isoformat(),
        cpu=_cpu(),
        n_cores=os.cpu_count() or 1,
        python=platform.python_version(),
        torch=version("torch"),
        precision=precision,
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    main()
