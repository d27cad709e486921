"""Word files, workbooks, pages and tables that went wrong against their readers: each gives reports or a ReadError, in
time. ::

    python -m eval.studies.fuzz_formats --format docx --n 10000 --seed 1 --out eval/results/fuzz_docx.json

Input ``i`` of a seed is the same on every machine. What fails is kept under ``--failures``; ``--only i`` repeats it.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from eval.runs.provenance import commit
from eval.studies import page_mutations, separated_mutations, word_mutations, workbook_mutations
from eval.studies.fuzz_readers import LIMIT_S, FuzzRun, check, time_limit, without
from eval.studies.package_mutations import Vocabulary, mutated, zipped
from indexer.errors import ReadError
from indexer.readers.decoding import decode
from indexer.readers.docx import read_docx
from indexer.readers.html import read_html
from indexer.readers.separated import read_separated
from indexer.readers.types import SourceText
from indexer.readers.xlsx import read_xlsx
from indexer.reports import reading_of
from indexer.types import Span

NAME = "云岭市2023年法治政府建设情况的报告"


@dataclass(frozen=True)
class Format:
    """A format: a ``whole`` file, files made of it in which something is wrong, the reader, and, where the file is text
    itself, all that stands in one: what is kept must stand there in this order, blanks apart."""

    name: str
    whole: Callable[[], bytes]
    mutated: Callable[[random.Random], bytes]
    read: Callable[[bytes], SourceText]
    all_text: Callable[[bytes], str] | None = None


def _package(
    name: str, parts: Callable[[], dict[str, bytes]], words: Vocabulary, read: Callable[[bytes], SourceText]
) -> Format:
    return Format(name, lambda: zipped(parts()), lambda rng: mutated(rng, parts(), words), read)


def _of_page(raw: bytes) -> str:
    root = etree.fromstring(decode(raw).text.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8"))
    return "".join(map(str, root.itertext()))


FORMATS = {
    one.name: one
    for one in (
        _package("docx", word_mutations.whole, word_mutations.WORDS, read_docx),
        _package("xlsx", workbook_mutations.whole, workbook_mutations.WORDS, read_xlsx),
        Format("html", page_mutations.whole, page_mutations.mutated, read_html, _of_page),
        Format(
            "csv", separated_mutations.whole, separated_mutations.mutated, read_separated, lambda raw: decode(raw).text
        ),
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Damaged files of a format against their reader.")
    parser.add_argument("--format", choices=FORMATS, default="docx")
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds of its own that an input may take")
    parser.add_argument("--failures", type=Path, default=Path("build/fuzz_formats"))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    of = FORMATS[arguments.format]
    if arguments.only is not None:
        sys.stdout.write(f"{outcome(of, made(of, arguments.seed, arguments.only))}\n")
        return
    run = fuzz(of, arguments.n, arguments.seed, arguments.limit, arguments.failures)
    sys.stdout.write(run.model_dump_json(indent=1) + "\n")
    if arguments.out:
        arguments.out.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if run.failures else 0)


def made(of: Format, seed: int, index: int) -> bytes:
    """The bytes of input ``index``."""
    return of.mutated(random.Random(f"{seed}/{index}"))


def outcome(of: Format, raw: bytes) -> str:
    """``read``, or the name of the ReadError. Raises what else reading raises; AssertionError names a broken rule."""
    try:
        source = of.read(raw)
        reading = reading_of(raw, f"{NAME}.{of.name}")
    except ReadError as error:
        return type(error).__name__
    whole_text = Span(start=0, end=len(source.text))
    spans = [*source.generated, *source.asides, *(hint.span for hint in source.headings)]
    assert all(whole_text.contains(span) for span in spans), "a span lies outside the text"
    if of.all_text is not None:
        rest = iter(of.all_text(raw))
        kept = (char for char in without(source.text, source.generated) if not char.isspace())
        assert all(char in rest for char in kept), "kept text is no subsequence of the file"
    check(reading, source.text)
    return "read"


def fuzz(of: Format, n: int, seed: int, limit_s: float, failures: Path) -> FuzzRun:
    """Run inputs 0 to ``n - 1``; those that fail are written below ``failures``."""
    outcomes: Counter[str] = Counter()
    failed: list[int] = []
    slowest = (0.0, 0)
    n_bytes = 0
    started = time.perf_counter()
    for index in range(n):
        raw = made(of, seed, index)
        n_bytes += len(raw)
        began = time.process_time()  # others on the same cores have no part in it
        try:
            with time_limit(limit_s, of_cpu=True):
                told = outcome(of, raw)
        except Exception as error:  # whatever it is, it is what is looked for
            told = f"failed: {type(error).__name__}"
            failed.append(index)
            failures.mkdir(parents=True, exist_ok=True)
            (failures / f"{seed}-{index}.{of.name}").write_bytes(raw)
            (failures / f"{seed}-{index}.log").write_text(traceback.format_exc(), encoding="utf-8")
        slowest = max(slowest, (time.process_time() - began, index))
        outcomes[told] += 1
    return FuzzRun(
        command=f"python -m eval.studies.fuzz_formats --format {of.name} --n {n} --seed {seed}",
        commit=commit(),
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        n_files=1,
        n=n,
        mean_bytes=round(n_bytes / n, 1) if n else 0.0,
        limit_s=limit_s,
        outcomes=dict(sorted(outcomes.items())),
        failures=tuple(failed),
        slowest_s=round(slowest[0], 3),
        slowest_index=slowest[1],
        seconds=round(time.perf_counter() - started, 1),
    )


if __name__ == "__main__":
    main()
