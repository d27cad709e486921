"""Damaged, spliced and random files against the text readers: each gives reports or a ReadError, in time. ::

    python -m eval.fuzz_readers --n 100000 --seed 1 --shared ../shared --out eval/results/fuzz_readers.json

Input ``i`` of a seed is the same on every machine that has the same files. A failure is kept under ``--failures`` with
the error and the command that repeats it (``--only i``).
"""

from __future__ import annotations

import argparse
import platform
import random
import re
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from eval.types import FuzzRun
from indexer.chunks import chunks
from indexer.decoding import decode
from indexer.errors import ReadError
from indexer.readers.text import read_text
from indexer.types import FileReading, Section, Span

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "eval" / "data" / "samples"
PLAIN_TEXT = ("seed/*.txt", "text/*.txt", "gbk/*.txt", "statutes/*.md", "scan/*.txt")
LIMIT_S = 5.0
# Inputs are windows of files: readers work line by line, and a hundred thousand whole reports take hours.
MIN_BYTES, MAX_BYTES = 40, 12_000
MAX_MUTATIONS = 4
TEXT_SHARE = 0.75  # of the mutations; most damaged bytes are refused by the decoder, and try nothing behind it

NAMES = (
    "2022年某某市政府工作报告.txt",
    "某某省2021年度法治政府建设情况报告_2021.md",
    "国发〔2020〕3号 关于2020.12.31的通知.txt",
    "a",
    "依法行政工作报告(精选3篇).txt",
    "一/二/三.txt",
    "\u202e告报\u200b.txt",
)
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-16")
BOMS = (
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff\xfe\x00\x00",
    b"\x00\x00\xfe\xff",
    b"\x84\x31\x95\x33",
    b"+/v8",
)
PIECES = (
    *(
        "一、",
        "（一）",
        "第一章 ",
        "第十二条 ",
        "1. ",
        "（1）",
        "一是",
        "二是",
        "附件1",
        "# ",
        "###### ",
        "各位代表！\n",
    ),
    *(
        "(篇一) ",
        "（篇二）",
        "篇三：\n",
        "**",
        "4**件",
        "22**项",
        "**1**",
        "2022年",
        "二〇二二年",
        "１２．５％",
        "９９９",
    ),
    *("\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\u00ad", "\x07", "\x1a", "\x85", "\u2028", "\r", "\r\n"),
    *("e\u0301", "👨‍👩‍👧", "𠅤", "שלום", "مرحبا", "ﬁ", "㎡", "Ⅳ", "\ufffd", "\U0010ffff"),
    *("首页 > 政务公开", "扫一扫在手机打开当前页", "www.", "[x](y)", "<!-- -->", "<p>", "|", "当前位置：", "版权所有"),
    *("政府工作报告\n", "某某市人民政府\n2022年1月12日\n", "推进简政放权。", "国发〔2020〕3号\n"),
)
REPEATED = (
    "。",
    "，",
    "\n",
    " ",
    "　",
    "(",
    "（一）",
    "*",
    "1",
    "1.",
    "#",
    "|",
    "[",
    "”",
    "!",
    "一、",
    "：一是",
    "\u200b",
    "首页",
)


class TooSlow(Exception):
    """An input took longer than the limit."""


Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=None, help="folder with reports/ to mutate beside the samples")
    parser.add_argument("--limit-s", type=float, default=LIMIT_S, help="seconds that one input may take")
    parser.add_argument("--failures", type=Path, default=ROOT / ".eval-cache" / "fuzz", help="where failures are kept")
    parser.add_argument("--only", type=int, default=None, help="run one input and show what it raises")
    parser.add_argument("--out", type=Path, default=None, help="keep the run here, as JSON")
    arguments = parser.parse_args()
    files = originals(arguments.shared)
    if arguments.only is not None:
        name, raw = made(arguments.seed, arguments.only, files)
        sys.stdout.write(f"{name!r}: {len(raw)} bytes\n{raw!r}\n")
        with _limited(arguments.limit_s):
            sys.stdout.write(f"{outcome(name, raw)}\n")
        return
    run = fuzz(arguments.n, arguments.seed, files, arguments.limit_s, arguments.failures)
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
    """Name and bytes of input ``index``: a window of a file, mutated one to four times."""
    rng = random.Random(f"{seed}/{index}")
    raw = _window(rng, rng.choice(files))
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        raw = rng.choice(OF_TEXT if rng.random() < TEXT_SHARE else OF_BYTES)(rng, raw, files)
    return rng.choice(NAMES), raw


def outcome(name: str, raw: bytes) -> str:
    """``read``, or the name of the ReadError. Raises what else reading raises; AssertionError names a broken rule."""
    try:
        reading = read_text(raw, name)
    except ReadError as error:
        return type(error).__name__
    check(reading, decode(raw).text)
    return "read"


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
            assert value is None or value.span is None or whole.contains(value.span), f"{field} lies outside"
        _check_tree(report.text, report.sections, whole, 1)
        found = chunks(report)
        assert all(chunk.text == chunk.span.of(report.text) for chunk in found), "a chunk is not the text of its span"
        assert all(a.span.end <= b.span.start for a, b in pairwise(found)), "chunks overlap"
    assert FileReading.model_validate_json(reading.model_dump_json()) == reading, "a reading does not survive its file"


def fuzz(n: int, seed: int, files: Sequence[bytes], limit_s: float, failures: Path) -> FuzzRun:
    """Run inputs 0 to ``n - 1``; failures are written below ``failures``."""
    outcomes: Counter[str] = Counter()
    failed: list[int] = []
    slowest = (0.0, 0)
    n_bytes = 0
    started = time.perf_counter()
    for index in range(n):
        name, raw = made(seed, index, files)
        n_bytes += len(raw)
        began = time.perf_counter()
        try:
            with _limited(limit_s):
                told = outcome(name, raw)
        except Exception as error:  # whatever it is, it is what is looked for
            told = f"failed: {type(error).__name__}"
            failed.append(index)
            _keep(failures, seed, index, name, raw)
        slowest = max(slowest, (time.perf_counter() - began, index))
        outcomes[told] += 1
        if (index + 1) % 5_000 == 0:
            sys.stderr.write(f"{index + 1} of {n}, {len(failed)} failed, {time.perf_counter() - started:.0f} s\n")
    return FuzzRun(
        command=" ".join(["python -m eval.fuzz_readers", *sys.argv[1:]]),
        commit=_commit(),
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
def _limited(seconds: float) -> Iterator[None]:
    """Raises TooSlow in the block after ``seconds``: the regular expressions of Python look for signals too."""

    def stop(*_: object) -> None:
        raise TooSlow(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _keep(folder: Path, seed: int, index: int, name: str, raw: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{seed}-{index}.bin").write_bytes(raw)
    told = f"python -m eval.fuzz_readers --seed {seed} --only {index}\nname: {name!r}\n{traceback.format_exc()}"
    (folder / f"{seed}-{index}.log").write_text(told, encoding="utf-8", errors="backslashreplace")


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def _window(rng: random.Random, raw: bytes) -> bytes:
    """Some of a file, cut where it falls: in the middle of a character as likely as not."""
    size = int(MIN_BYTES * (MAX_BYTES / MIN_BYTES) ** rng.random())
    start = 0 if rng.random() < 0.3 else rng.randrange(max(1, len(raw) - size))
    cut = raw[start : start + size]
    if rng.random() < 0.7:  # most windows begin and end between lines' characters, or nearly all would be undecodable
        cut = (
            cut.decode("utf-8", "ignore").encode()
            if _is_utf8(raw)
            else cut.decode("gb18030", "ignore").encode("gbk", "ignore")
        )
    return cut


def _is_utf8(raw: bytes) -> bool:
    return (
        re.match(rb"[\x00-\x7f]*(?:\xef\xbb\xbf|[\xe3-\xe9][\x80-\xbf]{2}[\xe3-\xef][\x80-\xbf]{2})", raw) is not None
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8" if _is_utf8(raw) else "gb18030", "replace")


def _truncated(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def _flipped(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    bits = bytearray(raw)
    for _n in range(rng.randint(1, 8) if bits else 0):
        bits[rng.randrange(len(bits))] ^= 1 << rng.randrange(8)
    return bytes(bits)


def _spliced(rng: random.Random, raw: bytes, files: Sequence[bytes]) -> bytes:
    other = _window(rng, rng.choice(files))
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + other + (raw[at:] if rng.random() < 0.5 else b"")


def _recoded(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return _text(raw).encode(rng.choice(ENCODINGS), "replace")


def _half_recoded(rng: random.Random, raw: bytes, files: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + _recoded(rng, raw[at:], files)


def _marked(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = 0 if rng.random() < 0.7 else rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(BOMS) + raw[at:]


def _noised(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.randbytes(rng.choice((1, 2, 3, 20, 200))) + raw[at + rng.choice((0, 0, 50)) :]


def _inserted(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    text = _text(raw)
    for _n in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) + text[at:]
    return text.encode("utf-8", "replace")


def _repeated(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    text = _text(raw)
    at = rng.randrange(len(text) + 1)
    return (text[:at] + rng.choice(REPEATED) * rng.choice((3, 30, 300, 1000)) + text[at:]).encode("utf-8", "replace")


def _shuffled(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _joined(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw.replace(b"\n", rng.choice((b"", b" ", b"\r", b"\r\n", b"\n\n\n")))


def _random(rng: random.Random, _: bytes, __: Sequence[bytes]) -> bytes:
    return rng.randbytes(rng.randrange(300))


OF_TEXT: tuple[Mutation, ...] = (_inserted, _inserted, _repeated, _shuffled, _joined, _recoded)
OF_BYTES: tuple[Mutation, ...] = (_truncated, _flipped, _spliced, _half_recoded, _marked, _noised, _random)


if __name__ == "__main__":
    main()
