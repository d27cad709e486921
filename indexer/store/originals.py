"""The files that reports were read from, as they were: in the index folder, each once, by its checksum.

Copies, not links: who mends a report in its place would change what a link leads to, and an answer from before would no
longer have its source.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from indexer.store.publication import SNAPSHOTS, fsync
from indexer.store.snapshot import CATALOGUE
from indexer.types import Original

ORIGINALS = "originals"
_ADDING = ".adding-"


def path_of(index: Path, original: Original) -> Path:
    """Where the bytes of ``original`` lie in the folder ``index``."""
    return index / ORIGINALS / original.sha256


def keep(index: Path, raw: bytes, media_type: str) -> Original:
    """Keep ``raw``, the bytes of a file, unless it is kept already. Needs the lock of ``index``."""
    kept = Original(sha256=hashlib.sha256(raw).hexdigest(), media_type=media_type, n_bytes=len(raw))
    path = path_of(index, kept)
    if path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw:
        return kept
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_ADDING, dir=path.parent)
    with os.fdopen(handle, "wb") as written:
        written.write(raw)
        written.flush()
        os.fsync(written.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)
    fsync(path.parent)
    return kept


def remove_unneeded(index: Path) -> None:
    """Remove what no snapshot on disk needs. Needs the lock of ``index``.

    Where a catalogue cannot be read nothing is removed: what it needs is not known.
    """
    folder = index / ORIGINALS
    if not folder.is_dir():
        return
    try:
        needed = {sha256 for snapshot in (index / SNAPSHOTS).iterdir() for sha256 in _needed(snapshot / CATALOGUE)}
    except (OSError, ValueError, KeyError, TypeError):
        return
    for path in folder.iterdir():
        if path.name not in needed:
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _needed(catalogue: Path) -> set[str]:
    """The checksums in a catalogue, of this format or of one before it."""
    with catalogue.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return {entry["original"]["sha256"] for entry in entries if entry.get("original")}
