"""Several reports in one file: ``(篇一)``, ``【篇2】``, ``# 篇三：``, ``第四篇``, ``依法行政调研报告篇五``.

A mark opens a line, with whatever ornament; or closes a line that is otherwise a title; or stands in brackets behind
white space. Its numbers run on from one, and what it opens is long enough to be a report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import parse_number
from indexer.sentences import trimmed
from indexer.types import Span

_N = rf"(?:\d{{1,2}}|[{BELOW_100}]{{1,3}})"
_CORE = rf"(?:第\s?(?P<ordinal>{_N})\s?篇|篇\s?之?(?P<n>{_N}))"
_OPENERS, _CLOSERS = r"[(（【〔〖\[《<]", r"[)）】〕〗\]》>]"
# All but a word and a quotation mark: “第一篇” is a mention, not a mark.
_ORNAMENT = r"[^\w“”\"‘’'。！？，,；;\n]|_"
# Nothing here looks beyond its line or a few characters: a file of brackets or of empty lines would else be read
# again from each of them.
_OPENING = re.compile(rf"(?:{_ORNAMENT}){{0,12}}{_CORE}(?:\s*{_CLOSERS})?(?=[\s:：、.*_\-—=~]|$)")
_CLOSING = re.compile(
    rf"(?P<title>[^。！？；，!?;]{{2,60}}?)\s*[*_\-—]{{0,3}}{_OPENERS}?\s*{_CORE}\s*{_CLOSERS}?[*_\-—:：\s]{{0,6}}"
)
_BRACKETED = re.compile(rf"(?<=\s){_OPENERS}\s*{_CORE}\s*{_CLOSERS}")
_LINE = re.compile(r"[^\n\r]+")
_CHAPTER = re.compile(rf"^[^\S\n]{{0,20}}(?:#{{1,6}}\s)?第[{BELOW_100}百\d]{{1,5}}章", re.MULTILINE)
MIN_PART_CHARS = 100  # shorter “parts” are a table of contents
MAX_MARK_LINE_CHARS = 80
MIN_TITLE_CHARS, MAX_TITLE_CHARS = 4, 80
# “…调研报告(2篇)”, “…范文精选5篇”: how many there are is said of the page, and of none of its reports.
_COUNT_AT_END = re.compile(rf"\s*(?:[(（【\[][^()（）]{{0,6}}?(?P<a>{_N})\s*篇[)）】\]]|共?(?P<b>{_N})\s*篇)$")


@dataclass(frozen=True)
class Part:
    """One report of a compilation: its number, where its mark starts, and the span of its text, the mark left out.

    ``title`` is what stands before the mark in its line, or empty.
    """

    number: int
    mark: str
    title: str
    start: int
    span: Span


@dataclass(frozen=True)
class _Mark:
    number: int
    span: Span
    title: str
    is_ordinal: bool


def parts(text: str) -> tuple[Part, ...]:
    """The reports of a compilation, or ``()`` when the text is a single report."""
    marks = _marks(text)
    chosen: list[_Mark] = []
    for index, mark in enumerate(marks):
        end = marks[index + 1].span.start if index + 1 < len(marks) else len(text)
        if mark.number == len(chosen) + 1 and end - mark.span.end >= MIN_PART_CHARS:
            chosen.append(mark)
    if len(chosen) < 2:
        return ()
    ends = [mark.span.start for mark in chosen[1:]] + [len(text)]
    spans = [
        trimmed(text, _after_stray_marks(text, mark.span.end), end) for mark, end in zip(chosen, ends, strict=True)
    ]
    # 第一篇, 第二篇 over chapters are the books of one plan or code.
    if all(mark.is_ordinal for mark in chosen) and all(_CHAPTER.search(text, span.start, span.end) for span in spans):
        return ()
    return tuple(
        Part(mark.number, mark.span.of(text).strip("#*_-—=~:： \t\u3000"), mark.title, mark.span.start, span)
        for mark, span in zip(chosen, spans, strict=True)
    )


def title_of_whole(before: str, n_parts: int) -> str | None:
    """The first line of ``before``, what stands before the first part, that may be a title, without their number."""
    for line in before.splitlines():
        title = line.strip("#*_ \t\u3000")
        if MIN_TITLE_CHARS <= len(title) <= MAX_TITLE_CHARS:
            count = _COUNT_AT_END.search(title)
            counted = count is not None and parse_number(count["a"] or count["b"]) == n_parts
            return (title[: count.start()] if count and counted else "") or title
    return None


def title_of_part(part: Part, title_of_whole: str) -> str:
    """The line that the part's mark closes, or the page's title with the mark."""
    return part.mark.lstrip("#*_ ") if part.title else f"{title_of_whole}{part.mark}"


def _marks(text: str) -> list[_Mark]:
    found: list[_Mark] = []
    for line in _LINE.finditer(text):
        if "篇" not in line[0]:
            continue
        at = trimmed(text, line.start(), line.end())
        whole = _CLOSING.fullmatch(text, at.start, at.end) if len(at) <= MAX_MARK_LINE_CHARS else None
        opening = _OPENING.match(text, at.start, at.end)
        behind = at.start
        if opening:
            found.append(_mark(opening, ""))
            behind = opening.end()
        elif whole:
            found.append(_mark(whole, whole["title"].strip("#*_ \t\u3000")))
            behind = at.end
        found += [_mark(match, "") for match in _BRACKETED.finditer(text, behind, at.end)]
    return found


def _mark(match: re.Match[str], title: str) -> _Mark:
    number = parse_number(match["ordinal"] or match["n"])
    return _Mark(number, Span(start=match.start(), end=match.end()), title, bool(match["ordinal"]))


def _after_stray_marks(text: str, start: int) -> int:
    while start < len(text) and (text[start].isspace() or text[start] in "、，,.。:：*_-—=~"):
        start += 1
    return start
