"""Other formats into gold files, one format a module: SQuAD and CMRC 2018, BEIR, TREC, CSV, XLSX.

Each reader gives items, the reports that they are asked of (where the format brings texts along), and notes: whatever
could not be taken over as it was. Rankings come and go in ``eval.runs.trec``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from eval.errors import GoldError
from eval.gold.convert.beir import read_beir, read_trec
from eval.gold.convert.converted import Converted
from eval.gold.convert.squad import read_squad
from eval.gold.convert.tables import read_csv
from eval.gold.convert.xlsx import read_xlsx
from eval.gold.load import write_gold

FORMATS: Mapping[str, Callable[[Path], Converted]] = {
    "squad": read_squad,
    "beir": read_beir,
    "trec": read_trec,
    "csv": read_csv,
    "xlsx": read_xlsx,
}


def convert(form: str, path: Path, out: Path, reports: Path | None = None) -> Converted:
    """Read ``path`` (a folder for beir and trec) in the format ``form``; write the gold file ``out`` and, into the
    folder ``reports``, the texts that its questions are asked of.

    Raises GoldError, with the place, for an unknown format and for whatever is wrong in the files.
    """
    if form not in FORMATS:
        raise GoldError(f'"{form}" is no format that can be converted; take one of {", ".join(FORMATS)}')
    if out.resolve() == path.resolve():
        raise GoldError(f"{out} is the file to convert; choose another --out")
    converted = FORMATS[form](path)
    if not converted.items:
        raise GoldError(f"{path} gives no question{''.join(f'; {note}' for note in converted.notes)}")
    if reports is not None:
        converted.write_reports(reports)
    elif converted.reports:
        unwritten = f"{len(converted.reports)} reports were not written; name a folder for them (--reports)"
        converted = converted.noting(unwritten)
    write_gold(converted.items, out)
    return converted
