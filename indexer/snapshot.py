"""The index folder: immutable snapshots, one of which is published.

::

    DIR/
      CURRENT                    the id of the published snapshot; replaced by one atomic rename
      snapshots/<id>/            immutable once its manifest is there
        manifest.json            what it holds, what made it, the SHA-256 of every other file
        reports.jsonl            one Report a line: canonical text, metadata, section tree
        chunks.jsonl             one Chunk a line; line n is row n of both indexes
        vectors.faiss
        lexical/
      cache/vectors.sqlite       vectors by content; may be deleted at any time
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, ValidationError

from indexer.errors import EncoderMismatch, SnapshotDamaged, SnapshotError
from indexer.lexical import LexicalIndex
from indexer.types import Chunk, Record, Report
from indexer.vectors import VectorIndex

FORMAT_VERSION = 1
CURRENT = "CURRENT"
SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"
REPORTS = "reports.jsonl"
CHUNKS = "chunks.jsonl"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"


class Unread(Record):
    """A file that gave no report, and why."""

    file: str
    reason: str


class EncoderMade(Record):
    """The encoder that made the vectors. ``fingerprint`` covers weights, tokenizer, prompts and pooling."""

    name: str
    fingerprint: str
    dim: int = Field(ge=1)


class Manifest(Record):
    """What a snapshot holds and what made it. ``files`` maps each path below the snapshot to its SHA-256."""

    snapshot_id: str
    format_version: int
    created_at: str
    judian_version: str
    encoder: EncoderMade
    n_reports: int
    n_chunks: int
    max_chunk_chars: int
    unread: tuple[Unread, ...] = ()
    files: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot. ``chunks[row]`` is the chunk of row ``row`` of ``vectors`` and ``lexical``."""

    manifest: Manifest
    reports: Mapping[str, Report]
    chunks: Sequence[Chunk]
    vectors: VectorIndex
    lexical: LexicalIndex


def write(
    index: Path,
    *,
    reports: Sequence[Report],
    chunks: Sequence[Chunk],
    vectors: VectorIndex,
    lexical: LexicalIndex,
    encoder: EncoderMade,
    max_chunk_chars: int,
    unread: Sequence[Unread],
    judian_version: str,
) -> Manifest:
    """Write a snapshot beside the published one, complete and checked, without publishing it.

    Its id depends only on what it holds and what made it; writing the same thing twice gives the same snapshot.
    """
    folder = index / SNAPSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        _write_lines(building / REPORTS, (report.model_dump_json() for report in reports))
        _write_lines(building / CHUNKS, (chunk.model_dump_json() for chunk in chunks))
        vectors.save(building / VECTORS)
        (building / LEXICAL).mkdir()
        lexical.save(building / LEXICAL)
        files = {path.relative_to(building).as_posix(): sha256(path) for path in _files(building)}
        held = [FORMAT_VERSION, encoder.model_dump(), sorted(files.items()), [item.model_dump() for item in unread]]
        seed = json.dumps(held, ensure_ascii=False)
        manifest = Manifest(
            snapshot_id="s" + hashlib.sha256(seed.encode()).hexdigest()[:16],
            format_version=FORMAT_VERSION,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            judian_version=judian_version,
            encoder=encoder,
            n_reports=len(reports),
            n_chunks=len(chunks),
            max_chunk_chars=max_chunk_chars,
            unread=tuple(unread),
            files=files,
        )
        (building / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        for path in _files(building):
            _fsync(path)
        _fsync(building)
        target = folder / manifest.snapshot_id
        if target.exists():  # the same content was indexed before; keep it unless it was damaged since
            with contextlib.suppress(SnapshotError):
                verify(target)
                return read_manifest(target)
            shutil.rmtree(target)
        building.chmod(0o755)
        building.rename(target)
        _fsync(folder)
        return manifest
    finally:
        shutil.rmtree(building, ignore_errors=True)


def publish(index: Path, snapshot_id: str) -> None:
    """Make ``snapshot_id`` the one that is served, by one atomic rename."""
    handle, name = tempfile.mkstemp(prefix=".current-", dir=index)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(snapshot_id + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(index / CURRENT)
    _fsync(index)


def published_id(index: Path) -> str:
    """The id of the published snapshot. Raises SnapshotError when there is none."""
    try:
        return (index / CURRENT).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SnapshotError(
            f"there is no index in {index}; make one with `judian index FOLDER --out {index}`"
        ) from error


def open_published(index: Path, encoder_fingerprint: str | None = None) -> Snapshot:
    """Open the published snapshot after checking every file of it.

    Raises SnapshotError, SnapshotDamaged, or EncoderMismatch when another encoder made it.
    """
    folder = index / SNAPSHOTS / published_id(index)
    manifest = verify(folder)
    if encoder_fingerprint is not None and manifest.encoder.fingerprint != encoder_fingerprint:
        raise EncoderMismatch(
            f"the index was made by the encoder {manifest.encoder.name!r} ({manifest.encoder.fingerprint}), the one "
            f"configured is {encoder_fingerprint}; set JUDIAN_ENCODER to the former, or run `judian index` again"
        )
    try:
        reports = [Report.model_validate_json(line) for line in _lines(folder / REPORTS)]
        chunks = [Chunk.model_validate_json(line) for line in _lines(folder / CHUNKS)]
    except ValidationError as error:
        raise SnapshotDamaged(f"{folder} holds records of another format; run `judian index` again") from error
    return Snapshot(
        manifest=manifest,
        reports={report.report_id: report for report in reports},
        chunks=chunks,
        vectors=VectorIndex.load(folder / VECTORS),
        lexical=LexicalIndex.load(folder / LEXICAL),
    )


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the snapshot in ``folder``. Raises SnapshotDamaged, or SnapshotError for another format."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version = found["format_version"]
        if version != FORMAT_VERSION:
            raise SnapshotError(
                f"{folder} has format {version}, this Judian reads {FORMAT_VERSION}; run `judian index` again"
            )
        return Manifest.model_validate(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{folder / MANIFEST} is missing or damaged; run `judian index` again") from error


def verify(folder: Path) -> Manifest:
    """Check every file of a snapshot against its manifest. Raises SnapshotDamaged, naming the first bad file."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise SnapshotDamaged(f"{path} is missing; run `judian index` again")
        if sha256(path) != expected:
            raise SnapshotDamaged(f"{path} is damaged (its checksum differs); run `judian index` again")
    return manifest


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write_lines(path: Path, lines: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + "\n")


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
