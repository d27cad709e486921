"""What a file is to whoever fetches it: its media type, by what it holds."""

from __future__ import annotations

import codecs
from pathlib import PurePath

from indexer.readers.docx import DOCX
from indexer.readers.html import HTML
from indexer.readers.xlsx import XLSX

_PDF, _ZIP, _OFD = b"%PDF-", b"PK\x03\x04", b"OFD.xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_READER = ((DOCX, f"{_OFFICE}wordprocessingml.document"), (XLSX, f"{_OFFICE}spreadsheetml.sheet"))
_BY_SUFFIX = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".md": "text/markdown"}


def media_type(raw: bytes, file: str, encoding: str) -> str:
    """The media type of ``raw``, the bytes of ``file``, which were read in ``encoding``: of text with that as its
    charset, and by the suffix too; of what is not known that of any bytes."""
    if raw.startswith(_PDF):
        return "application/pdf"
    for reader, known in _BY_READER:
        if reader.recognises(raw):
            return known
    if raw.startswith(_ZIP):
        return "application/ofd" if _OFD in raw else "application/zip"
    text = "text/html" if HTML.recognises(raw) else _BY_SUFFIX.get(PurePath(file).suffix.lower(), "text/plain")
    try:
        return f"{text}; charset={codecs.lookup(encoding).name}"
    except LookupError:
        return "application/octet-stream"
