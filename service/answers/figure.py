"""Which figure of a sentence a question asks for.

A sentence counts several things: “新登记市场主体52万户，累计达394万户”. What a figure counts stands in its own clause,
mostly before it, and is carried on to the figures behind it (394万户 are 市场主体 too). So each figure has words of its
own and words it inherits; the question's rarer words weigh more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from math import fsum

from indexer.types import Span
from service.figures import DATE, Figure, figures
from service.understand import Understood, pairs

CARRIED = 0.9  # what a figure inherits from the one before it counts for less than words of its own
BETWEEN = 0.5  # words between two figures of one clause are the latter's more than the former's
MASKED_NAME_SHARE = 0.5  # of the question's words, around a masked name that is taken for the asked one
ADJACENT_CHARS = 2  # between a word of the question and its figure, where no unit says which
_CLAUSE_END = re.compile(r"[，,；;。、：:！!？?（）()]")
_TIMES = ("年", "月", "日", DATE)
_NAMES = ("市", "县", "区", "省", "州", "人")

Weight = Callable[[str], float]


def asked_figures(understood: Understood, sentence: str, weight: Weight = lambda _: 1.0) -> list[Figure]:
    """The figure of the folded ``sentence`` that is asked for, or none when that is open.

    One of the asked unit, with most of the question's words (by ``weight``: their idf) about it, and the nearest to one
    of them; without a unit, the only one, or the only one right behind such words. What the question itself states is
    not what it asks for, and a time is not, unless the unit says so.
    """
    found = figures(sentence)
    unit = understood.unit
    open_ = [at for at, figure in enumerate(found) if figure.masked or figure.text not in understood.folded]
    gaps = _distances(understood.pairs, sentence, found)
    if unit is not None:
        fitting = [at for at in open_ if _fits(found[at], unit, sentence)]
        own = _own_words(sentence, found, understood.pairs, weight) if len(fitting) > 1 else [0.0] * len(found)
        return [found[at] for at in sorted(fitting, key=lambda at: (-own[at], gaps[at]))[:1]]
    open_ = [at for at in open_ if found[at].unit not in _TIMES]
    if len(open_) > 1:
        open_ = [at for at in open_ if gaps[at] <= ADJACENT_CHARS]
    return [found[at] for at in open_] if len(open_) == 1 else []


def pointed_at(understood: Understood, sentence: str, span: Span, asked: list[Figure]) -> list[Figure]:
    """The asked value where the reader points to ``span`` of the folded ``sentence`` and the rules find ``asked``.

    The reader knows what is asked for, the rules know figures: of those in the sentence the one that it points to,
    whole, unless its unit is not the asked one. Of what is no figure only what is masked is told.
    """
    touched = [found for found in figures(sentence) if found.span.start < span.end and span.start < found.span.end]
    fitting = [found for found in touched if understood.unit is None or _fits(found, understood.unit, sentence)]
    if understood.kind == "number":
        return fitting[:1] or asked
    return [found for found in fitting if found.masked][:1] or asked


def masked_name(understood: Understood, sentence: str, weight: Weight) -> list[Figure]:
    """The masked name of a place or person (“**市”) that is asked for, if most of the question stands about it."""
    if understood.unit not in _NAMES:
        return []
    found = figures(sentence)
    masked = [at for at, figure in enumerate(found) if figure.masked and figure.unit == understood.unit]
    if not masked:
        return []
    own = _own_words(sentence, found, understood.pairs, weight)
    enough = MASKED_NAME_SHARE * fsum(weight(pair) for pair in understood.pairs)
    return [found[at] for at in masked if own[at] > enough][:1]


def _fits(figure: Figure, unit: str, sentence: str) -> bool:
    if unit in (figure.unit, figure.text[-len(unit) :]):
        return True
    # “19个部门” is counted in 个 and asked for as 几个部门.
    return figure.unit == "个" and sentence.startswith(unit, figure.span.end)


def _own_words(sentence: str, found: list[Figure], asked: frozenset[str], weight: Weight) -> list[float]:
    """The weight of the question's pairs of characters about each figure: before it, behind it, and inherited."""
    weights = {pair: weight(pair) for pair in asked}
    scores: list[float] = []
    carried: dict[str, float] = {}
    for before, figure, after in zip([None, *found], found, [*found[1:], None], strict=False):
        start = before.span.end if before else 0
        end = after.span.start if after else len(sentence)
        lead, tail = sentence[start : figure.span.start], sentence[figure.span.end : end]
        if before and (ends := _CLAUSE_END.search(lead)):
            lead = lead[ends.start() :]  # the rest is the tail of the figure before
        ends = _CLAUSE_END.search(tail)
        own = dict.fromkeys(
            pairs(tail[: ends.start()] if ends else tail) & asked, 1.0 if ends or not after else BETWEEN
        )
        own |= dict.fromkeys(pairs(lead) & asked, 1.0)
        carried = {pair: max(own.get(pair, 0.0), CARRIED * carried.get(pair, 0.0)) for pair in {*own, *carried}}
        scores.append(fsum(share * weights[pair] for pair, share in carried.items()))  # whatever the order
    return scores


def _distances(asked: frozenset[str], sentence: str, found: list[Figure]) -> list[int]:
    """Characters between each figure and the nearest of the question's pairs; the sentence's if there is none.

    What is counted stands before its figure in Chinese (“问题金额46.18亿元”), so a word behind it is twice as far.
    """
    shared = [at for at in range(len(sentence) - 1) if sentence[at : at + 2] in asked]
    distances = []
    for figure in found:
        behind = bisect_right(shared, figure.span.start - 2)  # a pair has two characters, and is wholly before
        gaps = [figure.span.start - 2 - at for at in shared[max(behind - 1, 0) : behind]]
        gaps += [2 * max(at - figure.span.end, 0) + 1 for at in shared[behind : behind + 1]]
        distances.append(min(gaps, default=len(sentence)))
    return distances
