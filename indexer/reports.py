"""A file becomes reports: its text, parted where it holds several, each with its metadata and sections."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePath

from indexer.compilations import parts, title_of_part, title_of_whole
from indexer.files import MAX_FILE_BYTES, read_bytes
from indexer.metadata import read_metadata
from indexer.outline.sections import sections
from indexer.readers import read_source
from indexer.readers.decoding import decode_name
from indexer.readers.sandbox import Run, Sandbox, in_process
from indexer.readers.types import SourceText
from indexer.sentences import trimmed
from indexer.types import Dropped, FileReading, HeadingHint, Page, Report, Span


def read_file(
    path: Path,
    file: str | None = None,
    run: Run | None = None,
    *,
    within: Sequence[Path] | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> FileReading:
    """Read the reports in the file at ``path``.

    ``file`` is the name under which its reports are known (default: the file's own name), ``run`` where its bytes are
    parsed (default: a sandbox for this file alone), ``within`` and ``max_bytes`` what ``read_bytes`` keeps to. Raises
    ReadError, with what is wrong and what to do, when the file cannot be read.
    """
    raw = read_bytes(path, within, max_bytes)
    name = file or decode_name(path.name)
    if run is not None:
        return reading_of(raw, name, run)
    with Sandbox() as sandbox:
        return reading_of(raw, name, sandbox)


def reading_of(raw: bytes, file: str, run: Run = in_process) -> FileReading:
    """The reports in ``raw``, the bytes of ``file`` (a path that is stable between runs). Raises ReadError."""
    source = read_source(raw, file, run)
    stem = PurePath(file).stem
    compilation = parts(source.text)
    if not compilation:
        whole = Span(start=0, end=len(source.text))
        report = _report(source, whole, file, None, stem, None)
        return FileReading(file=file, encoding=source.encoding, reports=(report,), dropped=source.dropped)
    before = trimmed(source.text, 0, compilation[0].start).of(source.text)
    title = title_of_whole(before, len(compilation)) or stem
    dropped = [Dropped(text=before, reason="before the first report of a compilation")] if before else []
    return FileReading(
        file=file,
        encoding=source.encoding,
        reports=tuple(
            _report(source, part.span, file, part.number, None, title_of_part(part, title)) for part in compilation
        ),
        dropped=(*source.dropped, *dropped),
    )


def report_id(file: str, part: int | None) -> str:
    """Stable between runs and machines: it depends on the file's path below the indexed folder and the part."""
    name = f"{PurePath(file).as_posix()}#{part or 0}"
    return "r" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _report(
    source: SourceText, span: Span, file: str, part: int | None, stem: str | None, page_title: str | None
) -> Report:
    text = span.of(source.text)
    found = read_metadata(text, stem, page_title, PurePath(file).parts[:-1])
    hints = [HeadingHint(span=at, level=hint.level) for hint in source.headings if (at := _inside(hint.span, span))]
    asides = [inside for aside in source.asides if (inside := _inside(aside, span))]
    return Report(
        report_id=report_id(file, part),
        text=text,
        file=file,
        part=part,
        encoding=source.encoding,
        metadata=found.metadata,
        sections=sections(text, found.body_start, hints, asides),
        pages=tuple(Page(number=page.number, span=at) for page in source.pages if (at := _inside(page.span, span))),
    )


def _inside(span: Span, whole: Span) -> Span | None:
    """What of ``span`` lies in ``whole``, counted from there; None when nothing does."""
    start, end = max(span.start, whole.start), min(span.end, whole.end)
    return Span(start=start, end=end).shifted(-whole.start) if start < end else None
