"""The records that the indexer makes. A leaf module: it imports nothing of the project.

Every offset counts Unicode code points of a report's canonical text; every span is half open, ``[start, end)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Record(BaseModel):
    """Base of everything that crosses a file or HTTP boundary: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """Half-open ``[start, end)`` in code points of one report's canonical text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"span ends before it starts: [{self.start}, {self.end})")
        return self

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The quote: ``text[start:end]``, verbatim."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def shifted(self, by: int) -> Span:
        """The same span where the text it counts in begins ``by`` code points earlier."""
        return Span(start=self.start + by, end=self.end + by)


class ReadValue(Record):
    """One piece of metadata and where it was read: a span of the canonical text, the file's name, a part of the file
    that belongs to no report (the title of a compilation), the name of a folder that it lies in, or a table that the
    office wrote of its reports."""

    value: str
    origin: Literal["text", "file_name", "file", "folder", "manifest"]
    span: Span | None = None

    @model_validator(mode="after")
    def _span_iff_text(self) -> Self:
        if (self.origin == "text") != (self.span is not None):
            raise ValueError("a value read from the text has a span, one read from the file name has none")
        return self


class Overridden(Record):
    """What a line of an office's table stands over: the field, and what had been read for it."""

    field: str
    read: ReadValue | None
    table: str
    line: int = Field(ge=1)


class ReportMetadata(Record):
    """What could be read about a report. ``None`` means: not stated, or masked in the source.

    ``region`` is as the report names it, None too where it is of the whole country; ``region_path`` has the divisions
    from the province down to it, as they are called today, ``("全国",)`` for the country, and is empty where nothing is
    known. ``year`` is the report's own, ``year_told`` the last whole year that it tells of. ``overridden`` has what was
    read where a table states another thing.
    """

    title: ReadValue
    region: ReadValue | None = None
    region_path: tuple[str, ...] = ()
    year: ReadValue | None = None
    year_told: ReadValue | None = None
    kind: ReadValue | None = None
    issuing_body: ReadValue | None = None
    document_number: ReadValue | None = None
    date: ReadValue | None = None
    overridden: tuple[Overridden, ...] = ()


class Section(Record):
    """A node of the heading tree. ``span`` covers heading and body; children lie inside it, in order."""

    level: int = Field(ge=1)
    number: str | None
    heading: str
    heading_span: Span
    span: Span
    children: tuple[Section, ...] = ()

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Section]]:
        """This section and all below it, in reading order, each with its heading path."""
        here = (*path, self.label)
        yield here, self
        for child in self.children:
            yield from child.walk(here)

    @property
    def label(self) -> str:
        """Number and heading as a reader would write them: ``（一）推进简政放权``."""
        return f"{self.number or ''}{self.heading}"


class Dropped(Record):
    """Text that reading left out, and why; shown by ``judian inspect``."""

    text: str
    reason: str


class Page(Record):
    """A page of the original, where its format has pages. Numbers start at 1."""

    number: int = Field(ge=1)
    span: Span


class HeadingHint(Record):
    """A line that its format marks as a heading, whatever it looks like. Levels start at 1, the highest."""

    span: Span
    level: int = Field(ge=1)


class Report(Record):
    """One source publication with its canonical text, fixed once and never normalised again."""

    report_id: str = Field(pattern=r"^[A-Za-z0-9_-]+$")
    text: str
    file: str
    part: int | None = Field(default=None, ge=1)
    encoding: str
    metadata: ReportMetadata
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def title(self) -> str:
        return self.metadata.title.value

    def walk(self) -> Iterator[tuple[tuple[str, ...], Section]]:
        """Every section in reading order, with its heading path."""
        for section in self.sections:
            yield from section.walk()


class ReportSummary(Record):
    """What a list of reports shows; ``n_chars`` counts code points of the canonical text, ``copies`` are the ids of
    other reports that are the same one: from another site, in another format, or corrected."""

    report_id: str
    title: str
    file: str
    part: int | None
    region: str | None
    region_path: tuple[str, ...] = ()
    year: str | None
    year_told: str | None = None
    kind: str | None = None
    issuing_body: str | None = None
    document_number: str | None = None
    date: str | None = None
    n_chars: int
    copies: tuple[str, ...] = ()

    @classmethod
    def of(cls, report: Report, copies: tuple[str, ...] = ()) -> Self:
        metadata = report.metadata
        read = {name: value.value for name, value in metadata if isinstance(value, ReadValue) and name != "title"}
        return cls(
            report_id=report.report_id,
            title=report.title,
            file=report.file,
            part=report.part,
            region=read.get("region"),
            region_path=metadata.region_path,
            year=read.get("year"),
            year_told=read.get("year_told"),
            kind=read.get("kind"),
            issuing_body=read.get("issuing_body"),
            document_number=read.get("document_number"),
            date=read.get("date"),
            n_chars=len(report.text),
            copies=copies,
        )


class Original(Record):
    """The file that a report was read from, as it was, where it is kept; several reports may be of one."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    media_type: str
    n_bytes: int = Field(ge=0)


class FileReading(Record):
    """What one file gave: its reports, its encoding, and what was left out."""

    file: str
    encoding: str
    reports: tuple[Report, ...]
    dropped: tuple[Dropped, ...]


class Chunk(Record):
    """The indexable unit: a span that never crosses a section.

    ``context`` (title and heading path) is embedded with the text but never quoted.
    """

    chunk_id: str
    report_id: str
    span: Span
    text: str
    heading_path: tuple[str, ...]
    context: str
