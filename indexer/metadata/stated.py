"""What an office states about its reports in a table of its own, which stands over what was read.

CSV, in UTF-8 or GB18030, one report a line::

    path,title,region,year,kind,issuing_body,document_number,date
    深圳市/2023/报告.docx,2023年深圳市政府工作报告,广东省深圳市,2023,,,,2023-02-22

``path`` is the file's below a folder that is indexed, or as much of its end as names one file; ``report_id`` may stand
in its place, and must where a file holds several reports and a title is stated. An empty cell states nothing, ``-``
that there is no such thing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from indexer.chinese.dates import CENTURIES, DAY, iso
from indexer.chinese.folding import fold
from indexer.chinese.places import NATION, path_of
from indexer.errors import BadMetadataTable
from indexer.metadata.lines import Clues, lines_of
from indexer.metadata.years import year_told
from indexer.types import Overridden, ReadValue, Report, ReportMetadata
from indexer.unseen import cleaned, escaped

# Column: what people may also call it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "path": ("路径", "文件"),
    "report_id": ("报告编号",),
    "title": ("标题",),
    "region": ("地区",),
    "year": ("年份",),
    "year_told": ("所述年份",),
    "kind": ("种类", "类型"),
    "issuing_body": ("发文机关",),
    "document_number": ("文号",),
    "date": ("日期", "成文日期"),
}
KEYS = ("path", "report_id")
NOTHING = "-"
T = TypeVar("T")
MAX_CELL_CHARS = 200
MAX_TOLD = 20  # faults of a table; what is wrong with one line is often wrong with all


@dataclass(frozen=True)
class Row:
    """One line of the table: the report that it is about, by either key, and what it states; None: there is none."""

    line: int
    path: str | None
    report_id: str | None
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Stated:
    """A table that was read. ``name`` is that of its file."""

    name: str
    rows: Sequence[Row]

    def over(self, reports: Sequence[Report], files: Iterable[str]) -> list[Report]:
        """``reports`` with what the table states; ``files`` are all that were found, also those that gave no report.

        Raises BadMetadataTable, naming every line that is about no report, or says another thing than a line before."""
        faults = _Faults(self.name)
        rows: dict[str, dict[str, tuple[Row, str | None]]] = {}
        by_id = {report.report_id: report for report in reports}
        by_file: dict[str, list[Report]] = {}
        for report in reports:
            by_file.setdefault(report.file, []).append(report)
        names = list(files)
        for row in self.rows:
            about = faults.kept(row.line, partial(_about, row, names, by_file, by_id))
            for report in about or ():
                said = rows.setdefault(report.report_id, {})
                for column, value in row.values.items():
                    before = said.setdefault(column, (row, value))
                    if before[1] != value:
                        faults.add(
                            row.line,
                            f"states another {column} of {escaped(report.file)} than line {before[0].line}; leave one",
                        )
        faults.raise_any()
        return [
            self._changed(report, rows[report.report_id]) if report.report_id in rows else report for report in reports
        ]

    def _changed(self, report: Report, said: Mapping[str, tuple[Row, str | None]]) -> Report:
        read = report.metadata
        stated = {
            column: None if value is None else ReadValue(value=value, origin="manifest")
            for column, (_, value) in said.items()
        }
        overridden = tuple(
            Overridden(field=column, read=getattr(read, column), table=self.name, line=row.line)
            for column, (row, _) in said.items()
        )
        changed = read.model_copy(update={**stated, "overridden": overridden})
        return report.model_copy(update={"metadata": _completed(report, changed, said.keys())})


def read_stated(path: Path) -> Stated:
    """The table in the file at ``path``. Raises BadMetadataTable with all that is wrong, line by line."""
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise BadMetadataTable(
            f"{path} cannot be read ({error.strerror}); check the path and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise BadMetadataTable(f"{path} is text neither in UTF-8 nor in GB18030; save it as CSV in UTF-8") from error
    faults = _Faults(path.name)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, line, path.name)
            elif row := faults.kept(line, partial(_row, columns, cells, line)):
                rows.append(row)
    except csv.Error as error:
        faults.add(start, f"is no CSV ({error}); save the table as CSV again")
    if columns is None:
        raise BadMetadataTable(f"{path.name} is empty; its first line names the columns: {', '.join(COLUMNS)}")
    faults.raise_any()
    return Stated(path.name, rows)


def _decoded(raw: bytes) -> str:
    """Raises UnicodeDecodeError."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _columns(cells: Sequence[str], line: int, name: str) -> list[str]:
    known = {other: column for column, others in COLUMNS.items() for other in (column, *others)}
    found = [known.get(cell.strip().lower(), "") for cell in cells]
    where = f"{name}, line {line}: "
    if unknown := [cell.strip() for cell, column in zip(cells, found, strict=True) if not column and cell.strip()]:
        raise BadMetadataTable(
            f"{where}unknown columns {', '.join(map(escaped, unknown))}; known are {', '.join(COLUMNS)}"
        )
    if twice := sorted({column for column in found if column and found.count(column) > 1}):
        raise BadMetadataTable(f"{where}{', '.join(twice)} stands there twice; keep one column of each")
    if not set(found) & set(KEYS):
        raise BadMetadataTable(f"{where}no column says which report a line is about; add path or report_id")
    return found


def _row(columns: Sequence[str], cells: Sequence[str], line: int) -> Row:
    if extra := [cell for cell in cells[len(columns) :] if cell.strip()]:
        raise ValueError(
            f"has more cells than there are columns ({escaped(extra[0])}…); put text with commas in quotes"
        )
    told = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()}
    path, report_id = told.pop("path", None), told.pop("report_id", None)
    if path is None and report_id is None:
        raise ValueError("does not say which report it is about; fill path or report_id")
    return Row(line, path, report_id, {column: _value(column, cell) for column, cell in told.items()})


def _value(column: str, cell: str) -> str | None:
    """The value that a cell states, None for ``-``. Raises ValueError for what is none."""
    if len(cell) > MAX_CELL_CHARS:
        raise ValueError(f"{column} has {len(cell)} characters, the limit is {MAX_CELL_CHARS}")
    if cell == NOTHING:
        if column == "title":
            raise ValueError("title may not be nothing; leave the cell empty to keep what was read")
        return None
    if column in ("year", "year_told"):
        match = re.fullmatch(rf"({CENTURIES})(?:年度?|\.0)?", fold(cell))
        if not match:
            raise ValueError(f"{column} {escaped(cell)} is no year; write it as 2023")
        return match[1]
    if column == "date":
        found = DAY.fullmatch(fold(cell))
        if not found or not (as_iso := iso(found)):
            raise ValueError(f"date {escaped(cell)} is no day of the calendar; write it as 2023-03-28")
        return as_iso
    return cleaned(" ".join(cell.split())) or escaped(cell)


def _about(
    row: Row, files: Sequence[str], by_file: Mapping[str, Sequence[Report]], by_id: Mapping[str, Report]
) -> Sequence[Report]:
    """The reports that a line is about. Raises ValueError where it names none, or more than one file."""
    if row.report_id is not None:
        if row.report_id not in by_id:
            raise ValueError(
                f"no report has the id {escaped(row.report_id)}; `judian inspect FILE` shows that of a file"
            )
        report = by_id[row.report_id]
        if row.path is not None and not _ends_with(report.file, row.path):
            raise ValueError(f"path and report_id are of two reports; {row.report_id} is of {escaped(report.file)}")
        return [report]
    named = [file for file in files if _ends_with(file, row.path or "")]
    exact = [file for file in named if file == _posix(row.path or "")]
    named = exact or named
    if not named:
        raise ValueError(
            f"no file {escaped(row.path or '')} is indexed; write its path below the folder, as it is there"
        )
    if len(named) > 1:
        shown = ", ".join(map(escaped, named[:3]))
        raise ValueError(
            f"{escaped(row.path or '')} is the name of {len(named)} files ({shown}); write more of its path"
        )
    found = by_file.get(named[0], ())
    if len(found) > 1 and "title" in row.values:
        ids = ", ".join(report.report_id for report in found[:5])
        raise ValueError(f"states one title of {len(found)} reports in a file; name one by its report_id ({ids})")
    return found


def _posix(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).as_posix().removeprefix("./")


def _ends_with(file: str, path: str) -> bool:
    asked = _posix(path).lstrip("/")
    return bool(asked) and (file == asked or file.endswith(f"/{asked}"))


def _completed(report: Report, changed: ReportMetadata, stated: Iterable[str]) -> ReportMetadata:
    """With what follows from what is stated: where a region lies, and of which year a report of that year tells."""
    names = set(stated)
    update: dict[str, object] = {}
    if "region" in names:
        told = [*reversed(PurePosixPath(report.file).parts[:-1]), changed.title.value]
        region = changed.region
        update["region_path"] = path_of(region.value, told, report.text) if region else ()
        if region and region.value == NATION:
            update["region"] = None
    if names & {"year", "kind"} and "year_told" not in names:
        clues = Clues(report.text, lines_of(report.text))
        update["year_told"] = year_told(clues, changed.year, changed.kind)
    return changed.model_copy(update=update)


class _Faults:
    """What is wrong with a table, by line."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: list[str] = []

    def add(self, line: int, what: str) -> None:
        self._told.append(f"{self._name}, line {line}: {what}")

    def kept(self, line: int, make: Callable[[], T]) -> T | None:
        """What ``make`` returns; None, and a fault, where it raises ValueError."""
        try:
            return make()
        except ValueError as error:
            self.add(line, str(error))
            return None

    def raise_any(self) -> None:
        if self._told:
            left = len(self._told) - MAX_TOLD
            shown = [*self._told[:MAX_TOLD], *([f"… and {left} lines more"] if left > 0 else [])]
            raise BadMetadataTable("\n".join(shown))
