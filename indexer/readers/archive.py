"""ZIP archives of which little is believed: names, sizes and checksums are those of whoever made the file.

Nothing is ever unpacked to disk; an entry is read by its name, into memory, up to a limit.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from lzma import LZMAError

from indexer.errors import DamagedFile, EncryptedFile, OverLimit

MAX_ENTRIES = 10_000
MAX_ENTRY_BYTES = 64 * 1024 * 1024  # of one entry, unpacked: the text of some thousand pages
MAX_READ_BYTES = 128 * 1024 * 1024  # of all that is read of one archive
# Markup packs well, 50 to 1 where tables repeat; what packs much better, and is no trifle, is made to fill memory.
MAX_RATIO, MIN_RATIO_BYTES = 250, 4 * 1024 * 1024
_END_OF_DIRECTORY = b"PK\x05\x06"
_SAVE_AGAIN = "open it and save it again, or get it anew from where it came from"
_UTF_8_NAME, _ENCRYPTED = 0x800, 0x1
_LEADS_OUT = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|\x00")


class Archive:
    """A ZIP archive in memory. Names are matched without regard to case, and ``\\`` in them is ``/``.

    Raises DamagedFile, EncryptedFile or OverLimit.
    """

    def __init__(self, raw: bytes) -> None:
        if n_entries(raw) > MAX_ENTRIES:
            raise OverLimit(f"the archive names more than {MAX_ENTRIES:,} files inside; {_SAVE_AGAIN}")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise DamagedFile(f"the archive is cut off or damaged ({error}); {_SAVE_AGAIN}") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._left = MAX_READ_BYTES
        for entry in self._zip.infolist():
            name = _name(entry)
            if _LEADS_OUT.search(name):
                raise DamagedFile(f"an entry called {name[:80]!r} leads out of the archive; {_SAVE_AGAIN}")
            if name.lower() in self._entries and not name.endswith("/"):
                raise DamagedFile(f"two entries are called {name[:80]!r}; {_SAVE_AGAIN}")
            self._entries[name.lower()] = entry

    @property
    def names(self) -> tuple[str, ...]:
        """The names in lower case, in the order of the archive."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of the entry ``name``. Raises KeyError when there is none."""
        entry = self._entries[name.lower()]
        if entry.flag_bits & _ENCRYPTED:
            raise EncryptedFile(f"{name} is encrypted; save the file without a password")
        most = min(MAX_ENTRY_BYTES, self._left)
        if entry.file_size > most:
            raise OverLimit(f"{name} unpacks to {entry.file_size:,} bytes, the limit is {most:,}; split the file")
        try:
            with self._zip.open(entry) as file:
                unpacked = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, LZMAError, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise DamagedFile(f"{name} cannot be unpacked ({error}); {_SAVE_AGAIN}") from error
        if len(unpacked) > most:
            raise OverLimit(f"{name} unpacks to more than the limit of {most:,} bytes; split the file")
        if len(unpacked) > max(MIN_RATIO_BYTES, MAX_RATIO * entry.compress_size):
            ratio = len(unpacked) // max(1, entry.compress_size)
            raise OverLimit(f"{name} unpacks to {ratio:,} times its size, as no text does; {_SAVE_AGAIN}")
        self._left -= len(unpacked)
        return unpacked


def n_entries(raw: bytes) -> int:
    """How many entries the directory at the end of an archive can hold: an entry takes at least 46 bytes there.

    0 where there is no such directory.
    """
    end = raw.rfind(_END_OF_DIRECTORY, max(0, len(raw) - 65_557))
    if end < 0 or end + 20 > len(raw):
        return 0
    stated = int.from_bytes(raw[end + 12 : end + 16], "little")
    if stated == 0xFFFF_FFFF:  # ZIP64, for what is larger than any report: as many as there are signatures
        return raw.count(b"PK\x01\x02", 0, end)
    return raw.count(b"PK\x01\x02", max(0, end - stated), end)


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name: where it is not marked as UTF-8, it may be that all the same, or GB18030."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF_8_NAME and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
