"""Folder to snapshot, on one page."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from indexer.chunks import MAX_CHARS, chunks, embedded_text
from indexer.encoders.types import Encoder
from indexer.encoders.vector_cache import VectorCache
from indexer.errors import NothingToIndex, ReadError
from indexer.readers.decoding import decode_name, escaped_name
from indexer.readers.sandbox import Sandbox
from indexer.reports import read_file
from indexer.store import publication, snapshot
from indexer.store.lexical import LexicalIndex
from indexer.store.snapshot import EncoderMade, Manifest, Unread
from indexer.store.vectors import VectorIndex
from indexer.types import FileReading


class Progress(Protocol):
    """Told how far each step is: ``done`` of ``total`` units."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


def silent(step: str, done: int, total: int) -> None:
    """The progress of tests and of embedded use: none."""


@dataclass(frozen=True)
class Built:
    """What a run of the indexer did."""

    manifest: Manifest
    n_encoded: int
    n_files: int


def build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    encoder_name: str,
    *,
    max_chunk_chars: int = MAX_CHARS,
    strict: bool = False,
    keep: int = publication.KEEP,
    progress: Progress = silent,
    when_waiting: Callable[[], None] = lambda: None,
) -> Built:
    """Index every report under ``folders`` and publish the snapshot in ``index``; ``keep`` of them stay on disk.

    One process at a time; ``when_waiting`` is told when another is at work. Killed at any moment, what was published
    stays so and is whole, and the vectors encoded so far are kept. Raises NothingToIndex when no file gave a report,
    or, with ``strict``, when any gave none; the published snapshot then stays as it was.
    """
    with publication.locked(index, when_waiting):
        return _build(folders, index, encoder, encoder_name, max_chunk_chars, strict, keep, progress)


def _build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    encoder_name: str,
    max_chunk_chars: int,
    strict: bool,
    keep: int,
    progress: Progress,
) -> Built:
    # 1. Find the files, and the name each keeps between runs.
    files = find_files(folders, leave_out=index)
    # 2. Read them: canonical text, metadata, sections.
    readings, unread = _read(files, progress)
    if not readings or (strict and unread):
        raise NothingToIndex(_complaint(folders, files, unread))
    reports = [report for reading in readings for report in reading.reports]
    # 3. Cut the reports into chunks.
    found = [chunk for report in reports for chunk in chunks(report, max_chunk_chars)]
    if not found:
        raise NothingToIndex(f"the {len(reports)} reports read hold no sentence; nothing was published")
    # 4. Encode what the cache does not hold, and count the words.
    cache = VectorCache(index / "cache" / "vectors.sqlite")
    try:
        vectors, n_encoded = cache.encode(
            encoder, [embedded_text(chunk) for chunk in found], lambda done: progress("encode", done, len(found))
        )
    finally:
        cache.close()
    lexical = LexicalIndex.build([embedded_text(chunk) for chunk in found])
    # 5. Write the snapshot beside the published one, then publish it.
    manifest = snapshot.write(
        index,
        reports=reports,
        chunks=found,
        vectors=VectorIndex.build(vectors),
        lexical=lexical,
        encoder=EncoderMade.of(encoder, encoder_name),
        max_chunk_chars=max_chunk_chars,
        unread=unread,
        judian_version=version("judian"),
    )
    publication.publish(index, manifest.snapshot_id, keep)
    progress("publish", 1, 1)
    return Built(manifest, n_encoded, len(files))


def find_files(folders: Iterable[Path], leave_out: Path | None = None) -> dict[str, Path]:
    """Every file under ``folders``, keyed by its stable name: the folder's name, then the path below it.

    A folder that cannot be listed, a link that leads nowhere and a link to a folder (none is followed) stand there as a
    file does, so that reading them says why they gave nothing. Where two folders share a name, as much of the path
    before it is added as tells them apart. Hidden files, and what lies in ``leave_out`` (the index itself), are left
    out. A single file may stand in the place of a folder. Raises NothingToIndex for a path that does not exist.
    """
    roots = list(dict.fromkeys(folder.resolve() for folder in folders))
    for root in roots:
        if not root.exists():
            raise NothingToIndex(f"{root} does not exist; name a folder that holds reports")
    files: dict[str, Path] = {}
    seen: set[Path] = set()
    for root in roots:
        label = _label(root, roots)
        paths = [root] if root.is_file() else sorted(_paths(root))
        # Names that are text come first: one that is only read as such gives way where two would be the same.
        paths.sort(key=lambda path: escaped_name(below := str(path.relative_to(root))) != below)
        for path in paths:
            below = path.relative_to(root)
            hidden = any(part.startswith((".", "~$")) for part in below.parts)
            if hidden or (leave_out is not None and path.is_relative_to(leave_out.resolve())):
                continue
            if path.is_dir() and path.is_symlink() and any(path.resolve().is_relative_to(other) for other in roots):
                continue  # what it leads to is read in its own place
            if path in seen:  # one of the folders lies inside another
                continue
            seen.add(path)
            name = f"{label}/{below.as_posix()}" if below.parts else label
            readable = "/".join(map(decode_name, name.split("/")))
            files[escaped_name(name) if readable in files else readable] = path
    return files


def _paths(root: Path) -> Iterable[Path]:
    """Whatever under ``root`` is no folder that can be listed."""
    unlisted: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unlisted.append):
        yield from (Path(folder, name) for name in names)
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink())
    yield from (Path(os.fsdecode(error.filename)) for error in unlisted)


def _label(root: Path, roots: list[Path]) -> str:
    for n_parts in range(1, len(root.parts) + 1):
        label = "/".join(root.parts[-n_parts:])
        if Counter("/".join(other.parts[-n_parts:]) for other in roots)[label] == 1:
            return label
    return root.as_posix()


def _read(files: dict[str, Path], progress: Progress) -> tuple[list[FileReading], list[Unread]]:
    readings: list[FileReading] = []
    unread: list[Unread] = []
    with Sandbox() as sandbox:
        for done, (name, path) in enumerate(files.items(), start=1):
            try:
                readings.append(read_file(path, name, sandbox))
            except ReadError as error:
                unread.append(Unread(file=name, reason=str(error)))
            progress("read", done, len(files))
    return readings, unread


def _complaint(folders: Sequence[Path], files: dict[str, Path], unread: list[Unread]) -> str:
    where = ", ".join(str(folder) for folder in folders)
    if not files:
        return f"no files under {where}; name a folder that holds reports"
    listed = "\n".join(f"  {item.file}: {item.reason}" for item in unread)
    return f"{len(unread)} of {len(files)} files under {where} could not be read:\n{listed}"
