"""Which snapshot of an index folder is published, and which were before.

``CURRENT`` names the published snapshot on its first line and those published before it on the next, latest first.
It is replaced by one atomic rename, so that a reader sees the old list or the new one. Whoever writes to an index
folder holds its lock; the kernel releases it however the process ends. Readers need no lock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import SnapshotDamaged, SnapshotError

CURRENT = "CURRENT"
SNAPSHOTS = "snapshots"
LOCK = ".lock"
BUILDING = ".building-"  # prefix of a snapshot that is being written
_NEW_CURRENT = ".current-"
KEEP = 3  # snapshots: the published one and those to go back to


@contextlib.contextmanager
def locked(index: Path, when_waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of ``index`` (made if absent); ``when_waiting`` is told when another process has it.

    What a killed process left half written is removed first.
    """
    index.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        when_waiting()
        lock.acquire()
    try:
        for left in (*index.glob(_NEW_CURRENT + "*"), *(index / SNAPSHOTS).glob(BUILDING + "*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        lock.release()


def published_ids(index: Path) -> tuple[str, ...]:
    """The id of the published snapshot, then those published before it, latest first; empty when there is none."""
    try:
        return tuple((index / CURRENT).read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return ()


def published_id(index: Path) -> str:
    """The id of the published snapshot. Raises SnapshotError when there is none, SnapshotDamaged when it is unnamed."""
    ids = published_ids(index)
    if not ids:
        if (index / CURRENT).exists():
            raise SnapshotDamaged(f"{index / CURRENT} names no snapshot; run `judian index` again")
        raise SnapshotError(f"there is no index in {index}; make one with `judian index FOLDER --out {index}`")
    return ids[0]


def publish(index: Path, snapshot_id: str, keep: int = KEEP) -> None:
    """Make ``snapshot_id`` the one that is served, then remove all but the ``keep`` latest. Needs the lock."""
    ids = [snapshot_id, *(old for old in published_ids(index) if old != snapshot_id)][:keep]
    _replace_current(index, ids)
    for folder in (index / SNAPSHOTS).iterdir():
        if folder.name not in ids:
            shutil.rmtree(folder)


def before(index: Path) -> str:
    """The id of the snapshot published before the published one. Raises SnapshotError when there is none."""
    current, *earlier = (published_id(index), *published_ids(index)[1:])
    if not earlier:
        raise SnapshotError(f"nothing was published in {index} before {current}; there is nothing to go back to")
    return earlier[0]


def roll_back(index: Path, to: str) -> None:
    """Publish the snapshot ``to`` again. Needs the lock. Raises SnapshotError when it is not there.

    What was published after it leaves the list, so that going back twice goes back further, and stays on disk until
    the next ``publish``, so that one can go forward again.
    """
    if to not in {folder.name for folder in (index / SNAPSHOTS).iterdir()}:
        raise SnapshotError(f"there is no snapshot {to} in {index}; `judian snapshots --index {index}` lists them")
    ids = published_ids(index)
    _replace_current(index, ids[ids.index(to) :] if to in ids else [to, *ids])


def _replace_current(index: Path, ids: Sequence[str]) -> None:
    handle, name = tempfile.mkstemp(prefix=_NEW_CURRENT, dir=index)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("".join(f"{snapshot_id}\n" for snapshot_id in ids))
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(index / CURRENT)
    fsync(index)


def fsync(path: Path) -> None:
    """Have the file or folder on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
