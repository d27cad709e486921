"""Folder to snapshot, on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from indexer.chunks import MAX_CHARS, EmbeddedTexts, each_chunk
from indexer.duplicates import copies_of, groups_in
from indexer.encoders.types import Encoder
from indexer.encoders.vector_cache import VectorCache
from indexer.errors import NothingToIndex, ReadError
from indexer.files import MAX_FILE_BYTES, find_files, roots_of
from indexer.metadata.stated import read_stated
from indexer.readers.media_types import media_type
from indexer.reading import read_files
from indexer.store import originals, publication, snapshot
from indexer.store.lexical import LexicalIndex
from indexer.store.records import RecordFile
from indexer.store.snapshot import EncoderMade, Manifest, Unread
from indexer.store.vectors import VectorIndex
from indexer.types import Chunk, FileReading, Original, Report
from indexer.unseen import escaped


class Progress(Protocol):
    """Told how far each step is: ``done`` of ``total`` units; where those are files, ``n_bytes`` of ``total_bytes``."""

    def __call__(self, step: str, done: int, total: int, n_bytes: int = 0, total_bytes: int = 0) -> None: ...


def silent(step: str, done: int, total: int, n_bytes: int = 0, total_bytes: int = 0) -> None:
    """The progress of tests and of embedded use: none."""


@dataclass(frozen=True)
class Built:
    """What a run of the indexer did; ``n_stated`` counts values of a table that stand over what was read, ``groups``
    are the reports that are copies of each other, by their files (and their part, where a file has several);
    ``left_out``: files that are hidden, or the README of a folder."""

    manifest: Manifest
    n_encoded: int
    n_files: int
    n_stated: int = 0
    groups: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()


def build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    encoder_name: str,
    *,
    max_chunk_chars: int = MAX_CHARS,
    max_file_bytes: int = MAX_FILE_BYTES,
    strict: bool = False,
    table: Path | None = None,
    keep_originals: bool = False,
    keep: int = publication.KEEP,
    processes: int | None = None,
    progress: Progress = silent,
    when_waiting: Callable[[], None] = lambda: None,
) -> Built:
    """Index every report under ``folders`` and publish the snapshot in ``index``; ``keep`` of them stay on disk.
    What ``table``, a file of the office, states of its reports stands over what is read (``indexer.metadata.stated``).
    With ``keep_originals`` the files that reports were read from are kept, as long as a snapshot on disk has them.
    ``processes`` read the files: as many as there are cores, if not given, where there is enough to read.

    One process at a time; ``when_waiting`` is told when another is at work. Killed at any moment, what was published
    stays so and is whole, and the vectors encoded so far are kept. Raises NothingToIndex when no file gave a report,
    or, with ``strict``, when any gave none, BadMetadataTable for a table that does not fit the reports; the published
    snapshot then stays as it was.
    """
    with publication.locked(index, when_waiting):
        return _build(
            folders,
            index,
            encoder,
            encoder_name,
            max_chunk_chars,
            max_file_bytes,
            strict,
            table,
            keep_originals,
            keep,
            processes,
            progress,
        )


def _build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    encoder_name: str,
    max_chunk_chars: int,
    max_file_bytes: int,
    strict: bool,
    table: Path | None,
    keep_originals: bool,
    keep: int,
    processes: int | None,
    progress: Progress,
) -> Built:
    # 1. Find the files, and the name each keeps between runs.
    left_out: list[str] = []
    files = find_files(folders, leave_out=index, when_left_out=left_out.append)
    stated = None if table is None else read_stated(table)
    if table is not None:
        files = {name: path for name, path in files.items() if path != table.resolve()}
    # 2. Read them: canonical text, metadata, sections; what the office states of them stands over that.
    kept: dict[str, Original] | None = {} if keep_originals else None
    readings, unread = _read(files, roots_of(folders), max_file_bytes, index, kept, processes, progress)
    if not readings or (strict and unread):
        raise NothingToIndex(_complaint(folders, files, unread))
    reports = [report for reading in readings for report in reading.reports]
    if stated is not None:
        reports = stated.over(reports, files)
    copies = copies_of(reports)  # by what the office states, too
    # 3. Cut the reports into chunks, which stand on disk from here on: as objects they take five times the text.
    folder = index / "cache"
    folder.mkdir(exist_ok=True)
    pieces = (chunk for report in reports for chunk in each_chunk(report, max_chunk_chars))
    with RecordFile.spooled(pieces, Chunk, folder) as found, closing(VectorCache(folder / "vectors.sqlite")) as cache:
        if not found:
            raise NothingToIndex(f"the {len(reports)} reports read hold no sentence; nothing was published")
        # 4. Encode what the cache does not hold.
        texts = EmbeddedTexts(found)
        keys, n_encoded = cache.fill(encoder, texts, lambda done: progress("encode", done, len(texts)))
        # 5. Write the snapshot, with its vectors and its words, beside the published one, then publish it.
        manifest = snapshot.write(
            index,
            reports=reports,
            chunks=found,
            vectors=lambda: VectorIndex.of_batches(cache.batches(encoder, keys), encoder.dim),
            lexical=lambda: LexicalIndex.build(texts),
            encoder=EncoderMade.of(encoder, encoder_name),
            max_chunk_chars=max_chunk_chars,
            unread=unread,
            judian_version=version("judian"),
            copies=copies,
            originals=kept or {},
        )
    publication.publish(index, manifest.snapshot_id, keep)
    originals.remove_unneeded(index)
    progress("publish", 1, 1)
    return Built(
        manifest,
        n_encoded,
        len(files),
        sum(len(report.metadata.overridden) for report in reports),
        _named(groups_in(copies), reports),
        tuple(left_out),
    )


def _named(groups: Iterable[Sequence[str]], reports: Iterable[Report]) -> tuple[tuple[str, ...], ...]:
    names = {
        report.report_id: report.file if report.part is None else f"{report.file} ({report.part})" for report in reports
    }
    return tuple(tuple(names[report_id] for report_id in group) for group in groups)


def _read(
    files: dict[str, Path],
    within: Sequence[Path],
    max_file_bytes: int,
    index: Path,
    kept: dict[str, Original] | None,
    processes: int | None,
    progress: Progress,
) -> tuple[list[FileReading], list[Unread]]:
    def keep(name: str, raw: bytes, reading: FileReading) -> None:
        if kept is not None:  # what was read, not what may lie there by now
            kept[name] = originals.keep(index, raw, media_type(raw, name, reading.encoding))

    tried = read_files(
        files,
        within,
        max_file_bytes,
        keep,
        lambda done, n_bytes, total_bytes: progress("read", done, len(files), n_bytes, total_bytes),
        processes,
    )
    readings = [read for read in tried.values() if isinstance(read, FileReading)]
    unread = [Unread(file=name, reason=str(read)) for name, read in tried.items() if isinstance(read, ReadError)]
    return readings, unread


def _complaint(folders: Sequence[Path], files: dict[str, Path], unread: list[Unread]) -> str:
    where = ", ".join(str(folder) for folder in folders)
    if not files:
        return f"no files under {where}; name a folder that holds reports"
    listed = "\n".join(f"  {escaped(item.file)}: {item.reason}" for item in unread)
    return f"{len(unread)} of {len(files)} files under {where} could not be read:\n{listed}"
