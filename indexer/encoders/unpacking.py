"""Folders that are written beside their place and then renamed: one that its process holds locked is being written,
one that nobody locks was left by a process that was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".unpacking-judian-"


def new_folder(parent: Path, at_the_end: contextlib.ExitStack) -> Path:
    """An empty folder of ``parent``, locked while this process lives, and removed ``at_the_end``."""
    while True:
        building = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with contextlib.suppress(OSError):  # some network file systems have no locks: nothing counts as abandoned there
            at_the_end.enter_context(_locked(building, wait=True))
        if building.is_dir():  # else another process found it before it was locked
            at_the_end.callback(shutil.rmtree, building, ignore_errors=True)
            return building


def remove_abandoned(parent: Path, pattern: str) -> None:
    """Remove the folders of ``parent`` that match ``pattern`` and that nobody locks."""
    for building in parent.glob(pattern):
        with contextlib.suppress(OSError), _locked(building, wait=False):
            shutil.rmtree(building, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[None]:
    """Raises OSError when another process holds the lock and ``wait`` is false, or when there can be no lock."""
    import fcntl  # Unix only, as is what needs it: the model's wheel is for Linux

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
