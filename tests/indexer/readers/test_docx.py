"""DOCX: the text that its reader sees, and what is left out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from indexer.readers import read_source
from indexer.readers.docx import read_docx
from indexer.readers.types import SourceText
from indexer.reports import reading_of
from indexer.types import Section
from tests.indexer.readers.word_files import (
    STRICT,
    cell,
    docx,
    level,
    numbering,
    paragraph,
    run,
    style,
    table,
)

LISTS = numbering(
    {
        0: level(0, "chineseCountingThousand", "%1、")
        + level(1, "chineseCounting", "（%2）")
        + level(2, "decimal", "%3."),
        1: level(0, "chineseCountingThousand", "第%1条"),
        2: level(0, "japaneseCounting", "第%1章", '<w:suff w:val="space"/>')
        + level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        3: level(0, "decimalEnclosedCircleChinese", "%1", '<w:suff w:val="nothing"/>'),
        4: level(0, "chineseLegalSimplified", "%1、") + level(1, "none", "") + level(2, "decimal", "%1.%3)"),
        5: level(0, "bullet", "\uf0b7"),
        6: level(0, "chineseCounting", "%1、", '<w:pStyle w:val="ListOne"/>')
        + level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="ListTwo"/>'),
        7: level(0, "chineseCounting", "%1、")
        + level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
        + level(2, "decimal", "(%3)", '<w:lvlRestart w:val="1"/>'),
        8: '<w:numStyleLink w:val="Linked"/>',
        9: level(0, "upperRoman", "%1.", '<w:suff w:val="space"/>'),
    },
    {
        **{key + 1: (key, "") for key in range(10)},
        11: (0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
        12: (0, f'<w:lvlOverride w:ilvl="1">{level(1, "decimal", "(%2)")}</w:lvlOverride>'),
        13: (1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="8"/></w:lvlOverride>'),
    },
)


def lines(raw: bytes) -> list[str]:
    return [line for line in read_docx(raw).text.splitlines() if line.strip()]


def headings(sections: tuple[Section, ...]) -> list[str]:
    return [section.label for section in sections]


def listed(*items: tuple[str, int, int]) -> list[str]:
    """The lines of items (text, list, level)."""
    body = "".join(paragraph(text, num=num, level=at) for text, num, at in items)
    return lines(docx(body, {"numbering": LISTS}))


def check_generated(source: SourceText, of_file: str) -> None:
    """What was not rendered stands in the file, in order."""
    rendered = {at for span in source.generated for at in range(span.start, span.end)}
    rest = iter(of_file)
    kept = [char for at, char in enumerate(source.text) if at not in rendered and not char.isspace()]
    assert all(char in rest for char in kept), "".join(kept)


@pytest.mark.parametrize(
    ("items", "read"),
    [
        (
            [("甲", 1, 0), ("乙", 1, 1), ("丙", 1, 2), ("丁", 1, 2), ("戊", 1, 1), ("己", 1, 2), ("庚", 1, 0)],
            "一、甲 （一）乙 1.丙 2.丁 （二）戊 1.己 二、庚",
        ),
        ([("总则", 2, 0), ("细则", 2, 0)], "第一条_总则 第二条_细则"),
        (
            [("总则", 3, 0), ("目的", 3, 1), ("分则", 3, 0), ("一般", 3, 1), ("特别", 3, 1)],
            "第一章_总则 1.1_目的 第二章_分则 2.1_一般 2.2_特别",
        ),
        ([("甲", 4, 0), ("乙", 4, 0)], "①甲 ②乙"),
        ([("甲", 5, 0), ("乙", 5, 1), ("丙", 5, 2), ("丁", 5, 0)], "壹、甲 乙 壹.1)丙 贰、丁"),
        ([("甲", 6, 0), ("乙", 6, 0)], "•_甲 •_乙"),
        # Lists that follow the same abstract one count on together; one that says so starts over, once.
        ([("甲", 1, 0), ("乙", 1, 0), ("丙", 11, 0), ("丁", 1, 0)], "一、甲 二、乙 一、丙 二、丁"),
        ([("甲", 1, 0), ("乙", 12, 1), ("丙", 12, 1), ("丁", 1, 1)], "一、甲 (1)乙 (2)丙 （三）丁"),
        ([("甲", 13, 0), ("乙", 13, 0)], "第八条_甲 第九条_乙"),
        # A level may never start over, or only behind the highest.
        ([("甲", 8, 0), ("乙", 8, 1), ("丙", 8, 0), ("丁", 8, 1)], "一、甲 1.乙 二、丙 2.丁"),
        (
            [("甲", 8, 1), ("乙", 8, 2), ("丙", 8, 1), ("丁", 8, 2), ("戊", 8, 0), ("己", 8, 2)],
            "1.甲 (1)乙 2.丙 (2)丁 一、戊 (1)己",
        ),
        ([("2023年收入", 1, 2), ("工作", 1, 2)], "1._2023年收入 2.工作"),
        ([("甲", 0, 0), ("乙", 77, 0)], "甲 乙"),  # no list, and one that is not there
    ],
)  # fmt: skip
def test_automatic_numbers_are_rendered(items: list[tuple[str, int, int]], read: str) -> None:
    assert listed(*items) == [line.replace("_", " ") for line in read.split(" ")]


def test_numbers_and_levels_come_with_styles_and_what_these_are_based_on() -> None:
    styles = "<w:styles>" + "".join(
        (
            style("1", "heading 1", properties='<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>'),
            style("ListOne", "标题一级", based_on="1"),
            style("ListTwo", "自定二级", based_on="1", properties='<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
            style("Plain", "无编号", based_on="1", properties='<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'),
            style("ring", "环", based_on="ring"),
            "</w:styles>",
        )
    )
    body = "".join(
        (
            paragraph("总体情况", style="ListOne"),
            paragraph("基本做法", style="ListTwo"),
            paragraph("经验体会", style="ListTwo"),
            paragraph("存在问题", style="ListOne"),
            paragraph("附录", style="Plain"),
            paragraph("正文", style="ring"),
            paragraph("正文", style="nowhere"),
        )
    )
    source = read_docx(docx(body, {"styles": styles, "numbering": LISTS}))
    assert source.text.split() == "一、总体情况 （一）基本做法 （二）经验体会 二、存在问题 附录 正文 正文".split()
    assert [hint.level for hint in source.headings] == [1, 2, 2, 1, 1]
    assert [span.of(source.text) for span in source.generated] == ["一、", "（一）", "（二）", "二、"]


def test_a_list_may_be_that_of_a_style_of_lists() -> None:
    linked = '<w:pPr><w:numPr><w:numId w:val="10"/></w:numPr></w:pPr>'
    styles = f"<w:styles>{style('Linked', '章', kind='numbering', properties=linked)}</w:styles>"
    body = paragraph("甲", num=9) + paragraph("乙", num=9)
    assert lines(docx(body, {"numbering": LISTS, "styles": styles})) == ["I. 甲", "II. 乙"]


FORM = table(
    [cell("地区", down="restart"), cell("复议案件", columns=2)],
    [cell(down="continue"), "受理", "办结"],
    [cell("甲区", down="restart"), "120", "118"],
    [cell(down="continue"), "7", "6"],
    [cell("合计", columns=1), cell("251", columns=2)],
)


def test_a_row_of_a_table_has_its_heads_and_its_merged_cells() -> None:
    source = read_docx(docx(paragraph("一、概况") + FORM + paragraph("正文。")))
    assert source.text.split("\n")[1:6] == [
        "地区；复议案件",
        "受理；办结",
        "地区：甲区；复议案件 受理：120；复议案件 办结：118",
        "地区：甲区；复议案件 受理：7；复议案件 办结：6",
        "地区：合计；251",
    ]
    check_generated(source, "一、概况地区复议案件受理办结甲区120118 76合计251正文。")
    assert [span.of(source.text) for span in source.asides] == source.text.split("\n")[1:6]


def test_a_table_in_a_table_and_a_frame_around_text() -> None:
    inner = table(["年份", "件数"], ["2022年", "31"])
    outer = table(["项目", "说明"], ["复议", cell(paragraph("见下表") + inner)])
    assert lines(docx(outer)) == ["项目；说明", "项目：复议；说明：见下表", "年份；件数", "年份：2022年；件数：31"]
    framed = table([cell(paragraph("一、概况") + paragraph("正文。"))])
    assert lines(docx(framed)) == ["一、概况", "正文。"]


def test_nothing_in_a_table_is_a_heading() -> None:
    body = "".join(
        (
            paragraph("一、概况"),
            paragraph("全年受理案件，情况如下。"),
            table(["序号", "事项"], ["一、", "减税"], ["二、", "降费"], [cell("三、其他事项", columns=2)]),
            paragraph("二、问题"),
            paragraph("力度不够，仍须努力。"),
        )
    )
    reading = reading_of(docx(body), "报告.docx")
    assert [section.label for section in reading.reports[0].sections] == ["一、概况", "二、问题"]


def test_rows_are_numbered_through_a_table() -> None:
    body = table(
        ["序号", "事项"],
        [cell(paragraph(num=1, level=2)), "减税"],
        [cell(paragraph(num=1, level=2)), "降费"],
    ) + paragraph("清费", num=1, level=2)
    assert lines(docx(body, {"numbering": LISTS})) == [
        "序号；事项",
        "序号：1.；事项：减税",
        "序号：2.；事项：降费",
        "3.清费",
    ]


def test_tracked_changes_count_as_accepted() -> None:
    changed = (
        run("办结率")
        + f"<w:del>{run('95%').replace('w:t', 'w:delText')}</w:del><w:ins>{run('98%')}</w:ins>"
        + f"<w:moveFrom>{run('旧处')}</w:moveFrom><w:moveTo>{run('，新处')}</w:moveTo>"
    )
    ended = paragraph("前半句", more="<w:rPr><w:del/></w:rPr>") + paragraph("后半句。")
    row = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + paragraph("删去的行") + "</w:tc></w:tr></w:tbl>"
    source = read_docx(docx(paragraph(changed) + ended + row))
    assert source.text.split() == ["办结率98%，新处", "前半句后半句。"]
    assert [(item.text, item.reason) for item in source.dropped] == [("95%旧处", "deleted, by a tracked change")]


def test_hidden_text_is_left_out_and_told() -> None:
    styles = f"<w:styles>{style('h', '隐', kind='character', properties='<w:rPr><w:vanish/></w:rPr>')}</w:styles>"
    body = paragraph(
        run("看得见")
        + run("批注一", "<w:vanish/>")
        + run("批注二", '<w:rStyle w:val="h"/>')
        + run("也看得见", '<w:rStyle w:val="h"/><w:vanish w:val="0"/>')
    )
    source = read_docx(docx(body, {"styles": styles}))
    assert source.text.strip() == "看得见也看得见"
    assert [(item.text, item.reason) for item in source.dropped] == [("批注一批注二", "hidden")]


def boxed(content: str) -> str:
    """A text box as Word writes it: once for new programs, once for old ones."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_stands_once_behind_its_paragraph() -> None:
    body = paragraph(run("前") + boxed(paragraph("框中三百件")) + run("后")) + paragraph("下一段")
    source = read_docx(docx(body))
    assert source.text.split() == ["前后", "框中三百件", "下一段"]
    assert [span.of(source.text) for span in source.asides] == ["框中三百件"]


def test_notes_stand_apart_from_the_sentence() -> None:
    def note(kind: str, note_id: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{note_id}"/></w:r>'

    body = paragraph(run("新建厕所48") + note("footnote", 2) + run("座。") + note("endnote", 3)) + paragraph("下一段。")
    separator = f'<w:footnote w:type="separator" w:id="0">{paragraph("线")}</w:footnote>'
    parts = {
        "footnotes": f'<w:footnotes>{separator}<w:footnote w:id="2">{paragraph("含改建。")}</w:footnote></w:footnotes>',
        "endnotes": f'<w:endnotes><w:endnote w:id="3">{paragraph("据统计局。")}</w:endnote></w:endnotes>',
    }
    source = read_docx(docx(body, parts))
    assert source.text.splitlines() == ["新建厕所48座。", "[1] 含改建。", "下一段。", "[1] 据统计局。"]


def field(instruction: str, result: str) -> str:
    signs = [f'<w:r><w:fldChar w:fldCharType="{sign}"/></w:r>' for sign in ("begin", "separate", "end")]
    return f"{signs[0]}<w:r><w:instrText>{instruction}</w:instrText></w:r>{signs[1]}{result}{signs[2]}"


def test_furniture_of_the_pages_is_left_out_and_told() -> None:
    body = paragraph(run("第") + field(" PAGE  \\* MERGEFORMAT ", run("7")) + run("页")) + paragraph(
        run("见") + field("REF _Ref1 \\h", run("表3")) + f'<w:fldSimple w:instr="NUMPAGES">{run("9")}</w:fldSimple>'
    )
    parts = {
        "header1": f"<w:hdr>{paragraph('内部资料')}</w:hdr>",
        "footer2": f"<w:ftr>{paragraph(field('PAGE', run('1')))}</w:ftr>",
    }
    source = read_docx(docx(body, parts))
    assert source.text.split() == ["第页", "见表3"]
    assert [(item.text, item.reason) for item in source.dropped] == [
        ("7", "number of a page"),
        ("9", "number of a page"),
        ("内部资料", "a header of the pages"),
        ("1", "a footer of the pages"),
    ]


@pytest.mark.parametrize("by", ["field", "style", "block", "field without end"])
def test_the_table_of_contents_is_no_text(by: str) -> None:
    entries = [run(f"{mark}概况\t{page}") for page, mark in enumerate("一二", start=1)]
    styles = f"<w:styles>{style('t1', 'toc 1')}{style('th', 'TOC Heading')}</w:styles>"
    named = by in ("style", "field without end")
    contents = "".join(paragraph(entry, style="t1" if named else "") for entry in entries)
    if by.startswith("field"):
        begin, end = field('TOC \\o "1-3"', "|").split("|")
        contents = contents.replace("</w:pPr>", f"</w:pPr>{begin}", 1)
        if by == "field":
            contents = "".join(contents.rsplit("</w:p>", 1)) + f"{end}</w:p>"
    if by == "block":
        gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        contents = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{contents}</w:sdtContent></w:sdt>"
    source = read_docx(
        docx(paragraph("目　录") + contents + paragraph("一、概况") + paragraph("正文。"), {"styles": styles})
    )
    assert source.text.split() == ["一、概况", "正文。"]
    assert source.dropped
    assert {item.reason for item in source.dropped} == {"table of contents"}


def test_what_wraps_text_is_seen_through() -> None:
    body = "".join(
        (
            f"<w:sdt><w:sdtContent>{paragraph('控件中的段落')}</w:sdtContent></w:sdt>",
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('单击此处')}</w:sdtContent></w:sdt>",
            paragraph("首", more='<w:framePr w:dropCap="drop"/>') + paragraph("字下沉"),
            paragraph(
                f"<w:hyperlink>{run('链接')}</w:hyperlink><w:smartTag>{run('标记')}</w:smartTag>"
                f"<w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>"
            ),
            paragraph(
                "<w:r><w:ruby><w:rt><w:r><w:t>ju</w:t></w:r></w:rt>"
                "<w:rubyBase><w:r><w:t>据</w:t></w:r></w:rubyBase></w:ruby></w:r>" + run("典")
            ),
            paragraph(
                '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>已办</w:t><w:tab/><w:t>甲</w:t>'
                "<w:noBreakHyphen/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"
            ),
            paragraph('<w:r><w:sym w:font="Webdings" w:char="F0AA"/><w:t>同一\n行</w:t></w:r>'),
            paragraph("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"),
        )
    )
    source = read_docx(docx(body))
    assert source.text.splitlines() == [
        "控件中的段落",
        "首字下沉",
        "链接标记控件",
        "据典",
        "☑已办\t甲-乙",
        "丙",
        "同一 行",
        "x=1",
    ]
    assert [item.text for item in source.dropped] == ["单击此处", "ju", "F0AA"]


def test_strict_namespaces_are_read_alike() -> None:
    body = paragraph("总体情况", num=1) + FORM
    assert read_docx(docx(body, {"numbering": LISTS}, space=STRICT)) == read_docx(docx(body, {"numbering": LISTS}))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_the_archive_may_be_gbk(encoding: str) -> None:
    """The main part has a Chinese name, written without the mark of UTF-8, as archivers of Chinese Windows do."""
    made = zipfile.ZipFile(io.BytesIO(docx(paragraph("正文在此。"))))
    out = io.BytesIO()
    names: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w") as archive:
        for letter, name in zip("QXYZ", made.namelist(), strict=True):
            shown = name.replace("document.xml", "正文.xml").replace("/", "\\").encode(encoding)
            names[letter.encode() * len(shown)] = shown
            archive.writestr(letter * len(shown), made.read(name).replace(b"document.xml", "正文.xml".encode()))
    raw = out.getvalue()
    for placeholder, shown in names.items():
        raw = raw.replace(placeholder, shown)
    assert read_source(raw, "报告").text.strip() == "正文在此。"


def test_files_of_wps_are_read() -> None:
    """Numbered ids of styles, counters named after the Japanese ones, elements and attributes of its own."""
    lists = numbering(
        {
            0: level(0, "japaneseCounting", "%1、", '<w:pStyle w:val="2"/><w:suff w:val="nothing"/>')
            + level(1, "japaneseCounting", "（%2）", '<w:pStyle w:val="3"/><w:suff w:val="nothing"/>')
        },
        {1: (0, "")},
    )
    numbered = [f'<w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="1"/></w:numPr></w:pPr>' for at in (0, 1)]
    styles = "".join(
        (
            '<w:styles><w:style w:type="paragraph" w:default="1" w:styleId="1"><w:name w:val="Normal"/></w:style>',
            style("2", "heading 1", based_on="1", properties=numbered[0]),
            style("3", "heading 2", based_on="1", properties=numbered[1]),
            "</w:styles>",
        )
    )
    space = "http://www.wps.cn/officeDocument/2013/wpsCustomData"
    custom = f'<wpc:wpsCustomData xmlns:wpc="{space}"><wpc:t>甲</wpc:t></wpc:wpsCustomData>'
    body = "".join(
        (
            paragraph("总体情况", style="2"),
            paragraph("主要做法", style="3"),
            paragraph(custom + run("全年受理") + run("120", "<w:rFonts w:hint='eastAsia'/>") + run("件。")),
            paragraph("存在问题", style="2"),
            paragraph("还有不足。"),
        )
    )
    reading = reading_of(docx(body, {"styles": styles, "numbering": lists}), "报告.docx")
    assert (
        reading.reports[0].text.split() == "一、总体情况 （一）主要做法 全年受理120件。 二、存在问题 还有不足。".split()
    )
    assert headings(reading.reports[0].sections) == ["一、总体情况", "二、存在问题"]
    assert headings(reading.reports[0].sections[0].children) == ["（一）主要做法"]


def test_what_the_bytes_hold_decides_and_not_the_name() -> None:
    raw = docx(paragraph("正文在此。"))
    for name in ("报告.txt", "报告", "报告.wps"):
        assert read_source(raw, name).encoding == "docx"


TOP = {
    "上海": ["一、2024年工作回顾", "二、2025年主要任务", "三、全面提升政府治理现代化水平"],
    "四川": ["2024年工作回顾", "2025年工作安排建议", "加强政府自身建设", "名词解释"],
    "广东": ["一、2024年工作回顾", "二、2025年工作安排", "附件1", "2025年省十件民生实事", "附件2名词解释"],
    "江苏": ["一、2024年工作回顾", "二、2025年工作总体要求和目标任务", "三、2025年重点工作"],
    "河南": ["一、2024 年工作回顾", "二、2025年工作总体要求和主要目标", "三、2025年重点工作"],
    "海南": ["一、2024年工作回顾", "二、2025年工作总体要求和主要目标", "三、2025年工作安排"],
}


@pytest.mark.parametrize("province", TOP)
def test_the_top_headings_of_real_reports(shared: Path, province: str) -> None:
    (path,) = (shared / "reports" / "docx").glob(f"*{province}*")
    (report,) = reading_of(path.read_bytes(), path.name).reports
    assert headings(report.sections) == TOP[province]
    assert report.metadata.region is not None
    assert province in report.metadata.region.value
    if province == "广东":
        (items,) = (section for section in report.sections if "民生实事" in section.heading)
        assert [child.number for child in items.children] == [f"{n}、" for n in "一 二 三 四 五 六 七 八 九 十".split()]
