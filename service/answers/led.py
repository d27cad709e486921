"""Numbered items behind a colon: “证据包括：（一）书证；（二）物证”, on lines of their own or within one.

Statutes and notices enumerate so. Whoever asks for what is enumerated is answered with all the items, wherever in them
the best sentence stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import parse_number
from indexer.sentences import trimmed
from indexer.types import Span

MIN_ITEMS = 2
MAX_ITEM_CHARS = 240  # longer ones are sections
_LINE = re.compile(r"[^\n]+")
_NUMBERED = rf"[（(]?(?P<n>[{BELOW_100}]{{1,3}}|\d{{1,2}})(?P<behind>[）)、]|[.．](?!\d))|(?P<circled>[①-⑳])"
_MARK = re.compile(rf"[#*\s　]*(?:{_NUMBERED})")
_INLINE = re.compile(rf"(?<=[:：;；。])\s*(?:{_NUMBERED})")
_SECTIONS = "、False"
_ENDS = " \t　;；。"


@dataclass(frozen=True)
class Led:
    """The sentence that leads in, up to its colon, and the items with their marks, without what parts them."""

    lead: Span
    items: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From the lead to the last item."""
        return Span(start=self.lead.start, end=self.items[-1].end)


def led_in(text: str, within: Span) -> Iterator[Led]:
    """Every series of two or more short items that a colon leads in, in ``within`` of ``text``."""
    lead: Span | None = None
    items: list[Span] = []
    style = ""
    for match in _LINE.finditer(text, within.start, within.end):
        line = trimmed(text, match.start(), match.end())
        mark = _MARK.match(text, line.start, line.end)
        n, own = _number(mark) if mark else (0, "")
        if own == _SECTIONS:  # 一、 is that of the sections of a text
            own = ""
        if lead is not None and own and n == len(items) + 1 and own == (style or own):
            style = own
            items.append(line)
            continue
        if len(items) > 0 and mark and own != style:  # items of an item
            continue
        if lead is not None:
            yield from _series(text, lead, items)
        lead, items, style = None, [], ""
        if text[line.end - 1] in ":：":
            lead = _last_sentence(text, line)
        else:
            yield from _inline(text, line)
    if lead is not None:
        yield from _series(text, lead, items)
    yield from _within_items(text, within)


def _within_items(text: str, within: Span) -> Iterator[Led]:
    """The items of an item: “（五）经营所得，是指：” and the lines 1. 2. 3. behind it."""
    lines = [trimmed(text, match.start(), match.end()) for match in _LINE.finditer(text, within.start, within.end)]
    marks = [_MARK.match(text, line.start, line.end) if len(line) else None for line in lines]
    for at, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if mark is None or text[line.end - 1] not in ":：":
            continue
        outer, items, style = _number(mark)[1], list[Span](), ""
        for behind, own in zip(lines[at + 1 :], marks[at + 1 :], strict=True):
            n, kind = _number(own) if own else (0, "")
            if own is None or n != len(items) + 1 or kind != (style or kind) or kind == outer:
                break
            style = kind
            items.append(behind)
        yield from _series(text, line, items)


def led_around(text: str, span: Span, within: Span) -> Led | None:
    """The series in whose lead, or in one of whose items, ``span`` begins."""
    found = (one for one in led_in(text, within) if one.lead.start <= span.start < one.span.end)
    return min(found, key=lambda one: len(one.span), default=None)


def _inline(text: str, line: Span) -> Iterator[Led]:
    """Those of one line: “…：（一）…；（二）…。”"""
    colon = next(
        (m for m in re.compile("[:：]").finditer(text, line.start, line.end) if _first(text, m.end(), line)), None
    )
    if colon is None:
        return
    starts: list[int] = []
    style = ""
    for match in _INLINE.finditer(text, colon.start(), line.end):
        n, own = _number(match)
        if n == len(starts) + 1 and own == (style or own):
            style = own
            starts.append(match.start("circled") if match["circled"] else _opening(text, match.start("n")))
    ends = [*starts[1:], line.end]
    items = [trimmed(text, start, end) for start, end in zip(starts, ends, strict=True)]
    yield from _series(text, _last_sentence(text, Span(start=line.start, end=colon.end())), items)


def _first(text: str, at: int, line: Span) -> bool:
    """Whether the first of a series stands at ``at``."""
    mark = _MARK.match(text, at, line.end)
    return mark is not None and _number(mark)[0] == 1


def _series(text: str, lead: Span, items: list[Span]) -> Iterator[Led]:
    bare = [Span(start=item.start, end=item.start + len(item.of(text).rstrip(_ENDS))) for item in items]
    if len(bare) >= MIN_ITEMS and all(0 < len(item) <= MAX_ITEM_CHARS for item in bare):
        yield Led(lead, tuple(bare))


def _number(mark: re.Match[str]) -> tuple[int, str]:
    if mark["circled"]:
        return parse_number(mark["circled"]), "circled"
    return parse_number(mark["n"]), f"{mark['behind']}{mark['n'].isascii()}"


def _opening(text: str, at: int) -> int:
    return at - 1 if text[at - 1] in "（(" else at


def _last_sentence(text: str, line: Span) -> Span:
    stop = max(text.rfind(end, line.start, line.end) for end in "。；;")
    return trimmed(text, max(stop + 1, line.start), line.end)
