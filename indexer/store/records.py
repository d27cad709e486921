"""Records in a JSON Lines file, parsed when they are asked for: an index of any size opens at once."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Generic, Self, TypeVar, overload

import numpy as np
from pydantic import ValidationError

from indexer.errors import SnapshotDamaged
from indexer.types import Record, Report

R = TypeVar("R", bound=Record)
KEPT = 2048  # parsed records that are kept; a question looks at a few hundred chunks
KEPT_REPORTS = 64  # a report with its text and tree takes up to a megabyte


def write_records(path: Path, records: Iterable[Record]) -> None:
    """One record a line, in UTF-8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(record.model_dump_json())
            file.write("\n")  # apart: a report may be long, and what joins them is a copy


class _Spool:
    """The bytes of an open file, read when they are asked for, by one thread, and not held."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __getitem__(self, place: slice) -> bytes:
        self._file.seek(place.start)
        return self._file.read(place.stop - place.start)


_Lines = mmap.mmap | bytes | _Spool


class RecordFile(Sequence[R], Generic[R]):
    """The records that ``write_records`` wrote, by line. Safe to use from several threads.

    With ``mapped`` the file is mapped and shared with other processes; else it is read into memory, which outlives
    whatever happens to the file. Raises SnapshotDamaged, at the latest when a line is asked for.
    """

    def __init__(self, path: Path, kind: type[R], *, mapped: bool = False, kept: int = KEPT) -> None:
        try:
            lines = _mapped(path) if mapped else path.read_bytes()
        except OSError as error:
            raise SnapshotDamaged(f"{path} cannot be read ({error.strerror}); run `judian index` again") from error
        ends = np.frombuffer(lines, np.uint8) == ord("\n") if lines else np.zeros(0, np.bool_)
        self._hold(lines, [0, *(np.flatnonzero(ends) + 1).tolist()], path, kind, kept)

    @classmethod
    @contextmanager
    def spooled(cls, records: Iterable[R], kind: type[R], folder: Path) -> Iterator[Self]:
        """``records``, which are read once and need not fit into memory, in a file without a name, on the disk of
        ``folder``, which is gone afterwards."""
        with tempfile.TemporaryFile(dir=folder) as file:
            starts = [0]
            for record in records:
                starts.append(starts[-1] + file.write(record.model_dump_json().encode() + b"\n"))
            held = cls.__new__(cls)
            held._hold(_Spool(file), starts, folder, kind, 1)
            yield held

    def _hold(self, lines: _Lines, starts: Sequence[int], path: Path, kind: type[R], kept: int) -> None:
        self._starts = starts
        # Not a method: its cache would hold this object, and the file of a replaced snapshot would stay in memory.
        self._parse = partial(_parse, path, kind, lines, starts)
        self._parsed = lru_cache(kept)(self._parse)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> R: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[R]: ...
    def __getitem__(self, row: int | slice) -> R | Sequence[R]:
        if isinstance(row, slice):
            return [self._parsed(at) for at in range(*row.indices(len(self)))]
        at = int(row)
        if not -len(self) <= at < len(self):
            raise IndexError(f"no record {row} among {len(self)}")
        return self._parsed(at % len(self))

    def __iter__(self) -> Iterator[R]:
        return (self._parse(row) for row in range(len(self)))


class ReportFile(Mapping[str, Report]):
    """The reports of a RecordFile by their ids, in its order."""

    def __init__(self, reports: RecordFile[Report], ids: Iterable[str]) -> None:
        self._reports = reports
        self._row = {report_id: row for row, report_id in enumerate(ids)}

    def __getitem__(self, report_id: str) -> Report:
        return self._reports[self._row[report_id]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


def _parse(path: Path, kind: type[R], lines: _Lines, starts: Sequence[int], row: int) -> R:
    try:
        return kind.model_validate_json(lines[starts[row] : starts[row + 1]])
    except ValidationError as error:
        raise SnapshotDamaged(f"{path}, line {row + 1}, is no record; run `judian index` again") from error


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""  # there is no map of nothing
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
