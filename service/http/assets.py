"""The files of the pages as they go over the network: without comments, compressed once, named by their state."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# A comment on lines of its own, and the indentation of what stays. Nothing else changes, and no line goes: an error in
# a browser names the line of the file.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)$", re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """A file that browsers load; ``etag`` changes with what it says."""

    body: bytes
    compressed: bytes  # gzip
    media_type: str
    etag: str


def load(folder: Path) -> Mapping[str, Asset]:
    """The files of ``folder`` by name."""
    return {path.name: _asset(path) for path in sorted(folder.iterdir()) if path.is_file()}


def _asset(path: Path) -> Asset:
    text = path.read_text(encoding="utf-8")
    body = (_bare(text) if path.suffix in (".js", ".css") else text).encode()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        compressed=gzip.compress(body, mtime=0),
        media_type=f"{media_type}; charset=utf-8",
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
    )


def _bare(text: str) -> str:
    """``text`` without comments that have their lines to themselves."""
    return _INDENTATION.sub("", _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text))
