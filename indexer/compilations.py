"""Several reports in one file: ``(篇一)``, ``（篇二）``, ``篇三：``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.headings import parse_number
from indexer.sentences import trimmed
from indexer.types import Span

# Bracketed anywhere after white space, or bare at the start of a line. Nothing here looks beyond its line or a few
# characters: a file of brackets or of empty lines would else be read again from each of them.
_MARK = re.compile(
    r"(?:^|(?<=[\s　]))[(（【\[]\s*(?=[^)）】\]]{0,4}篇)第?篇?(?P<a>[一二三四五六七八九十]{1,3})篇?\s*[)）】\]]"
    r"|^[^\S\n]*(?:篇(?P<b>[一二三四五六七八九十]{1,3})|第(?P<c>[一二三四五六七八九十]{1,3})篇)(?=[\s　:：]|$)",
    re.MULTILINE,
)
MIN_PART_CHARS = 100  # shorter “parts” are a table of contents


@dataclass(frozen=True)
class Part:
    """One report of a compilation: its number and the span of its text, the mark left out."""

    number: int
    mark: str
    span: Span


def parts(text: str) -> tuple[Part, ...]:
    """The reports of a compilation, or ``()`` when the text is a single report."""
    marks = list(_MARK.finditer(text))
    chosen: list[re.Match[str]] = []
    for index, match in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        if _number(match) == len(chosen) + 1 and end - match.end() >= MIN_PART_CHARS:
            chosen.append(match)
    if len(chosen) < 2:
        return ()
    ends = [match.start() for match in chosen[1:]] + [len(text)]
    return tuple(
        Part(_number(match), match[0].strip(), trimmed(text, _after_stray_marks(text, match.end()), end))
        for match, end in zip(chosen, ends, strict=True)
    )


def _number(match: re.Match[str]) -> int:
    return parse_number(match["a"] or match["b"] or match["c"])


def _after_stray_marks(text: str, start: int) -> int:
    while start < len(text) and (text[start].isspace() or text[start] in "、，,.。:："):
        start += 1
    return start
