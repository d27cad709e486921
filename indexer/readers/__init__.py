"""Readers: bytes become text. The reader is picked by what the bytes hold; a name only rules formats out."""

from __future__ import annotations

from pathlib import PurePath

from indexer.errors import UnsupportedFormat
from indexer.readers.compound import COMPOUND
from indexer.readers.docx import DOCX
from indexer.readers.html import HTML
from indexer.readers.sandbox import Run, in_process
from indexer.readers.separated import SEPARATED
from indexer.readers.text import TEXT
from indexer.readers.types import Reader, SourceText
from indexer.readers.xlsx import XLSX

# The first that recognises the bytes reads them, where its files may be called so.
READERS: tuple[Reader, ...] = (DOCX, XLSX, COMPOUND, HTML, SEPARATED, TEXT)


def read_source(raw: bytes, file: str, run: Run = in_process) -> SourceText:
    """The text of ``raw``, the bytes of the file called ``file``. Raises ReadError, which says what to do.

    ``run`` is where it is read: in this process, or for bytes of others in a :class:`~indexer.readers.sandbox.Sandbox`.
    """
    suffix = PurePath(file).suffix.lower()
    # A suffix such as “.2023年报” is part of a name, not a format.
    named = suffix if suffix.isascii() and suffix[1:].isalpha() else ""
    fitting = [reader for reader in READERS if reader.recognises(raw)]
    reader = next((one for one in fitting if one.suffixes is None or named in one.suffixes), fitting[-1])
    source = run(reader, raw)
    if reader.suffixes is not None and named not in reader.suffixes:
        raise UnsupportedFormat(f"there is no reader for {suffix} files; save the report as plain text")
    return source
