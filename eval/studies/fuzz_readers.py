"""Damaged, spliced and random files against the text readers: each gives reports or a ReadError, in time. ::

    python -m eval.studies.fuzz_readers --n 100000 --seed 1 --shared ../shared --out eval/results/fuzz_readers.json

Input ``i`` of a seed is the same on every machine that has the same files. A failure is kept under ``--failures`` with
the error and the command that repeats it (``--only i``).
"""

from __future__ import annotations

import argparse
import platform
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from eval.runs.provenance import commit
from eval.studies.mutations import mutated
from indexer.chunks import chunks
from indexer.errors import ReadError
from indexer.readers import read_source
from indexer.readers.decoding import decode
from indexer.readers.html import is_html
from indexer.reports import reading_of
from indexer.types import FileReading, ReadValue, Record, Section, Span

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval" / "data" / "samples"
PLAIN_TEXT = ("seed/*.txt", "text/*.txt", "gbk/*.txt", "statutes/*.md", "scan/*.txt")
LIMIT_S = 5.0

NAMES = (
    "2022年某某市政府工作报告.txt",
    "某某省2021年度法治政府建设情况报告_2021.md",
    "国发〔2020〕3号 关于2020.12.31的通知.txt",
    "a",
    "依法行政工作报告(精选3篇).txt",
    "一/二/三.txt",
    "\u202e告报\u200b.txt",
)


class FuzzRun(Record):
    """A kept run: ``n`` inputs made from ``n_files``, how each ended, and which failed.

    ``slowest_s`` is what the slowest input took of the process's own time, ``slowest_index`` which one it was.
    """

    command: str
    commit: str
    python: str
    date: str
    seed: int
    n_files: int
    n: int
    mean_bytes: float
    limit_s: float
    outcomes: dict[str, int]
    failures: tuple[int, ...]
    slowest_s: float
    slowest_index: int
    seconds: float


class TooSlow(Exception):
    """An input took longer than the limit."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=None, help="folder with reports/ to mutate beside the samples")
    parser.add_argument("--limit-s", type=float, default=LIMIT_S, help="seconds of its own that one input may take")
    parser.add_argument("--failures", type=Path, default=ROOT / ".eval-cache" / "fuzz", help="where failures are kept")
    parser.add_argument("--only", type=int, default=None, help="run one input and show what it raises")
    parser.add_argument("--out", type=Path, default=None, help="keep the run here, as JSON")
    arguments = parser.parse_args()
    if arguments.only is not None:
        name, raw = made(arguments.seed, arguments.only, originals(arguments.shared))
        sys.stdout.write(f"{name!r}: {len(raw)} bytes\n{raw!r}\n")
        with time_limit(arguments.limit_s, of_cpu=True):
            sys.stdout.write(f"{outcome(name, raw)}\n")
        return
    run = fuzz(arguments.n, arguments.seed, arguments.shared, arguments.limit_s, arguments.failures)
    sys.stdout.write(run.model_dump_json(indent=1) + "\n")
    if arguments.out:
        arguments.out.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if run.failures else 0)


def originals(shared: Path | None) -> tuple[bytes, ...]:
    """The files that inputs are made of: the samples and, when given, the plain text of ``shared/reports``."""
    paths = sorted(SAMPLES.iterdir())
    if shared is not None:
        paths += [path for pattern in PLAIN_TEXT for path in sorted((shared / "reports").glob(pattern))]
    return tuple(path.read_bytes() for path in paths)


def made(seed: int, index: int, files: Sequence[bytes]) -> tuple[str, bytes]:
    """Name and bytes of input ``index``."""
    rng = random.Random(f"{seed}/{index}")
    raw = mutated(rng, files)
    return rng.choice(NAMES), raw


def outcome(name: str, raw: bytes) -> str:
    """``read``, or the name of the ReadError. Raises what else reading raises; AssertionError names a broken rule."""
    try:
        reading = reading_of(raw, name)
    except ReadError as error:
        return type(error).__name__
    source = read_source(raw, name)
    if not is_html(raw):  # of a page the entities and the white space are rendered
        own = without(source.text, source.generated)
        rest = iter(decode(raw).text)
        assert all(char in rest for char in own), "kept text is no subsequence of the file"
    check(reading, source.text)
    return "read"


def without(text: str, generated: Sequence[Span]) -> str:
    """``text`` less what the reader rendered: the blanks that stand for line breaks, the heads of rows."""
    parts, cursor = [], 0
    for span in sorted(generated, key=lambda span: span.start):
        parts.append(text[cursor : span.start])
        cursor = max(cursor, span.end)
    return "".join([*parts, text[cursor:]])


def check(reading: FileReading, decoded: str) -> None:
    """What holds for every reading. Raises AssertionError, naming what does not."""
    rest = iter(decoded)
    assert all(char in rest for report in reading.reports for char in report.text), "kept text is no subsequence"
    assert reading.reports, "a reading without a report"
    for report in reading.reports:
        whole = Span(start=0, end=len(report.text))
        assert report.text.strip(), "an empty report"
        for field in type(report.metadata).model_fields:
            value = getattr(report.metadata, field)
            span = value.span if isinstance(value, ReadValue) else None
            assert span is None or whole.contains(span), f"{field} lies outside"
        _check_tree(report.text, report.sections, whole, 1)
        found = chunks(report)
        assert all(chunk.text == chunk.span.of(report.text) for chunk in found), "a chunk is not the text of its span"
        assert all(a.span.end <= b.span.start for a, b in pairwise(found)), "chunks overlap"
    assert FileReading.model_validate_json(reading.model_dump_json()) == reading, "a reading does not survive its file"


def fuzz(n: int, seed: int, shared: Path | None, limit_s: float, failures: Path) -> FuzzRun:
    """Run inputs 0 to ``n - 1``; failures are written below ``failures``."""
    files = originals(shared)
    outcomes: Counter[str] = Counter()
    failed: list[int] = []
    slowest = (0.0, 0)
    n_bytes = 0
    started = time.perf_counter()
    for index in range(n):
        name, raw = made(seed, index, files)
        n_bytes += len(raw)
        began = time.process_time()  # others on the same cores have no part in it
        try:
            with time_limit(limit_s, of_cpu=True):
                told = outcome(name, raw)
        except Exception as error:  # whatever it is, it is what is looked for
            told = f"failed: {type(error).__name__}"
            failed.append(index)
            _keep(failures, seed, index, name, raw)
        slowest = max(slowest, (time.process_time() - began, index))
        outcomes[told] += 1
        if (index + 1) % 5_000 == 0:
            sys.stderr.write(f"{index + 1} of {n}, {len(failed)} failed, {time.perf_counter() - started:.0f} s\n")
    return FuzzRun(
        command=f"python -m eval.studies.fuzz_readers --n {n} --seed {seed}{' --shared ../shared' if shared else ''}",
        commit=commit(),
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        n_files=len(files),
        n=n,
        mean_bytes=round(n_bytes / n, 1) if n else 0.0,
        limit_s=limit_s,
        outcomes=dict(sorted(outcomes.items())),
        failures=tuple(failed),
        slowest_s=round(slowest[0], 3),
        slowest_index=slowest[1],
        seconds=round(time.perf_counter() - started, 1),
    )


def _check_tree(text: str, siblings: Sequence[Section], whole: Span, level: int) -> None:
    assert all(a.span.end <= b.span.start for a, b in pairwise(siblings)), "sections overlap or are out of order"
    for section in siblings:
        assert whole.contains(section.span), "a section lies outside its parent"
        assert section.span.contains(section.heading_span), "a heading lies outside its section"
        assert section.heading == section.heading_span.of(text), "a heading is not the text of its span"
        assert section.level == level, "a level is not the depth in the tree"
        _check_tree(text, section.children, section.span, level + 1)


@contextmanager
def time_limit(seconds: float, *, of_cpu: bool = False) -> Iterator[None]:
    """Raises TooSlow in the block after ``seconds``: the regular expressions of Python look for signals too.

    ``of_cpu`` counts this process's own time, in which others on the same core have no part.
    """

    def stop(*_: object) -> None:
        raise TooSlow(f"more than {seconds:g} s")

    timer, number = (signal.ITIMER_VIRTUAL, signal.SIGVTALRM) if of_cpu else (signal.ITIMER_REAL, signal.SIGALRM)
    before = signal.signal(number, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


def _keep(folder: Path, seed: int, index: int, name: str, raw: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{seed}-{index}.bin").write_bytes(raw)
    told = f"python -m eval.studies.fuzz_readers --seed {seed} --only {index}\nname: {name!r}\n{traceback.format_exc()}"
    (folder / f"{seed}-{index}.log").write_text(told, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
