"""Plain text and Markdown: bytes to text.

What is kept is the decoded file less what is named here: invisible characters, the carriage returns of line ends,
boilerplate lines, the numbers and running heads of pages, line breaks inside sentences, and the rules of tables. A row
of a table is a line with its heads, and between Latin words a blank stands for a line break; both are told as
generated. But for these nothing is added or replaced, so that the rest is a subsequence of the decoded file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.errors import EmptyFile, UnsupportedFormat
from indexer.outline.headings import fenced
from indexer.page.boilerplate import boilerplate
from indexer.page.layout import Paragraph, layout
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
    comments = {at for at, line in enumerate(lines) if _COMMENT_LINE.fullmatch(line.strip())}
    as_they_are = in_tables | fenced(lines)
    laid = layout(lines, [at for at in range(len(lines)) if at not in as_they_are and at not in comments])
    paragraphs = laid.paragraphs(lines)
    about = boilerplate([whole.text if whole else "" for whole in paragraphs])
    gone = {at: reason for at, reason in about.items() if at not in in_tables}
    gone |= dict.fromkeys(comments - gone.keys(), "a comment")
    rows = {at: (row, generated) for table in tables for at, row, generated in table.rows}
    pieces: list[str] = []
    asides, rendered = [], []
    length = 0
    for index, whole in enumerate(paragraphs):
        if whole is None or index in gone or (index in in_tables and index not in rows):
            continue
        line = whole.text
        if index in rows:
            row, generated = rows[index]
            asides.append(Span(start=length, end=length + len(row)))
            line = row + line[len(line.rstrip("\r\n")) :]
        else:
            generated = tuple(whole.generated)
        rendered += [span.shifted(length) for span in generated]
        pieces.append(line)
        length += len(line)
    gone |= laid.gone
    told = [Dropped(text=(paragraphs[at] or Paragraph(lines[at])).text.strip(), reason=gone[at]) for at in sorted(gone)]
    return SourceText(
        text="".join(pieces),
        encoding=encoding,
        dropped=(*dropped, *laid.told(), *told),
        asides=tuple(asides),
        generated=tuple(rendered),
    )


# Any bytes may be text; what the decoder makes of them tells.
TEXT = Reader(
    recognises=lambda _: True,
    read=read_text,
    suffixes=frozenset(("", ".txt", ".text", ".md", ".markdown")),
)
