"""Gold sets that people keep in a table: a header, then a question a row. CSV here, workbooks in ``xlsx``."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from eval.errors import GoldError
from eval.gold.convert.converted import Converted, language_of, listed, without_repeated_ids
from eval.gold.load import in_plain_words, read_bytes
from eval.gold.types import GoldItem, QuestionType
from indexer.errors import ReadError
from indexer.readers.decoding import decode

# Each field and what its column may be called; case and white space do not matter.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号"),
    "question": ("question", "问题"),
    "lang": ("lang", "language", "语言"),
    "type": ("type", "类型"),
    "answers": ("answers", "answer", "答案"),
    "evidence": ("evidence", "证据"),
    "part": ("part", "出处"),
    "section": ("section", "章节"),
    "note": ("note", "备注"),
}
REQUIRED = ("question", "answers")
SEVERAL = ("answers", "evidence")
TYPES: tuple[str, ...] = get_args(QuestionType)
DEFAULT_TYPE = "fact"
DELIMITERS = ",;\t"  # Excel writes the one that the region's settings name
_BETWEEN_VALUES = re.compile(r"[|\r\n]+")
_FIELD_OF = {name: field for field, names in COLUMNS.items() for name in names}


def read_csv(path: Path) -> Converted:
    """A table in any encoding that reports come in (Excel writes GBK in Chinese offices); commas, semicolons or tabs.

    See ``from_rows`` for the columns. Raises GoldError, with the row, for whatever is wrong.
    """
    text = _text(path)
    header = text.lstrip("\n\r").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise GoldError(f"{path}, row {len(rows) + 1}: {error}; check the quotation marks of that row") from error
    return from_rows(rows, path)


def from_rows(rows: Iterable[Sequence[str]], path: Path) -> Converted:
    """Items from the cells of a table whose first row that is not empty names the columns (COLUMNS, any order).

    Several answers or evidences in a cell stand between line breaks or ``|``, or are a JSON list. Where a cell is
    empty: the language is told from the question, the type is fact, the id is that of the row. Rows without any text,
    and columns of other names, are passed over. Rows count from 1, the header included.
    """
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise GoldError(f"{path} is empty; its first row names the columns: {', '.join(COLUMNS)}")
    (header_row, header), *body = numbered
    column_of, others = _columns(header, header_row, path)
    items = []
    for number, row in body:
        cells = {field: row[at].strip() if at < len(row) else "" for field, at in column_of.items()}
        items.append(_item(cells, number, path))
    converted = Converted(without_repeated_ids(items, path), {})
    return converted.noting(f"columns that were passed over: {listed(others)}") if others else converted


def write_csv(items: Iterable[GoldItem], path: Path) -> None:
    """Write ``items`` as a table that ``read_csv`` and a spreadsheet read; ``spans`` are left out.

    With a byte order mark, without which Excel takes UTF-8 for the encoding of the region.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for item in items:
                writer.writerow([_cell(getattr(item, field)) for field in COLUMNS])
    except OSError as error:
        raise GoldError(f"{path} cannot be written: {error.strerror}") from error


def _text(path: Path) -> str:
    raw = read_bytes(path)
    # A few words of UTF-8 can be plausible GBK as well; what is UTF-8 throughout was hardly meant as anything else.
    with contextlib.suppress(UnicodeDecodeError):
        if "\0" not in (text := raw.decode("utf-8")):
            return text
    try:
        return decode(raw).text
    except ReadError as error:
        raise GoldError(f"{path} cannot be read as a table: {error}") from error


def _columns(header: Sequence[str], row: int, path: Path) -> tuple[dict[str, int], list[str]]:
    found: dict[str, int] = {}
    others: list[str] = []
    for at, cell in enumerate(header):
        name = "".join(cell.split()).casefold()
        field = _FIELD_OF.get(name)
        if field is None:
            others += [cell.strip()] * bool(name)
        elif field in found:
            raise GoldError(f'{path}, row {row}: two columns hold the {field} ("{cell.strip()}"); keep one')
        else:
            found[field] = at
    if missing := [f'"{field}" ({COLUMNS[field][-1]})' for field in REQUIRED if field not in found]:
        raise GoldError(f"{path}, row {row}: the column {' and the column '.join(missing)} is missing")
    return found, others


def _item(cells: Mapping[str, str], row: int, path: Path) -> GoldItem:
    fields: dict[str, Any] = {
        field: _values(text) if field in SEVERAL else text for field, text in cells.items() if text
    }
    fields.setdefault("id", f"row{row}")
    fields.setdefault("lang", language_of(fields.get("question", "")))
    fields.setdefault("type", DEFAULT_TYPE)
    if fields["type"] not in TYPES:
        raise GoldError(f'{path}, row {row}: "{fields["type"]}" is no type of question; take one of {", ".join(TYPES)}')
    try:
        return GoldItem(**fields)
    except ValidationError as error:
        raise GoldError(f"{path}, row {row}: {in_plain_words(error)}") from error


def _values(text: str) -> tuple[str, ...]:
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(value, str) for value in found):
            return tuple(found)
    return tuple(value.strip() for value in _BETWEEN_VALUES.split(text) if value.strip())


def _cell(value: str | tuple[str, ...]) -> str:
    """The text of a cell: values on lines of their own where that is read as it was meant, else a JSON list."""
    if isinstance(value, str):
        return value
    plain = "\n".join(value)
    return plain if _values(plain.strip()) == value else json.dumps(value, ensure_ascii=False)
