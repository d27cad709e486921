"""Automatic numbering: the marks 一、（一）第一条 1.1 that Word shows and that stand nowhere in the text.

ECMA-376 part 1, 17.9: a paragraph names a list (``w:num``), which follows an abstract one; all that follow the same
count on together, a counter for each of nine levels. A list may say where it starts over (``w:startOverride``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indexer.chinese.counters import counted
from indexer.readers.word.markup import Element, attribute, child, name, number, toggled, value
from indexer.readers.word.styles import Styles

N_LEVELS = 9
BULLET = "•"
MAX_MARK_CHARS = 60
_PLACE = re.compile(r"%([1-9])")
# Behind such a mark Chinese is set without a gap, whatever tab Word puts there: 一、总体情况, not 一、 总体情况.
_CLOSED = re.compile(r"[、．.，,：:）)】〕\]①-⑳㉑-㊿⒈-⒛⑴-⒇]$")


@dataclass(frozen=True)
class Level:
    """How one level of a list counts and what its marks look like (``第%1章``: %1 is the count of the first level)."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # starts over behind levels up to this one, counted from 1; 0: never
    in_digits: bool = False
    suffix: str = "tab"
    style: str | None = None


@dataclass
class _List:
    abstract: int
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass
class _Counts:
    now: dict[int, int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)  # the lists whose own starts were taken


@dataclass(frozen=True)
class Mark:
    """What stands before a paragraph. ``text`` has the gap behind the mark; bullets are no numbers."""

    text: str
    is_bullet: bool = False

    def before(self, paragraph: str) -> str:
        """The mark before ``paragraph``: 1. before 2023年 keeps a gap, or it would read as one number."""
        if self.text and self.text[-1:].isspace() is False and paragraph[:1].isdigit() and self.text[-1] in ".．":
            return f"{self.text} "
        return self.text


class Numbering:
    """The counters of one document: ``mark`` is asked for each numbered paragraph once, in reading order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstracts: dict[int, Element] = {}
        self._nums: dict[int, Element] = {}
        for element in root if root is not None else ():
            key = _id(element, "abstractNumId" if name(element) == "w:abstractNum" else "numId")
            if key is not None:
                (self._abstracts if name(element) == "w:abstractNum" else self._nums).setdefault(key, element)
        self._lists: dict[int, _List | None] = {}
        self._counts: dict[int, _Counts] = {}

    def mark(self, paragraph: Element | None, style_id: str | None) -> Mark | None:
        """The mark of a paragraph with the properties ``w:pPr`` and the style, which is then counted; None for none."""
        found = self._place(child(paragraph, "w:numPr"), style_id)
        if found is None:
            return None
        num_id, at = found
        listed = self._list(num_id)
        if listed is None or at not in listed.levels:
            return None
        counts = self._count(num_id, listed, at)
        return _mark(listed.levels, counts, at)

    def _place(self, own: Element | None, style_id: str | None) -> tuple[int, int] | None:
        num_id, at = number(own, "w:numId"), number(own, "w:ilvl", most=N_LEVELS - 1)
        if num_id is None:
            by_style = self._styles.numbering(style_id)
            if by_style is None:
                return None
            num_id, of_style = by_style
            at = at if at is not None else of_style
            if at is None:
                at = self._level_of_style(num_id, style_id)
        return (num_id, at or 0) if num_id else None  # list 0 is none: it takes away that of the style

    def _level_of_style(self, num_id: int, style_id: str | None) -> int | None:
        listed = self._list(num_id)
        if listed is None:
            return None
        by_style = {level.style: at for at, level in listed.levels.items() if level.style}
        return next((by_style[style] for style in self._styles.family(style_id) if style in by_style), None)

    def _list(self, num_id: int) -> _List | None:
        if num_id not in self._lists:
            self._lists[num_id] = self._read_list(num_id)
        return self._lists[num_id]

    def _read_list(self, num_id: int) -> _List | None:
        num = self._nums.get(num_id)
        abstract = number(num, "w:abstractNumId")
        abstract = self._linked(abstract)
        if num is None or abstract is None:
            return None
        levels = _levels(self._abstracts[abstract])
        starts: dict[int, int] = {}
        for override in num:
            at = _id(override, "ilvl")
            if name(override) != "w:lvlOverride" or at is None or at >= N_LEVELS:
                continue
            own = child(override, "w:lvl")
            if own is not None:
                levels[at] = _level(own)
            start = number(override, "w:startOverride")
            if start is not None:
                starts[at] = start
                levels[at] = replace(levels.get(at, Level()), start=start)
        return _List(abstract, levels, starts)

    def _linked(self, abstract: int | None) -> int | None:
        """The abstract list that holds the levels: one may refer to a style of lists, which names another."""
        for _ in range(N_LEVELS):
            element = self._abstracts.get(-1 if abstract is None else abstract)
            link = value(element, "w:numStyleLink")
            if element is None or link is None:
                return abstract if element is not None else None
            named = self._styles.numbering(link)
            abstract = number(self._nums.get(named[0]), "w:abstractNumId") if named else None
        return None

    def _count(self, num_id: int, listed: _List, at: int) -> dict[int, int]:
        counts = self._counts.setdefault(listed.abstract, _Counts())
        if num_id not in counts.begun:
            counts.begun.add(num_id)
            for level in listed.starts:
                counts.now.pop(level, None)
        now = counts.now
        now[at] = now[at] + 1 if at in now else listed.levels[at].start
        for below in [level for level in now if level > at]:
            restart = listed.levels[below].restart if below in listed.levels else None
            if restart is None or at < restart:
                del now[below]
        return now


def _mark(levels: dict[int, Level], counts: dict[int, int], at: int) -> Mark:
    level = levels[at]
    if level.form == "bullet":
        return Mark(f"{BULLET} ", is_bullet=True)

    def shown(place: re.Match[str]) -> str:
        other = int(place[1]) - 1
        of = levels.get(other, Level())
        if other > at or of.form in ("none", "bullet"):
            return ""
        return counted(counts.get(other, of.start), "decimal" if level.in_digits else of.form)

    text = _PLACE.sub(shown, level.text)[:MAX_MARK_CHARS].strip(" \t")
    if not text or level.suffix == "nothing" or (level.suffix == "tab" and _CLOSED.search(text)):
        return Mark(text)
    return Mark(f"{text} ")


def _levels(abstract: Element) -> dict[int, Level]:
    found = {}
    for element in abstract:
        at = _id(element, "ilvl")
        if name(element) == "w:lvl" and at is not None and at < N_LEVELS:
            found[at] = _level(element)
    return found


def _level(element: Element) -> Level:
    form = child(element, "w:numFmt")
    if form is None:  # a format of newer programs, with one beside it that older ones know
        form = child(element, "mc:AlternateContent", "mc:Fallback", "w:numFmt")
    return Level(
        form=attribute(form, "val") or "decimal",
        text=value(element, "w:lvlText") or "",
        start=_first(number(element, "w:start"), 1),
        restart=number(element, "w:lvlRestart", most=N_LEVELS),
        in_digits=toggled(element, "w:isLgl") or False,
        suffix=value(element, "w:suff") or "tab",
        style=value(element, "w:pStyle"),
    )


def _first(stated: int | None, default: int) -> int:
    return default if stated is None else stated


def _id(element: Element, key: str) -> int | None:
    text = attribute(element, key) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
