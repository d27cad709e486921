"""XLSX: the tables of a workbook, a row a line with its heads, under the name of the sheet and the title of the table.

Figures are shown as their cells show them. Hidden sheets, rows and columns are left out, and told, as is what is not
read: charts, pictures, comments on cells. A formula shows the value that was stored with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.errors import EmptyFile
from indexer.readers.lines import Line, assembled
from indexer.readers.sheet.grid import grid_of, lines_of
from indexer.readers.sheet.workbook import MAX_COLUMNS, Sheet, Workbook
from indexer.readers.types import Reader, SourceText
from indexer.readers.visible import visible
from indexer.readers.word.package import holds
from indexer.types import Dropped

MAX_TOLD_CHARS = 500  # of what is hidden in a sheet
_NO_NAME = re.compile(r"(?:Sheet|工作表|表)\s*\d*", re.IGNORECASE)
_NOT_READ = {
    "comments": "comments on cells, which are not read",
    "threadedcomment": "comments on cells, which are not read",
    "chart": "charts, which are not read",
    "image": "pictures, which are not read",
    "externallink": "links to other workbooks, which are not followed",
    "pivottable": "pivot tables, of which the stored cells are read",
    "oleobject": "embedded files, which are not read",
    "sheet": "sheets that are not in the file",
}


def read_xlsx(raw: bytes) -> SourceText:
    """Raises ReadError when ``raw`` is no workbook that can be read, or shows nothing."""
    workbook = Workbook(raw)
    dropped: list[Dropped] = []
    lines: list[Line] = []
    shown = [sheet for sheet in workbook.sheets if not sheet.is_hidden]
    n_invisible = 0
    for sheet in workbook.sheets:
        dropped += _told(sheet)
    several = sum(bool(sheet.rows) for sheet in shown) > 1
    for sheet in shown:
        if not sheet.rows:
            continue
        named = bool(sheet.name.strip()) and (several or not _NO_NAME.fullmatch(sheet.name.strip()))
        if named:
            lines.append(Line(sheet.name.strip(), level=1))
        lines += lines_of(grid_of(sheet), 2 if named else 1)
    for line in lines:
        text, gone = visible(line.text)
        if gone and not line.generated:
            n_invisible += len(line.text) - len(text)
            line.text = text
    if n_invisible:
        dropped.append(Dropped(text="", reason=f"{n_invisible} invisible characters"))
    dropped += [Dropped(text="", reason=f"{n} {_NOT_READ[kind]}") for kind, n in sorted(workbook.not_read.items())]
    if not any(line.text.strip() for line in lines):
        raise EmptyFile("the workbook shows no text; fill its sheets, or show what is hidden in them")
    return assembled(lines, "xlsx", dropped, {})


def _told(sheet: Sheet) -> list[Dropped]:
    if sheet.is_hidden:
        texts = [text for _, row in sorted(sheet.rows.items()) for _, text in sorted(row.items())]
        return [Dropped(text=_some(texts), reason=f"a hidden sheet, {sheet.name!r}")]
    told: list[Dropped] = []
    for texts, what in ((sheet.in_hidden_rows, "rows"), (sheet.in_hidden_columns, "columns")):
        if texts:
            told.append(Dropped(text=_some(texts), reason=f"in hidden {what} of the sheet {sheet.name!r}"))
    if sheet.n_beyond:
        told.append(Dropped(text="", reason=f"{sheet.n_beyond} cells of {sheet.name!r} behind column {MAX_COLUMNS:,}"))
    if sheet.n_without_value:
        reason = (
            f"{sheet.n_without_value} formulas of {sheet.name!r} without a stored value; open and save the workbook"
        )
        told.append(Dropped(text="", reason=reason))
    return told


def _some(texts: Sequence[str]) -> str:
    text = " ".join(" ".join(texts[:MAX_TOLD_CHARS]).split())
    return text if len(text) <= MAX_TOLD_CHARS else f"{text[:MAX_TOLD_CHARS]}…"


XLSX = Reader(recognises=lambda raw: holds(raw) == "workbook", read=read_xlsx, is_binary=True)
