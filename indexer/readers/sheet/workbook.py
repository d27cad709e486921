"""An XLSX file's sheets as grids of what their cells show (SpreadsheetML, ECMA-376 part 1, 18).

Formulas show the value that was stored with them. Sheets are read cell by cell: what is hidden is kept apart, and what
a sheet claims to hold and does not (a merged column of a million rows) takes no memory.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from indexer.errors import DamagedFile, OverLimit
from indexer.readers.archive import Archive
from indexer.readers.relationships import relationships
from indexer.readers.sheet.formats import BUILT_IN, GENERAL, shown
from indexer.readers.sheet.markup import below, elements, local, text_of, unescaped
from indexer.readers.word.markup import Element, parsed

MAIN = "xl/workbook.xml"
MAX_COLUMNS = 1_000
MAX_CELLS = 500_000  # with text, of all sheets, merged ones once for each row
MAX_CHARS = 64 * 1024 * 1024  # that they show: one text may be shown by many
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_NOT_READ = ("comments", "threadedcomment", "chart", "image", "externallink", "pivottable", "oleobject")
_TRUE = ("1", "true", "on")


@dataclass
class Sheet:
    """``rows`` hold text by column, both counted from 0, without what is hidden; ``merged`` are (first row, last row,
    first column, last column), each inclusive."""

    name: str
    is_hidden: bool
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    in_hidden_rows: list[str] = field(default_factory=list)
    in_hidden_columns: list[str] = field(default_factory=list)
    n_beyond: int = 0  # cells in columns after the last that is read
    n_without_value: int = 0  # formulas that nobody calculated


class Workbook:
    """The sheets, in the order of their tabs. Raises ReadError for what is no such file."""

    def __init__(self, raw: bytes) -> None:
        self._archive = Archive(raw)
        found = next((one.part for one in relationships(self._archive) if one.kind == "officeDocument"), MAIN)
        if found not in self._archive:
            raise DamagedFile("the archive lacks xl/workbook.xml, the list of its sheets; save the workbook again")
        root = parsed(self._archive.read(found), found)
        related = list(relationships(self._archive, found))
        self._n_cells = self._n_chars = 0
        self._since_1904 = any(_is_on(one.get("date1904")) for one in below(root, "workbookPr"))
        self._texts = self._shared([one.part for one in related if one.kind == "sharedStrings"])
        self._formats = self._styles([one.part for one in related if one.kind == "styles"])
        parts = {one.key: one for one in related}
        self.sheets: list[Sheet] = []
        self.not_read: Counter[str] = Counter()  # what a reader of the file may see, by kind
        for element in below(root, "sheet"):
            key = next((value for name, value in element.attrib.items() if str(name).endswith("}id")), "")
            part = parts.pop(str(key), None)  # a sheet is in the list once
            if part is None or part.kind != "worksheet":
                self.not_read["chart" if part is not None else "sheet"] += 1
                continue
            self.sheets.append(self._sheet(part.part, element.get("name", ""), element.get("state", "visible")))
        for name in self._archive.names:
            self.not_read.update(kind for kind in _NOT_READ if re.search(rf"(?:^|/){kind}s?\d*\.\w+$", name))

    def _shared(self, parts: list[str]) -> list[str]:
        texts: list[str] = []
        for part in parts[:1]:
            for element in elements(self._archive.read(part), part, "si"):
                texts.append(text_of(element))
        return texts

    def _styles(self, parts: list[str]) -> list[str]:
        """The number format of each style of cells."""
        if not parts:
            return []
        root = parsed(self._archive.read(parts[0]), parts[0])
        own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in below(root, "numFmt")}
        found: list[str] = []
        for styles in below(root, "cellXfs"):
            for style in styles:
                key = style.get("numFmtId", "0") if isinstance(style.tag, str) else "0"
                found.append(own.get(key) or (BUILT_IN.get(int(key), GENERAL) if key.isdecimal() else GENERAL))
        return found

    def _sheet(self, part: str, name: str, state: str) -> Sheet:
        sheet = Sheet(name, is_hidden=state != "visible")
        number = -1
        for element in elements(self._archive.read(part), part, "row", "col", "mergeCell"):
            match local(element):
                case "col":
                    first, last = _number(element.get("min")) - 1, _number(element.get("max"))
                    if _is_on(element.get("hidden")) or element.get("width") == "0":
                        sheet.hidden_columns |= set(range(max(first, 0), min(last, MAX_COLUMNS)))
                case "mergeCell":
                    if len(sheet.merged) < MAX_CELLS and (area := _area(element.get("ref", ""))):
                        sheet.merged.append(area)
                case _:
                    number = _number(element.get("r")) - 1 if element.get("r") else number + 1
                    self._row(sheet, element, number)
        return sheet

    def _row(self, sheet: Sheet, element: Element, number: int) -> None:
        hidden = _is_on(element.get("hidden"))
        if hidden:
            sheet.hidden_rows.add(number)
        cells: dict[int, str] = {}
        column = -1
        for cell in element:
            if local(cell) != "c":
                continue
            at = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(at[1]) if at else column + 1
            text = self._shown(cell, sheet)
            if not text.strip():
                continue
            self._count(len(text))
            if column >= MAX_COLUMNS:
                sheet.n_beyond += 1
            elif hidden:
                sheet.in_hidden_rows.append(text)
            elif column in sheet.hidden_columns:
                sheet.in_hidden_columns.append(text)
            else:
                cells[column] = text
        if cells:
            sheet.rows.setdefault(number, {}).update(cells)

    def _count(self, n_chars: int) -> None:
        self._n_cells += 1
        self._n_chars += n_chars
        if self._n_cells > MAX_CELLS or self._n_chars > MAX_CHARS:
            raise OverLimit(
                f"the workbook has more than {MAX_CELLS:,} cells, or {MAX_CHARS:,} characters in them; split it"
            )

    def _shown(self, cell: Element, sheet: Sheet) -> str:
        inside = {local(one): one for one in cell}
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return text_of(inside["is"]) if "is" in inside else ""
        stored = (inside["v"].text or "") if "v" in inside else ""
        if not stored:
            sheet.n_without_value += "f" in inside and kind != "str"
            return ""
        match kind:
            case "s":
                at = _number(stored)
                return self._texts[at] if at < len(self._texts) else ""
            case "b":
                return "TRUE" if _is_on(stored) else "FALSE"
            case "n":
                return self._as_shown(stored, cell.get("s", ""))
            case _:  # text of a formula, an error, a date in words
                return unescaped(stored)

    def _as_shown(self, stored: str, style: str) -> str:
        try:
            number = float(stored)
        except ValueError:
            return stored
        at = int(style) if style.isdecimal() and len(style) < 9 else -1
        code = self._formats[at] if 0 <= at < len(self._formats) else GENERAL
        return shown(number, code or GENERAL, since_1904=self._since_1904)


def _number(text: str | None) -> int:
    stripped = (text or "").strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 9 else 0


def _is_on(text: str | None) -> bool:
    return (text or "").strip().lower() in _TRUE


def _column(letters: str) -> int:
    """``A`` as 0, ``AA`` as 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _area(reference: str) -> tuple[int, int, int, int] | None:
    first, _, last = reference.partition(":")
    one, other = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if not one or not other:
        return None
    area = int(one[2]) - 1, int(other[2]) - 1, _column(one[1]), _column(other[1])
    return area if 0 <= area[0] <= area[1] and area[2] <= area[3] else None
