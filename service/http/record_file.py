"""A small file of records that commands change while services run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock
from pydantic import ValidationError

from indexer.types import Record
from service.errors import ServiceError

Held = TypeVar("Held", bound=Record)


class RecordFile(Generic[Held]):
    """One JSON file, which need not be there. Who reads sees each change at once; only the file's owner may.

    ``empty``: what it holds while it is absent. ``damaged``: raised where it cannot be read; ``what`` it is a file of.
    """

    def __init__(self, path: Path, empty: Held, damaged: type[ServiceError], what: str) -> None:
        self.path = path
        self._empty = empty
        self._damaged = damaged
        self._what = what
        self._read_at: tuple[int, int] | None = None
        self._held = empty

    def read(self) -> Held:
        """What it holds now."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._read_at, self._held = None, self._empty
            return self._held
        stamp = (status.st_ino, status.st_mtime_ns)
        if stamp != self._read_at:
            try:
                held = type(self._empty).model_validate_json(self.path.read_bytes())
            except (OSError, ValidationError) as error:
                raise self._damaged(
                    f"{self.path} cannot be read as a file of {self._what}; restore or remove it"
                ) from error
            self._held, self._read_at = held, stamp
        return self._held

    def change(self, change: Callable[[Held], Held]) -> None:
        """Have it hold what ``change`` makes of it. Commands that run at once change it one after the other."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_name(self.path.name + ".lock")):
            held = change(self.read())
            prefix = f".{self.path.stem}-"
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=prefix)  # readable by its owner alone
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(held.model_dump_json(indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
