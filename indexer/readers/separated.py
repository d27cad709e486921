"""CSV and TSV: a table in lines, its cells between commas, tabs or semicolons; a row is a line with its heads.

The encoding is judged by the bytes, the separator by which of them parts the lines into rows of one length. Cells may
stand in quotes, with separators and line breaks in them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from indexer.errors import EmptyFile, OverLimit
from indexer.readers.decoding import decode
from indexer.readers.lines import assembled
from indexer.readers.sheet.grid import lines_of
from indexer.readers.types import Reader, SourceText
from indexer.readers.visible import visible
from indexer.tables import Cell, Row

SEPARATORS = ",\t;|，"
SAMPLE_ROWS = 200
MAX_COLUMNS = 1_000
MAX_CELLS = 500_000
MAX_CELL_CHARS = 10_000_000


def read_separated(raw: bytes) -> SourceText:
    """Raises ReadError when ``raw`` is no text, or none of cells."""
    decoded = decode(raw)
    text, dropped = visible(decoded.text)
    rows = _rows(text, separator_of(text))
    if sum(map(len, rows)) > MAX_CELLS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise OverLimit(f"the table has more than {MAX_CELLS:,} cells or {MAX_COLUMNS:,} columns; split it")
    grid = [Row(tuple(Cell(" ".join(cell.split())) for cell in row)) for row in rows]
    lines = lines_of(grid, 1)
    if not any(line.text.strip() for line in lines):
        raise EmptyFile("the table holds no text; fill it, or remove it")
    return assembled(lines, decoded.encoding, dropped, {})


def separator_of(text: str) -> str:
    """Which of SEPARATORS parts the lines into the most rows of one length, and these into the most cells."""

    def evenness(separator: str) -> tuple[int, int]:
        lengths = Counter(len(row) for row in _rows(text, separator, SAMPLE_ROWS) if len(row) > 1)
        length, n_rows = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return n_rows, length

    return max(SEPARATORS, key=evenness)


def _rows(text: str, separator: str, most: int | None = None) -> Sequence[Sequence[str]]:
    limit = csv.field_size_limit(MAX_CELL_CHARS)
    try:
        found: list[list[str]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True):
            found.append(row)
            if most is not None and len(found) == most:
                break
    except csv.Error as error:
        if "field larger" in str(error):
            raise OverLimit(f"a cell has more than {MAX_CELL_CHARS:,} characters; split it") from error
        raise EmptyFile(f"the table cannot be read ({error}); save it again as CSV") from error
    else:
        return found
    finally:
        csv.field_size_limit(limit)


# Any text may be a table; the name says that it is one.
SEPARATED = Reader(recognises=lambda _: True, read=read_separated, suffixes=frozenset((".csv", ".tsv", ".tab")))
