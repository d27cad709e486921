"""Title, region, years, kind, issuing body, 文号 and date of a report, each with the place it was read from.

Read in this order: the report's title, its first lines and signature, its file's name, then the folders it lies in.
What is masked (``**年``) or said only of the page around several reports is not guessed: it is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.chinese.dates import YEAR
from indexer.chinese.folding import fold
from indexer.metadata.bodies import document_number, issuing_body
from indexer.metadata.kinds import kind_of
from indexer.metadata.lines import Clues, lines_of
from indexer.metadata.region import path, region_of
from indexer.metadata.titles import title_lines, title_of
from indexer.metadata.years import date_of, year_of, year_told
from indexer.types import ReadValue, ReportMetadata


@dataclass(frozen=True)
class MetadataRead:
    """The metadata, and where the last line that repeats the title ends (0 when the text has no title)."""

    metadata: ReportMetadata
    body_start: int


def read_metadata(
    text: str, file_stem: str | None, page_title: str | None = None, folders: Sequence[str] = ()
) -> MetadataRead:
    """Metadata of the report ``text``.

    ``file_stem`` is None and ``page_title`` names the compilation when the file holds several reports: then neither
    says anything about the year or the region of one of them. ``folders`` are those of the file's path, outermost
    first; they say what the file does not.
    """
    lines = lines_of(text)
    at_title = title_lines(text, lines)
    title_line = next((line for line in at_title if YEAR.search(fold(line.of(text)))), next(iter(at_title), None))
    title = title_of(text, title_line, file_stem, page_title)
    clues = Clues(
        text=text,
        lines=lines,
        named=[title] if title.origin != "file" else [],
        stem=[] if file_stem is None else [ReadValue(value=file_stem, origin="file_name")],
        folders=[ReadValue(value=folder, origin="folder") for folder in reversed(folders)],
    )
    region, date, number = region_of(clues), date_of(clues), document_number(clues)
    kind = kind_of([title, *clues.stem])
    year, body = year_of(clues, date, kind), issuing_body(clues, region)
    metadata = ReportMetadata(
        title=title,
        region=region,
        region_path=path(clues, region, body, number),
        year=year,
        year_told=year_told(clues, year, kind),
        kind=kind,
        issuing_body=body,
        document_number=number,
        date=date,
    )
    return MetadataRead(metadata, at_title[-1].end if at_title else 0)
