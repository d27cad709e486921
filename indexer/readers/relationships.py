"""Which part of an Office file belongs to which: named by relationships, which never lead out of the file here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.readers.archive import Archive
from indexer.readers.word.markup import name, parsed


@dataclass(frozen=True)
class Relationship:
    """``kind`` is the last word of its type (``styles``, ``worksheet``); ``part`` an entry of the archive."""

    key: str
    kind: str
    part: str


def relationships(archive: Archive, of: str = "") -> Iterator[Relationship]:
    """Those of the part ``of`` (the whole file without one) to parts that are there. Raises ReadError."""
    folder, file = posixpath.split(of)
    rels = posixpath.join(folder, "_rels", f"{file}.rels")
    if rels not in archive:
        return
    for found in parsed(archive.read(rels), rels):
        if name(found) != "rel:Relationship" or found.get("TargetMode") == "External":
            continue
        target = found.get("Target", "").replace("\\", "/")
        part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if part in archive:
            yield Relationship(found.get("Id", ""), found.get("Type", "").rpartition("/")[2], part)
