"""The items of an answer, and which of them a follow-up means: “第二点展开说说”, “the last one”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import is_numbered, parse_number

MAX_ITEM_CHARS = 40  # of an item, what is asked about
MIN_HEAD_CHARS = 4

_CITED = re.compile(r"\[\d+\]")
# One style of marks a row; the style that an answer uses first is that of its items.
_STYLES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"^\s*[{BELOW_100}]{{1,3}}、",
        rf"^\s*\([{BELOW_100}]{{1,3}}\)",
        r"^\s*\d{1,2}[.、)](?!\d)",
        r"^\s*\(\d{1,2}\)",
        r"^\s*[①-⑳]",
        r"^\s*[-*·]\s",
        rf"(?:^|[;。,:\s])第?[{BELOW_100}]是",
        rf"(?:^|[;。,:\s])第[{BELOW_100}](?=[,、:])[,、:]",
        r"(?:^|(?<=[;:,。\]\s]))\(\d{1,2}\)",
    )
)
_LABEL = re.compile(r"[^\n:：。;；]{4,80}[:：](?=\S)")
_HEAD = re.compile(rf"[^。;；:：\n]{{{MIN_HEAD_CHARS},}}?(?=[。;；:：\n]|$)")
_NUMBER = rf"第?(?P<n>[{BELOW_100}]{{1,3}}|\d{{1,2}})|(?P<last>最后一|末一|倒数第一|后一)|(?P<first>头一|首|前一)"
_NAMED = re.compile(
    rf"^(?:(?:请|再|具体|详细|展开)*(?:说说|讲讲|谈谈|(?:说明|介绍|解释|说|讲)一?下)|你?(?:刚才|上面|前面)?(?:说|讲|提到|列)?的?)(?:(?<![\d])(?:{_NUMBER}))(?:大?点|条|个(?!月)(?:问题|方面|措施|原因|建议|任务)?"
    r"|项(?:任务|措施|工作)?|方面|种|款|类)(?P<rest>.*)$",
    re.DOTALL,
)
_ORDINALS = {
    word: at for at, word in enumerate("first second third fourth fifth sixth seventh eighth".split(), start=1)
}
_IN_ENGLISH = re.compile(
    rf"\b(?:the )?(?:(?P<word>{'|'.join(_ORDINALS)}|last)|(?P<n>\d{{1,2}})(?:st|nd|rd|th))"
    r" (?:point|item|one|problem|measure|issue|reason|task)\b|\b(?:point|item|number|no\.) ?(?P<n2>\d{1,2})\b"
)
# What asks for no more than the item itself.
_MORE = re.compile(
    r"^(?:再|请|能|可以|给我|麻烦|的|内容)*(?:展开|具体|详细|仔细|进一步|深入)?(?:地|的)?(?:一?点)?"
    r"(?:说说|讲讲|说一?下|讲一?下|说明|解释|介绍|谈谈|说|讲)?(?:一下|下)?(?:具体)?(?:是|指)?(?:的?内容)?(?:是|指)?"
    r"(?:什么|啥|怎么回事|怎么说)?(?:意思|内容)?的?[呢吗吧]?\W*$"
)


@dataclass(frozen=True)
class Meant:
    """An item, by its words, and what is asked of it; empty: no more than what it is."""

    item: str
    ask: str


def item_meant(question: str, answer: str) -> Meant | None:
    """The item of ``answer`` that ``question`` points at by its number; None where it points at none, or there is no
    such item."""
    folded = fold(question)
    items = items_of(answer)
    if len(items) < 2:
        return None
    if match := _NAMED.match(folded):
        at = len(items) if match["last"] else 1 if match["first"] else parse_number(match["n"]) or 0
        rest = question[match.start("rest") :].lstrip(" ,，")
        ask = "" if _MORE.match(fold(rest)) else rest
    elif match := _IN_ENGLISH.search(folded):
        word = match["word"]
        at = len(items) if word == "last" else _ORDINALS[word] if word else int(match["n"] or match["n2"])
        ask = ""
    else:
        return None
    return Meant(items[at - 1], ask) if 0 < at <= len(items) else None


def names_an_item(question: str) -> bool:
    """Whether ``question`` points at an item by its number, unless at an article (第三条), which a statute has too."""
    match = _NAMED.match(fold(question))
    return match is not None and "条" not in match[0][: match.start("rest")]


def items_of(answer: str) -> list[str]:
    """What an answer lists, one text an item, without marks: by its numbers, or line by line, or cited sentence by
    cited sentence."""
    answer = _without_label(answer)
    folded = fold(answer)
    found = (
        (match.start(), style)
        for style in _STYLES
        if len(style.findall(folded)) > 1
        for match in [style.search(folded)]
        if match
    )
    style = min(found, default=(0, None), key=lambda one: one[0])[1]
    if style is not None:
        marks = list(style.finditer(folded))
        ends = [*(mark.start() for mark in marks[1:]), len(answer)]
        pieces = [answer[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    else:
        pieces = answer.splitlines()
        if len([piece for piece in pieces if piece.strip()]) < 2:
            pieces = _CITED.split(answer)
    heads = [_head(piece) for piece in pieces]
    return [head for head in heads if head]


def _without_label(answer: str) -> str:
    """A cited ``answer`` of several lines without the name of the report that stands before the first of them alone."""
    first, *others = answer.splitlines() or [""]
    label = _LABEL.match(first)
    if label is None or not others or not _CITED.search(answer):
        return answer
    alone = not any(_LABEL.match(line) for line in others)
    return answer[label.end() :] if alone or is_numbered(first[label.end() :]) else answer


def _head(piece: str) -> str:
    plain = _CITED.sub("", piece).strip(" 　,，;；。.:：\n")
    match = _HEAD.match(plain)
    return (match[0] if match else plain)[:MAX_ITEM_CHARS].strip()
