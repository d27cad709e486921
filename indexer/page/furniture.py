"""What a printed page has around its text, in text that was pasted from one: the numbers of pages, and running heads.

A number of a page says so (``— 7 —``, ``第3页 共20页``), or is one of a series that goes up by one from page to page. A
running head is a line that comes again beside the numbers of pages, or again and again in the middle of sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate, pairwise, starmap

from indexer.chinese.numerals import BELOW_100

PAGE_NUMBER, RUNNING_HEAD = "a page number", "a running head"

MAX_CHARS = 60  # of a running head
MIN_HEAD_CHARS = 3
MIN_SERIES = 3  # bare numbers are those of pages from so many on
MIN_PAGE_CHARS = 200  # between two of them
NEIGHBOURS = 2  # lines from the end of a page in which its head and its foot stand
MAX_LINES_OF_PAGE = 6  # that belong to the end of one page and the beginning of the next
MIN_INTERRUPTED = 2  # sentences that a line stands in, before it is believed to be a running head without page numbers
MIN_TIMES_ALONE = 3
MIN_CHARS_ALONE = 6  # of a head that comes twice, without page numbers
NEAR_TOP = 3  # lines, one of which is the title that a running head repeats
EDGE_SHARE = 0.8  # of the times that a running head comes again, how many are beside the end of a page

_N = r"[\d０-９]{1,4}"
_HAN = f"[{BELOW_100}百〇零]{{1,5}}"
_DASH = r"[-—–―─－‐~～·•*]"
_OF_PAGE = rf"(?:第?\s*(?:{_N}|{_HAN})\s*页|page\s*{_N}|p\.?\s?{_N})"
_OF_ALL = rf"(?:[,，/／|]?\s*[(（]?\s*(?:(?:共|总|总共|of|/|／)\s*(?:{_N}|{_HAN})\s*页?|{_N}\s*页)\s*[)）]?)"
_SAYS_PAGE = rf"{_DASH}{{0,3}}\s*{_OF_PAGE}\s*{_OF_ALL}?\s*{_DASH}{{0,3}}"
# “— 7 —”, “-8-”, “· 9 ·”; “第3页 共20页”, “Page 3 of 20”; “3/20” only as one of a series.
_NUMBER_OF_PAGE = re.compile(rf"\f?(?:{_DASH}{{1,3}}\s*{_N}\s*{_DASH}{{1,3}}|{_SAYS_PAGE})\f?", re.I)
_BARE_NUMBER = re.compile(rf"\f?(?P<n>{_N})(?:\s*[/／]\s*{_N})?\f?")
_NUMBER_BESIDE = re.compile(
    rf"(?P<before>^(?:{_DASH}\s*{_N}\s*{_DASH}|{_SAYS_PAGE}|(?P<a>{_N})(?=\s))[\s|]*)"
    rf"|(?P<behind>[\s|]*(?:{_DASH}\s*{_N}\s*{_DASH}|{_SAYS_PAGE}|(?<=\s)(?P<b>{_N}))$)",
    re.I,
)
_BLANKS = " \t\r\n\u3000\u00a0"  # a form feed is the end of a page
_SAYS_PAGE_BESIDE = re.compile(rf"^{_SAYS_PAGE}|{_SAYS_PAGE}$", re.I)
_STOP = re.compile(r"[。！？；!?;]")
_CAPTION = re.compile(r"[:：]|^(?:表|图|附|专栏|单位)")
_LABEL = re.compile(r"(?:附[件表录]|表|图|专栏|注|第|No\.?|编号|序号)\s*$", re.I)


def furniture(lines: Sequence[str], kept: Collection[int], breaks_off: Callable[[str, str], bool]) -> dict[int, str]:
    """Indices of the ``kept`` lines that belong to the pages and not to the text, each with what it is.

    ``breaks_off`` tells of two lines, trimmed, whether a sentence runs on from the one to the other.
    """
    pages = _Pages(lines, kept, breaks_off)
    pages.found |= dict.fromkeys(pages.bare_numbers(), PAGE_NUMBER)
    for places in pages.repeated():
        pages.found |= dict.fromkeys(pages.running(places), RUNNING_HEAD)
    return {pages.order[n]: reason for n, reason in pages.found.items()}


class _Pages:
    """The lines that are not blank, by their ordinals, and which of them were found to be furniture."""

    def __init__(self, lines: Sequence[str], kept: Collection[int], breaks_off: Callable[[str, str], bool]) -> None:
        shown = [(at, text) for at in sorted(kept) if (text := lines[at].strip(_BLANKS))]
        self.order = [at for at, _ in shown]
        self.texts = [text for _, text in shown]
        self.short = [n for n, text in enumerate(self.texts) if len(text) <= MAX_CHARS]
        self.found = {n: PAGE_NUMBER for n in self.short if _NUMBER_OF_PAGE.fullmatch(self.texts[n])}
        self._ends = list(accumulate(map(len, self.texts)))  # how many characters there are up to the end of each
        self._breaks_off = breaks_off

    def bare_numbers(self) -> list[int]:
        """Lines of a number alone that go up by one, about a page from each other, and one of them in a sentence."""
        newest: dict[int, tuple[int, int]] = {}  # number -> its line, how many lead up to it
        before: dict[int, int] = {}
        longest, last = 0, -1
        for n in self.short:
            mark = _BARE_NUMBER.fullmatch(self.texts[n])
            if not mark:
                continue
            place, length = newest.get(int(mark["n"]) - 1, (-1, 0))
            if place >= 0 and self._chars_between(place, n) >= MIN_PAGE_CHARS:
                before[n] = place
            else:
                length = 0
            newest[int(mark["n"])] = (n, length + 1)
            if length + 1 > longest:
                longest, last = length + 1, n
        if longest < MIN_SERIES:
            return []
        series = [last]
        while series[-1] in before:
            series.append(before[series[-1]])
        gone = set(series)
        return series if any(self._interrupts(n, gone) for n in series) else []

    def repeated(self) -> list[list[int]]:
        """The places of each short line that comes more than once, whatever number of a page stands beside it."""
        places: dict[str, list[int]] = defaultdict(list)
        for n in self.short:
            if n not in self.found and not _STOP.search(self.texts[n]):
                head = _without_number(self.texts[n])
                if sum(char.isalnum() for char in head) >= MIN_HEAD_CHARS:
                    places[head].append(n)
        again = [found for found in places.values() if len(found) > 1]
        return sorted(again, key=lambda found: not self._says_page(found[0]))  # those tell where others stand

    def running(self, places: list[int]) -> list[int]:
        """Those of the ``places`` of a line at which it is a running head."""
        again = [n for n in places[1:] if self._at_edge(n)]
        # Where nothing but furniture stands before it, the first is the title.
        is_title = all(n in self.found for n in range(places[0]))
        rest = places[1:] if is_title else places
        if len(again) >= EDGE_SHARE * (len(places) - 1) and (places[0] < NEAR_TOP or len(again) >= MIN_INTERRUPTED):
            return again if is_title or not self._at_edge(places[0]) else [places[0], *again]
        if len(rest) < MIN_TIMES_ALONE:
            return rest if self._clear(rest, is_title=is_title) else []
        gone = set(rest)
        n_interrupting = sum(self._interrupts(n, gone) for n in rest)
        numbers = [_number_beside(self.texts[n]) or 0 for n in rest]
        goes_up = min(numbers) > 0 and all(a < b for a, b in pairwise(numbers))
        if goes_up and n_interrupting and min(starmap(self._chars_between, pairwise(rest))) >= MIN_PAGE_CHARS:
            return rest
        return rest if n_interrupting >= MIN_INTERRUPTED and 2 * n_interrupting >= len(rest) - 1 else []

    def _clear(self, places: list[int], *, is_title: bool) -> bool:
        """Whether it is clear of a line that comes once or twice that it is a running head: it cuts a sentence in two,
        with the number of a page beside it each time; or it cuts one wherever it comes, as the title of the text, or
        among lines much longer than itself, which no wrapped line stands among. The numbers go with it."""
        numbers = self._numbers_below(places)
        gone = {*places, *numbers}
        n_interrupting = sum(self._interrupts(n, gone) for n in places)
        beside = bool(numbers) or all(self._at_edge(n) or _number_beside(self.texts[n]) for n in places)
        short = len(places) > 1 and all(self._is_short_beside(n, gone) for n in places)
        clear = n_interrupting > 0 and (beside or ((is_title or short) and n_interrupting == len(places)))
        if clear:
            self.found |= dict.fromkeys(numbers, PAGE_NUMBER)
        return clear

    def _numbers_below(self, places: list[int]) -> list[int]:
        """The lines right below the two ``places`` or more, where each is a number alone, and they go up by one."""
        below = [n + 1 for n in places if n + 1 < len(self.texts)]
        marks = [mark for n in below if (mark := _BARE_NUMBER.fullmatch(self.texts[n]))]
        goes_up = all(int(a["n"]) + 1 == int(b["n"]) for a, b in pairwise(marks))
        return below if len(marks) == len(places) > 1 and goes_up else []

    def _is_short_beside(self, n: int, gone: Collection[int]) -> bool:
        """Whether the line is no label and less than half as long as the text before it."""
        before, text = self._next(n, -1, gone), self.texts[n]
        is_label = len(text) < MIN_CHARS_ALONE or text[-1] in ":：" or _CAPTION.search(text)
        return before is not None and not is_label and 2 * len(text) < len(self.texts[before])

    def _says_page(self, n: int) -> bool:
        return bool(_SAYS_PAGE_BESIDE.search(self.texts[n]))

    def _chars_between(self, n: int, other: int) -> int:
        return self._ends[other - 1] - self._ends[n]

    def _at_edge(self, n: int) -> bool:
        """Whether the end of a page is so near: its number or another head, or a form feed in the line."""
        if "\f" in self.texts[n] or self._says_page(n):
            return True
        for step in (-1, 1):
            for other in range(n + step, n + step * (NEIGHBOURS + 1), step):
                if not 0 <= other < len(self.texts):
                    break
                if other in self.found:
                    return True
                if other not in self.found and len(self.texts[other]) > MAX_CHARS:
                    break
        return False

    def _interrupts(self, n: int, gone: Collection[int]) -> bool:
        before, behind = self._next(n, -1, gone), self._next(n, 1, gone)
        if before is None or behind is None:
            return False
        return self._breaks_off(self.texts[before].strip(), self.texts[behind].strip())

    def _next(self, n: int, step: int, gone: Collection[int]) -> int | None:
        """The next line that is of the text; None where there is none near enough."""
        for other in range(n + step, n + step * (MAX_LINES_OF_PAGE + 1), step):
            if not 0 <= other < len(self.texts):
                return None
            if other not in gone and other not in self.found:
                return other
        return None


def _without_number(text: str) -> str:
    beside = _NUMBER_BESIDE.search(text)
    if beside:
        head = text[: beside.start()] if beside["before"] is None else text[beside.end() :]
        text = text if _LABEL.search(head) else head
    return " ".join(text.split())


def _number_beside(text: str) -> int | None:
    beside = _NUMBER_BESIDE.search(text)
    number = beside and (beside["a"] or beside["b"])
    return int(number) if number else None
