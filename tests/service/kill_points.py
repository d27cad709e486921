"""Kills ``build`` at each point where it changes its index folder, and says what every kill left. ::

    python -m tests.service.kill_points FOLDER

One interpreter is started and forks a child for each point: a start for each would take most of a minute. The child of
round n kills itself right before its n-th change, until one comes to its end. Each begins with a copy of the same
index: two snapshots published, the remains of earlier kills, reports of which some changed since. A line of JSON says
where it was killed, what was published then, and what the next run, not killed, had to do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import traceback
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

from indexer.build import Built, build
from indexer.encoders import vector_cache
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import SnapshotError
from indexer.store.publication import BUILDING, SNAPSHOTS, published_ids
from indexer.store.snapshot import open_snapshot

KEEP = 2
# What CPython tells an audit hook before it changes a file, and which argument names the file.
CHANGES = {
    "open": 0,
    "os.chmod": 0,
    "os.link": 1,
    "os.mkdir": 0,
    "os.remove": 0,
    "os.rename": 1,
    "os.rmdir": 0,
    "os.symlink": 1,
    "os.truncate": 0,
    "sqlite3.connect": 0,
}
# It tells of no writing to a file that is open already: a profile function hears of these calls, as they begin.
FAISS = "write_index"
WRITES = (
    *("TextIOWrapper.write", "BufferedWriter.write", "FileIO.write", "write", FAISS),
    *("Connection.executemany", "Connection.commit", "Connection.__exit__", "Connection.close"),
)
RANDOM_NAME = re.compile(r"(\.building-|\.current-)[^/]+")


class Point:
    """Ends this process right before the ``n``-th change of ``index``, after saying to ``tell`` which one that is."""

    def __init__(self, index: Path, n: int, tell: int) -> None:
        self._index, self._left, self._tell = str(index), n, tell
        self._file = ""  # that was named last: the one that is written to
        self._written: tuple[str, str] | None = None

    def watch(self) -> None:
        sys.addaudithook(self._audit)
        sys.setprofile(self._profile)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in CHANGES or (event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return
        if isinstance(named := arguments[CHANGES[event]], int):  # open already
            return
        file = os.fsdecode(named)
        if file.startswith(self._index):
            self._reached(event, os.path.relpath(file, self._index))
        elif not file.startswith("/") and arguments[-1] != -1:  # in a folder that is open, as shutil.rmtree names files
            self._reached(event, file)

    def _profile(self, _: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or (name := getattr(called, "__qualname__", "")) not in WRITES:
            return
        written = (name, self._file if name != FAISS else "")  # which names its file to nobody
        if written != self._written:  # what a first write left in memory a second one leaves there, too
            self._written = written
            self._reached(*written)

    def _reached(self, event: str, file: str) -> None:
        self._file = RANDOM_NAME.sub(r"\1*", file)
        self._left -= 1
        if self._left == 0:
            sys.setprofile(None)
            os.write(self._tell, json.dumps({"event": event, "file": self._file}).encode())
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    vector_cache.BATCH = 2  # so that what changes takes two transactions
    reports, before, index = folder / "reports", folder / "before", folder / "index"
    reports.mkdir()
    for version in range(KEEP):
        write_reports(reports, version)
        run(reports, before)
    for left in (before / SNAPSHOTS / f"{BUILDING}left", before / SNAPSHOTS / f"{BUILDING}left" / "lexical"):
        left.mkdir()
        (left / "half.jsonl").write_text('{"report_id"', encoding="utf-8")
    (before / ".current-left").write_text("s0", encoding="utf-8")
    write_reports(reports, KEEP)
    for n in count(1):
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(before, index)
        point = killed(reports, index, n)
        found: dict[str, object] = {**point, "published": published_ids(index), "fault": fault(index)}
        built = run(reports, index)
        there = sorted(path.name for path in (*(index / SNAPSHOTS).iterdir(), *index.glob(".current-*")))
        after = {"next": published_ids(index), "next_fault": fault(index), "there": there, "encoded": built.n_encoded}
        print(json.dumps({**found, **after}), flush=True)
        if not point:
            return


def write_reports(folder: Path, version: int) -> None:
    for county, since in (("甲县", 0), ("乙县", version), ("丙县", version)):
        text = f"一、法治\n本年受理案件{since}件。\n二、经济\n第{since}次修订，粮食{since}万吨。\n"
        (folder / f"{county}2022年工作报告.txt").write_text(text, encoding="utf-8")


def run(reports: Path, index: Path) -> Built:
    return build([reports], index, HashingEncoder(), "hashing", keep=KEEP)


def killed(reports: Path, index: Path, n: int) -> dict[str, str]:
    """Where a run was killed at its ``n``-th change; empty when it made fewer and came to its end."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            Point(index, n, tell).watch()
            run(reports, index)
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    os.close(tell)
    with os.fdopen(hear, "rb") as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended not in (0, -signal.SIGKILL) or bool(said) != bool(ended):
        raise SystemExit(f"round {n} ended with {ended} and said {said!r}")
    point: dict[str, str] = json.loads(said) if said else {}
    return point


def fault(index: Path) -> str | None:
    """What is wrong with what is published, or was before and can be gone back to; every file of it is checked."""
    ids = published_ids(index)
    try:
        for snapshot_id in ids:
            open_snapshot(index / SNAPSHOTS / snapshot_id)
    except SnapshotError as error:
        return str(error)
    return None if ids else "nothing is published"


if __name__ == "__main__":
    with mock.patch("os.fsync"):  # takes half the time, and is for when the power fails: a kill loses nothing written
        main(Path(sys.argv[1]))
