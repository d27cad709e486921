"""A table of an office: what it states stands over what was read, and what is wrong with it is said line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import BadMetadataTable
from indexer.metadata.stated import COLUMNS, read_stated
from indexer.reports import read_file, report_id
from indexer.store import snapshot
from indexer.types import Report

TEXT = "南山区的工作。受理行政复议案件412件，审结389件。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    for name in ("2023/a.txt", "2022/a.txt", "b.txt"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(TEXT, encoding="utf-8")
    (made / "汇编.txt").write_text(f"(篇一)\n{TEXT * 5}\n(篇二)\n{TEXT * 5}\n", encoding="utf-8")
    (made / "bad.txt").write_bytes(b"")
    return made


def indexed(folder: Path, table: str | bytes, name: str = "meta.csv") -> dict[str, Report]:
    """The reports by file and part, indexed with ``table``."""
    path = folder.parent / name
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    index = folder.parent / "index"
    build([folder], index, HashingEncoder(), "hashing", table=path)
    reports = snapshot.open_published(index).reports.values()
    return {f"{report.file}#{report.part or 0}": report for report in reports}


FULL = (
    "path,title,region,year,kind,issuing_body,document_number,date\n"
    "2023/a.txt,南山区报告,深圳市南山区,2023,政府工作报告,南山区人民政府,深南府〔2023〕1号,2023年2月22日\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_a_table_states_stands_over_what_was_read(folder: Path, encoding: str) -> None:
    found = indexed(folder, FULL.encode(encoding))["reports/2023/a.txt#0"]
    about = found.metadata
    assert about.title.value == "南山区报告"
    assert about.region_path == ("广东省", "深圳市", "南山区")
    assert [value.value if value else None for value in (about.region, about.year, about.year_told, about.kind)] == [
        "深圳市南山区",
        "2023",
        "2022",
        "政府工作报告",
    ]
    assert about.date is not None
    assert (about.date.value, about.date.origin) == ("2023-02-22", "manifest")
    # What had been read is recorded: the title was the file's name, the year the folder's, the region none.
    read = {one.field: one.read.value if one.read else None for one in about.overridden}
    assert read == dict.fromkeys(("region", "kind", "issuing_body", "document_number", "date")) | {
        "title": "a",
        "year": "2023",
    }
    assert {(one.table, one.line) for one in about.overridden} == {("meta.csv", 2)}


def test_an_empty_cell_states_nothing_and_a_dash_that_there_is_none(folder: Path) -> None:
    found = indexed(folder, "path,year,region\n2023/a.txt,-,\n2022/a.txt,,南山区\n")
    first, second = found["reports/2023/a.txt#0"].metadata, found["reports/2022/a.txt#0"].metadata
    assert first.year is None
    assert first.region is None
    assert [one.field for one in first.overridden] == ["year"]
    assert second.year is not None
    assert second.year.value == "2022"
    assert second.region_path == ("南山区",)  # of which city, nothing says


def test_columns_may_have_chinese_names_and_a_report_its_id(folder: Path) -> None:
    ids = [report_id("reports/汇编.txt", part) for part in (1, 2)]
    found = indexed(folder, f"报告编号,标题,地区\n{ids[0]},甲,全国\n{ids[1]},乙,云岭省澜川市\n")
    one, two = found["reports/汇编.txt#1"].metadata, found["reports/汇编.txt#2"].metadata
    assert (one.title.value, one.region, one.region_path) == ("甲", None, ("全国",))
    assert (two.title.value, two.region_path) == ("乙", ("云岭省", "澜川市"))


def test_a_path_is_of_all_reports_of_its_file_and_may_be_a_window_s(folder: Path) -> None:
    found = indexed(folder, "path,kind\n汇编.txt,调研报告\n.\\2022\\a.txt,通知\nbad.txt,通知\n")
    kinds = {name: report.metadata.kind.value for name, report in found.items() if report.metadata.kind}
    assert kinds == {
        "reports/汇编.txt#1": "调研报告",
        "reports/汇编.txt#2": "调研报告",
        "reports/2022/a.txt#0": "通知",
    }


def test_the_table_itself_is_no_report(folder: Path) -> None:
    table = folder / "meta.txt"
    table.write_text("path,year\nb.txt,2020\n", encoding="utf-8")
    build([folder], folder.parent / "index", HashingEncoder(), "hashing", table=table)
    opened = snapshot.open_published(folder.parent / "index")
    assert "reports/meta.txt" not in {report.file for report in opened.reports.values()}
    assert [item.file for item in opened.manifest.unread] == ["reports/bad.txt"]


def test_without_the_table_what_was_read_is_back(folder: Path) -> None:
    indexed(folder, FULL)
    build([folder], folder.parent / "index", HashingEncoder(), "hashing")
    opened = snapshot.open_published(folder.parent / "index")
    read = read_file(folder / "2023" / "a.txt", "reports/2023/a.txt").reports[0]
    assert opened.reports[read.report_id].metadata == read.metadata


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("path,jahr\nb.txt,2020\n", r"line 1: unknown columns jahr; known are path, report_id, title"),
        ("year,kind\n2020,通知\n", "line 1: no column says which report"),
        ("path,year,year\nb.txt,1,1\n", "line 1: year stands there twice"),
        ("path,year\nc.txt,2020\n", "line 2: no file c.txt is indexed"),
        ("path,year\na.txt,2020\n", r"line 2: a.txt is the name of 2 files \(reports/2022/a.txt, reports/2023/a.txt\)"),
        ("path,year\n.txt,2020\n", "line 2: no file .txt"),
        ("path,year\nb.txt,20\n", "line 2: year 20 is no year; write it as 2023"),
        ("path,date\nb.txt,2023-02-30\n", "line 2: date 2023-02-30 is no day"),
        ("path,date\nb.txt,2023-02\n", "line 2: date 2023-02 is no day"),
        ("path,title\nb.txt,-\n", "line 2: title may not be nothing"),
        ("path,title\n汇编.txt,甲\n", "line 2: states one title of 2 reports"),
        ("path,title\nb.txt,甲,乙\n", "line 2: has more cells than there are columns"),
        ("path,title\n,甲\n", "line 2: does not say which report"),
        ("path,kind\nb.txt," + "通" * 201 + "\n", "line 2: kind has 201 characters"),
        ("report_id,year\nr0,2020\n", "line 2: no report has the id r0"),
        ("path,year\nb.txt,2020\n\nreports/b.txt,2021\n", "line 4: states another year of reports/b.txt than line 2"),
        ('path,title\nb.txt,"甲\n乙"\nc.txt,丙\n', "line 4: no file c.txt"),  # lines are those of the file
        ('path,title\nb.txt,"甲\n', "line 2: is no CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_published(folder: Path, table: str, told: str) -> None:
    with pytest.raises(BadMetadataTable, match=told):
        indexed(folder, table)
    assert not (folder.parent / "index" / "CURRENT").exists()


def test_every_fault_is_said_at_once_up_to_a_limit(folder: Path) -> None:
    with pytest.raises(BadMetadataTable) as caught:
        indexed(folder, "path,year\n" + "b.txt,x\n" * 30)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines[:20]] == [f"meta.csv, line {n}" for n in range(2, 22)]
    assert lines[20:] == ["… and 10 lines more"]


def test_a_table_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadMetadataTable, match="cannot be read"):
        read_stated(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_bytes(b"path,year\n\xff\xff,2020\n")
    with pytest.raises(BadMetadataTable, match="neither in UTF-8 nor in GB18030"):
        read_stated(tmp_path / "a.csv")


def test_every_column_is_a_field_of_the_metadata() -> None:
    assert set(COLUMNS) - {"path", "report_id"} <= set(Report.model_fields["metadata"].annotation.model_fields)  # type: ignore[union-attr]
