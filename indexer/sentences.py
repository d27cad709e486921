"""Sentences of a text as spans: the unit that an answer quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.chinese.numerals import BELOW_100
from indexer.types import Span

# A sentence ends at 。！？ (and the half-width marks), taking the closing quotes and brackets behind it along, or at
# a line break. A Latin full stop ends one only between a letter (or a year) and white space, so that 45.8%, 1.83万
# and the mark “1. ” stay whole. Nor do the marks of an image, ![](…), and of an address, ?page=1.
_END = re.compile(
    r"(?:(?:(?:[。！？…]|!(?!\[)|\?(?![A-Za-z0-9_]+=))+|(?:(?<=[A-Za-z%)\]”\"'])|(?<=\d{4}))\.(?=\s|$))"
    r"[”’」』）)\]】》\"']*)+"
    r"|[\r\n\u2028\u2029\x85\v\f]+"
)
# A half-width stop typed for 。 ends one where the line ends with such a stop too; elsewhere it may stand in a name
# (艾力.吐尔逊), and behind a numeral it is a mark (一.).
_STOP = re.compile(rf"(?<=[\u4e00-\u9fff%％)）”])(?<![{BELOW_100}])\.(?=\s*[\u4e00-\u9fff\d（(“《]|$)")

# Who asks and who answers: a question and the first sentence of its answer are one.
_ASKS = re.compile(r"(?:\d{1,3}[.、．]\s*)?(?:问|提问|记者问?|Q|Question)\s*\d{0,3}\s*[:：]", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:答|回答|答复|A|Answer)\s*\d{0,3}\s*[:：]", re.IGNORECASE)
_ASKED = re.compile(r"[？?][”’」』）)\]】》\"'*]*$")
MAX_PAIR_CHARS = 300  # of a question with the sentence that answers it

MAX_CHARS = 600  # of a sentence: what is longer is a table or a list on one line, and nothing that one can quote
PIECE_CHARS = 400  # of what that is cut into
# Where it is cut: at the best of these that stands in the second half of what fits, the last of its kind.
_CUTS = tuple(re.compile(cut) for cut in ("[；;]", "[，、]|,(?!\\d)", r"\s"))


def sentences(text: str, within: Span | None = None) -> tuple[Span, ...]:
    """Spans of the sentences of ``text`` (or of ``text[within]``), trimmed of white space, in order.

    Every character that is not white space lies in exactly one of them, and none has more than MAX_CHARS.
    """
    return tuple(each_sentence(text, within))


def each_sentence(text: str, within: Span | None = None) -> Iterator[Span]:
    """The same, one at a time: all of them take five times the memory of the text."""
    start, end = (within.start, within.end) if within is not None else (0, len(text))
    return _with_answers(_ended(text, start, end), text)


def _ended(text: str, start: int, end: int) -> Iterator[Span]:
    cursor = start
    for match in _END.finditer(text, start, end):
        yield from _trimmed_and_cut(text, cursor, match.end())
        cursor = match.end()
    yield from _trimmed_and_cut(text, cursor, end)


def _with_answers(found: Iterator[Span], text: str) -> Iterator[Span]:
    """``found`` with each question that is marked as one in a span with what answers it."""
    span = next(found, None)
    while span is not None:
        behind = next(found, None)
        if (
            behind is not None
            and _ASKS.match(text, span.start, span.end)
            and (
                _ASKED.search(text, max(span.start, span.end - 8), span.end)
                and _ANSWERS.match(text, behind.start, behind.end)
                and behind.end - span.start <= MAX_PAIR_CHARS
            )
        ):
            span = Span(start=span.start, end=behind.end)
            behind = next(found, None)
        yield span
        span = behind


def trimmed(text: str, start: int, end: int) -> Span:
    """``[start, end)`` without white space at its edges; empty at ``end`` when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end)


def _trimmed_and_cut(text: str, start: int, end: int) -> Iterator[Span]:
    span = trimmed(text, start, end)
    if text.endswith(".", span.start, span.end):
        for stop in _STOP.finditer(text, span.start, span.end):
            yield from _pieces(text, span.start, stop.end())
            span = trimmed(text, stop.end(), span.end)
    yield from _pieces(text, span.start, span.end)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    span = trimmed(text, start, end)
    most = MAX_CHARS
    while len(span) > most:
        cut = _cut(text, span.start)
        yield trimmed(text, span.start, cut)
        span = trimmed(text, cut, span.end)
        most = PIECE_CHARS
    if len(span):
        yield span


def _cut(text: str, start: int) -> int:
    """Where to cut what begins at ``start`` and is too long."""
    first, last = start + PIECE_CHARS // 2, start + PIECE_CHARS
    for mark in _CUTS:
        if ends := [match.end() for match in mark.finditer(text, first, last)]:
            return ends[-1]
    return last
