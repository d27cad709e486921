"""Plain text and Markdown: bytes to text.

What is kept is the decoded file less what is named here: invisible characters, the carriage returns of line ends,
boilerplate lines, and the rules of tables. A row of a table is a line with its heads, which are told as generated; but
for these nothing is added or replaced, so that the rest is a subsequence of the decoded file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.errors import EmptyFile, UnsupportedFormat
from indexer.page.boilerplate import boilerplate
from indexer.readers.decoding import decode
from indexer.readers.text_tables import tables_in
from indexer.readers.types import Reader, SourceText
from indexer.readers.visible import visible
from indexer.types import Dropped, Span

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
    source = _report(text, decoded.encoding, dropped)
    if not source.text.strip():
        raise EmptyFile("nothing but web boilerplate was found in the file; see `judian inspect`")
    return source


def _report(text: str, encoding: str, dropped: Sequence[Dropped]) -> SourceText:
    """The text without the page around it, its tables in rows."""
    lines = [match[0] for match in _LINE.finditer(text) if match[0]]
    tables = tables_in(lines)
    in_tables = {at for table in tables for at in range(table.first, table.end)}
    gone = {at: reason for at, reason in boilerplate(lines).items() if at not in in_tables}
    for index, line in enumerate(lines):
        if _COMMENT_LINE.fullmatch(line.strip()):
            gone.setdefault(index, "a comment")
    rows = {at: (row, generated) for table in tables for at, row, generated in table.rows}
    pieces: list[str] = []
    asides, rendered = [], []
    length = 0
    for index, line in enumerate(lines):
        if index in gone or (index in in_tables and index not in rows):
            continue
        if index in rows:
            row, generated = rows[index]
            asides.append(Span(start=length, end=length + len(row)))
            rendered += [span.shifted(length) for span in generated]
            line = row + line[len(line.rstrip("\r\n")) :]
        pieces.append(line)
        length += len(line)
    told = [Dropped(text=lines[index].strip(), reason=gone[index]) for index in sorted(gone)]
    return SourceText(
        text="".join(pieces),
        encoding=encoding,
        dropped=(*dropped, *told),
        asides=tuple(asides),
        generated=tuple(rendered),
    )


# Any bytes may be text; what the decoder makes of them tells.
TEXT = Reader(
    recognises=lambda _: True,
    read=read_text,
    suffixes=frozenset(("", ".txt", ".text", ".md", ".markdown")),
)
