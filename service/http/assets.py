"""The files of the pages as they go over the network: without comments, each script with the modules that it imports
in one file, compressed once, named by their state.

One file is fewer bytes, since compression sees all of it, and one request where modules that import others are several,
one after the other.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# A comment on lines of its own, and the indentation of what stays. Nothing else changes, and no line goes: an error in
# a browser names the line of the file, counted from where the file begins among those that are joined.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)$", re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_IMPORT = re.compile(r'^import \{[\w\s,]*\} from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """A file that browsers load; ``etag`` changes with what it says."""

    body: bytes
    compressed: bytes  # gzip
    media_type: str
    etag: str


def load(folder: Path) -> Mapping[str, Asset]:
    """The files of ``folder`` by name."""
    texts = {path.name: _text(path) for path in sorted(folder.iterdir()) if path.is_file()}
    return {name: _asset(name, _joined(name, texts)) for name in texts}


def _text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return _bare(text) if path.suffix in (".js", ".css") else text


def _asset(name: str, text: str) -> Asset:
    body = text.encode()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        compressed=gzip.compress(body, mtime=0),
        media_type=f"{media_type}; charset=utf-8",
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
    )


def _bare(text: str) -> str:
    """``text`` without comments that have their lines to themselves."""
    return _INDENTATION.sub("", _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text))


def _joined(name: str, texts: Mapping[str, str]) -> str:
    """The script ``name`` behind all that it imports, each once. They share a scope: a test holds that no two modules
    use a name for two things."""
    order: list[str] = []

    def visit(one: str) -> None:
        for imported in _IMPORT.findall(texts[one]):
            visit(imported)
        if one not in order:
            order.append(one)

    if not name.endswith(".js"):
        return texts[name]
    visit(name)
    *before, script = (_IMPORT.sub(lambda line: "\n" * line[0].count("\n"), texts[one]) for one in order)
    return "".join(_EXPORT.sub("", module) for module in before) + script
