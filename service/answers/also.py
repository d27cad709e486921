"""What sentences beside the one that is found enumerate of the same: “甲局、乙局归集了数据。丙局、丁局也归集了数据。”

A sentence beside it is of the same where it has most of the question's words that the found one has, says no when that
says no, and is of the same years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from indexer.outline.headings import is_numbered
from indexer.sentences import sentences
from indexer.types import Span
from service.answers.items import MIN_ITEMS, items_of
from service.understand import Understood, pairs

MIN_SHARED = 2  # pairs of letters of the question
MOST = 0.75  # of those that the found sentence has
_NOT = re.compile(r"[未没无非]|不(?!断|仅|但|只|同)|尚|除")

MUCH_LONGER = 2  # times as long as the others, and the last of several items is more than one
_SAID_OF_THEM = re.compile(r"也|均|都(?!市)|先后|共同|已经")
_EMPTY = frozenset("了的也着过已又")
# A sentence that begins so spells out what the one before it names.
_SPELLS_OUT = re.compile(
    r"\s*(?:首批|第[一二三四五]批|(?:其中)?包括|具体(?:包括|[是有为])|分别[是有为]|主要(?:包括|[是有为])|[它这]们?(?:包括|分别|[是有]))"
)

Told = tuple[Span, list[Span]]


def also_told(understood: Understood, text: str, found: Span, paragraph: Span) -> list[Told]:
    """The sentences of ``paragraph`` around the one at ``found`` that enumerate of the same, each with its items."""
    around = sentences(text, paragraph)
    before = [span for span in reversed(around) if span.end <= found.start]
    behind = [span for span in around if span.start >= found.end]
    return [told for side in (before, behind) for told in _further(understood, text, found, side)]


def spelled_out(text: str, found: Span, paragraph: Span) -> list[Told]:
    """The sentences right behind the one at ``found``, which enumerates nothing, that spell out what it names."""
    behind = (span for span in sentences(text, paragraph) if span.start >= found.end)
    told = (
        (span, _enumerated(fold(span.of(text)))) for span in takewhile(lambda s: _SPELLS_OUT.match(s.of(text)), behind)
    )
    return [(span, [item.shifted(span.start) for item in items]) for span, items in told if items]


def _further(understood: Understood, text: str, found: Span, side: Sequence[Span]) -> Iterator[Told]:
    """Of the sentences on one ``side``, nearest first, those up to the first that tells of something else."""
    told = ((span, _items(understood, fold(found.of(text)), fold(span.of(text)), span)) for span in side)
    yield from takewhile(lambda one: bool(one[1]), told)


def _items(understood: Understood, found: str, sentence: str, span: Span) -> list[Span]:
    if is_numbered(sentence):  # a heading
        return []
    asked = {pair for pair in pairs(found) & understood.pairs if _EMPTY.isdisjoint(pair)}
    shared = pairs(sentence) & asked
    if len(shared) < max(MIN_SHARED, MOST * len(asked)) or bool(_NOT.search(found)) != bool(_NOT.search(sentence)):
        return []
    if years_in(found) != years_in(sentence):
        return []
    return [item.shifted(span.start) for item in _enumerated(sentence)]


def _enumerated(sentence: str) -> list[Span]:
    """The items of the only enumeration of the folded ``sentence``, up to what is said of them; none where the last
    runs on."""
    items = items_of(sentence, None)
    if len(items) < MIN_ITEMS:
        return []
    *others, last = items
    if said := _SAID_OF_THEM.search(sentence, last.start + 2, last.end):
        last = Span(start=last.start, end=said.start())
    return [*others, last] if len(last) <= MUCH_LONGER * max(map(len, others)) else []
