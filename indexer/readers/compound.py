"""OLE compound files: the old Word format, and new ones under a password. They are told apart, and not read."""

from __future__ import annotations

from typing import NoReturn

from indexer.errors import EncryptedFile, UnsupportedFormat
from indexer.readers.types import Reader

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams by which such a file is known; its directory spells their names in UTF-16.
_ENCRYPTED = ("EncryptedPackage", "EncryptionInfo")
_HOLDS = (
    ("WordDocument", "an old Word file (.doc) or one of WPS (.wps)", ".docx"),
    ("Workbook", "an old Excel file (.xls) or one of WPS (.et)", ".xlsx"),
    ("Book", "an old Excel file (.xls)", ".xlsx"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt)", "plain text"),
    ("__properties_version1.0", "an Outlook message (.msg)", "plain text"),
)


def refuse_compound(raw: bytes) -> NoReturn:
    """Raises EncryptedFile or UnsupportedFormat, which say what to do."""
    if any(_names(raw, name) for name in _ENCRYPTED):
        raise EncryptedFile("the file is encrypted; open it with its password and save it without one")
    for stream, what, into in _HOLDS:
        if _names(raw, stream):
            raise UnsupportedFormat(f"this is {what}, for which there is no reader; open it and save it as {into}")
    raise UnsupportedFormat(
        "this is legacy DOC, XLS or WPS, for which there is no reader; save it as .docx or plain text"
    )


def _names(raw: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") + b"\x00\x00" in raw


COMPOUND = Reader(recognises=lambda raw: raw.startswith(MAGIC), read=refuse_compound)
