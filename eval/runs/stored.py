"""A run: what one system gave to every question of a gold set, how it scored, and what made it.

::

    RUN/
      run.json          the stamp (``RunStamp``); there from the start
      outputs.jsonl     one ``Output`` a line, in the order they came; a run that was interrupted goes on behind them
      gold.jsonl        the questions, each evidence with the places where it stands; there when the run is complete
      scores.jsonl      one ``QuestionScores`` a line, in the order of the gold set; the same

A run stored under ``eval/expected`` has the stamp and the scores alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from eval.errors import RunError
from eval.gold.types import GoldItem
from eval.measures.types import QuestionScores
from eval.runs.types import RunStamp
from eval.systems.types import Output
from indexer.types import Record

STAMP = "run.json"
OUTPUTS = "outputs.jsonl"
GOLD = "gold.jsonl"
SCORES = "scores.jsonl"
LOCK = ".lock"
# What may differ between the parts of a run that was interrupted: they are noted, not measured.
_NOTED = ("command", "date")

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Run:
    """A complete run; ``items`` and ``outputs`` are empty in a stored one. The keys are question ids."""

    folder: Path
    stamp: RunStamp
    scores: Mapping[str, QuestionScores]
    items: Mapping[str, GoldItem]
    outputs: Mapping[str, Output]

    @property
    def name(self) -> str:
        """What people call it: its folder."""
        return self.folder.resolve().name


def read_run(folder: Path) -> Run:
    """Raises RunError when ``folder`` holds no complete run."""
    stamp = _read_stamp(folder)
    if not (folder / SCORES).exists():
        raise RunError(f"{folder} is not complete; run the same `judian-eval run` again, it goes on where it stopped")
    scores = {item.id: item for item in _read_lines(folder / SCORES, QuestionScores)}
    if len(scores) != stamp.n_questions:
        raise RunError(
            f"{folder / SCORES} has {len(scores)} questions, its stamp says {stamp.n_questions}; run it again"
        )
    stored = not (folder / OUTPUTS).exists()
    items = {} if stored else {item.id: item for item in _read_lines(folder / GOLD, GoldItem)}
    outputs = {} if stored else {item.id: item for item in _read_lines(folder / OUTPUTS, Output)}
    if not stored and not (items.keys() == outputs.keys() == scores.keys()):
        raise RunError(f"the files in {folder} do not hold the same questions; delete the run and make it again")
    return Run(
        folder=folder,
        stamp=stamp,
        scores=scores,
        items=items,
        outputs=outputs,
    )


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep every other process from writing to the run in ``folder``, which is made when absent. Raises RunError when
    another writes to it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            try:
                yield
            finally:
                if not (folder / STAMP).exists():  # nothing of ours stays in a folder that holds no run
                    (folder / LOCK).unlink(missing_ok=True)
    except Timeout:
        raise RunError(f"another process is at work in {folder}; choose another folder for --out") from None


def begin(folder: Path, stamp: RunStamp) -> dict[str, Output]:
    """Start a run in ``folder``, or take up the one that was interrupted there; what it already has, by question.

    A line that was cut off when the run was interrupted is dropped, and its question asked again; so are questions
    that failed. Raises RunError when the folder holds a run of something else.
    """
    if not (folder / STAMP).exists():
        if any(path.name != LOCK for path in folder.iterdir()):
            raise RunError(f"{folder} holds other files; choose an empty folder for --out")
        _write(folder / STAMP, stamp.model_dump_json(indent=1) + "\n")
        return {}
    before = _read_stamp(folder)
    differing = [name for name in RunStamp.model_fields if getattr(before, name) != getattr(stamp, name)]
    if differing := [name for name in differing if name not in _NOTED]:
        raise RunError(f"{folder} holds a run with another {', '.join(differing)}; choose another folder for --out")
    for name in (SCORES, GOLD):  # they are those of what was there before
        (folder / name).unlink(missing_ok=True)
    kept = {}
    path = folder / OUTPUTS
    if path.exists():
        whole = path.read_bytes().rpartition(b"\n")[0].splitlines()
        outputs = [_parsed(line, Output, path, at) for at, line in enumerate(whole, start=1)]
        kept = {output.id: output for output in outputs if output.error is None}
        _write(path, _as_lines(kept.values()))
    return kept


def append(folder: Path, output: Output) -> None:
    """Keep one more output; it is on disk when this returns."""
    with (folder / OUTPUTS).open("a", encoding="utf-8") as file:
        file.write(output.model_dump_json(exclude_none=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def finish(folder: Path, items: Iterable[GoldItem], scores: Iterable[QuestionScores]) -> Run:
    """Complete the run with its questions and their scores."""
    _write(folder / GOLD, _as_lines(items))
    _write(folder / SCORES, _as_lines(scores))
    return read_run(folder)


def store(run: Run, folder: Path) -> None:
    """Write the stamp and the scores of ``run`` to ``folder``, to be compared with later; no text of a report."""
    if (folder / OUTPUTS).exists():
        raise RunError(f"{folder} holds a run with its answers; choose another folder to store one in")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / STAMP, run.stamp.model_dump_json(indent=1) + "\n")
    _write(folder / SCORES, _as_lines(run.scores.values()))


def _read_stamp(folder: Path) -> RunStamp:
    try:
        return RunStamp.model_validate_json((folder / STAMP).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} holds no run: {STAMP} is missing") from None
    except (OSError, ValidationError) as error:
        raise RunError(f"{folder / STAMP} is damaged: {error}") from error


def _read_lines(path: Path, kind: type[R]) -> list[R]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}") from error
    return [_parsed(line, kind, path, at) for at, line in enumerate(lines, start=1)]


def _parsed(line: bytes, kind: type[R], path: Path, at: int) -> R:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise RunError(f"{path}, line {at}, is damaged; delete the run and make it again") from error


def _as_lines(records: Iterable[Record]) -> str:
    return "".join(record.model_dump_json(exclude_none=True) + "\n" for record in records)


def _write(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
