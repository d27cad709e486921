"""XLSX: what the reader of a workbook sees, as rows with heads. The files are written by openpyxl, or by hand."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from indexer.errors import DamagedFile, EmptyFile, OverLimit, ReadError
from indexer.readers import read_source
from indexer.readers.archive import MAX_ENTRY_BYTES
from indexer.readers.sandbox import Sandbox
from indexer.readers.sheet.formats import shown
from indexer.readers.xlsx import XLSX, read_xlsx
from indexer.reports import reading_of
from tests.indexer.readers.word_files import zipped

Values = Sequence[Sequence[Any]]


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(**sheets: Values) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def parts_of(raw: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(raw))
    return {name: archive.read(name) for name in archive.namelist()}


def lines(raw: bytes) -> list[str]:
    return [line for line in read_xlsx(raw).text.splitlines() if line]


def test_a_row_has_its_heads_its_unit_and_stands_under_sheet_and_title() -> None:
    book = workbook(
        收支=[
            ["2023年一般公共预算收支表", None, None, None],
            [None, None, None, "单位：万元"],
            ["项目", "决算", None, "增长"],
            [None, "2022年", "2023年", None],
            ["税收收入", 41200, 45310, 0.0998],
            ["非税收入", 18700.5, 17260, -0.077],
            [],
            ["注：2023年为快报数。"],
        ],
        办件=[["区", "受理", "办结"], ["甲区", 120, 118], [None, 45, 44]],
    )
    sheet = book["收支"]
    for area in ("A1:D1", "A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    book["办件"].merge_cells("A2:A3")
    sheet["B6"].number_format, sheet["D5"].number_format, sheet["D6"].number_format = "#,##0.00", "0.0%", "0.0%"
    raw = saved(book)
    assert lines(raw) == [
        "收支",
        "2023年一般公共预算收支表",
        "单位：万元",
        "项目；决算；增长",
        "2022年；2023年",
        "项目：税收收入；决算 2022年（万元）：41200；决算 2023年（万元）：45310；增长：10.0%",
        "项目：非税收入；决算 2022年（万元）：18,700.50；决算 2023年（万元）：17260；增长：-7.7%",
        "注：2023年为快报数。",
        "办件",
        "区；受理；办结",
        "区：甲区；受理：120；办结：118",
        "区：甲区；受理：45；办结：44",
    ]
    (report,) = reading_of(raw, "云岭市2023年决算.xlsx").reports
    paths = {path for path, section in report.walk() if "税收收入" in section.span.of(report.text)}
    assert max(paths, key=len) == ("收支", "2023年一般公共预算收支表")
    source = read_xlsx(raw)
    rendered = {at for span in source.generated for at in range(span.start, span.end)}
    kept = "".join(char for at, char in enumerate(source.text) if at not in rendered and char != "\n")
    assert kept.count("甲区") == kept.count("45310") == kept.count("2022年") == 1


def test_what_is_hidden_is_left_out_and_told() -> None:
    book = workbook(
        收支=[["项目", "数", "内部"], ["税收", 1, 7], ["机密", 2, 8], ["非税", 3, 9]],
        底稿=[["草稿", 5]],
        绝密=[["绝密", 6]],
    )
    book["收支"].row_dimensions[3].hidden = True
    book["收支"].column_dimensions["C"].hidden = True
    book["底稿"].sheet_state, book["绝密"].sheet_state = "hidden", "veryHidden"
    source = read_xlsx(saved(book))
    assert source.text.splitlines() == ["收支", "项目；数", "项目：税收；数：1", "项目：非税；数：3", ""]
    assert [(item.text, re.sub("'.*", "", item.reason).strip(" ,")) for item in source.dropped] == [
        ("机密 2 8", "in hidden rows of the sheet"),
        ("内部 7 9", "in hidden columns of the sheet"),
        ("草稿 5", "a hidden sheet"),
        ("绝密 6", "a hidden sheet"),
    ]


def test_formulas_show_what_was_stored_with_them() -> None:
    book = workbook(收支=[["项目", "数"], ["税收", 1], ["合计", "=B2*2"]])
    source = read_xlsx(saved(book))
    assert source.text.splitlines()[-2:] == ["项目：合计", ""]
    assert [item.reason for item in source.dropped] == [
        "1 formulas of '收支' without a stored value; open and save the workbook"
    ]
    parts = parts_of(saved(book))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", sheet)
    assert "项目：合计；数：2" in read_xlsx(zipped(parts)).text


def test_several_tables_of_a_sheet_and_groups_in_one() -> None:
    book = workbook(
        Sheet1=[
            ["表一"],
            [],
            ["编制单位：云岭市财政局", None, "单位：亿元"],
            ["区", "2022", "2023"],
            ["一、城区"],
            ["甲区", 1, 2],
            ["二、郊区"],
            ["乙县", 3, 4],
            [],
            ["各县人口（万人）"],
            ["县", "人口"],
            ["乙县", 5],
        ]
    )
    source = read_xlsx(saved(book))
    assert [line for line in source.text.splitlines() if "县" in line or "区" in line] == [
        "区；2022；2023",
        "一、城区",
        "一、城区；区：甲区；2022（亿元）：1；2023（亿元）：2",
        "二、郊区",
        "二、郊区；区：乙县；2022（亿元）：3；2023（亿元）：4",
        "各县人口（万人）",
        "县；人口",
        "县：乙县；人口（万人）：5",
    ]
    assert [(hint.level, hint.span.of(source.text)) for hint in source.headings] == [
        (1, "表一"),
        (1, "各县人口（万人）"),
    ]


def test_dates_numbers_and_texts_are_shown_as_the_sheet_shows_them() -> None:
    book = workbook(
        表=[["项目", "值"], ["日期", datetime.date(2023, 1, 5)], ["比例", 0.125], ["是否", True], ["代码", "007"]]
    )
    book["表"]["B2"].number_format = 'yyyy"年"m"月"d"日"'
    book["表"]["B3"].number_format = "0.0%"
    assert lines(saved(book))[1:] == [
        "项目：日期；值：2023年1月5日",
        "项目：比例；值：12.5%",
        "项目：是否；值：TRUE",
        "项目：代码；值：007",
    ]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (45310, "General", "45310"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1e+20"),
        (1.005, "0.00", "1.01"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (3.14, "0.0##", "3.14"),
        (3, "0.0##", "3.0"),
        (7, "000", "007"),
        (0.9786, "0.0%", "97.9%"),
        (-0.021, "0.0%;[Red]-0.0%", "-2.1%"),
        (-1234.5, r"#,##0.00_);[Red]\(#,##0.00\)", "(1,234.50)"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (5, '0"件"', "5件"),
        (12345, '0.0,"千元"', "12.3千元"),
        (1200, '"¥"#,##0.00', "¥1,200.00"),
        (1200, "[$€-407]#,##0", "€1,200"),
        (150, '[>=100]0"高";0"低"', "150高"),
        (50, '[>=100]0"高";0"低"', "50低"),
        (12.5, "# ?/?", "12.5"),
        (5, ";;;", ""),
        (44927, 'yyyy"年"m"月"d"日"', "2023年1月1日"),
        (44927.5, "yyyy-mm-dd hh:mm:ss", "2023-01-01 12:00:00"),
        (44927, "yyyy/m/d;@", "2023/1/1"),
        (44927, "[$-804]aaaa", "星期日"),
        (44927, "yyyy.mm", "2023.01"),
        (0.5, '上午/下午h"时"mm"分"', "下午12时00分"),
        (1.5, "[h]:mm", "36:00"),
        (59, "yyyy/m/d", "1900/2/28"),
        (2e9, "yyyy", "2000000000"),
        (-1, "yyyy", "-1"),
    ],
)
def test_number_formats(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_days_may_be_counted_from_1904() -> None:
    assert shown(43465, "yyyy/m/d", since_1904=True) == "2023/1/1"


GOOD = parts_of(saved(workbook(表=[["项目", "数"], ["税收", 1]])))
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<!DOCTYPE d [<!ENTITY a "' + b"x" * 50 + b'">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
)  # fmt: skip


def with_sheet(inside: bytes, before: bytes = b"") -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zipped(GOOD | {SHEET: before + b'<worksheet xmlns="%s">%s</worksheet>' % (space, inside)})


def cells(n: int, text: bytes = b"<v>1</v>") -> bytes:
    return b"<sheetData>" + b"<row><c>%s</c></row>" % text * n + b"</sheetData>"


@pytest.mark.parametrize(
    ("raw", "error", "told"),
    [
        (with_sheet(b"&j;", ENTITIES + b"]>"), DamagedFile, "not well-formed|declares entities"),
        (
            with_sheet(cells(1, b"<v>&x;</v>"), b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            DamagedFile,
            "declares entities",
        ),
        (with_sheet(cells(500_001)), OverLimit, "times its size|more than 500,000 cells"),
        (with_sheet(b" " * (MAX_ENTRY_BYTES + 1)), OverLimit, "the limit is"),
        (with_sheet(cells(1, b"<v>%s</v>" % (b"1" * 11_000_000))), OverLimit, "times its size|ten million"),
        (with_sheet(cells(3)[:-30]), DamagedFile, "not well-formed"),
        (zipped({name: raw for name, raw in GOOD.items() if name != "xl/workbook.xml"}), DamagedFile, "lacks"),
        (zipped(GOOD)[:-10], DamagedFile, "cut off or damaged"),
        (zipped(GOOD | {"../x": b"x"}), DamagedFile, "leads out of the archive"),
        (with_sheet(b""), EmptyFile, "shows no text"),
        (
            with_sheet(
                b"<sheetData>" + b'<row><c><v>1</v></c><c r="ALL9"><v>2</v></c></row>' * 2_001 + b"</sheetData>"
            ),
            OverLimit,
            "spread over",
        ),
    ],
)
def test_a_hostile_workbook_is_refused_with_what_to_do(raw: bytes, error: type[ReadError], told: str) -> None:
    with pytest.raises(error, match=told) as caught:
        read_source(raw, "表.xlsx")
    assert ";" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_what_a_sheet_claims_takes_no_memory() -> None:
    merged = b'<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:B1048576"/></mergeCells>'
    columns = b'<cols><col min="1" max="16384" width="9"/></cols>'
    assert read_xlsx(with_sheet(columns + cells(3) + merged)).text.count("1") == 3
    far = b'<sheetData><row r="1048576"><c r="B1048576"><v>1</v></c><c><v>2</v></c></row></sheetData>'
    assert read_xlsx(with_sheet(far)).text.strip() == "1；2"


def test_what_lies_outside_the_file_is_not_fetched() -> None:
    """The network is off in tests: to reach for it would fail."""
    rels = GOOD["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="x" TargetMode="External" Target="http://192.0.2.1/x" Type="http://x/sharedStrings"/>'
        b"</Relationships>",
    )
    parts = GOOD | {"xl/_rels/workbook.xml.rels": rels, "xl/externalLinks/externalLink1.xml": b"<x/>"}
    source = read_xlsx(zipped(parts))
    assert "项目：税收；数：1" in source.text
    assert [item.reason for item in source.dropped] == ["1 links to other workbooks, which are not followed"]


@pytest.mark.process
def test_it_is_parsed_in_the_sandbox() -> None:
    raw = zipped(GOOD)
    with Sandbox() as sandbox:
        assert read_source(raw, "表.xlsx", sandbox) == read_source(raw, "表.xlsx")
    assert XLSX.is_binary
