"""The title of a report: a line of its text, what opens one, or the name of its file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.dates import CENTURIES, YEAR
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.metadata.lines import HEAD_LINES, SHORT_CHARS
from indexer.outline.headings import is_numbered
from indexer.page.lines import TITLE
from indexer.sentences import trimmed
from indexer.types import ReadValue, Span
from indexer.unseen import cleaned, escaped

_TITLE_LABEL = re.compile(r"(?:标[\s　]*题|名[\s　]*称)\s*[：:]")
_NO_TITLE = re.compile(rf"[—─\-]|[{BELOW_100}（(\d]+[、)）.]")

# What may follow a title in its line, besides the first heading: the salutation, a subtitle, a date.
_BEHIND_TITLE = re.compile(r"各位|尊敬的|[—─\-（(]|[12１２]\d{3}")
# “…政府工作报告_2022”, “…(2022年)”: set off, by whoever filed the report.
_YEAR_SET_OFF = re.compile(rf"(?:[\s_\-—~]+{CENTURIES}年?|\s*[(（\[【]{CENTURIES}年?[)）\]】])$")


def title_lines(text: str, lines: Sequence[Span]) -> list[Span]:
    """The lines before the first sentence that end like a title, or the title that opens a line of text."""
    found: list[Span] = []
    for line in lines[:HEAD_LINES]:
        if len(line) > SHORT_CHARS or "。" in line.of(text):
            return found or _title_in_line(text, line)
        span = _without_mark(text, line)
        if _is_title(span.of(text)):
            found.append(span)
    return found


def _title_in_line(text: str, line: Span) -> list[Span]:
    """What stands before white space at the start of ``line`` and reads as a title, if it does."""
    span = _without_mark(text, line)
    for gap in re.finditer(r"\s", text[span.start : span.start + SHORT_CHARS]):
        title = Span(start=span.start, end=span.start + gap.start())
        if re.search("[，。；：！？]", title.of(text)):
            break
        behind = text[title.end : line.end].lstrip()[:SHORT_CHARS]
        if _is_title(title.of(text)) and (_BEHIND_TITLE.match(behind) or is_numbered(behind)):
            return [title]
    return []


def _is_title(line: str) -> bool:
    return bool(TITLE.search(_unspaced(line))) and not _NO_TITLE.match(line)


def _unspaced(line: str) -> str:
    """``政 府 工 作 报 告`` without the spaces that set it wide."""
    return re.sub(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])", "", line)


def _without_mark(text: str, line: Span) -> Span:
    """``line`` without Markdown signs: a heading sign, emphasis of the whole (``**市`` alone is a mask); without the
    label that a form sets before a title."""
    label = _TITLE_LABEL.match(text, line.start, line.end)
    if label:
        return trimmed(text, label.end(), line.end)
    signs = re.fullmatch(
        r"(?:#{1,6}\s+)?(?P<emphasis>\*{1,3}|_{1,3})?(?P<title>[^*_]*)(?(emphasis)(?P=emphasis)|[*_]*)", line.of(text)
    )
    if signs:
        return trimmed(text, line.start + signs.start("title"), line.start + signs.end("title"))
    mark = re.match(r"#{1,6}\s+", line.of(text))
    return Span(start=line.start + (mark.end() if mark else 0), end=line.end)


def title_of(text: str, line: Span | None, stem: str | None, page_title: str | None) -> ReadValue:
    if page_title and not line:
        return ReadValue(value=_shown(page_title), origin="file")
    name = ReadValue(value=_clean_stem(stem or ""), origin="file_name")
    if not line:
        return name
    value = _shown(_unspaced(line.of(text)))
    # “政府工作报告” in the text and “2021年光明区政府工作报告” as the name: the longer one says which report it is.
    if value in name.value and value != name.value:
        return name
    return ReadValue(value=value, origin="text", span=line)


def _clean_stem(stem: str) -> str:
    """The file's name as a title: without a year set off at its end where the title has its own, and with spaces for
    underscores."""
    match = _YEAR_SET_OFF.search(stem)
    if match and YEAR.search(fold(stem[: match.start()])):
        stem = stem[: match.start()]
    return _shown(stem.replace("_", " ").strip())


def _shown(title: str) -> str:
    """A title stands wherever an answer is shown: nothing in it steers what shows it."""
    return cleaned(title) or escaped(title)
