"""Words looked for in one report, however its office wrote them: width, case, 繁/简, and numbers as 12 or 十二."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from indexer.chinese.folding import fold
from indexer.chinese.numerals import HAN, MAX_CHARS, value
from indexer.types import Span
from service.deadline import check

MAX_FOUND = 1000
# A whole numeral. What was read of one is not given back: looking at a text takes as long as reading it.
_NUMERAL = re.compile(rf"(?<![\d{HAN}])(?:[\d{HAN}]|[,.点](?=[\d{HAN}])){{1,{MAX_CHARS}}}+")


def find_text(text: str, words: str, most: int = MAX_FOUND) -> list[Span]:
    """Where ``words`` stand in ``text``, in order and apart from each other, at most ``most``; none for blank words.

    Spaces stand for any space or none. A number is also found in the other way of writing it, there as a whole.
    """
    wanted = fold(words).split()
    if not wanted:
        return []
    folded = fold(text)
    check()
    found = list(islice(_literal(folded, wanted), most))
    if any(value(numeral) is not None for word in wanted for numeral in _NUMERAL.findall(word)):
        found += islice(_by_value(folded, wanted), most)
    return _apart(found)[:most]


def _literal(folded: str, wanted: list[str]) -> Iterator[Span]:
    for match in re.finditer(r"\s*".join(map(re.escape, wanted)), folded):
        yield Span(start=match.start(), end=match.end())


def _by_value(folded: str, wanted: list[str]) -> Iterator[Span]:
    """Where the same numbers stand among the same words."""
    values = []
    parts = []
    for word in wanted:
        read, pattern = 0, ""
        for numeral in _NUMERAL.finditer(word):
            worth = value(numeral[0])
            if worth is None:
                continue
            values.append(worth)
            pattern += re.escape(word[read : numeral.start()]) + f"({_NUMERAL.pattern})"
            read = numeral.end()
        parts.append(pattern + re.escape(word[read:]))
    whole = re.compile(r"\s*".join(parts))
    for match in whole.finditer(folded):
        if all(value(said) == worth for said, worth in zip(match.groups(), values, strict=True)):
            yield Span(start=match.start(), end=match.end())


def _apart(spans: list[Span]) -> list[Span]:
    """In order, without those that begin in another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
