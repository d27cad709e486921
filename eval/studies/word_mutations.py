"""A Word file that holds something of everything that the reader knows, and what mutations of it are made of."""

from __future__ import annotations

from eval.studies.package_mutations import Vocabulary

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VALUES = (
    *("", "0", "1", "8", "9", "-1", "99999999999999999999", "٣", "1e9", "NaN", "true", "off", "restart", "continue"),
    *(
        "%1%2%3%9、",
        "%1",
        "第%1章",
        "nothing",
        "space",
        "bullet",
        "none",
        "chineseCounting",
        "japaneseCounting",
        "x" * 500,
    ),
    *("begin", "separate", "end", "PAGE", "TOC", "rId1", "a", "H1", "..", "F0FE", "\u202e"),
)
TEXTS = (
    "",
    "一、",
    "（一）",
    "1.",
    "第一条",
    " ",
    "\u200b",
    "\n",
    "TOC \\o",
    "PAGE",
    "正文。" * 40,
    "12%",
    "|",
    "附件1",
    "👨‍👩‍👧",
)
TAGS = (
    *(
        "p",
        "r",
        "t",
        "tbl",
        "tr",
        "tc",
        "pPr",
        "rPr",
        "numPr",
        "numId",
        "ilvl",
        "pStyle",
        "vanish",
        "del",
        "ins",
        "sdt",
    ),
    *("sdtContent", "fldChar", "instrText", "fldSimple", "footnoteReference", "txbxContent", "br", "sym", "vMerge"),
    *("gridSpan", "hMerge", "lvl", "lvlText", "numFmt", "start", "lvlOverride", "startOverride", "abstractNum", "num"),
    *("style", "basedOn", "outlineLvl", "tblHeader", "gridBefore", "body", "altChunk", "hyperlink", "ruby", "moveFrom"),
)
WORDS = Vocabulary("word/document.xml", _W, f"{{{_W}}}val", TAGS, VALUES, TEXTS)


def _text(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') else _text(content)}</w:p>"


def _numbered(text: str, level: int, num: int = 1) -> str:
    return _paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph(text)}</w:tc>"


def _field(instruction: str, result: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{s}"/></w:r>' for s in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{_text(result)}{end}"


def _level(at: int, form: str, text: str) -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


_BOX = f"<w:txbxContent>{_paragraph('框中三百件')}</w:txbxContent>"
_DOCUMENT = "".join(
    (
        _paragraph("云岭市2023年法治政府建设情况的报告"),
        _paragraph(_field('TOC \\o "1-3"', "一、总体情况\t1")),
        _paragraph("总体情况", '<w:pStyle w:val="H1"/>'),
        _paragraph("全年受理行政复议案件320件，审结298件。" * 3),
        _numbered("主要做法", 0),
        _numbered("深化改革", 1),
        _paragraph(_text("办结率") + f"<w:del>{_text('95%')}</w:del><w:ins>{_text('98%')}</w:ins>" + _text("。")),
        _numbered("规范执法", 1),
        _paragraph(_text("看得见") + _text("隐藏", "<w:vanish/>") + '<w:r><w:footnoteReference w:id="2"/></w:r>'),
        _numbered("存在问题", 0, 2),
        "<w:tbl>",
        "<w:tr>" + _cell("地区", '<w:vMerge w:val="restart"/>') + _cell("案件", '<w:gridSpan w:val="2"/>') + "</w:tr>",
        "<w:tr>" + _cell("", "<w:vMerge/>") + _cell("受理") + _cell("办结") + "</w:tr>",
        "<w:tr>" + _cell("甲区") + _cell("120") + _cell("118") + "</w:tr></w:tbl>",
        _paragraph(
            f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{_BOX}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{_BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        _paragraph(_text("第") + _field("PAGE", "7") + _text("页")),
        f"<w:sdt><w:sdtContent>{_paragraph('控件中的段落。')}</w:sdtContent></w:sdt>",
    )
)
_ROOTS = {
    "document": f"<w:body>{_DOCUMENT}<w:sectPr/></w:body>",
    "numbering": '<w:abstractNum w:abstractNumId="0">'
    + _level(0, "chineseCountingThousand", "%1、")
    + _level(1, "japaneseCounting", "（%2）")
    + _level(2, "decimal", "%1.%3")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>',
    "styles": '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>',
    "footnotes": f'<w:footnote w:id="2">{_paragraph("含改建。")}</w:footnote>',
}


def whole() -> dict[str, bytes]:
    """The parts of a sound Word file that holds something of everything that the reader knows, by name."""
    parts = {f"word/{kind}.xml": f"<w:{kind} {_SPACES}>{inside}</w:{kind}>" for kind, inside in _ROOTS.items()}
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts["_rels/.rels"] = (
        f'<Relationships {space}><Relationship Id="r" Type="{_RELATED}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    related = "".join(f'<Relationship Id="{kind}" Type="{_RELATED}/{kind}" Target="{kind}.xml"/>' for kind in _ROOTS)
    parts["word/_rels/document.xml.rels"] = f"<Relationships {space}>{related}</Relationships>"
    return {name: markup.encode() for name, markup in parts.items()}
