"""The index folder: immutable snapshots, one of which is published (``indexer.store.publication``).

::

    DIR/
      CURRENT                    the id of the published snapshot, then those published before it
      snapshots/<id>/            immutable once its manifest is there
        manifest.json            what it holds, what made it, the SHA-256 of every other file
        reports.jsonl            one Report a line: canonical text, metadata, section tree
        catalogue.jsonl          one CatalogueEntry a line: what a question needs of every report
        chunks.jsonl             one Chunk a line; line n is row n of both indexes
        quotes.npy               where each sentence and heading stands, by digest
        vectors.faiss
        lexical/
      originals/<sha256>         the files that reports were read from, where they are kept
      cache/vectors.sqlite       vectors by content; may be deleted at any time
      .lock                      held by whoever writes
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pydantic import Field

from indexer.encoders.types import Encoder
from indexer.errors import EncoderMismatch, SnapshotDamaged, SnapshotError
from indexer.store.lexical import LexicalIndex
from indexer.store.publication import BUILDING, SNAPSHOTS, fsync, published_id, published_ids
from indexer.store.quotes import QuoteIndex
from indexer.store.records import KEPT_REPORTS, RecordFile, ReportFile, write_records
from indexer.store.vectors import VectorIndex
from indexer.types import Chunk, Original, Record, Report, ReportSummary, Span

FORMAT_VERSION = 3
MANIFEST = "manifest.json"
REPORTS = "reports.jsonl"
CATALOGUE = "catalogue.jsonl"
CHUNKS = "chunks.jsonl"
QUOTES = "quotes.npy"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
Copies = Mapping[str, Sequence[str]]  # by report id the ids of its copies
NO_COPIES: Copies = MappingProxyType({})
_REPAIR = "run `judian index` again, or go back with `judian rollback`"


class Unread(Record):
    """A file that gave no report, and why."""

    file: str
    reason: str


class EncoderMade(Record):
    """The encoder that made the vectors. ``fingerprint`` covers weights, tokenizer, prompts and pooling; ``adapters``
    says which of Judian's are merged into the weights, if any are."""

    name: str
    fingerprint: str
    dim: int = Field(ge=1)
    adapters: str | None = None

    @classmethod
    def of(cls, encoder: Encoder, name: str) -> Self:
        return cls(name=name, fingerprint=encoder.fingerprint, dim=encoder.dim, adapters=encoder.adapters)


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


class CatalogueEntry(Record):
    """A report in the catalogue, the rows of its chunks, half open, and the file it was read from, where it is kept."""

    summary: ReportSummary
    rows: Span
    original: Original | None = None


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot. ``chunks[row]`` is the chunk of row ``row`` of ``vectors`` and ``lexical``.

    ``catalogue`` is in memory; ``reports`` and ``chunks`` may be parsed anew at each look. ``index`` is the folder that
    it lies in, where there is one.
    """

    manifest: Manifest
    catalogue: Sequence[CatalogueEntry]
    reports: Mapping[str, Report]
    chunks: Sequence[Chunk]
    quotes: QuoteIndex
    vectors: VectorIndex
    lexical: LexicalIndex
    index: Path | None = None

    @cached_property
    def originals(self) -> Mapping[str, Original]:
        """The files that reports were read from, by the ids of the reports, where they are kept."""
        return {entry.summary.report_id: entry.original for entry in self.catalogue if entry.original}

    @cached_property
    def summaries(self) -> Mapping[str, ReportSummary]:
        """The reports by their ids, without their texts."""
        return {entry.summary.report_id: entry.summary for entry in self.catalogue}


def write(
    index: Path,
    *,
    reports: Sequence[Report],
    chunks: Sequence[Chunk],
    vectors: Callable[[], VectorIndex],
    lexical: Callable[[], LexicalIndex],
    encoder: EncoderMade,
    max_chunk_chars: int,
    unread: Sequence[Unread],
    judian_version: str,
    copies: Copies = NO_COPIES,
    originals: Mapping[str, Original] = MappingProxyType({}),
) -> Manifest:
    """Write a snapshot beside the published one, complete and checked, without publishing it; ``originals`` are the
    files that are kept, by their names. ``vectors`` and ``lexical`` are made when they are written and let go then:
    each takes several times the size of what was read.

    Its id depends only on what it holds and what made it; writing the same thing twice gives the same snapshot.
    Needs the lock of ``index``.
    """
    folder = index / SNAPSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=folder))
    try:
        (building / LEXICAL).mkdir()
        lexical().save(building / LEXICAL)
        vectors().save(building / VECTORS)
        QuoteIndex.build(reports, chunks).save(building / QUOTES)
        write_records(building / CHUNKS, chunks)
        write_records(building / CATALOGUE, catalogue(reports, chunks, copies, originals))
        write_records(building / REPORTS, reports)  # last: Python keeps the bytes of a text that was written once
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
            fsync(path)
        fsync(building)
        target = folder / manifest.snapshot_id
        if target.exists():  # the same content was indexed before; keep it unless it was damaged since
            with contextlib.suppress(SnapshotError):
                check_files(target)
                return read_manifest(target)
            shutil.rmtree(target)
        building.chmod(0o755)
        building.rename(target)
        fsync(folder)
        return manifest
    finally:
        shutil.rmtree(building, ignore_errors=True)


def in_memory(
    *,
    reports: Sequence[Report],
    chunks: Sequence[Chunk],
    vectors: VectorIndex,
    lexical: LexicalIndex,
    encoder: EncoderMade,
    max_chunk_chars: int,
    copies: Copies = NO_COPIES,
) -> Snapshot:
    """A snapshot that was never written, for tests and measurements that need no folder."""
    manifest = Manifest(
        snapshot_id="in-memory",
        format_version=FORMAT_VERSION,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        judian_version="",
        encoder=encoder,
        n_reports=len(reports),
        n_chunks=len(chunks),
        max_chunk_chars=max_chunk_chars,
        files={},
    )
    return Snapshot(
        manifest=manifest,
        catalogue=catalogue(reports, chunks, copies),
        reports={report.report_id: report for report in reports},
        chunks=chunks,
        quotes=QuoteIndex.build(reports, chunks),
        vectors=vectors,
        lexical=lexical,
    )


def catalogue(
    reports: Sequence[Report],
    chunks: Sequence[Chunk],
    copies: Copies = NO_COPIES,
    originals: Mapping[str, Original] = MappingProxyType({}),
) -> list[CatalogueEntry]:
    """The catalogue of ``reports``, whose ``chunks`` stand in the same order; ``copies`` as ``copies_of`` has them,
    ``originals`` by the names of the files."""
    n_of = Counter(chunk.report_id for chunk in chunks)
    entries: list[CatalogueEntry] = []
    start = 0
    for report in reports:
        end = start + n_of[report.report_id]
        summary = ReportSummary.of(report, tuple(copies.get(report.report_id, ())))
        rows = Span(start=start, end=end)
        entries.append(CatalogueEntry(summary=summary, rows=rows, original=originals.get(report.file)))
        start = end
    return entries


def open_published(index: Path, encoder_fingerprint: str | None = None) -> Snapshot:
    """Open the published snapshot after checking every file of it; see ``open_snapshot``."""
    return open_snapshot(index / SNAPSHOTS / published_id(index), encoder_fingerprint)


def open_snapshot(folder: Path, encoder_fingerprint: str | None = None, *, mapped: bool = False) -> Snapshot:
    """Open the snapshot in ``folder`` after checking every file of it.

    With ``mapped`` its files are mapped and shared with other processes; without, they are read into memory, and what
    happens to them later does not matter. Raises SnapshotError, SnapshotDamaged, or EncoderMismatch when another
    encoder made it.
    """
    manifest = check_files(folder)
    if encoder_fingerprint is not None and manifest.encoder.fingerprint != encoder_fingerprint:
        raise EncoderMismatch(
            f"the index was made by the encoder {manifest.encoder.name!r} ({manifest.encoder.fingerprint}), the one "
            f"configured is {encoder_fingerprint}; run `judian index` again, or set JUDIAN_ENCODER, or JUDIAN_ADAPTERS "
            "where the adapters are all that differs, to the former"
        )
    entries = list(RecordFile(folder / CATALOGUE, CatalogueEntry))
    reports = RecordFile(folder / REPORTS, Report, mapped=mapped, kept=KEPT_REPORTS)
    chunks = RecordFile(folder / CHUNKS, Chunk, mapped=mapped)
    vectors = VectorIndex.load(folder / VECTORS, mapped=mapped)
    lexical = LexicalIndex.load(folder / LEXICAL, mapped=mapped)
    n_reports, n_rows = {manifest.n_reports}, {manifest.n_chunks}
    if {len(entries), len(reports)} != n_reports or {len(chunks), vectors.n_rows, lexical.n_rows} != n_rows:
        raise SnapshotDamaged(f"the files in {folder} do not fit each other; {_REPAIR}")
    return Snapshot(
        manifest=manifest,
        catalogue=entries,
        reports=ReportFile(reports, (entry.summary.report_id for entry in entries)),
        chunks=chunks,
        quotes=QuoteIndex.load(folder / QUOTES, mapped=mapped),
        vectors=vectors,
        lexical=lexical,
        index=folder.parent.parent,
    )


def kept_manifests(index: Path) -> list[Manifest | SnapshotError]:
    """The snapshots on disk: the published one, those published before it, then the others; or what is wrong."""
    published = published_ids(index)
    folders = [path for path in (index / SNAPSHOTS).glob("*") if not path.name.startswith(BUILDING)]
    others = sorted(path.name for path in folders if path.name not in published)
    found: list[Manifest | SnapshotError] = []
    for snapshot_id in (*published, *others):
        try:
            found.append(read_manifest(index / SNAPSHOTS / snapshot_id))
        except SnapshotError as error:
            found.append(error)
    return found


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the snapshot in ``folder``. Raises SnapshotDamaged, or SnapshotError for another format."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version = found["format_version"]
        if version != FORMAT_VERSION:
            raise SnapshotError(
                f"{folder} has format {version}, this Judian reads {FORMAT_VERSION}; upgrade it with `judian index "
                f"FOLDER… --out {folder.parent.parent}`: the vectors are kept, so it takes no encoding"
            )
        return Manifest.model_validate(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{folder / MANIFEST} is missing or damaged; {_REPAIR}") from error


def check_files(folder: Path) -> Manifest:
    """Check every file of a snapshot against its manifest. Raises SnapshotDamaged, naming the first bad file."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise SnapshotDamaged(f"{path} is missing; {_REPAIR}")
        if sha256(path) != expected:
            raise SnapshotDamaged(f"{path} is damaged (its checksum differs); {_REPAIR}")
    return manifest


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
