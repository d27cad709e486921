"""A saved page that holds something of everything that the reader knows, and pages made of it that went wrong: tags
moved, copied, unclosed and nested, values that no site writes, bytes cut and recoded."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from eval.studies.mutations import OF_BYTES, PIECES, Mutation

MAX_MUTATIONS = 8
MAX_CHARS = 200_000  # what grows with each copy ends here
BYTES_SHARE = 0.25  # of the inputs
WHOLE = """\
<!DOCTYPE html><html lang="zh"><head><meta charset="gb2312"><meta name="PubDate" content="2024-01-05">
<title>青岚市2023年法治政府建设情况的报告_青岚市人民政府</title>
<style>.x, #y{display:none} @media print{.z{display:none}} .w.on{display:block}</style>
<script>var a="<p>不是正文</p>";</script>
</head><body><nav><ul><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li></ul></nav>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a></div>
<table class="head"><tr><td>索引号：</td><td>QL-2024-01</td><td>成文日期：</td><td>2024年1月5日</td></tr></table>
<h1>青岚市2023年法治政府建设情况的报告</h1><p class="bar">字号：<a>大</a> <a>中</a> <a>小</a> 打印</p>
<div id="zoom"><!-- 正文开始 --><h2>一、主要做法</h2><p>全年受理行政复议案件<b>486</b>件，<br>审结451件。</p>
<p style="display:none">藏起来的一百件。</p><p class="x">再藏二百件。</p><p>看&#8203;不见的。</p>
<h3>（一）规范执法</h3><ol start="3"><li>培训执法人员3260人次</li><li>2.公布清单2份<ul><li>甲</li></ul></li></ol>
<table border="1"><caption>表1 各区案件</caption><thead><tr><th rowspan="2">地区</th><th colspan="2">案件</th></tr>
<tr><th>受理</th><th>办结</th></tr></thead><tbody><tr><td rowspan="2">甲区</td><td>120</td><td>118</td></tr>
<tr><td>7</td><td>6</td></tr><tr><td colspan="3">单位：件</td></tr></tbody></table>
<table><tr><td><table><tr><td>套着的</td></tr></table></td><td>旁边的</td></tr></table>
<pre>  按原样
  排的&lt;文字&gt;</pre><p>二、问题&nbsp;力量不足。</p><ruby>据<rt>ju</rt></ruby>
<p>附件：<a href="1.doc">青岚市执法事项清单.doc</a></p></div>
<aside><a href="/1">相关链接一</a><a href="/2">相关链接二</a></aside>
<footer><p>主办：青岚市人民政府办公室　版权所有</p></footer></body></html>
"""
TAGS = (
    *("p", "div", "span", "b", "table", "tbody", "thead", "tr", "td", "th", "caption", "ol", "ul", "li", "pre", "br"),
    *("h1", "h6", "h9", "nav", "footer", "a", "script", "style", "title", "body", "html", "head", "select", "option"),
    *(
        "textarea",
        "svg",
        "math",
        "template",
        "noscript",
        "iframe",
        "plaintext",
        "xmp",
        "form",
        "frameset",
        "x-y",
        "o:p",
    ),
)
KEYS = ("colspan", "rowspan", "start", "style", "class", "id", "href", "hidden", "aria-hidden", "charset", "lang")
VALUES = (
    *("", "0", "1", "-1", "2", "99999999999999999999", "1e9", "٣", "x", "x on", "y", "true", "display:none"),
    *(
        "font-size:0",
        "height:0;overflow:hidden",
        "left:-9999px",
        "color:transparent;",
        "{" * 200,
        "javascript:a",
        "utf-7",
    ),
    *("display:none" * 300, "\u202e", "\x00", '"', "'>", "&#x110000;"),
)
TEXTS = (
    *PIECES,
    *("&", "&#0;", "&#xD800;", "&nbsp;" * 50, "&lt;p&gt;", "<", ">", "</", "<!--", "-->"),
    *("<![CDATA[", "]]>", "<?php", "\x00"),
    *("<p" + " a=b" * 200 + ">", "正文。" * 60, "<style>.x{", "<script>", "9" * 400),
)  # fmt: skip
_TAG = re.compile(r"<[^<>]*>")
Change = Callable[[random.Random, str], str]


def whole() -> bytes:
    return WHOLE.encode("gb18030")


def mutated(rng: random.Random) -> bytes:
    """The page with one to eight things wrong in it; the same for the same state of ``rng``."""
    text = WHOLE
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        text = rng.choice(CHANGES)(rng, text)[:MAX_CHARS]
    raw = text.encode(rng.choice(("utf-8", "utf-8", "gb18030", "utf-16")), "replace")
    if rng.random() < BYTES_SHARE:
        damage: Mutation = rng.choice(OF_BYTES)
        raw = damage(rng, raw, (whole(),))
    return raw


def _tag(rng: random.Random, text: str) -> re.Match[str] | None:
    found = list(_TAG.finditer(text))
    return rng.choice(found) if found else None


def _removed(rng: random.Random, text: str) -> str:
    tag = _tag(rng, text)
    return text if tag is None else text[: tag.start()] + text[tag.end() :]


def _renamed(rng: random.Random, text: str) -> str:
    tag = _tag(rng, text)
    if tag is None:
        return text
    return text[: tag.start()] + re.sub(r"[a-z]\w*", rng.choice(TAGS), tag[0], count=1) + text[tag.end() :]


def _revalued(rng: random.Random, text: str) -> str:
    tag = _tag(rng, text)
    if tag is None or tag[0].startswith(("</", "<!")):
        return text
    told = f' {rng.choice(KEYS)}="{rng.choice(VALUES)}">'
    return text[: tag.end() - 1] + told + text[tag.end() :]


def _copied(rng: random.Random, text: str) -> str:
    """A piece of the page, cut at tags, stands somewhere else, too."""
    start, end, at = (tag.start() if (tag := _tag(rng, text)) else 0 for _ in range(3))
    start, end = sorted((start, end))
    return text[:at] + text[start:end] * rng.choice((1, 1, 3)) + text[at:]


def _cut(rng: random.Random, text: str) -> str:
    start = rng.randrange(len(text) + 1)
    return text[:start] + text[start + rng.choice((1, 10, 300, len(text))) :]


def _nested(rng: random.Random, text: str) -> str:
    tag = _tag(rng, text)
    at = tag.start() if tag else 0
    opened = rng.choice(TAGS)
    n = rng.choice((1, 5, 60, 300))
    closed = f"</{opened}>" * n if rng.random() < 0.5 else ""
    return text[:at] + f"<{opened}>" * n + rng.choice(TEXTS) + closed + text[at:]


def _inserted(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(TEXTS) + text[at:]
    return text


CHANGES: tuple[Change, ...] = (_removed, _renamed, _revalued, _revalued, _copied, _cut, _nested, _inserted)
