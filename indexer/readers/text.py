"""Plain text and Markdown: bytes to text.

What is kept is the decoded file less what is named here: invisible characters, the carriage returns of line ends, and
boilerplate lines. Nothing is added or replaced, so it is a subsequence of the decoded file.
"""

from __future__ import annotations

import re

from indexer.errors import EmptyFile, UnsupportedFormat
from indexer.page.boilerplate import boilerplate
from indexer.readers.decoding import decode
from indexer.readers.types import Reader, SourceText
from indexer.readers.visible import visible
from indexer.types import Dropped

_LINE = re.compile(r"[^\n\r]*[\n\r]?")
_MARKUP = re.compile(
    r"(?>\s*<!--(?s:.*?)-->)*+\s*<(?:!doctype|\?xml|html|head|body|div|table|meta|p|span)\b", re.IGNORECASE
)
_COMMENT_LINE = re.compile(r"<!--.*-->")


def read_text(raw: bytes) -> SourceText:
    """Raises ReadError when ``raw`` is no text, or none that can be told from another format's."""
    decoded = decode(raw)
    if _MARKUP.match(decoded.text):
        raise UnsupportedFormat("this is XML, or a page that is cut off; save the page as plain text")
    text, dropped = visible(decoded.text)
    text, about_page = _without_boilerplate(text)
    if not text.strip():
        raise EmptyFile("nothing but web boilerplate was found in the file; see `judian inspect`")
    return SourceText(text=text, encoding=decoded.encoding, dropped=(*dropped, *about_page))


def _without_boilerplate(text: str) -> tuple[str, list[Dropped]]:
    lines = [match[0] for match in _LINE.finditer(text) if match[0]]
    gone = boilerplate(lines)
    for index, line in enumerate(lines):
        if _COMMENT_LINE.fullmatch(line.strip()):
            gone.setdefault(index, "a comment")
    dropped = [Dropped(text=lines[index].strip(), reason=gone[index]) for index in sorted(gone)]
    return "".join(line for index, line in enumerate(lines) if index not in gone), dropped


# Any bytes may be text; what the decoder makes of them tells.
TEXT = Reader(
    recognises=lambda _: True,
    read=read_text,
    suffixes=frozenset(("", ".txt", ".text", ".md", ".markdown")),
)
