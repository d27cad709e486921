"""``judian inspect``: what is read from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from indexer.chinese.folding import fold
from indexer.errors import ReadError
from indexer.files import name_below
from indexer.types import Report, Section, Span
from indexer.unseen import escaped, escaped_json
from service.commands.terminal import Terminal
from service.rows import row_of
from service.words import say, told

ROWS_SHOWN = 3  # of the tables of a report
out = Terminal()


def inspect(
    file: Annotated[Path, typer.Argument(help="One report file.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            help="The folder that is indexed, if the file lies deeper in it: its id, and what is read from the names "
            "of folders, depend on that.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, with the texts.")] = False,
) -> None:
    """Show what is read from FILE: encoding, title, metadata, sections, rows of tables, and what was dropped."""
    from indexer.reports import read_file

    try:
        reading = read_file(file, name_below(file, folder or file.absolute().parent))
    except ReadError as error:
        raise type(error)(f"{file}: {error}") from None
    if json:
        # JSON is UTF-8 (RFC 8259), whatever the terminal writes: a quote must not lose a character.
        sys.stdout.buffer.write(escaped_json(reading.model_dump_json(indent=2)).encode() + b"\n")
        return
    n_reports = say("{n} report(s)", n=len(reading.reports))
    out.print(f"{escaped(reading.file)}: {reading.encoding}, {n_reports}")
    for report in reading.reports:
        out.print()
        _print_report(report)
    out.print("\n" + say("dropped: {n}", n=len(reading.dropped)))
    for dropped in reading.dropped:
        out.print(f"  {told(dropped.reason)}: {' '.join(dropped.text.split())}")


def _print_report(report: Report) -> None:
    out.print(f"{say('title')}: {report.title}")
    out.print(f"report_id: {report.report_id}, " + say("{n} characters", n=len(report.text)))
    for name in ("region", "year", "year_told", "kind", "issuing_body", "document_number", "date"):
        read = getattr(report.metadata, name)
        value = "—" if read is None else f"{read.value} ({_origin(read.origin, read.span)})"
        out.print(f"{say(name)}: {value}")
    out.print(f"{say('region_path')}: {' › '.join(report.metadata.region_path) or '—'}")
    out.print(say("sections"))
    for line in _tree(report.sections):
        out.print(escaped(line))
    rows = [line for line in report.text.splitlines() if row_of(fold(line))]
    out.print(say("rows of tables: {n}", n=len(rows)))
    for row in rows[:ROWS_SHOWN]:
        out.print(f"  {escaped(row)}")


def _tree(sections: Sequence[Section], above: str = "") -> Iterator[str]:
    """A line a section, however wide: what is piped on is not to be wrapped."""
    for section in sections:
        last = section is sections[-1]
        place = f"[{section.span.start}, {section.span.end})"
        title = f"{section.number or ''} {section.heading} {place}".strip()
        yield f"{above}{'└── ' if last else '├── '}{title}"
        yield from _tree(section.children, above + ("    " if last else "│   "))


def _origin(origin: str, span: Span | None) -> str:
    where = say(origin.replace("_", " "))
    return f"{where} [{span.start}, {span.end})" if span else where
