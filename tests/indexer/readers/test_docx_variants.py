"""Twelve documents, each with one thing that Word keeps apart from its text, and further ones: the whole text of each,
written down by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from indexer.readers import read_source
from tests.indexer.readers.word_files import cell, docx, level, numbering, paragraph, run, style, table

SIGNS = [f'<w:r><w:fldChar w:fldCharType="{sign}"/></w:r>' for sign in ("begin", "separate", "end")]


def field(code: str, result: str) -> str:
    """A field with the markup of its ``code`` and of its ``result``."""
    return SIGNS[0] + code + SIGNS[1] + result + SIGNS[2]


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def items(*found: tuple[str, int, int]) -> str:
    """Items (text, list, level)."""
    return "".join(paragraph(text, num=num, level=at) for text, num, at in found)


def automatic_numbering() -> bytes:
    lists = numbering(
        {
            0: level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）"),
            1: level(0, "decimal", "%1．"),
            2: level(0, "chineseCountingThousand", "第%1条"),
            3: level(0, "decimalEnclosedCircleChinese", "%1"),
            4: level(0, "chineseCounting", "第%1章", '<w:suff w:val="space"/>')
            + level(1, "decimal", "%1.%2", "<w:isLgl/>"),
            5: level(0, "decimal", "（%1）"),
        },
        {key + 1: (key, "") for key in range(6)},
    )
    body = items(
        *(("主要做法", 1, 0), ("深化改革", 1, 1), ("规范执法", 1, 1), ("存在问题", 1, 0), ("力量不足", 1, 1)),
        *(("减税", 2, 0), ("降费", 2, 0), ("目的", 3, 0), ("依据", 3, 0), ("受理", 4, 0), ("办结", 4, 0)),
        *(("总则", 5, 0), ("范围", 5, 1), ("职责", 5, 0), ("分工", 5, 1), ("一件", 6, 0), ("两件", 6, 0)),
    )
    return docx(body, {"numbering": lists})


def restarts_and_overrides() -> bytes:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
    lists = numbering(
        {
            0: level(0, "chineseCountingThousand", "%1、") + level(1, "decimal", "%2."),
            1: level(0, "chineseCounting", "%1、") + level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'),
        },
        {
            1: (0, ""),
            2: (0, start.format(1)),
            3: (0, start.format(5)),
            4: (0, f'<w:lvlOverride w:ilvl="1">{level(1, "decimal", "（%2）")}</w:lvlOverride>'),
            5: (1, ""),
        },
    )
    body = items(
        *(("甲", 1, 0), ("乙", 1, 1), ("丙", 1, 1), ("丁", 1, 0), ("戊", 1, 1), ("己", 2, 0), ("庚", 2, 0)),
        *(("辛", 3, 0), ("壬", 4, 1), ("癸", 4, 1), ("子", 5, 0), ("丑", 5, 1), ("寅", 5, 0), ("卯", 5, 1)),
    )
    return docx(body, {"numbering": lists})


def merged_cells() -> bytes:
    return docx(
        table(
            [cell("地区", down="restart"), cell("复议案件", columns=2)],
            [cell(down="continue"), "受理", "办结"],
            [cell("甲区", down="restart"), "120", "118"],
            [cell(down="continue"), "7", "6"],
            ["乙区", cell("尚未报送", columns=2)],
        )
    )


def tracked_change() -> bytes:
    deleted = "<w:del>{}</w:del>".format(run("95%").replace("w:t", "w:delText"))
    moved = f"<w:moveFrom>{run('旧处')}</w:moveFrom><w:moveTo>{run('新处')}</w:moveTo>"
    gone = "<w:del>{}</w:del>".format(run("删去的一条").replace("w:t", "w:delText"))
    lists = numbering({0: level(0, "decimal", "%1.")}, {1: (0, "")})
    return docx(
        paragraph(run("办结率") + deleted + f"<w:ins>{run('98%')}</w:ins>" + moved)
        + paragraph("甲", num=1)
        + paragraph(gone, num=1, more="<w:rPr><w:del/></w:rPr>")
        + paragraph("乙", num=1),
        {"numbering": lists},
    )


def hidden_text() -> bytes:
    styles = f"<w:styles>{style('h', '隐', kind='character', properties='<w:rPr><w:vanish/></w:rPr>')}</w:styles>"
    hidden = run("批注", "<w:vanish/>") + run("内部", '<w:rStyle w:val="h"/>')
    return docx(paragraph(run("受理") + hidden + run("120件。")), {"styles": styles})


def text_box() -> bytes:
    inside = f"<w:txbxContent>{paragraph('框中三百件')}</w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    return docx(paragraph(run("前半，") + box + run("后半。")) + paragraph("下一段。"))


def notes() -> bytes:
    said = {"footnote": "含改建。", "endnote": "据统计局。"}
    parts = {
        f"{kind}s": f'<w:{kind}s><w:{kind} w:id="2">{paragraph(text)}</w:{kind}></w:{kind}s>'
        for kind, text in said.items()
    }
    marks = [f'<w:r><w:{kind}Reference w:id="2"/></w:r>' for kind in said]
    body = paragraph(run("新建厕所48") + marks[0] + run("座。") + marks[1]) + paragraph("下一段。")
    return docx(body, parts)


def header_and_page_field() -> bytes:
    body = paragraph("正文。") + paragraph(run("第") + field(code("PAGE"), run("7")) + run("页"))
    return docx(body, {"header1": f"<w:hdr>{paragraph('内部资料')}</w:hdr>"})


def table_of_contents() -> bytes:
    first = paragraph(SIGNS[0] + code('TOC \\o "1-3"') + SIGNS[1] + run("一、概况\t1"))
    last = paragraph(run("二、问题\t") + field(code("PAGEREF _Toc1"), run("3")) + SIGNS[2])
    return docx(paragraph("目　录") + first + last + paragraph("一、概况") + paragraph("正文。"))


def nested_table() -> bytes:
    inner = table(["年份", "件数"], ["2022年", "31"])
    return docx(table(["项目", "说明"], ["复议", cell(paragraph("见下表") + inner)]))


def gbk_names() -> bytes:
    """The main part has a Chinese name in GBK, without the mark of UTF-8, as archivers of Chinese Windows write."""
    made = zipfile.ZipFile(io.BytesIO(docx(paragraph("正文在此。"))))
    out, names = io.BytesIO(), dict[bytes, bytes]()
    with zipfile.ZipFile(out, "w") as archive:
        for letter, name in zip("QXYZ", made.namelist(), strict=True):
            shown = name.replace("document.xml", "正文.xml").encode("gb18030")
            names[letter.encode() * len(shown)] = shown
            archive.writestr(letter * len(shown), made.read(name).replace(b"document.xml", "正文.xml".encode()))
    raw = out.getvalue()
    for placeholder, shown in names.items():
        raw = raw.replace(placeholder, shown)
    return raw


def of_wps() -> bytes:
    lists = numbering(
        {
            0: level(0, "japaneseCounting", "%1、", '<w:pStyle w:val="2"/><w:suff w:val="nothing"/>')
            + level(1, "japaneseCounting", "（%2）", '<w:pStyle w:val="3"/><w:suff w:val="nothing"/>')
        },
        {1: (0, "")},
    )
    listed = [f'<w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="1"/></w:numPr></w:pPr>' for at in (0, 1)]
    styles = style("2", "heading 1", properties=listed[0]) + style("3", "heading 2", properties=listed[1])
    body = paragraph("总体情况", style="2") + paragraph("主要做法", style="3") + paragraph("受理120件。")
    return docx(body, {"styles": f"<w:styles>{styles}</w:styles>", "numbering": lists})


TWELVE: dict[str, tuple[Callable[[], bytes], str]] = {
    "automatic numbering of six kinds": (
        automatic_numbering,
        "一、主要做法|（一）深化改革|（二）规范执法|二、存在问题|（一）力量不足|1．减税|2．降费|第一条 目的|第二条 依据"
        "|①受理|②办结|第一章 总则|1.1 范围|第二章 职责|2.1 分工|（1）一件|（2）两件",
    ),
    "restarts and overrides": (
        restarts_and_overrides,
        "一、甲|1.乙|2.丙|二、丁|1.戊|一、己|二、庚|五、辛|（1）壬|（2）癸|一、子|1.丑|二、寅|2.卯",
    ),
    "merged cells both ways": (
        merged_cells,
        "地区；复议案件|受理；办结|地区：甲区；复议案件 受理：120；复议案件 办结：118"
        "|地区：甲区；复议案件 受理：7；复议案件 办结：6|地区：乙区；尚未报送",
    ),
    "tracked change": (tracked_change, "办结率98%新处|1.甲|2.乙"),
    "hidden text": (hidden_text, "受理120件。"),
    "text box": (text_box, "前半，后半。|框中三百件|下一段。"),
    "footnote and endnote": (notes, "新建厕所48座。|[1] 含改建。|下一段。|[1] 据统计局。"),
    "header and page field": (header_and_page_field, "正文。|第页"),
    "table of contents": (table_of_contents, "一、概况|正文。"),
    "nested table": (nested_table, "项目；说明|项目：复议；说明：见下表|年份；件数|年份：2022年；件数：31"),
    "names in GBK": (gbk_names, "正文在此。"),
    "of WPS": (of_wps, "一、总体情况|（一）主要做法|受理120件。"),
}


@pytest.mark.parametrize("name", TWELVE)
def test_each_of_twelve_documents_is_read_as_it_is_seen(name: str) -> None:
    assert len(TWELVE) == 12
    make, seen = TWELVE[name]
    assert [line for line in read_source(make(), "报告.docx").text.splitlines() if line] == seen.split("|")


OF_STYLE = f"""<w:styles>{
    style("H", "heading 1", properties='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
}</w:styles>"""
LIST = numbering({0: level(0, "chineseCounting", "%1、")}, {1: (0, "")})
THREE = level(0, "decimal", "%1") + level(1, "decimal", "%1.%2") + level(2, "decimal", "%1.%2.%3")
CHANGED = '<w:pPrChange><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange>'


@pytest.mark.parametrize(
    ("body", "parts", "seen"),
    [
        (  # list 0 takes away that of the style
            paragraph("甲", style="H") + paragraph("附录", style="H", num=0) + paragraph("乙", style="H"),
            {"styles": OF_STYLE, "numbering": LIST},
            "一、甲|附录|二、乙",
        ),
        (  # what a tracked change says that a paragraph was is no more
            paragraph("甲", num=1) + paragraph("不在列", more=CHANGED) + paragraph("乙", num=1),
            {"numbering": LIST},
            "一、甲|不在列|二、乙",
        ),
        (  # what is hidden whole is not counted, what is empty is
            paragraph("甲", num=1)
            + paragraph(run("隐", "<w:vanish/>"), num=1, more="<w:rPr><w:vanish/></w:rPr>")
            + paragraph(num=1)
            + paragraph("乙", num=1),
            {"numbering": LIST},
            "一、甲|三、乙",
        ),
        (
            items(("甲", 1, 0), ("乙", 1, 1), ("丙", 1, 2), ("丁", 1, 2), ("戊", 1, 1), ("己", 1, 2)),
            {"numbering": numbering({0: THREE}, {1: (0, "")})},
            "1 甲|1.1 乙|1.1.1 丙|1.1.2 丁|1.2 戊|1.2.1 己",
        ),
        (  # a list goes on behind a table
            paragraph("甲", num=1) + table(["地区", "件数"], ["南区", "3"]) + paragraph("乙", num=1),
            {"numbering": LIST},
            "一、甲|地区；件数|地区：南区；件数：3|二、乙",
        ),
        (paragraph(run("见") + field(code('HYPERLINK "a"'), run("附件一")) + run("。")), {}, "见附件一。"),
        (paragraph(run("表") + field(code("SEQ 表"), run("2")) + run(" 各区收入")), {}, "表2 各区收入"),
        (  # of what a field is worked out from only what it comes to is seen
            paragraph(
                field(code("IF ") + field(code("MERGEFIELD a"), run("男")) + code('= "男" "先生"'), run("先生"))
                + run("您好")
            ),
            {},
            "先生您好",
        ),
        (  # nor does a field that ends nowhere take along what follows
            paragraph(SIGNS[0] + code("IF ") + run("甲")) + paragraph(field(code("REF b"), run("表3")) + run("如下")),
            {},
            "甲|表3如下",
        ),
        (  # rows and cells in controls
            "<w:tbl><w:tr>"
            + cell("地区")
            + cell("件数")
            + "</w:tr><w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>"
            + cell("甲")
            + f"</w:sdtContent></w:sdt>{cell('12')}</w:tr></w:sdtContent></w:sdt></w:tbl>",
            {},
            "地区；件数|地区：甲；件数：12",
        ),
        (paragraph("甲") + '<w:altChunk r:id="x"/>' + paragraph("乙"), {}, "甲|乙"),
    ],
)  # fmt: skip
def test_further_documents_are_read_as_they_are_seen(body: str, parts: dict[str, str], seen: str) -> None:
    read = read_source(docx(body, parts), "报告.docx").text
    assert [line for line in read.splitlines() if line.strip()] == seen.split("|")


@pytest.mark.parametrize(
    ("form", "eleventh", "first"),
    [
        ("chineseCounting", "十一", "一"),
        ("chineseCountingThousand", "十一", "一"),
        ("taiwaneseCountingThousand", "十一", "一"),
        ("japaneseCounting", "十一", "一"),
        ("ideographDigital", "一一", "一"),
        ("ideographTraditional", "11", "甲"),
        ("ideographLegalTraditional", "壹拾壹", "壹"),
        ("chineseLegalSimplified", "壹拾壹", "壹"),
        ("decimalFullWidth", "１１", "１"),
        ("decimalEnclosedCircle", "⑪", "①"),
        ("decimalEnclosedParen", "⑾", "⑴"),
        ("decimalZero", "11", "01"),
        ("upperRoman", "XI", "I"),
        ("lowerLetter", "k", "a"),
    ],
)
def test_each_counter_counts_on_behind_ten(form: str, eleventh: str, first: str) -> None:
    lists = numbering({0: level(0, form, "%1、")}, {1: (0, "")})
    lines = read_source(docx(paragraph("项", num=1) * 11, {"numbering": lists}), "报告.docx").text.splitlines()
    assert (lines[0], lines[10]) == (f"{first}、项", f"{eleventh}、项")


@pytest.mark.parametrize(
    ("suffix", "mark", "seen"),
    [
        ("tab", "第%1条", "第一条 总则"),
        ("space", "第%1条", "第一条 总则"),
        ("nothing", "第%1条", "第一条总则"),
        ("tab", "%1、", "一、总则"),
        ("space", "%1、", "一、 总则"),
    ],
)
def test_what_stands_between_a_number_and_its_text(suffix: str, mark: str, seen: str) -> None:
    lists = numbering({0: level(0, "chineseCounting", mark, f'<w:suff w:val="{suffix}"/>')}, {1: (0, "")})
    assert read_source(docx(paragraph("总则", num=1), {"numbering": lists}), "报告.docx").text.splitlines()[0] == seen
