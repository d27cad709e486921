"""HTML: the report on a page, and what of the page is left out."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from indexer.errors import EmptyFile, ReadError, UnsupportedFormat
from indexer.page.boilerplate import boilerplate
from indexer.readers import read_source
from indexer.readers.decoding import decode
from indexer.readers.html import is_html, read_html
from indexer.readers.types import SourceText
from indexer.reports import reading_of
from indexer.types import Section

PROSE = "2023年，全市各级行政机关坚持依法行政，法治政府建设取得新进展。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>青岚市人民政府</title><style>p{{}}</style></head>
<body><form><div><a href="/">网站首页</a> | <a href="/en">English</a> <span>今天是2024年1月5日 星期五</span></div>
<ul><li><a href="/a">首页</a></li><li><a href="/b">政务公开</a></li><li><a href="/c">办事服务</a></li></ul>
<input value="请输入关键字"><button>搜索</button>
<div>当前位置：<a href="/">首页</a> &gt; <a href="/b">政务公开</a> &gt; 法治政府建设</div>
<h2>青岚市2023年法治政府建设情况的报告</h2>
<div><span>发布时间：2024-01-05 10:22</span> <span>来源：市司法局</span> 字号：<a href="#">大</a></div>
<div>分享到：<a href="#">微信</a><a href="#">微博</a></div>
<p>&nbsp;&nbsp;{PROSE}</p>
<p style="display: none">藏一，一百件。</p><p hidden>藏二，二百件。</p>
<span style="font-size:0">藏三。</span><!-- 藏四，四百件 -->
<h3>一、主要做法</h3>
<p>全年取消行政许可事项3\u200b7项，审批时
限压缩62.5%，<a href="x">行政复议法</a>规定的期限内全部办结。</p>
<table><tr><th rowspan=2>地区</th><th colspan=2>复议案件</th></tr><tr><th>受理</th><th>办结</th></tr>
<tr><td>甲区</td><td>120</td><td>118</td></tr><tr><td>乙区</td><td>31</td><td>30</td></tr></table>
<h3>二、下一步工作</h3>
<ol start="3"><li>加强法治学习，每年培训不少于40学时。</li><li>建设执法监督平台，实现监督全覆盖。</li></ol>
<p>附件：<a href="a.doc">青岚市执法事项清单.doc</a></p>
<p>青岚市人民政府<br>2024年1月5日</p>
<div>上一篇：<a href="1">青岚市2022年法治政府建设情况的报告</a><br>下一篇：<a href="2">没有了</a></div>
<div><h4>相关链接</h4><ul><li><a href="1">市司法局举办行政执法培训班</a></li>
<li><a href="2">我市召开依法治市工作会议</a></li><li><a href="3">全市行政复议案件数据公布</a></li></ul></div>
<nav>网站地图</nav><footer>主办：青岚市人民政府办公室</footer></form></body></html>"""
TEXT = f"""青岚市2023年法治政府建设情况的报告
{PROSE}
一、主要做法
全年取消行政许可事项37项，审批时限压缩62.5%，行政复议法规定的期限内全部办结。
地区；复议案件
受理；办结
地区：甲区；复议案件 受理：120；复议案件 办结：118
地区：乙区；复议案件 受理：31；复议案件 办结：30
二、下一步工作
3. 加强法治学习，每年培训不少于40学时。
4. 建设执法监督平台，实现监督全覆盖。
附件：青岚市执法事项清单.doc
青岚市人民政府
2024年1月5日
"""


def labels(sections: tuple[Section, ...]) -> list[str]:
    return [section.label for section in sections]


def check_subsequence(source: SourceText, raw: bytes) -> None:
    """What was not rendered stands in the page, in order; white space apart, which pages write as they like."""
    rendered = {at for span in source.generated for at in range(span.start, span.end)}
    kept = [char for at, char in enumerate(source.text) if at not in rendered and not char.isspace()]
    rest = iter(html.unescape(decode(raw).text))
    assert all(char in rest for char in kept)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
def test_the_report_is_read_and_the_page_is_not(charset: str) -> None:
    """The declared charset, gb2312, is that of none of them."""
    raw = PAGE.encode(charset)
    source = read_source(raw, "页面")
    assert source.text == TEXT
    check_subsequence(source, raw)
    told = [(item.text, item.reason) for item in source.dropped]
    for text, reason in (
        ("藏一，一百件。", "hidden"),
        ("藏二，二百件。", "hidden"),
        ("藏三。", "hidden"),
        ("藏四，四百件", "a comment"),
        ("政务公开", "links to other pages"),
        ("我市召开依法治市工作会议", "links to other pages"),
        ("网站地图", "navigation"),
        ("主办：青岚市人民政府办公室", "navigation"),
        ("", "1 invisible characters"),
    ):
        assert (text, reason) in told


def test_its_headings_and_its_title() -> None:
    (report,) = reading_of(PAGE.encode("gb18030"), "29.html").reports
    assert labels(report.sections) == ["一、主要做法", "二、下一步工作", "附件：青岚市执法事项清单.doc"]
    assert report.title == "青岚市2023年法治政府建设情况的报告"
    assert report.metadata.date is not None
    assert report.metadata.date.value == "2024-01-05"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<div>甲<b>乙</b>丙<p>丁</p>戊</div>", "甲乙丙 丁 戊"),
        ("<p>甲\n  乙 and\n  more</p>", "甲乙_and_more"),
        ("<pre>甲\n乙</pre>", "甲 乙"),
        ("<p>第一行<br/>第二行</p>", "第一行 第二行"),
        ("<ol><li>1.甲</li><li>乙</li></ol>", "1.甲 2._乙"),
        ("<ul><li>甲</li><li>乙<ul><li>丙</li></ul></li></ul>", "甲 乙 丙"),
        ("<table><tr><td><table><tr><td>甲</td></tr></table></td><td><p>乙</p><p>丙</p></td></tr></table>", "甲 乙 丙"),
        ("<table><tr><td>文号：</td><td>1号</td><td>日期：</td><td>1月</td></tr></table>", "文号：1号；日期：1月"),
        ("<table><thead><tr><td>1<td>2</thead><tr><td>甲<td>乙</table>", "1；2 1：甲；2：乙"),
        ("<table><form><tr><td>地区<td>件数</tr><tr><td>甲<td>1</tr></form></table>", "地区；件数 地区：甲；件数：1"),
        ("<table><tr><form><td>地区<td>件数</form></tr><tr><td>甲<td>1</table>", "地区；件数 地区：甲；件数：1"),
        ("<table>见下<tr><td>地区<td>件数<tr><td>甲<td>1<p>注</p></table>", "见下 地区；件数 地区：甲；件数：1_注"),
        ("<table><tr><td>地区<td>件数<tr><td>甲<td>1</tr><caption>表1</table>", "地区；件数 地区：甲；件数：1 表1"),
        ("<table><td>地区<td>件数<tr><td>甲<td>1</table>", "地区 件数 甲；1"),
        ("<table><tr><td colspan=99999999 rowspan=0>甲</td><td>乙</td></tr></table>", "甲；乙"),
        ("<div>&#20381;法&amp;行政&ldquo;好&rdquo;</div>", "依法&行政“好”"),
        ("<div>甲<script>乙</script><style>丙</style></div>", "甲"),
        ("<section>甲", "甲"),
    ],
)
def test_blocks_are_lines(markup: str, text: str) -> None:
    assert read_html(markup.encode()).text.split() == [
        word for line in text.split(" ") for word in line.replace("_", " ").split()
    ]
    assert len(read_html(markup.encode()).text.splitlines()) == len(text.split(" "))


@pytest.mark.parametrize(
    ("sheet", "markup", "is_seen"),
    [
        (".x{color:red} .y, .x { display : none }", "<p class='a x'>甲</p>", False),
        ("#x{visibility:hidden}", "<p id=x>甲</p>", False),
        ("/*.x{display:none}*/", "<p class=x>甲</p>", True),
        ("@media print{.x{display:none}}", "<p class=x>甲</p>", True),  # elsewhere than on the screen
        (".x{display:none}.x.on{display:block}", "<p class='x on'>甲</p>", True),  # tabs
        (".x{display:none}", "<p class=x style='display:block'>甲</p>", True),
        (".menu .x{display:none}", "<p class=x>甲</p>", True),  # inside something else
        ("", "<p style='position:absolute;left:-9999px'>甲</p>", False),
        ("", "<p style='height:0;overflow:hidden'>甲</p>", False),
        ("", "<p style='line-height:0;overflow:hidden'>甲</p>", True),
        ("", "<div style='font-size:0'><p>甲</p></div>", False),
        ("", "<div style='font-size:0'><p style='font-size:14px'>甲</p></div>", True),
        ("", "<p style='color:transparent'>甲</p>", False),
        ("", "<p style='background-color:transparent;margin-left:-1000px;left:-100px'>甲</p>", True),
        (".x:hover{opacity:0}", "<p class=x>甲</p>", True),
        (".x{opacity:0.5}", "<p class=x>甲</p>", True),
        (".x{display:none}", "<table><tbody class=x><tr><td>甲<td>丙</tbody><tr><td>丁<td>戊</table>", False),
        (".x{display:none}", "<table><tr class=x><td>甲<td>丙</tr><tr><td>丁<td>戊</table>", False),
    ],
)
def test_style_sheets_of_the_page_hide(sheet: str, markup: str, is_seen: bool) -> None:
    text = read_html(f"<html><style>{sheet}</style><body>{markup}<p>乙</p></body></html>".encode()).text
    assert ("甲" in text) is is_seen
    assert "乙" in text


@pytest.mark.parametrize(
    ("raw", "page"),
    [
        (b"<html>", True),
        ("<!DOCTYPE html>".encode("utf-16"), True),
        (b"<?xml version='1.0'?><html>", True),
        (b"<!-- saved --> <!-- twice --><HTML lang=zh>", True),
        (b"<div>...</div>\n", True),
        (b"<div>...</div>\n# Markdown\n", False),  # Markdown may begin with a piece of HTML
        (b"<?xml version='1.0'?><rss></rss>", False),
        (b"# <html>", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_its_bytes(raw: bytes, page: bool) -> None:
    assert is_html(raw) is page


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ("<html><body><script>依法行政</script></body></html>".encode(), EmptyFile),
        (b"<html></html>", EmptyFile),
        ("<html><body><nav>首页</nav></body></html>".encode(), EmptyFile),
        ("<?xml version='1.0'?><rss>依法行政</rss>".encode(), UnsupportedFormat),
        (("<div>" * 100_000 + "依法行政" + "</div>" * 100_000).encode(), ReadError),
    ],
)
def test_what_holds_no_report_is_refused(raw: bytes, error: type[ReadError]) -> None:
    with pytest.raises(error):
        read_source(raw, "页面.html")


def test_lines_of_labelled_pages(samples: Path) -> None:
    """Each page as HTML, a paragraph a line, loses the lines that it loses as plain text."""
    for text in (samples.parent / "boilerplate_pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(text)
        lines = [line.strip() for line in page["text"].splitlines() if line.strip()]
        marked = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        kept = read_html(f"<html><body>{marked}</body></html>".encode()).text.splitlines()
        gone = [line for line in lines if re.sub(r"[ \t]+", " ", line) not in kept]
        assert set(gone) == {lines[at] for at in boilerplate(lines)}


def test_real_pages(shared: Path) -> None:
    paths = [*(shared / "reports" / "html").glob("*.html"), *(shared / "reports" / "gbk").glob("*.html")]
    assert len(paths) == 20
    for path in paths:
        raw = path.read_bytes()
        source = read_source(raw, path.name)
        assert source.encoding == ("gb18030" if path.parent.name == "gbk" else "utf-8")
        assert "\ufffd" not in source.text
        check_subsequence(source, raw)
        (report,) = reading_of(raw, path.name).reports
        assert report.title.startswith(("国务院", "中华人民共和国"))
        assert report.title.endswith(("通知", "意见", "决定", "批复", "答复", "复函", "条例"))
        assert report.metadata.date is not None
        assert "扫一扫" not in source.text
