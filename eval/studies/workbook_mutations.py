"""A workbook that holds something of everything that the reader knows, and what mutations of it are made of."""

from __future__ import annotations

from eval.studies.package_mutations import Vocabulary

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
VALUES = (
    *("", "0", "1", "5", "-1", "99999999999999999999", "٣", "1e9", "NaN", "true", "hidden", "veryHidden", "visible"),
    *("A1", "XFD1048576", "A1:XFD1048576", "A1:B2", "B2:A1", "$A$1:$C$9", "A0", "s", "n", "b", "e", "d", "str"),
    *("0.0%", "#,##0.00;[Red]-#,##0.00", 'yyyy"年"m"月"d"日"', "[h]:mm", "[>5]0;0", ";;;", "@", "#" * 300, '"', "["),
    *("E+", "?/?", "inlineStr"),
    *("rId1", "x" * 500, "..", "sheet", "\u202e"),
)  # fmt: skip
TEXTS = (
    *(
        "",
        "0",
        "1",
        "-1",
        "45310",
        "0.0998",
        "44927",
        "1e308",
        "NaN",
        "inf",
        "-7e99",
        "一、",
        "单位：万元",
        "项目",
        " ",
    ),
    *("2023", "_x0041_", "\u200b", "正文。" * 40, "12%", "|", "注：快报数", "👨‍👩‍👧", "9" * 400, "#DIV/0!"),
)
TAGS = (
    *(
        "row",
        "c",
        "v",
        "is",
        "t",
        "f",
        "r",
        "si",
        "rPh",
        "col",
        "cols",
        "mergeCell",
        "mergeCells",
        "sheetData",
        "sheet",
    ),
    *("sheets", "workbookPr", "cellXfs", "xf", "numFmt", "numFmts", "worksheet", "sst", "styleSheet"),
)
WORDS = Vocabulary("xl/worksheets/sheet1.xml", _S, "r", TAGS, VALUES, TEXTS)

_TEXTS = (
    "云岭市2023年收支表",
    "单位：万元",
    "项目",
    "2022年",
    "2023年",
    "增长",
    "税收收入",
    "非税收入",
    "注：快报数。",
)
_SHEET = (
    '<cols><col min="5" max="5" hidden="1"/></cols><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="D2" t="s"><v>1</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="s"><v>3</v></c><c r="C3" t="s"><v>4</v></c>'
    '<c r="D3" t="s"><v>5</v></c><c r="E3" t="inlineStr"><is><t>内部</t></is></c></row>'
    '<row r="4"><c r="A4" t="s"><v>6</v></c><c r="B4"><v>41200</v></c><c r="C4" s="1"><f>B4+1</f><v>45310.5</v></c>'
    '<c r="D4" s="2"><v>0.0998</v></c><c r="E4"><v>5</v></c></row>'
    '<row r="5"><c r="A5" t="s"><v>7</v></c><c r="B5" t="str"><f>T("x")</f><v>待定</v></c>'
    '<c r="C5" s="3"><v>44927</v></c><c r="D5" t="e"><v>#DIV/0!</v></c></row>'
    '<row r="6" hidden="1"><c r="A6" t="inlineStr"><is><t>隐藏</t></is></c></row>'
    '<row r="7"><c r="A7" t="inlineStr"><is><r><t>合</t></r><r><t>计</t></r></is></c><c r="B7" t="b"><v>1</v></c></row>'
    '<row r="9"><c r="A9" t="s"><v>8</v></c></row></sheetData>'
    '<mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="B7:C7"/></mergeCells>'
)


def whole() -> dict[str, bytes]:
    """The parts of a sound workbook, by name."""
    strings = "".join(f"<si><t>{text}</t></si>" for text in _TEXTS)
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{_R}"><workbookPr date1904="0"/><sheets>'
        '<sheet name="收支" sheetId="1" r:id="rId1"/><sheet name="底稿" sheetId="2" state="hidden" r:id="rId2"/>'
        "</sheets></workbook>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}">{_SHEET}</worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{_S}"><sheetData><row><c><v>7</v></c></row></sheetData>'
        "</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_S}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_S}"><numFmts><numFmt numFmtId="164" formatCode="#,##0.00"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="31"/></cellXfs></styleSheet>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_R}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
    }
    related = "".join(
        f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"),
            ("rId4", "styles", "styles.xml"),
        )
    )
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'
    return {name: markup.encode() for name, markup in parts.items()}
