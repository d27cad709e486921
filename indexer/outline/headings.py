"""What looks like a heading: candidates with their number, before any decision.

The ladder of Chinese official writing (GB/T 9704 section 7.3.3: 一、 / （一） / 1. / （1）), with the books, chapters
and articles above it, ① and 一是 below it, Markdown marks, annexes, and short lines with no number. Digits and
brackets may be full-width or half-width (``\\d`` matches both), numerals may be single characters (㈠, ⒈, 壹).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from indexer.chinese.numerals import BELOW_100, value
from indexer.chinese.offices import BODY, POST
from indexer.sentences import trimmed
from indexer.types import HeadingHint, Span

_ORDER = {"首先": 1, "其次": 2, "再次": 3}
_HAN = f"[〇○零{BELOW_100}百壹贰貳叁參肆伍陆陸柒捌玖拾]{{1,5}}"
_SHORT_HAN = f"[{BELOW_100}]{{1,2}}"
# Behind the number of an article or a clause: somebody speaks of it.
_CITED = rf"的|规定[的，]|所[称列述指]|第[\d{BELOW_100}]{{1,3}}[款项]"
_REFERS = (
    rf"{_CITED}|[、，,和与或及以至到中内款项之等]|为(?!了)|规定|关于|有关|明确|要求|提到|执行|处理|同[时样]|已|是指"
)
# Figures have units; clauses have names, or a blank before them.
_UNITS = (
    "[万亿千百十个倍元米吨亩户家人次岁度分微毫克厘升秒年月日天级码瓦伏安焦赫巴帕海英折%％‰℃℉]"
    "|公[里斤顷分升]|平方|立方|小时|季度|左右|以[上下内]"
)
_BEHIND_DECIMAL = rf"(?![\d.．%％‰])(?:[ \t\u3000\u00a0]+(?!{_UNITS})|(?=[\u4e00-\u9fff])(?!{_UNITS}|{_REFERS}))"
_GAP = r"[\s、.：:]{0,20}"

# style -> (rank, pattern of its mark). A lower rank is a higher level. Group "n" is the number.
STYLES: dict[str, tuple[float, re.Pattern[str]]] = {
    "annex": (0, re.compile(rf"附件\s*(?P<n>\d{{0,3}}|[{BELOW_100}]{{1,3}})(?=\s|[:：.、]|$)[:：.、]?")),
    "book": (1, re.compile(rf"第(?P<n>{_HAN}|\d{{1,2}})(?:编|編|篇(?!章)){_GAP}")),
    "part": (2, re.compile(rf"第(?P<n>{_HAN}|\d{{1,2}})(?:部分|章){_GAP}")),
    "section": (3, re.compile(rf"第(?P<n>{_HAN}|\d{{1,2}})[节節]{_GAP}")),
    "article": (
        4,
        re.compile(rf"第(?P<n>{_HAN}|\d{{1,3}})[条條](?:[\s　：:]+(?!{_CITED})|(?!{_REFERS})(?=[\u4e00-\u9fff]))"),
    ),
    "han": (5, re.compile(rf"(?P<n>{_HAN})\s?[、．.：:]\s*")),
    "han-bracket": (6, re.compile(rf"[(（〔【]?(?P<n>{_HAN}|[㈠-㈩])(?:(?<=[㈠-㈩])|\s?[)）〕】])[、.．]?\s*")),
    "arabic": (7, re.compile(r"(?P<n>\d{1,3}|[⒈-⒛])(?:(?<=[⒈-⒛])|\s*\\?[.．、](?!\d))\s*")),
    "decimal": (8, re.compile(rf"\d{{1,2}}[.．](?P<n>\d{{1,2}}){_BEHIND_DECIMAL}")),
    "decimal-3": (8.3, re.compile(rf"\d{{1,2}}(?:[.．]\d{{1,2}}){{1}}[.．](?P<n>\d{{1,2}}){_BEHIND_DECIMAL}")),
    "decimal-4": (8.6, re.compile(rf"\d{{1,2}}(?:[.．]\d{{1,2}}){{2,3}}[.．](?P<n>\d{{1,2}}){_BEHIND_DECIMAL}")),
    "arabic-bracket": (9, re.compile(r"[(（]?(?P<n>\d{1,2}|[⑴-⒇])(?:(?<=[⑴-⒇])|[)）])[、.．]?\s*")),
    "circled": (10, re.compile(r"(?P<n>[①-⑳])[、.．]?\s*")),
    "ordinal": (11, re.compile(rf"第?(?P<n>(?<=第){_SHORT_HAN}|首先|其次|再次)[，,、：:]\s*")),
    "is": (12, re.compile(rf"(?P<n>{_SHORT_HAN})是(?=[^否的])")),
}
UNNUMBERED_RANK = 0
SPACED_RANK = 7.0
NESTED_RANK = 13  # an unnumbered line inside a numbered series that goes on after it, and run-in headings

MAX_HEADING_CHARS = 80
MAX_UNNUMBERED_CHARS = 30
WRAP_TOLERANCE = 6  # columns that two full lines may differ by: the indent of the first, a mark that may not begin one
MIN_ENTRIES = 3  # of a table of contents
ENTRY_CHARS = 80  # of the end of a line, where the number of a page stands
MAX_MARKDOWN_CHARS = 300  # a heading is repeated in every chunk below it; a whole text behind a stray # is none

_BLANK_LINE = re.compile(r"\n\s*\n|\r\s*\r|\u2029")
_ENDED = re.compile(r"[。！？；!?;…][”’」』）)\]】》\"'*_]*$|^(?:各位|尊敬的).{2,20}[：:！!]$")
_PAIRS = (("《", "》"), ("（", "）"), ("“", "”"), ("(", ")"), ("「", "」"))
_TABLE_ROW = re.compile(r"(?:\s\d[\d.,]{0,15}[%％]?){2}$")
_TABLE_CELL = re.compile(r"\s\d[\d.,]{0,15}[%％]?$")
# A title, what leads to the number of its page, and that number: typed tables of contents repeat all headings.
_ENTRY_OF_CONTENTS = re.compile(r"(?:[.．…·‥⋯]{3}|…|\t|[ 　]{3})[\s.．…·‥⋯]*[-–—(（]?\s?\d{1,4}\s?[-–—)）]?$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_SALUTATION = re.compile(r"(?:各位|尊敬的)[\u4e00-\u9fff、]{2,12}[！!]")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x85\v\f]+")
# Markdown before a mark or a heading: a heading sign, a quotation sign, emphasis.
_MARKDOWN = re.compile(r"(?:>\s*)?(?P<signs>#{0,6})(?P<space>\s*)(?P<emphasis>\*{1,3}|_{1,3})?")
_EMPHASIS = re.compile(r"\s*(?:\*{2,3}|_{2,3})(?=\w|[“《])")
# An inline mark follows white space or the end of a sentence; a closing quote counts as such an end.
# Digits are common in running text: theirs follow no colon (“如下：1.…；2.…” is a list) and no semicolon.
_INLINE = re.compile(
    rf"(?<=[\s。！？：:；”）)])(?=第{_HAN}(?:部分|章|节)|{_HAN}[、．]|[(（]{_HAN}[)）]|{_SHORT_HAN}是|[㈠-㈩])"
    r"|(?<=[\s。！？…”）)])(?=\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]|[⒈-⒛⑴-⒇])"
)
# “1 总则”: a number that a blank sets off is a heading's where clauses 1.1 are below it.
_SPACED = re.compile(r"(?P<n>\d{1,2})[ \t\u3000\u00a0]+(?=[\u4e00-\u9fff])")
_INLINE_END = re.compile(r"[\s。！？；]")
_SENTENCE_MARKS = re.compile(r"[。！？；!?;]")
_CLAUSE_MARKS = re.compile(r"[，,：:。；;！？!?]")
_NOT_A_HEADING = re.compile(
    rf"^[—─\-]{{1,}}|[:：]$|^\W*$|^[（(【].*[)）】]$|^[\d\s年月日〇零{BELOW_100}.\-/]+$"
    rf"|(?:{BODY}|{POST})[\s　]*[\u4e00-\u9fff　 ]{{0,4}}$"
    r"|^[|>!\[*`<]|[0-9０-９*]年[^，。]{1,3}月[^，。]{1,3}日"
)


@dataclass(frozen=True)
class Candidate:
    """A place that looks like a heading. ``number`` is 0 where the mark has none."""

    start: int
    style: str
    rank: float
    number: int
    mark: str
    heading: Span
    own_line: bool
    at_line_start: bool
    hinted: bool = False  # its format says that it is a heading
    level: int | None = None  # that its format gives it, from 1: the highest


def parse_number(text: str) -> int:
    """``十二``, ``12``, ``１２``, ``⑿`` or ``其次`` to its number; what is none (an empty string, ``三四``) to 0."""
    number = value(text)
    if number is not None:
        return int(number)
    return _ORDER.get(text) or (int(unicodedata.numeric(text, 0)) if len(text) == 1 else 0)


def candidates(text: str, hints: Sequence[HeadingHint] = (), asides: Sequence[Span] = ()) -> list[Candidate]:
    """Every place in ``text`` that looks like a heading, or is one by the ``hints``, in reading order; none in lines of
    ``asides``, in fenced code, nor in entries of a table of contents."""
    found: list[Candidate] = []
    levels = {trimmed(text, hint.span.start, hint.span.end).start: hint.level for hint in hints}
    aside = {trimmed(text, span.start, span.end).start for span in asides}
    lines = [span for line in _LINE.finditer(text) if len(span := trimmed(text, line.start(), line.end()))]
    shown = [line.of(text) for line in lines]
    aside |= {lines[at].start for at in fenced(shown) | _contents(shown)}
    before: Candidate | None = None  # what the line before this one begins with
    for index, span in enumerate(lines):
        if span.start in aside or _ENTRY_OF_CONTENTS.search(text, max(span.start, span.end - ENTRY_CHARS), span.end):
            before = None
            continue
        first = _at_line_start(text, span)
        if span.start in levels:
            first = _hinted(span, levels[span.start], first)
        elif first and (first.style == "spaced" or (first.style == "unnumbered" and first.heading == span)):
            opened = before is not None and before.own_line
            if not ((opened or _ended(text, lines, index)) and not _goes_on_below(text, lines, index)):
                first = None
        before = first
        if first:
            found.append(first)
        inline_from = first.heading.end if first else span.start + 1
        for mark in _INLINE.finditer(text, inline_from, span.end):
            candidate = _inline(text, mark.start(), span.end) if mark.start() >= inline_from else None
            if candidate:
                found.append(candidate)
                inline_from = candidate.heading.end
    return found


def fenced(lines: Sequence[str]) -> set[int]:
    """Indices of the lines of Markdown's fenced blocks; a fence that nothing closes fences nothing."""
    found: set[int] = set()
    fence, opened = "", 0
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if not mark:
            continue
        if not fence:
            fence, opened = mark[1], at
        elif mark[1].startswith(fence) and not line[mark.end() :].strip():
            found.update(range(opened, at + 1))
            fence = ""
    return found


def _contents(lines: Sequence[str]) -> set[int]:
    """Indices of the entries of tables of contents without numbers of pages: headings in a row, nothing between them,
    each of which comes again farther below, with text between them."""
    names = ["".join(line.strip("#*_> \t").split()) for line in lines]
    last = {name: at for at, name in enumerate(names)}
    is_entry = [
        last[name] > at and len(name) <= MAX_HEADING_CHARS and not _SENTENCE_MARKS.search(name) and _is_name(name)
        for at, name in enumerate(names)
    ]
    found: set[int] = set()
    for wanted, run in groupby(range(len(lines)), key=is_entry.__getitem__):
        entries = list(run)
        again = [last[names[at]] for at in entries]
        apart = sum(behind - before > 1 for before, behind in pairwise(again))
        if wanted and len(entries) >= MIN_ENTRIES and again == sorted(again) and 2 * apart >= len(entries) - 1:
            found.update(entries)
    return found


def _is_name(line: str) -> bool:
    return is_numbered(line) or is_unnumbered_heading(line)


def _hinted(line: Span, level: int, looks_like: Candidate | None) -> Candidate:
    """A line that is a heading by its format: with the number it begins with, or whole, at the level of its style."""
    if looks_like and looks_like.number:
        return replace(looks_like, hinted=True, level=level)
    return Candidate(line.start, f"level-{level}", UNNUMBERED_RANK, 0, "", line, True, True, hinted=True, level=level)


def _ended(text: str, lines: list[Span], index: int) -> bool:
    """Whether what stands before line ``index`` is over: a sentence, a paragraph, a line that is no sentence."""
    if not index or _BLANK_LINE.search(text, lines[index - 1].end, lines[index].start):
        return True
    before = lines[index - 1]
    tail = text[max(before.start, before.end - MAX_UNNUMBERED_CHARS) : before.end]
    return bool(
        _ENDED.search(tail) or (len(before) <= 2 * MAX_UNNUMBERED_CHARS and _NOT_A_HEADING.search(before.of(text)))
    )


def _goes_on_below(text: str, lines: list[Span], index: int) -> bool:
    """Whether line ``index`` fills a hard-wrapped page's width, so that the next line is the rest of its sentence."""
    line = lines[index].of(text)
    if any(line.count(opening) > line.count(closing) for opening, closing in _PAIRS):
        return True
    if index + 1 == len(lines) or _BLANK_LINE.search(text, lines[index].end, lines[index + 1].start):
        return False
    below = text[lines[index + 1].start : lines[index + 1].end]
    if is_numbered(below) or below.startswith(("#", "*")) or _NOT_A_HEADING.search(below[:MAX_UNNUMBERED_CHARS]):
        return False
    return _width(line) + WRAP_TOLERANCE >= _width(below)


def _width(line: str) -> int:
    """In columns: a Chinese character takes two. Of a long line, as much as is longer than any heading."""
    return sum(2 if char > "\u2e7f" or char in "“”‘’—…" else 1 for char in line[: 3 * MAX_UNNUMBERED_CHARS])


def _at_line_start(text: str, line: Span) -> Candidate | None:
    start = line.start
    if _TABLE_ROW.search(text, max(start, line.end - MAX_UNNUMBERED_CHARS), line.end):
        return None
    markdown = _MARKDOWN.match(text, start, line.end)
    assert markdown  # it matches an empty string
    level = len(markdown["signs"]) if markdown["signs"] and markdown["space"] else None
    for style, (rank, pattern) in STYLES.items():
        mark = pattern.match(text, markdown.end(), line.end)
        if mark:
            heading, own_line = _heading_behind(text, mark.end(), line.end, markdown["emphasis"])
            number = parse_number(mark["n"])
            return Candidate(start, style, rank, number, mark[0].strip(), heading, own_line, True, level=level)
    spaced = _SPACED.match(text, markdown.end(), line.end)
    if spaced and not _CLAUSE_MARKS.search(text, spaced.end(), min(line.end, spaced.end() + MAX_UNNUMBERED_CHARS)):
        heading, own_line = _heading_behind(text, spaced.end(), line.end, markdown["emphasis"])
        is_cell = _TABLE_CELL.search(text, spaced.end(), line.end)
        if own_line and len(heading) <= MAX_UNNUMBERED_CHARS and not is_cell:
            number = parse_number(spaced["n"])
            return Candidate(start, "spaced", SPACED_RANK, number, spaced["n"], heading, True, True, level=level)
    body = _unmarked(text, Span(start=markdown.end(), end=line.end), markdown["emphasis"])
    if level:
        if 0 < len(body) <= MAX_MARKDOWN_CHARS:
            return Candidate(start, f"level-{level}", UNNUMBERED_RANK, 0, "", body, True, True, level=level)
        return None
    salutation = _SALUTATION.match(text, start, line.end)
    if salutation:
        heading = Span(start=start, end=salutation.end())
        return Candidate(start, "salutation", UNNUMBERED_RANK, 0, "", heading, True, True)
    emphasised = bool(markdown["emphasis"]) and "*" not in body.of(text) and body.end < line.end
    heading = body if emphasised else line
    if is_unnumbered_heading(heading.of(text)):
        return Candidate(start, "unnumbered", UNNUMBERED_RANK, 0, "", heading, True, True)
    return None


def _unmarked(text: str, span: Span, emphasis: str | None) -> Span:
    """``span`` without the Markdown signs that close it."""
    whole = span.of(text)
    body = whole.rstrip("#")
    if len(body) < len(whole):
        body = body.rstrip()
    end = span.start + len(body)
    if emphasis and text.endswith(emphasis, span.start, end):
        end -= len(emphasis)
    return trimmed(text, span.start, end)


def _heading_behind(text: str, start: int, end: int, emphasis: str | None) -> tuple[Span, bool]:
    """The heading behind a mark at a line's start, and whether it fills the line. Emphasis says where it ends."""
    if emphasis and text.startswith(emphasis, start, end):  # “**（一）**…”: the mark alone was emphasised
        start, emphasis = start + len(emphasis), None
    opening = _EMPHASIS.match(text, start, end)
    if opening and not emphasis:  # “（一）**推进**…”
        start, emphasis = opening.end(), opening[0].strip()
    close = text.find(emphasis, start, min(end, start + MAX_HEADING_CHARS)) if emphasis else -1
    if emphasis and close > start:
        heading = _heading_of_line(text, start, close)[0]
        return heading, not text[close + len(emphasis) : end].strip("。.：:# ")
    return _heading_of_line(text, start, _unmarked(text, Span(start=start, end=end), None).end)


def is_unnumbered_heading(line: str) -> bool:
    """A short line with no sentence or clause mark, that is no date, signature or bracketed note."""
    return (
        len(line) <= MAX_UNNUMBERED_CHARS
        and not _CLAUSE_MARKS.search(line)
        and not _NOT_A_HEADING.search(line)
        and not _TABLE_CELL.search(line)
        and sum("\u4e00" <= char <= "\u9fff" for char in line) >= 3
    )


def is_numbered(line: str) -> bool:
    """Whether ``line`` begins with a mark of the ladder: （七）, 3., 二是."""
    return any(pattern.match(line) for _, pattern in STYLES.values())


def _heading_of_line(text: str, start: int, end: int) -> tuple[Span, bool]:
    """The heading behind a mark at a line's start, and whether it fills the line."""
    stop = _SENTENCE_MARKS.search(text, start, end)
    if not stop or stop.end() == end:
        if end - start <= MAX_HEADING_CHARS:
            return trimmed(text, start, stop.start() if stop else end), True
    elif stop.start() - start <= MAX_HEADING_CHARS:
        colon = re.compile("[：:]").search(text, start, min(stop.start(), start + MAX_HEADING_CHARS // 2))
        # “1．海绵城市：新一代…” defines a term; the term is the heading.
        return trimmed(text, start, colon.start() if colon else stop.start()), False
    clause = _CLAUSE_MARKS.search(text, start, end)
    return trimmed(text, start, min(clause.start() if clause else end, start + MAX_HEADING_CHARS)), False


def _inline(text: str, start: int, line_end: int) -> Candidate | None:
    for style, (rank, pattern) in STYLES.items():
        mark = pattern.match(text, start, line_end)
        if not mark or style in ("annex", "article"):
            continue
        stop = _INLINE_END.search(text, mark.end(), min(line_end, mark.end() + MAX_HEADING_CHARS + 1))
        if not stop or stop.start() - mark.end() < 2 or stop[0] == "；":
            return None
        heading = trimmed(text, mark.end(), stop.start())
        return Candidate(start, style, rank, parse_number(mark["n"]), mark[0].strip(), heading, False, False)
    return None
