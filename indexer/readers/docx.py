"""DOCX: what a reader of the document sees, as lines of text.

Automatic numbers are rendered. A row of a table is a line, each cell behind its head. Footnotes and text boxes stand
behind the paragraph that they hang on, endnotes at the end. Tracked changes count as accepted; headers, footers, hidden
text, page numbers and the table of contents are left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.errors import EmptyFile
from indexer.readers.lines import Line, about_the_page, above_table, assembled, laid_out
from indexer.readers.types import Reader, SourceText
from indexer.readers.word.inline import Inline, Reading, deleted_text
from indexer.readers.word.markup import (
    CONTENTS,
    Element,
    attribute,
    child,
    content,
    name,
    no_text_of_its_own,
    number,
    toggled,
    value,
)
from indexer.readers.word.numbering import Mark, Numbering
from indexer.readers.word.package import Package, is_word
from indexer.readers.word.styles import BODY_LEVEL, Styles
from indexer.tables import Cell, Row, joined, rows_read
from indexer.types import Dropped, Span

MAX_HEADING_CHARS = 120  # a longer paragraph in the style of a heading is a mistake of its writer
MAX_COLUMNS = 200
_NO_NOTES = frozenset(("separator", "continuationSeparator", "continuationNotice"))
_TITLE_OF_CONTENTS = re.compile(r"\s*目\s*[录錄次]\s*")


@dataclass
class _Lines:
    """Lines to be: what is carried over from a paragraph whose end was deleted is the start of the next."""

    lines: list[Line] = field(default_factory=list)
    carried: Inline | None = None


def read_docx(raw: bytes) -> SourceText:
    """Raises ReadError when ``raw`` is no Word file that can be read."""
    package = Package(raw)
    document = _Document(package, without_contents=True)
    if document.reading.in_contents:  # the table of contents never ends: then it is told by its styles alone
        document = _Document(package, without_contents=False)
    if not any(line.text.strip() for line in document.lines):
        raise EmptyFile("the document holds no text (pictures, perhaps a scan); put the report's text into it")
    return _assembled(document, package)


def _assembled(document: _Document, package: Package) -> SourceText:
    dropped = [Dropped(text=text.strip(), reason=reason) for text, reason in document.reading.left_out]
    for kind, element in package.furniture():
        if text := deleted_text(element).strip():
            dropped.append(Dropped(text=text, reason=f"a {kind} of the pages"))
    if document.reading.n_invisible:
        dropped.append(Dropped(text="", reason=f"{document.reading.n_invisible} invisible characters"))
    # Headings and rows of tables are the report's, whatever they speak of.
    lines, laid = laid_out(document.lines)
    gone = about_the_page(lines, never=lambda line: line.is_aside or line.level is not None)
    if any(reason == CONTENTS for _, reason in document.reading.left_out):
        gone |= {at: CONTENTS for at, line in enumerate(lines) if _TITLE_OF_CONTENTS.fullmatch(line.text)}
    return assembled(lines, "docx", (*dropped, *laid), gone)


class _Document:
    """The lines of a document, in the order in which they are read."""

    def __init__(self, package: Package, *, without_contents: bool) -> None:
        self._styles = Styles(package.part("styles"))
        self._numbering = Numbering(package.part("numbering"), self._styles)
        self._notes = {kind: _notes(package.part(f"{kind}s"), kind) for kind in ("footnote", "endnote")}
        self._n_notes = {"footnote": 0, "endnote": 0}
        self._endnotes: list[tuple[int, Element]] = []
        self.reading = Reading(self._styles, without_contents=without_contents)
        body = child(package.document, "w:body")
        self.lines = self._blocks(body) if body is not None else []
        while self._endnotes:  # a note may hold another
            ends, self._endnotes = self._endnotes, []
            for shown, note in ends:
                self.lines += self._note(shown, note)

    def _blocks(self, parent: Element, *, in_cell: bool = False) -> list[Line]:
        out = _Lines()
        for element in content(parent):
            kind = name(element)
            if kind == "w:p":
                self._paragraph(element, out, in_cell=in_cell)
            elif kind == "w:tbl":
                out.lines += self._table(element, out.lines)
            elif kind == "w:sdt":
                self.reading.drop(deleted_text(element), no_text_of_its_own(element) or "")
            elif kind == "w:altChunk":
                self.reading.drop("[…]", "another file inside this one, which is not read")
        if out.carried is not None:
            self._end_paragraph(out.carried, None, None, out, in_cell=in_cell)
        return out.lines

    def _paragraph(self, element: Element, out: _Lines, *, in_cell: bool) -> None:
        properties = child(element, "w:pPr")
        style = value(properties, "w:pStyle")
        if self._styles.is_contents(style):
            inline = self.reading.paragraph(element, style)
            self.reading.drop(inline.text, CONTENTS)
            return
        inline = self.reading.paragraph(element, style)
        if out.carried is not None:
            out.carried.append(inline)
            inline, out.carried = out.carried, None
        of_mark = child(properties, "w:rPr")
        deleted = child(of_mark, "w:del") is not None or child(of_mark, "w:moveFrom") is not None
        hidden = toggled(of_mark, "w:vanish")
        initial = attribute(child(properties, "w:framePr"), "dropCap") in ("drop", "margin")
        if deleted or hidden or initial:
            if inline.text and not deleted:  # the number is seen, the end of the paragraph is not
                self._number(inline, properties, style)
            out.carried = inline
            return
        self._end_paragraph(inline, properties, style, out, in_cell=in_cell)

    def _number(self, inline: Inline, properties: Element | None, style: str | None) -> Mark | None:
        """Count the paragraph, and set its number before its text."""
        mark = self._numbering.mark(properties, style)
        if mark is not None:
            inline.text = inline.text.lstrip(" \t\u3000") if not inline.generated else inline.text
            inline.put_before(mark.before(inline.text))
        return mark

    def _end_paragraph(
        self, inline: Inline, properties: Element | None, style: str | None, out: _Lines, *, in_cell: bool
    ) -> None:
        is_empty = not inline.text.strip()
        mark = self._number(inline, properties, style)
        stated = number(properties, "w:outlineLvl", most=BODY_LEVEL)
        level = self._styles.level(style) if stated is None else stated + 1 if stated < BODY_LEVEL else None
        if level is not None:
            inline.text = inline.text.replace("\n", " ")  # a long heading is broken by hand; it is one heading
            level = level if len(inline.text.strip()) <= MAX_HEADING_CHARS else None
        if not is_empty or (in_cell and mark is not None):  # rows are numbered in cells of their own
            is_item = mark is not None and mark.is_bullet and level is None
            out.lines += _lines(inline, level, is_aside=is_item)
        elif not in_cell:
            out.lines.append(Line(""))
        for kind, note_id in inline.notes:
            note = self._notes[kind].pop(note_id, None)
            if note is None:
                continue
            self._n_notes[kind] += 1
            if kind == "footnote":
                out.lines += self._note(self._n_notes[kind], note)
            else:
                self._endnotes.append((self._n_notes[kind], note))
        for box in inline.boxes:
            out.lines += [Line(line.text, line.generated, is_aside=True) for line in self._blocks(box) if line.text]

    def _note(self, shown: int, note: Element) -> list[Line]:
        """The note as a line, with its number in brackets before it: in its place in the sentence there is none."""
        inline = _joined(self._blocks(note))
        inline.text = inline.text.lstrip() if not inline.generated else inline.text
        inline.put_before(f"[{shown}] ")
        return _lines(inline, None, is_aside=True)

    def _table(self, table: Element, over: Sequence[Line]) -> list[Line]:
        rows: list[Row] = []
        inside: list[list[Line]] = []  # of each row, what is no text of a cell: notes, boxes, tables in it
        cells_of: list[list[list[Line]]] = []
        for element in content(table):
            properties = child(element, "w:trPr")
            if name(element) != "w:tr" or child(properties, "w:del") is not None:
                continue
            cells: list[Cell] = []
            inside.append([])
            cells_of.append([])
            for cell in content(element):
                if name(cell) != "w:tc" or child(cell, "w:tcPr", "w:cellDel") is not None:
                    continue
                lines = self._blocks(cell, in_cell=True)
                self._add_cell(cells, cell, [line for line in lines if not line.is_aside or line.text[:1] == "•"])
                inside[-1] += [line for line in lines if line.is_aside and line.text[:1] != "•"]
                cells_of[-1].append(lines)
            before = number(properties, "w:gridBefore", most=MAX_COLUMNS) or 0
            rows.append(Row(tuple(cells), before, toggled(properties, "w:tblHeader") or False))
        if all(len(row.cells) <= 1 for row in rows) or (len(rows) == 1 and any(len(cell) > 1 for cell in cells_of[0])):
            return [line for row_of in cells_of for cell_of in row_of for line in cell_of]  # a frame around text
        found: list[Line] = []
        for row, others in zip(rows_read(rows, above_table(over)), inside, strict=True):
            if row.text:
                found.append(Line(row.text, row.generated, is_aside=True))
            found += others
        return found

    def _add_cell(self, cells: list[Cell], element: Element, lines: list[Line]) -> None:
        properties = child(element, "w:tcPr")
        n_columns = number(properties, "w:gridSpan", least=1, most=MAX_COLUMNS) or 1
        across = child(properties, "w:hMerge")
        if across is not None and value(properties, "w:hMerge") != "restart" and cells:
            last = cells.pop()
            cells.append(Cell(last.text, last.n_columns + n_columns, last.goes_on, last.generated))
            return
        down = child(properties, "w:vMerge")
        goes_on = down is not None and value(properties, "w:vMerge") != "restart"
        inline = _joined(lines)
        cells.append(Cell(inline.text, n_columns, goes_on, tuple(inline.generated)))


def _notes(root: Element | None, kind: str) -> dict[str, Element]:
    """Notes by id, without the lines that part them from the text."""
    found = {}
    for note in root if root is not None else ():
        note_id = attribute(note, "id")
        if name(note) == f"w:{kind}" and note_id and attribute(note, "type") not in _NO_NOTES:
            found[note_id] = note
    return found


def _lines(inline: Inline, level: int | None, *, is_aside: bool) -> list[Line]:
    """The paragraph as lines: it may be broken by hand."""
    found: list[Line] = []
    start = 0
    for text in inline.text.split("\n"):
        end = start + len(text)
        within = [
            Span(start=max(span.start, start), end=min(span.end, end)).shifted(-start)
            for span in inline.generated
            if span.start < end and start < span.end
        ]
        found.append(Line(text, within, level, is_aside))
        start = end + 1
    return found


def _joined(lines: Sequence[Line]) -> Inline:
    """The lines of a cell or a note as one."""
    text, generated = joined((line.text, line.generated) for line in lines)
    return Inline(text, generated)


DOCX = Reader(recognises=is_word, read=read_docx, is_binary=True)
