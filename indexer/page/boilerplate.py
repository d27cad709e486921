"""Web boilerplate around a report: found by where it stands and what it looks like, not by one site's phrases.

A page is head, body, tail. Each line counts for the report (sentences, headings with sentences under them) or against
it (it talks about the page itself: its site, buttons, links, files, rights), and the body is the run of lines that
counts most. Before the title and behind the end of the report short lines go with the lines about the page that they
stand among. Inside the body only controls go: to lose a line of a report is worse than to keep one of a site.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from indexer.chinese.dates import OPENS_WITH_DAY
from indexer.chinese.document_numbers import YEAR_AND_NUMBER
from indexer.chinese.offices import SHORT_BODY
from indexer.page.lines import MOSTLY, TITLE, Line

# What lines count against the report, and headings for it, in characters of its sentences: those are the measure.
# None needs to be exact: eval/results/boilerplate.md has what becomes of the pages when each is halved or doubled.
PAGE_WEIGHT = 40  # a line of the site, as much as a sentence of middling length
PAGE_HEADING_WEIGHT = 10  # speaks of a site, and sentences follow: less than the shortest of them, so that it stays
HEADING_WEIGHT = 20  # with sentences under it: the body begins with its heading, not below it
PLAIN_WEIGHT = 4  # a short line that tells nothing: ten of them, as in a menu, are a line of the site

MIN_TITLE_CHARS, MAX_TITLE_CHARS = 6, 60
MAX_TITLE_LINES = 4
MAX_LINES_TO_PROSE = 3  # a heading stands at most so far above its text: （三） under 二、 under 第一部分
MIN_KEPT_PROSE_CHARS = 60  # prose behind lines about the page, at least so long, is no comment and no teaser

_SPLIT_TITLE = re.compile(r"(?:^关于|\d{4}年(?!.*[-:：])|的$)(?<![\s　←→])")
_NUMBER_OF_FILE = re.compile(YEAR_AND_NUMBER)
_BEGINS_TITLE = re.compile(rf"关于|{SHORT_BODY}对")
_BARE_LABEL = re.compile(r"\W*\w[\w\s　]{1,8}[:：]")
_NOTE = re.compile(r"^\[\d{1,3}\]|^[①-⑳]|^[*＊※]|^[（(]|^注|[。！？；…]$|、")
_DAY = re.compile(rf"^{OPENS_WITH_DAY}[)）]?$")


class _Page:
    """The lines of a page that are not blank, by index."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = {index: Line(text.strip()) for index, text in enumerate(lines) if text.strip()}
        self.order = list(self.lines)
        # What stands right below a heading 一、 is its text, even where it speaks of notices and permissions.
        self._below_heading = {after for before, after in pairwise(self.order) if self.lines[before].is_formal_heading}
        self._prose = [n for n, index in enumerate(self.order) if self._is_report_prose(index)]

    def _is_report_prose(self, index: int) -> bool:
        line = self.lines[index]
        return line.is_prose and (not line.is_chrome or index in self._below_heading)

    def heads_prose(self, index: int) -> bool:
        """Whether report prose follows within a few lines that may themselves be headings."""
        ordinal = self._ordinal(index)
        found = bisect_left(self._prose, ordinal + 1)
        if found == len(self._prose) or self._prose[found] - ordinal > MAX_LINES_TO_PROSE:
            return False
        between = [self.lines[self.order[n]] for n in range(ordinal + 1, self._prose[found])]
        return all(line.is_numbered or not line.is_chrome for line in between)

    def next(self, index: int) -> Line | None:
        ordinal = self._ordinal(index) + 1
        return self.lines[self.order[ordinal]] if ordinal < len(self.order) else None

    def _ordinal(self, index: int) -> int:
        return bisect_left(self.order, index)

    def is_chrome(self, index: int) -> bool:
        """Whether the line talks about the page, also by what follows it: a heading of prose does not."""
        line = self.lines[index]
        if line.is_prose:
            return not self._is_report_prose(index)
        if not line.is_chrome or line.is_control or line.is_stamp or line.is_listed:
            return line.is_chrome
        if line.is_numbered:
            return not self.heads_prose(index)
        following = self.next(index)
        return following is None or not following.is_entry  # the head of a table

    def weight(self, index: int) -> int:
        """How much the line counts for the report (> 0) or against it (< 0)."""
        line = self.lines[index]
        if self.is_chrome(index):
            heading = not (line.is_prose or line.is_control or line.is_stamp or line.is_listed)
            return -PAGE_HEADING_WEIGHT if heading and self.heads_prose(index) else -PAGE_WEIGHT
        if line.is_prose:
            return len(line.text)
        if line.is_numbered and self.heads_prose(index):
            return HEADING_WEIGHT
        return 0 if line.is_protected or line.has_figure or line.is_numbered or line.is_row else -PLAIN_WEIGHT


def boilerplate(lines: list[str]) -> dict[int, str]:
    """Indices of the lines that are boilerplate, each with the reason; ``lines`` is the whole page in order.

    Blank lines are never named. A page in which nothing reads as a report loses nothing.
    """
    page = _Page(lines)
    first, last = _heaviest_run({index: page.weight(index) for index in page.order})
    if first > last:
        return {}
    dropped: dict[int, str] = {}
    _drop_head(page, [index for index in page.order if index < first], dropped)
    _drop_tail(page, [index for index in page.order if index > last], dropped)
    for index in page.order:
        if first < index < last and _is_control_in_body(page.lines[index]):
            dropped[index] = "about the page, inside the report"
    return dropped


def _heaviest_run(weights: dict[int, int]) -> tuple[int, int]:
    """First and last index of the run of lines with the greatest sum (Kadane 1984); (0, -1) when none is > 0."""
    best, run, found, start = 0, 0, (0, -1), 0
    for index, weight in weights.items():
        if run <= 0:
            run, start = 0, index
        run += weight
        if run > best:
            best, found = run, (start, index)
    return found


def _drop_head(page: _Page, head: list[int], dropped: dict[int, str]) -> None:
    title = _title(page, head)
    above = [index for index in head if title is None or index < title]
    about = [index for index in above if page.is_chrome(index) or page.lines[index].is_bar]
    dropped.update(dict.fromkeys(about, "about the page, before the report"))
    if about and title is not None:
        in_title = _start_of_title(page, above, title)
        for index in set(above).difference(about):
            if not (index in in_title or _leads_to_title(page.lines[index], touches=index > about[-1])):
                dropped[index] = "beside lines about the page, before the report"
    if title is not None:
        _drop_below_title(page, title, [index for index in head if index > title], dropped)
    for before, index in pairwise(head):  # “发布日期：” in a line, the day in the next
        if before in dropped and _BARE_LABEL.fullmatch(page.lines[before].text) and _DAY.match(page.lines[index].text):
            dropped.setdefault(index, "beside lines about the page, before the report")
    seen: set[str] = set()
    for index in head:
        text = page.lines[index].text
        if index not in dropped and text in seen:
            dropped[index] = "the title again"
        elif index not in dropped:
            seen.add(text)


def _start_of_title(page: _Page, above: list[int], title: int) -> set[int]:
    """The lines right above the title that begin it: long titles are set in two or three lines."""
    for n in range(1, min(MAX_TITLE_LINES, len(above) + 1)):
        started = above[-n:]
        line = page.lines[started[0]]
        if page.is_chrome(started[0]) or line.is_bar or TITLE.search(line.text) or re.search("[:：]", line.text):
            break
        if _BEGINS_TITLE.search(line.text):
            return set(started)
        whole = "".join(page.lines[index].text for index in [*started, title])
        if any(whole == other.text for other in page.lines.values()):
            return set(started)
    return set()


def _leads_to_title(line: Line, *, touches: bool) -> bool:
    """Whether a line above the title is the report's: the number of the file, the issuing body, part of the title."""
    if _NUMBER_OF_FILE.search(line.text) or (TITLE.search(line.text) and len(line.text) >= MIN_TITLE_CHARS):
        return True
    return touches and (line.is_protected or bool(_SPLIT_TITLE.search(line.text)))


def _drop_below_title(page: _Page, title: int, below: list[int], dropped: dict[int, str]) -> None:
    """Below the title stand notes of the page's making; a report about web sites may begin with a form about one."""
    about_sites = page.lines[title].share > 0
    for index in below:
        line = page.lines[index]
        note = line.is_control or line.is_stamp or line.is_listed or not (about_sites or line.is_numbered)
        if page.is_chrome(index) and note:
            dropped[index] = "about the page, before the report"
    for before, index, after in zip([title, *below], below, below[1:], strict=False):
        line = page.lines[index]
        plain = not (line.is_protected or line.is_prose or line.is_numbered or about_sites)
        if plain and before in dropped and after in dropped:
            dropped[index] = "between lines about the page, before the report"


def _title(page: _Page, head: list[int]) -> int | None:
    """The last line of the head that reads as a title; failing that, the last that is no line about the page."""
    plain = [index for index in head if not page.is_chrome(index) and not page.lines[index].is_prose]
    titles = [index for index in plain if TITLE.search(page.lines[index].text)]
    if titles:
        return titles[-1]
    likely = [
        index
        for index in plain
        if MIN_TITLE_CHARS <= len(page.lines[index].text) <= MAX_TITLE_CHARS
        and not (page.lines[index].is_protected or page.lines[index].is_numbered)
        and not re.search(r"[\s　].*[\s　]|[:：！!]|^[（(]", page.lines[index].text)
    ]
    return likely[-1] if likely else None


def _drop_tail(page: _Page, tail: list[int], dropped: dict[int, str]) -> None:
    cut = next((n for n, index in enumerate(tail) if page.is_chrome(index)), None)
    if cut is None:
        return
    # Up to the first line about the page, what leads to a line of the report belongs to it.
    keeps = _goes_on(page, tail[:cut])
    while keeps and not keeps[-1]:
        dropped[tail[len(keeps) - 1]] = "beside lines about the page, after the report"
        keeps.pop()
    for n, index in enumerate(tail[cut:], start=cut):
        if page.is_chrome(index):
            dropped[index] = "about the page, after the report"
        elif not _stands_behind_chrome(page, tail, n):
            dropped[index] = "beside lines about the page, after the report"


def _goes_on(page: _Page, lines: list[int]) -> list[bool]:
    """For each of the lines right behind the body, whether it looks like the report's, or carries on what does."""
    in_body = {page.lines[index].text for index in page.order if lines and index < lines[0]}  # cells of a table repeat
    kept: list[bool] = []
    before: Line | None = None
    for index in lines:
        line = page.lines[index]
        carries_on = before is None or (kept[-1] and (before.is_numbered or before.is_annex))
        in_list = carries_on and (line.is_numbered or (before is not None and before.is_formal_heading))
        kept.append(in_list or line.is_formal_heading or _ends_report(line) or line.text in in_body)
        before = line
    return kept


def _ends_report(line: Line) -> bool:
    stands_alone = line.is_protected or line.is_prose or line.is_entry or line.is_bare_day
    return stands_alone or bool(_NOTE.search(line.text))


def _stands_behind_chrome(page: _Page, tail: list[int], n: int) -> bool:
    """Whether a line behind lines about the page is still the report's: an annex, a signature over its date, prose."""
    line = page.lines[tail[n]]
    if line.is_prose:
        return line.has_figure or len(line.text) >= MIN_KEPT_PROSE_CHARS
    if line.is_annex or _DAY.match(line.text):
        return True
    following = page.next(tail[n])
    if line.is_protected and following is not None and _DAY.match(following.text):
        return True
    return line.is_numbered and page.heads_prose(tail[n]) and _stands_behind_chrome(page, tail, n + 1)


def _is_control_in_body(line: Line) -> bool:
    if line.is_numbered or line.has_figure or line.is_prose:
        return False
    return line.is_control or (line.addresses_reader and line.share >= MOSTLY)
