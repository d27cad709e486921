"""What looks like a heading: candidates with their number, before any decision.

The ladder of Chinese official writing (GB/T 9704 section 7.3.3: 一、 / （一） / 1. / （1）), with the parts and
chapters above it, 一是 below it, Markdown marks, annexes, and short lines with no number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.sentences import trimmed
from indexer.types import Span

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN = "[〇零一二三四五六七八九十百]{1,5}"

# style -> (rank, pattern of its mark). A lower rank is a higher level. Group "n" is the number.
STYLES: dict[str, tuple[int, re.Pattern[str]]] = {
    "annex": (0, re.compile(r"附件\s*(?P<n>[0-9]{0,3}|[一二三四五六七八九十]{1,3})(?=\s|[:：.、]|$)[:：.、]?")),
    "part": (1, re.compile(rf"第(?P<n>{_HAN}|[0-9]{{1,2}})(?:部分|编|章)[\s、.：:]{{0,20}}")),
    "section": (2, re.compile(rf"第(?P<n>{_HAN}|[0-9]{{1,2}})节[\s、.：:]{{0,20}}")),
    "article": (3, re.compile(rf"第(?P<n>{_HAN}|[0-9]{{1,3}})条[\s　]+")),
    "han": (4, re.compile(rf"(?P<n>{_HAN})[、．]\s*")),
    "han-bracket": (5, re.compile(rf"[(（](?P<n>{_HAN})[)）][、.]?\s*")),
    "arabic": (6, re.compile(r"(?P<n>[0-9]{1,3})\s*[.．、](?![0-9])\s*")),
    "arabic-bracket": (7, re.compile(r"[(（](?P<n>[0-9]{1,2})[)）][、.]?\s*")),
    "is": (8, re.compile(r"(?P<n>[一二三四五六七八九十]{1,2})是(?=[^否的])")),
}
UNNUMBERED_RANK = 0
NESTED_RANK = 9  # an unnumbered line inside a numbered series that goes on after it, and run-in headings

MAX_HEADING_CHARS = 80
MAX_UNNUMBERED_CHARS = 30
MAX_MARKDOWN_CHARS = 300  # a heading is repeated in every chunk below it; a whole text behind a stray # is none

_SALUTATION = re.compile(r"(?:各位|尊敬的)[\u4e00-\u9fff、]{2,12}[！!]")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x85\v\f]+")
_MARKDOWN = re.compile(r"(#{1,6})\s+")
# An inline mark follows white space or the end of a sentence; a closing quote counts as such an end.
_INLINE = re.compile(
    rf"(?<=[\s。！？：:；”）)])(?=第{_HAN}(?:部分|章|节)|{_HAN}[、．]|[(（]{_HAN}[)）]|[一二三四五六七八九十]{{1,2}}是)"
)
_INLINE_END = re.compile(r"[\s。！？；]")
_SENTENCE_MARKS = re.compile(r"[。！？；!?;]")
_CLAUSE_MARKS = re.compile(r"[，,：:。；;！？!?]")
_NOT_A_HEADING = re.compile(
    r"^[—─\-]{1,}|[:：]$|^\W*$|^[（(【].*[)）】]$|^[\d\s年月日〇零一二三四五六七八九十.\-/]+$"
    r"|(?:人民政府|委员会|办公厅|办公室|总理|省长|市长|区长|县长|主席|局|厅)[\s　]*[\u4e00-\u9fff　 ]{0,4}$"
    r"|^[|>!\[*`<]|[0-9０-９*]年[^，。]{1,3}月[^，。]{1,3}日"
)


@dataclass(frozen=True)
class Candidate:
    """A place that looks like a heading. ``number`` is 0 where the mark has none."""

    start: int
    style: str
    rank: int
    number: int
    mark: str
    heading: Span
    own_line: bool
    at_line_start: bool


def parse_number(text: str) -> int:
    """``十二`` or ``12`` to 12; an empty string to 0. Up to 999, as headings go."""
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        return int(text)
    total = unit = 0
    for char in text:
        if char == "十":
            total, unit = total + (unit or 1) * 10, 0
        elif char == "百":
            total, unit = total + (unit or 1) * 100, 0
        else:
            unit = _DIGITS[char]
    return total + unit


def candidates(text: str) -> list[Candidate]:
    """Every place in ``text`` that looks like a heading, in reading order."""
    found: list[Candidate] = []
    for line in _LINE.finditer(text):
        span = trimmed(text, line.start(), line.end())
        if not len(span):
            continue
        first = _at_line_start(text, span)
        if first:
            found.append(first)
        inline_from = first.heading.end if first else span.start + 1
        for place in _INLINE.finditer(text, inline_from, span.end):
            candidate = _inline(text, place.start(), span.end) if place.start() >= inline_from else None
            if candidate:
                found.append(candidate)
                inline_from = candidate.heading.end
    return found


def _at_line_start(text: str, line: Span) -> Candidate | None:
    start = line.start
    markdown = _MARKDOWN.match(text, start, line.end)
    body_from = markdown.end() if markdown else start
    for style, (rank, pattern) in STYLES.items():
        mark = pattern.match(text, body_from, line.end)
        if mark:
            heading, own_line = _heading_of_line(text, mark.end(), line.end)
            number = parse_number(mark["n"])
            return Candidate(start, style, rank, number, mark[0].strip(), heading, own_line, True)
    if markdown and line.end - body_from <= MAX_MARKDOWN_CHARS:
        level = len(markdown[1])
        heading = Span(start=body_from, end=line.end)
        return Candidate(start, f"markdown-{level}", UNNUMBERED_RANK, 0, "", heading, True, True)
    if _SALUTATION.fullmatch(text, start, line.end):
        return Candidate(start, "salutation", UNNUMBERED_RANK, 0, "", line, True, True)
    if is_unnumbered_heading(line.of(text)):
        return Candidate(start, "unnumbered", UNNUMBERED_RANK, 0, "", line, True, True)
    return None


def is_unnumbered_heading(line: str) -> bool:
    """A short line with no sentence or clause mark, that is no date, signature or bracketed note."""
    return (
        len(line) <= MAX_UNNUMBERED_CHARS
        and not _CLAUSE_MARKS.search(line)
        and not _NOT_A_HEADING.search(line)
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
        if not mark or style in ("annex", "article", "arabic", "arabic-bracket"):
            continue
        stop = _INLINE_END.search(text, mark.end(), min(line_end, mark.end() + MAX_HEADING_CHARS + 1))
        if not stop or stop.start() - mark.end() < 2 or stop[0] == "；":
            return None
        heading = trimmed(text, mark.end(), stop.start())
        return Candidate(start, style, rank, parse_number(mark["n"]), mark[0].strip(), heading, False, False)
    return None
