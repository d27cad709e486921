"""The readers against damaged files, and what keeps the runs that are told of in eval/README.md honest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eval import readme
from eval.studies import fuzz_readers
from eval.studies.fuzz_readers import FuzzRun
from eval.studies.soak.run import MAX_GROWTH, SoakRun
from indexer.errors import ReadError
from indexer.reports import reading_of

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "eval" / "results"
N = 2_000


def test_two_thousand_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    run = fuzz_readers.fuzz(N, 20, None, fuzz_readers.LIMIT_S, tmp_path)
    assert run.failures == (), [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.log"))]
    assert sum(run.outcomes.values()) == run.n == N
    # Both happen often: else the mutations are too wild, or too tame, to try anything.
    assert run.outcomes["read"] > N / 3
    assert run.outcomes["UndecodableText"] > N / 20


def test_an_input_is_the_same_each_time() -> None:
    files = fuzz_readers.originals(None)
    assert [fuzz_readers.made(3, index, files) for index in range(50)] == [
        fuzz_readers.made(3, index, files) for index in range(50)
    ]
    assert len({fuzz_readers.made(3, index, files) for index in range(50)}) == 50


@pytest.mark.parametrize("broken", ["a crash", "another text"])
def test_what_fails_is_kept_with_how_to_repeat_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:

    def reads_wrongly(raw: bytes, file: str) -> object:
        if broken == "a crash":
            raise KeyError(file)
        reading = reading_of(raw, file)
        report = reading.reports[0]
        return reading.model_copy(update={"reports": (report.model_copy(update={"text": report.text + "添"}),)})

    monkeypatch.setattr(fuzz_readers, "reading_of", reads_wrongly)
    run = fuzz_readers.fuzz(4, 1, None, 0.2, tmp_path)
    assert run.failures
    for index in run.failures:
        assert (tmp_path / f"1-{index}.bin").read_bytes() == fuzz_readers.made(1, index, fuzz_readers.originals(None))[
            1
        ]
        assert f"--seed 1 --only {index}" in (tmp_path / f"1-{index}.log").read_text(encoding="utf-8")


LOOPS = """
import sys
from pathlib import Path
from eval.studies import fuzz_readers

def never_ends(raw, file):
    while True:
        pass

fuzz_readers.reading_of = never_ends
print(*fuzz_readers.fuzz(4, 1, None, 0.2, Path(sys.argv[1])).failures)
"""


@pytest.mark.process
def test_what_never_ends_is_stopped_and_kept(tmp_path: Path) -> None:
    """In a process of its own: what stops it is a signal to the whole process."""
    done = subprocess.run(
        [sys.executable, "-c", LOOPS, tmp_path], capture_output=True, text=True, check=True, timeout=60
    )
    failures = done.stdout.split()
    assert failures
    for index in failures:
        assert f"--seed 1 --only {index}" in (tmp_path / f"1-{index}.log").read_text(encoding="utf-8")


def test_a_refusal_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(raw: bytes, file: str) -> object:
        raise ReadError(f"{file}: {len(raw)}")

    monkeypatch.setattr(fuzz_readers, "reading_of", refuses)
    assert fuzz_readers.fuzz(3, 1, None, 1, tmp_path).outcomes == {"ReadError": 3}


def test_the_kept_runs_hold_what_is_promised() -> None:
    fuzzed = FuzzRun.model_validate_json((RESULTS / "fuzz_readers.json").read_text(encoding="utf-8"))
    assert fuzzed.n >= 100_000
    assert fuzzed.failures == ()
    assert fuzzed.slowest_s < fuzzed.limit_s
    soaked = SoakRun.model_validate_json((RESULTS / "soak.json").read_text(encoding="utf-8"))
    assert soaked.seconds >= 3600
    assert (soaked.wrong, soaked.errors, soaked.tracebacks) == (0, 0, 0)
    assert soaked.growth < MAX_GROWTH


def test_the_tables_of_the_measurements_are_up_to_date() -> None:
    text = readme.MEASUREMENTS.read_text(encoding="utf-8")
    assert readme.filled_measurements(text) == text, "run `python -m eval.readme`"
