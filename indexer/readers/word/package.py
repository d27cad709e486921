"""The parts of a Word file: which entry of the archive is the text, which its styles, numbering and notes.

Parts are named by relationships; what these say lies outside the file is never fetched.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from indexer.errors import DamagedFile, ReadError
from indexer.readers.archive import Archive
from indexer.readers.relationships import relationships
from indexer.readers.word.markup import Element, parsed

MAIN = "word/document.xml"
# An archive is what its first part of this kind says: files are embedded in files.
_PART = re.compile(
    rb"(?P<word>word[/\\][^/\\\x00]{1,60}\.xml)|(?P<workbook>xl[/\\](?:workbook\.xml|worksheets[/\\]))"
    rb"|xl[/\\]workbook\.bin|ppt[/\\]presentation|OFD\.xml|content\.xml"
)
_FURNITURE = re.compile(r"word/(?P<kind>header|footer)\d*\.xml")
MAX_FURNITURE = 20  # parts: a long document has three of each for every section, most of them alike


def holds(raw: bytes) -> str | None:
    """``word`` or ``workbook``: whose the first part of the archive is, damaged or not; None for what is neither."""
    first = _PART.search(raw) if raw.startswith(b"PK\x03\x04") else None
    return first.lastgroup if first else None


def is_word(raw: bytes) -> bool:
    """Whether the bytes are an archive whose first part is Word's, damaged or not."""
    return holds(raw) == "word"


class Package:
    """A Word file's parts as elements. Raises ReadError for what is no such file."""

    def __init__(self, raw: bytes) -> None:
        self._archive = Archive(raw)
        self._main = self._target("", "officeDocument") or MAIN
        if self._main not in self._archive:
            raise DamagedFile("the archive lacks word/document.xml, the text of a Word file; save the report again")
        self._folder = posixpath.dirname(self._main)

    @cached_property
    def document(self) -> Element:
        return parsed(self._archive.read(self._main), self._main)

    def part(self, kind: str) -> Element | None:
        """The part that is related as ``kind`` (``styles``, ``numbering``, ``footnotes``…), or None."""
        part = self._target(self._main, kind) or posixpath.join(self._folder, f"{kind}.xml")
        return parsed(self._archive.read(part), part) if part in self._archive else None

    def furniture(self) -> list[tuple[str, Element]]:
        """Headers and footers, each with the word for it. One that cannot be read is no loss."""
        found = []
        for match in [match for part in self._archive.names if (match := _FURNITURE.fullmatch(part))][:MAX_FURNITURE]:
            part = match[0]
            try:
                found.append((match["kind"], parsed(self._archive.read(part), part)))
            except ReadError:
                continue
        return found

    def _target(self, of: str, kind: str) -> str | None:
        return next((one.part for one in relationships(self._archive, of) if one.kind == kind), None)
