"""How long the reader takes, by precision, engine, threads and number of passages. ::

    python -m eval.studies.reading_times --out eval/results/reading_times.md

Over passages of the sample reports; medians, in one run. *same*: spans that are those of float32 in torch.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import torch

from eval.gold.load import load_gold
from eval.quality import SAMPLE_GOLD, SAMPLES
from eval.studies.pools import read_reports
from indexer.chunks import chunks, full_title
from indexer.encoders.load import DEFAULT, load_encoder
from indexer.encoders.types import Reader, Reading, Window
from service.settings import Settings

N_PASSAGES = (1, 3, 5, 10)
N_QUESTIONS = 20
THREADS = (1, 2)


def readers() -> dict[str, Callable[[int], Reader]]:
    """Each way to run it, given the threads of one call."""
    cache = Settings.from_environment().cache_folder

    def bundled(precision: str, backend: str) -> Callable[[int], Reader]:
        def opened(threads: int) -> Reader:
            reader = load_encoder(DEFAULT, cache, precision, threads, backend).reader  # type: ignore[arg-type]
            assert reader is not None
            return reader

        return opened

    return {
        "torch, float32": bundled("float32", "torch"),
        "torch, bfloat16": bundled("bfloat16", "torch"),
        "OpenVINO, float32": bundled("float32", "openvino"),
        "OpenVINO, bfloat16": bundled("bfloat16", "openvino"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    questions = [item.question for item in load_gold(SAMPLE_GOLD)][:N_QUESTIONS]
    windows = [
        Window(" › ".join((full_title(report), *chunk.heading_path)), chunk.text)
        for report in read_reports([SAMPLES])
        for chunk in chunks(report)
    ]
    batches = [windows[at * 7 : at * 7 + max(N_PASSAGES)] for at in range(N_QUESTIONS)]
    lines = [
        "# What reading costs",
        "",
        f"Made by `python -m eval.studies.reading_times --out {arguments.out}` on {platform.processor() or 'a CPU'}",
        f"with {torch.get_num_threads()} cores. Milliseconds for all passages in one batch, the median of",
        f"{N_QUESTIONS} questions.",
        "",
        "| engine, precision | threads | " + " | ".join(f"{n} passages" for n in N_PASSAGES) + " | same |",
        "|---|---|" + "---|" * (len(N_PASSAGES) + 1),
    ]
    exact: list[tuple[int, int]] = []
    for name, opened in readers().items():
        for threads in THREADS:
            reader = opened(threads)
            spans = [(found.start, found.end) for found in _read(reader, questions, batches)]
            exact = exact or spans
            same = sum(map(tuple.__eq__, spans, exact)) / len(exact)
            times = [_median_ms(reader, questions, [batch[:n] for batch in batches]) for n in N_PASSAGES]
            cells = [f"{ms:.0f}" for ms in times]
            lines.append(f"| {name} | {threads} | " + " | ".join(cells) + f" | {same:.3f} |")
            print(lines[-1], flush=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read(reader: Reader, questions: Sequence[str], batches: Sequence[Sequence[Window]]) -> Iterator[Reading]:
    for question, batch in zip(questions, batches, strict=True):
        yield from reader.read(question, batch)


def _median_ms(reader: Reader, questions: Sequence[str], batches: Sequence[Sequence[Window]]) -> float:
    times = []
    for question, batch in zip(questions, batches, strict=True):
        started = time.perf_counter()
        reader.read(question, batch)
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
