"""Readers: a file becomes reports. The reader is picked by what the file holds; its name only rules formats out."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from indexer.errors import ReadError, UnsupportedFormat
from indexer.readers.decoding import decode_name
from indexer.readers.text import read_text
from indexer.types import FileReading

TEXT_SUFFIXES = frozenset(("", ".txt", ".text", ".md", ".markdown"))
MAX_FILE_BYTES = 64 * 1024 * 1024


def read_file(path: Path, file: str | None = None) -> FileReading:
    """Read the reports in the file at ``path``.

    ``file`` is the name under which its reports are known (default: the file's own name). Raises ReadError, with
    what is wrong and what to do, when the file cannot be read.
    """
    name = file or decode_name(path.name)
    try:
        if path.is_dir():
            raise ReadError(_why_unlisted(path))
        size = path.stat().st_size
        if not path.is_file():
            raise ReadError("is no file but a device, pipe or socket; leave it out of the folder")
        if size > MAX_FILE_BYTES:
            raise ReadError(f"{size:,} bytes are more than the limit of {MAX_FILE_BYTES:,}; split the file")
        raw = path.read_bytes()
    except OSError as error:
        if path.is_symlink() and not path.exists():
            raise ReadError(f"is a link to {path.readlink()}, which does not exist; mend or remove it") from error
        raise ReadError(f"cannot be opened ({error.strerror}); check the path and its permissions") from error
    reading = read_text(raw, name)
    suffix = PurePath(name).suffix.lower()
    # A suffix such as “.2023年报” is part of a name, not a format.
    if suffix.isascii() and suffix[1:].isalpha() and suffix not in TEXT_SUFFIXES:
        raise UnsupportedFormat(f"there is no reader for {suffix} files; save the report as plain text")
    return reading


def _why_unlisted(folder: Path) -> str:
    if folder.is_symlink():
        return "is a link to a folder, and links to folders are not followed; name that folder too"
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return f"the folder cannot be listed ({error.strerror}); check its permissions"
    return "cannot be opened (it is a folder, not a file)"
