"""Files become readings, in several processes where there is more than one core and enough to read.

Each process reads whole files, one after the other, with a sandbox of its own for binary formats; a thread here fetches
the bytes, hands them over and waits. What is read does not depend on how many there are, nor does its order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from indexer.errors import DamagedFile, OverLimit, ReadError
from indexer.files import read_bytes
from indexer.readers.channel import Ended, Worker, serve
from indexer.readers.sandbox import Sandbox
from indexer.reports import reading_of
from indexer.types import FileReading

# For each process: to start one takes as long as to read a third of this.
MIN_BYTES_EACH = 1 << 20
MAX_PROCESSES = 8  # each may use the memory of a sandbox

Read = FileReading | ReadError
WhenRead = Callable[[str, bytes, FileReading], None]


class Reading(Protocol):
    """Makes a reading of the bytes of a file, which is called so. Raises ReadError."""

    def __call__(self, raw: bytes, file: str, /) -> FileReading: ...

    def close(self) -> None:
        """End what processes there are."""


class Here:
    """Reads in this process, binary formats in a sandbox."""

    def __init__(self) -> None:
        self._sandbox = Sandbox()

    def __call__(self, raw: bytes, file: str, /) -> FileReading:
        try:
            return reading_of(raw, file, self._sandbox)
        except ReadError:
            raise
        except Exception as error:  # a fault of the reader is that file's, not the folder's
            told = f"{type(error).__name__}: {error}"[:300]
            raise DamagedFile(f"the file cannot be read ({told}); open it and save it again") from error

    def close(self) -> None:
        self._sandbox.close()


class Elsewhere:
    """Reads in a process of its own, in the same way."""

    def __init__(self) -> None:
        self._worker = Worker("indexer.reading", [], None)

    def __call__(self, raw: bytes, file: str, /) -> FileReading:
        try:
            answer = self._worker.ask(file.encode(), raw)
        except Ended as ended:
            raise OverLimit(
                f"the process that read the file ended (status {ended}), most likely for want of memory; free some, or "
                "split the file, and index again"
            ) from None
        return FileReading.model_validate_json(answer)

    def close(self) -> None:
        self._worker.close()


def main() -> None:
    """What runs there: a job is the name of a file, its bytes are the file's."""
    here = Here()
    serve(lambda job, raw: here(raw, job.decode()).model_dump_json().encode())


def n_processes(n_bytes: int) -> int:
    """How many processes read so much: 1 is this one alone."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, MAX_PROCESSES, n_bytes // MIN_BYTES_EACH))


def read_files(
    files: Mapping[str, Path],
    within: Sequence[Path],
    max_bytes: int,
    when_read: WhenRead,
    progress: Callable[[int, int, int], None],
    processes: int | None = None,
) -> dict[str, Read]:
    """What became of each of ``files``, in their order: its reading, or why there is none.

    ``when_read`` is given the bytes of each that was read, in any thread; ``progress`` hears in this one how many files
    were tried, how many bytes they have, and how many all have. ``processes`` as ``n_processes`` has it, if not given.
    """
    sizes = {name: _size(path) for name, path in files.items()}

    def one(reading: Reading, name: str) -> Read:
        try:
            raw = read_bytes(files[name], within, max_bytes)
            found = reading(raw, name)
        except ReadError as error:
            return error
        when_read(name, raw, found)
        return found

    total_bytes = sum(sizes.values())
    n = n_processes(total_bytes) if processes is None else processes
    tried: dict[str, Read] = {}
    n_bytes = 0
    with closing(_here(one, files) if n == 1 else _elsewhere(one, sizes, n)) as reads:
        for name, read in reads:
            tried[name] = read
            n_bytes += sizes[name]
            progress(len(tried), n_bytes, total_bytes)
    return {name: tried[name] for name in files}


def _here(one: Callable[[Reading, str], Read], names: Mapping[str, object]) -> Generator[tuple[str, Read]]:
    here = Here()
    try:
        for name in names:
            yield name, one(here, name)
    finally:
        here.close()


def _elsewhere(
    one: Callable[[Reading, str], Read], sizes: Mapping[str, int], n_processes: int
) -> Generator[tuple[str, Read]]:
    """As they are done: the largest are begun first, so that no process is left with one at the end."""
    all_of_them = [Elsewhere() for _ in range(n_processes)]
    free: SimpleQueue[Reading] = SimpleQueue()
    for reading in all_of_them:
        free.put(reading)

    def next_free(name: str) -> Read:
        reading = free.get()
        try:
            return one(reading, name)
        finally:
            free.put(reading)

    def close() -> None:
        for reading in all_of_them:
            reading.close()

    try:
        with ThreadPoolExecutor(n_processes, "read") as pool:
            begun = {pool.submit(next_free, name): name for name in sorted(sizes, key=lambda name: -sizes[name])}
            try:
                for done in as_completed(begun):
                    yield begun[done], done.result()
            except BaseException:  # also when whoever waits gives up: end what is under way, begin nothing more
                pool.shutdown(wait=False, cancel_futures=True)
                close()
                raise
    finally:
        close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
