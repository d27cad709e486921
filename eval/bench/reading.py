"""Reading beside the bare libraries, on the same bytes in the same run; and what it is of indexing.

The same reports, the work reports of ``shared``, are written in each format, and their figures as tables: a row for
each sentence that holds one. The libraries do what anyone would write with them: they give text, no reports.
"""

from __future__ import annotations

import csv
import html
import io
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import lxml.html
import openpyxl

from eval.bench.types import FormatSpeed, Reading
from indexer.chunks import chunks, embedded_text
from indexer.encoders.types import Encoder
from indexer.files import MAX_FILE_BYTES, find_files, roots_of
from indexer.readers import read_source
from indexer.readers.sandbox import Sandbox
from indexer.reading import Read, n_processes, read_files
from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.types import FileReading, Report, Section

MAX_REPORTS = 12
MAX_ENCODED = 400  # passages, from everywhere: their speed stands for that of all
COLUMNS = ("序号", "标题", "字数", "内容")

Bare = Callable[[bytes], object]


def measure_reading(folder: Path, encoder: Encoder, turns: int) -> Reading:
    """Each format beside its libraries, then a folder of all of them read and encoded; ``folder`` holds text files."""
    reports = [
        (path.stem, reading_of(path.read_bytes(), path.name).reports[0]) for path in sorted(folder.glob("*.txt"))
    ][:MAX_REPORTS]
    files = {suffix: [write(name, report) for name, report in reports] for suffix, write in WRITERS.items()}
    formats = [
        speed
        for suffix, raws in files.items()
        for library, bare in bare_readers(suffix).items()
        if (speed := _speed(suffix, raws, library, bare, turns))
    ]
    return _beside_encoding(tuple(formats), files, encoder, turns)


def bare_readers(suffix: str) -> Mapping[str, Bare]:
    """What reads files of this format by itself, by the library's name; those that are not installed are left out."""
    found: dict[str, Bare] = dict(BARE[suffix])
    if suffix == ".html":
        with suppress(ModuleNotFoundError):
            found["trafilatura"] = import_module("trafilatura").extract
    return found


def _speed(suffix: str, raws: Sequence[bytes], library: str, bare: Bare, turns: int) -> FormatSpeed:
    speeds: dict[str, list[float]] = {"bare": [], "text": [], "report": []}
    with Sandbox() as sandbox:
        ways: Mapping[str, Callable[[bytes], object]] = {
            "bare": bare,
            "text": lambda raw: read_source(raw, f"报告{suffix}", sandbox),
            "report": lambda raw: reading_of(raw, f"报告{suffix}", sandbox),
        }
        for way in ways.values():
            way(raws[0])  # imports what it needs, starts the process
        for _ in range(turns):
            for name, way in ways.items():
                began = time.perf_counter()
                for raw in raws:
                    way(raw)
                speeds[name].append(len(raws) / (time.perf_counter() - began))
    return FormatSpeed(
        format=suffix[1:],
        n_files=len(raws),
        mean_kib=round(statistics.mean(map(len, raws)) / 1024, 1),
        library=library,
        bare_files_per_s=round(statistics.median(speeds["bare"]), 1),
        text_files_per_s=round(statistics.median(speeds["text"]), 1),
        report_files_per_s=round(statistics.median(speeds["report"]), 1),
        ratio=round(statistics.median(t / b for t, b in zip(speeds["text"], speeds["bare"], strict=True)), 3),
    )


def _beside_encoding(
    formats: tuple[FormatSpeed, ...], files: Mapping[str, Sequence[bytes]], encoder: Encoder, turns: int
) -> Reading:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for suffix, raws in files.items():
            for n, raw in enumerate(raws):
                (folder / f"{n}{suffix}").write_bytes(raw)
        n_bytes = sum(len(raw) for raws in files.values() for raw in raws)
        processes = n_processes(n_bytes)
        times: dict[int, list[float]] = {1: [], processes: []}
        read: Mapping[str, Read] = {}
        for _ in range(turns):
            for n in times:
                began = time.perf_counter()
                read = read_files(
                    find_files([folder]), roots_of([folder]), MAX_FILE_BYTES, lambda *_: None, lambda *_: None, n
                )
                times[n].append(time.perf_counter() - began)
    readings = [one for one in read.values() if isinstance(one, FileReading)]
    assert len(readings) == len(read), "a file that was written here could not be read"
    texts = [embedded_text(chunk) for reading in readings for report in reading.reports for chunk in chunks(report)]
    sample = texts[:: max(1, len(texts) // MAX_ENCODED)]
    encoder.encode_passages(sample[:8])
    began = time.perf_counter()
    encoder.encode_passages(sample)
    per_s = len(sample) / (time.perf_counter() - began)
    read_s = statistics.median(times[processes])
    encode_s = len(texts) / per_s
    return Reading(
        formats=formats,
        turns=turns,
        n_files=len(read),
        mib=round(n_bytes / 2**20, 2),
        n_chunks=len(texts),
        one_process_s=round(statistics.median(times[1]), 2),
        processes=processes,
        read_s=round(read_s, 2),
        encode_s=round(encode_s, 2),
        read_over_encode=round(read_s / encode_s, 3),
    )


def _as_text(_: str, report: Report) -> bytes:
    return report.text.encode("gb18030")


def _as_markdown(_: str, report: Report) -> bytes:
    parts = [f"{'#' * level} {line}" if level else line for level, line in _lines(report)]
    return "\n\n".join(parts).encode()


def _as_html(name: str, report: Report) -> bytes:
    parts = [
        f"<h{level}>{html.escape(line)}</h{level}>" if level else f"<p>{html.escape(line)}</p>"
        for level, line in _lines(report)
    ]
    head = f'<html><head><meta charset="utf-8"><title>{html.escape(name)}</title></head><body>'
    return f"{head}{''.join(parts)}</body></html>".encode()


def _as_docx(_: str, report: Report) -> bytes:
    made = docx.Document()
    for level, line in _lines(report):
        made.add_heading(line, level) if level else made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _as_xlsx(name: str, report: Report) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ((name,), *_rows(report)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _as_csv(name: str, report: Report) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(((name,), *_rows(report)))
    return out.getvalue().encode("gb18030")


def _lines(report: Report) -> Iterable[tuple[int, str]]:
    """The lines of the report that are not empty, each with the level of the heading that it is, or 0."""
    levels = {section.heading_span.start: level for section, level in _sections(report.sections, 2)}
    at = 0
    for line in report.text.splitlines(keepends=True):
        start = at + len(line) - len(line.lstrip())
        if line.strip():
            yield (levels.get(start, 0) if len(line) < 60 else 0), line.strip()
        at += len(line)


def _sections(found: Iterable[Section], level: int) -> Iterable[tuple[Section, int]]:
    for section in found:
        yield section, min(level, 6)
        yield from _sections(section.children, level + 1)


def _rows(report: Report) -> Iterable[Sequence[object]]:
    yield COLUMNS
    for n, span in enumerate(sentences(report.text), start=1):
        text = span.of(report.text)
        yield n, text[:12], len(text), text


def _docx_text(raw: bytes) -> str:
    document = docx.Document(io.BytesIO(raw))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _xlsx_text(raw: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)


def _csv_text(raw: bytes) -> str:
    return "\n".join("\t".join(row) for row in csv.reader(io.StringIO(raw.decode("gb18030"))))


WRITERS: Mapping[str, Callable[[str, Report], bytes]] = {
    ".txt": _as_text,
    ".md": _as_markdown,
    ".html": _as_html,
    ".docx": _as_docx,
    ".xlsx": _as_xlsx,
    ".csv": _as_csv,
}
BARE: Mapping[str, Mapping[str, Bare]] = {
    ".txt": {"bytes.decode": lambda raw: raw.decode("gb18030")},
    ".md": {"bytes.decode": lambda raw: raw.decode()},
    ".html": {"lxml": lambda raw: lxml.html.fromstring(raw).xpath("string()")},
    ".docx": {"python-docx": _docx_text},
    ".xlsx": {"openpyxl": _xlsx_text},
    ".csv": {"csv": _csv_text},
}
