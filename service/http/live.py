"""The asker over the published snapshot, and its switch to the next one."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indexer.errors import SnapshotError
from indexer.store.publication import CURRENT, SNAPSHOTS, published_id, published_ids
from service.ask import Asker

POLL_S = 0.5  # one `stat` of one file
RETRY_S = 30.0  # a snapshot that could not be opened is tried again: the fault may have been the disk's

log = logging.getLogger("judian.live")


class Served(Protocol):
    """What a service serves now."""

    @property
    def asker(self) -> Asker | None:
        """Over the snapshot that is served; None when there is none."""

    @property
    def problem(self) -> str | None:
        """Why the published snapshot is not the one served, or None."""

    def follow(self) -> None:
        """Serve what is published from now on, until ``close``."""

    def close(self) -> None:
        """Stop following."""


@dataclass(frozen=True)
class Fixed:
    """One asker, whatever is published; without one, a service that is alive but not ready."""

    asker: Asker | None = None
    problem: str | None = None

    def follow(self) -> None:
        """There is nothing to follow."""

    def close(self) -> None:
        """Nothing was begun."""


class Live:
    """Holds the asker of the published snapshot, and follows what is published.

    A request takes ``asker`` once and keeps it, so it is answered from one snapshot, whatever is published meanwhile. A
    snapshot that cannot be opened is named in the log and in ``problem``; the last good one goes on being served.
    """

    def __init__(self, index: Path, open_asker: Callable[[Path], Asker]) -> None:
        """``open_asker`` makes the asker of a snapshot's folder. Raises SnapshotError when there is none to serve."""
        self._index = index
        self._open = open_asker
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.problem: str | None = None
        self._seen = self._stamp()
        self._tried_at = time.monotonic()
        self.asker = self._open_first()

    def follow(self) -> None:
        """Look for new snapshots in the background until ``close``."""
        self._thread = threading.Thread(target=self._follow, name="follow-snapshots", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> bool:
        """Switch to the published snapshot if it is another one; whether it was done."""
        stamp = self._stamp()
        again = self.problem is not None and time.monotonic() - self._tried_at > RETRY_S
        if stamp == self._seen and not again:
            return False
        self._seen, self._tried_at = stamp, time.monotonic()
        try:
            snapshot_id = published_id(self._index)
            if snapshot_id == self.asker.snapshot.manifest.snapshot_id:
                self.problem = None
                return False
            asker = self._open(self._index / SNAPSHOTS / snapshot_id)
        except Exception as error:  # whatever it is: the service has a good snapshot, and goes on with it
            self.problem = self._told(error)
            log.error("%s is still served: %s", self.asker.snapshot.manifest.snapshot_id, error)
            return False
        self.asker, self.problem = asker, None
        log.warning("now serving %s", snapshot_id)
        return True

    def _follow(self) -> None:
        while not self._stop.wait(POLL_S):
            self.refresh()

    def _open_first(self) -> Asker:
        published_id(self._index)  # no index at all: say that
        first: SnapshotError | None = None
        for snapshot_id in published_ids(self._index):
            try:
                asker = self._open(self._index / SNAPSHOTS / snapshot_id)
            except SnapshotError as error:
                first = first or error
                log.error("not served: %s", error)
            else:
                self.problem = self._told(first) if first else None
                return asker
        assert first is not None
        raise first

    def _told(self, error: Exception) -> str:
        """What everybody may know of it: not where on this machine the index lies, which the log says."""
        return str(error).replace(f"{self._index}{os.sep}", "").replace(str(self._index), "the index")

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._index / CURRENT).stat()
        except OSError:
            return None
        return (status.st_ino, status.st_mtime_ns)
