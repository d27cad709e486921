"""Counts that stand in a name: 五大交易平台 says how many platforms there are, as 5个交易平台 does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.numerals import BELOW_100, COUNTED_FROM_2
from indexer.types import Span
from service.figures import Figure

UNIT = "大"
# Of 十九大 and 第三大 it says no number of things.
_IN_A_NAME = re.compile(
    rf"(?<![第{BELOW_100}百\d.])(?:[{COUNTED_FROM_2}]|\d{{1,2}})大(?![的于小约概多学会人常幅]|[^\w\"“])"
)


_IS_A_NAME = re.compile('一["”]')  # “八个一”
NAME_CHARS = 2  # by which a name is known that comes again


def with_named_counts(sentence: str, found: Sequence[Figure]) -> list[Figure]:
    """The figures ``found`` in the folded ``sentence``, and the counts that stand in its names, each once, in order."""
    found = [_name(one) if _IS_A_NAME.match(sentence, one.span.end) else one for one in found]
    named: dict[str, Figure] = {}
    for match in _IN_A_NAME.finditer(sentence):
        if not any(one.span.start < match.end() and match.start() < one.span.end for one in found):
            name = sentence[match.start() : match.end() + NAME_CHARS]
            named.setdefault(name, Figure(Span(start=match.start(), end=match.end()), match[0], UNIT))
    return sorted([*found, *named.values()], key=lambda figure: figure.span.start)


def _name(figure: Figure) -> Figure:
    return Figure(Span(start=figure.span.start, end=figure.span.end + 1), f"{figure.text}一", UNIT)
