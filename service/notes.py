"""Which lines of a report are notes to its text: “[3] …”, “¹ …”, and “① …” where the body refers to ①.

A mark in brackets, or a raised one, stands before nothing but a note. Behind ① stands as often a point of a list; it is
a note where the mark stands in the body too, right behind the word or figure that it explains (“1280③个”).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from indexer.chinese.folding import fold
from indexer.types import Span

_LINE_START = re.compile(r"^(?!\n)", re.MULTILINE)
_NOTE = re.compile(r"\s*(?:\[\d{1,3}\]|[¹²³⁴-⁹])")
_CIRCLED = re.compile("[①-⑳❶-❿⑴-⒇]")
_POINT = re.compile(rf"\s*{_CIRCLED.pattern}")
_HEADED = re.compile(r"\s*(?:注释?|附注|备注)\s*(?::|$)")
_PARTS = re.compile(r"[,;:。、!?\n]")
_BEHIND_A_WORD = re.compile(r"[\w\"')\]》%‰]")
MAX_CHARS = 30_000  # around a note, in which the others are looked for, and the mark that it explains
HEAD_CHARS = 40  # of a line that are looked at, where its mark stands
LINE_CHARS = 600  # around a mark in the body, in which it is seen whether it counts points off


def notes(text: str, within: Span) -> Iterator[Span]:
    """The lines of ``text``, a report's, that are notes and meet ``within``: what of them lies there."""
    first = max(within.start - MAX_CHARS, 0)
    start = max(text.rfind("\n", first, within.start) + 1, first)
    among_notes: dict[int, bool] = {}  # by where the run of marked lines begins
    while start < within.end:
        said = _head(text, start)
        if _POINT.match(said):
            run = _first_of_run(text, start)
            if run not in among_notes:
                among_notes[run] = _are_notes(text, run)
            is_note = among_notes[run]
        else:
            is_note = _NOTE.match(said) is not None
        end = text.find("\n", start, within.end)
        end = end if end >= 0 else within.end
        if is_note:
            yield Span(start=max(start, within.start), end=end)
        start = end + 1


def _head(text: str, start: int) -> str:
    """What the line at ``start`` begins with, folded: one line may be a report."""
    return fold(text[start : start + HEAD_CHARS]).partition("\n")[0]


def _first_of_run(text: str, start: int) -> int:
    """Where the marked lines begin that the line at ``start`` is one of, with nothing else between them."""
    first, end = start, start
    while end > max(start - MAX_CHARS, 0):
        before = text.rfind("\n", 0, end - 1) + 1
        said = _head(text, before)
        if said.strip() and not _is_marked(said):
            break
        first, end = (before if said.strip() else first), before
    return first


def _is_marked(said: str) -> bool:
    return any(pattern.match(said) for pattern in (_POINT, _NOTE, _HEADED))


def _are_notes(text: str, first: int) -> bool:
    """Whether the marked lines from ``first`` on are notes: one has a mark that only notes have, or one that the body
    refers to, and no colon leads to them."""
    if fold(text[max(first - LINE_CHARS, 0) : first]).rstrip().endswith(":"):
        return False
    for line in _LINE_START.finditer(text, first, min(first + MAX_CHARS, len(text))):
        said = _head(text, line.start())
        if not said.strip():
            continue
        if _NOTE.match(said) or _HEADED.match(said):
            return True
        if not (point := _POINT.match(said)):
            return False
        if _is_referred_to(point[0].strip(), text, first):
            return True
    return False


def _is_referred_to(mark: str, text: str, before: int) -> bool:
    first = max(before - MAX_CHARS, 0)
    at = text.rfind(mark, first, before)
    while at >= 0:
        if _refers(text, at):
            return True
        at = text.rfind(mark, first, at)
    return False


def _refers(text: str, at: int) -> bool:
    """Whether the mark at ``at`` explains what stands before it, and counts nothing off: ①甲、②乙."""
    start = max(text.rfind("\n", 0, at) + 1, at - LINE_CHARS)
    end = text.find("\n", at)
    line = fold(text[start : min(end if end >= 0 else len(text), at + LINE_CHARS)])
    marks = [match.start() for match in _CIRCLED.finditer(line)]
    behind = all(mark and _BEHIND_A_WORD.match(line, mark - 1) for mark in marks)
    return behind and all(_PARTS.search(line, one, other) for one, other in pairwise(marks))
