"""One report saved as plain text, as Markdown, as HTML and as DOCX gives the same sections and the same sentences.

The DOCX files are written by python-docx: with styles for headings, and with numbers typed or left to Word to count.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.types import Report, Section
from tests.indexer.readers.word_files import level

TITLE = "青岚市2023年法治政府建设情况的报告"
SOURCE = f"""
0 {TITLE}
- 2023年，全市各级行政机关坚持依法行政，法治政府建设取得新进展。现将有关情况报告如下。
1 一、主要做法
- 过去一年，我们主要做了以下工作。
2 （一）深化行政审批制度改革
- 全年取消行政许可事项37项，审批时限压缩62.5%。企业开办时间由3天缩短为1天，群众满意度达到98.6%。
2 （二）规范行政执法行为
- 制定执法事项清单2份，培训执法人员3260人次。查处违法案件1284件，罚款金额4500万元。
2 （三）化解行政争议
- 收到行政复议申请520件，受理486件，审结451件。
1 二、存在的主要问题
- 基层执法力量不足，个别部门重审批轻监管。一些干部法治意识有待提高。
1 三、下一步工作安排
2 （一）加强法治学习
- 把宪法法律列为必学内容，每年培训不少于40学时。
2 （二）加强执法监督
- 建设全市统一的执法监督平台，实现监督全覆盖。
"""
LINES = [(line[0], line[2:]) for line in SOURCE.strip().splitlines()]
_MARK = re.compile(r"[一二三]、|（[一二三]）")


def as_text() -> bytes:
    return "\n".join(text for _, text in LINES).encode("gb18030")


def as_markdown() -> bytes:
    return "\n\n".join(("" if kind == "-" else "#" * (int(kind) + 1) + " ") + text for kind, text in LINES).encode()


def as_html(*, styled: bool) -> bytes:
    """A page with the report between what sites put around it; its headings as such, or as paragraphs."""
    tags = ((f"h{int(kind) + 1}" if styled and kind != "-" else "p", html.escape(text)) for kind, text in LINES)
    body = "\n".join(f"<{tag}>{text}</{tag}>" for tag, text in tags)
    nav = "<ul>" + "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("首页", "政务公开", "互动交流")) + "</ul>"
    return (
        f'<!DOCTYPE html><html><head><meta charset="gb2312"><title>{TITLE}</title></head><body>'
        f'<nav>{nav}</nav><div class="article">{body}</div>'
        '<div class="footer">版权所有：青岚市人民政府</div></body></html>'
    ).encode("gb18030")


def as_docx(*, styled: bool, counted: bool) -> bytes:
    document = docx.Document()
    if counted:
        levels = level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCountingThousand", "（%2）")
        root = document.part.numbering_part.element
        root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for kind, text in LINES:
        style = None if kind == "-" or not styled else "Title" if kind == "0" else f"Heading {kind}"
        made = document.add_paragraph(_MARK.sub("", text, count=1) if counted and kind in "12" else text, style=style)
        if counted and kind in "12":
            numbered = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{int(kind) - 1}"/><w:numId w:val="77"/></w:numPr>'
            made.paragraph_format.element.get_or_add_pPr().append(parse_xml(numbered))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FILES = {
    "text.txt": as_text(),
    "markdown.md": as_markdown(),
    "plain.html": as_html(styled=False),
    "styled.html": as_html(styled=True),
    "plain.docx": as_docx(styled=False, counted=False),
    "styled.docx": as_docx(styled=True, counted=False),
    "counted.docx": as_docx(styled=False, counted=True),
    "styled and counted.docx": as_docx(styled=True, counted=True),
}


def outline(sections: tuple[Section, ...], depth: int = 1) -> Iterator[tuple[int, str]]:
    for section in sections:
        yield depth, section.label
        yield from outline(section.children, depth + 1)


def quotes(report: Report) -> list[str]:
    return [span.of(report.text).lstrip("# ") for span in sentences(report.text)]


@pytest.mark.parametrize("name", FILES)
def test_sections_and_quotes_are_the_same(name: str) -> None:
    (report,) = reading_of(FILES[name], name).reports
    assert list(outline(report.sections)) == [(int(kind), text) for kind, text in LINES if kind in "12"]
    (as_typed,) = reading_of(FILES["text.txt"], "text.txt").reports
    assert quotes(report) == quotes(as_typed)
    assert len(quotes(report)) > 20
    read = report.metadata
    assert (read.title.value, read.region and read.region.value, read.year and read.year.value) == (
        TITLE,
        "青岚市",
        "2023",
    )


def test_real_reports_are_the_same_saved_as_text(shared: Path) -> None:
    for path in sorted((shared / "reports" / "docx").glob("*.docx")):
        (as_word,) = reading_of(path.read_bytes(), path.name).reports
        paragraphs = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        (as_typed,) = reading_of("\n".join(paragraphs).encode(), f"{path.stem}.txt").reports
        assert list(outline(as_word.sections)) == list(outline(as_typed.sections))
        assert quotes(as_word) == quotes(as_typed)
