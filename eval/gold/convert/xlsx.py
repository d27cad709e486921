"""Gold sets in a workbook of Excel (.xlsx): the sheet that was open when it was saved, read as ``tables`` says."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.errors import GoldError
from eval.gold.convert.converted import Converted
from eval.gold.convert.tables import from_rows

PERCENT = Decimal(100)


def read_xlsx(path: Path) -> Converted:
    """The active sheet; formulas give the value that was saved with them.

    A share is read as it is shown (0.914 in a cell of percentages is 91.4%). A cell that Excel turned into a date is
    refused: how it was written cannot be told. Raises GoldError, with row and column, for whatever is wrong.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise GoldError("reading .xlsx needs openpyxl: pip install openpyxl; or save the table as CSV") from None
    try:
        # What openpyxl warns of (styles, validation rules) is what it leaves out, and no text of a cell.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                if book.active is None or not hasattr(book.active, "iter_rows"):
                    raise GoldError(f"{path} has no sheet with cells")
                # Read whole before the file is closed; the stated size of a sheet is often wrong.
                book.active.reset_dimensions()
                rows = [list(_texts(row, path)) for row in book.active.iter_rows()]
            finally:
                book.close()
    except OSError as error:
        raise GoldError(f"{path} cannot be read: {error.strerror or error}") from error
    except GoldError:
        raise
    except Exception as error:  # a damaged workbook fails anywhere in openpyxl, zipfile or the XML parser
        raise GoldError(f"{path} is no workbook that can be read ({error}); save it as .xlsx again") from error
    return from_rows(rows, path)


def _texts(row: Any, path: Path) -> Iterator[str]:
    for cell in row:
        value = cell.value
        if value is None or isinstance(value, str):
            yield value or ""
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            # 15 digits are what Excel keeps; behind them stands the noise of binary fractions.
            shown = Decimal(f"{value:.15g}")
            share = "%" in (cell.number_format or "")
            yield f"{_plain(shown * PERCENT)}%" if share else _plain(shown)
        else:
            kind = "true or false" if isinstance(value, bool) else "a date or time"
            raise GoldError(
                f"{path}, row {cell.row}, column {cell.column_letter}: Excel took this cell for {kind}; "
                "format the column as text and write it again"
            )


def _plain(value: Decimal) -> str:
    """Digits without an exponent and without zeros behind the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
