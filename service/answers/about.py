"""How much of a question stands about each figure of a sentence, and how near."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from math import fsum

from service.figures import Figure
from service.understand import pairs

CARRIED = 0.9  # what a figure inherits from the one before it counts for less than words of its own
CARRIED_ON = 0.6  # the same, where another thing is named between, and not what is asked for
BETWEEN = 0.5  # words between two figures of one clause are the latter's more than the former's
OF_DIRECTION = 0.1  # 增长 says of many figures that they grew, not which of them is asked for
CLAUSE_END = re.compile(r"[，,；;。、：:！!？?（）()]")
_FILLER = re.compile(
    r"同比|环比|比上年|比去年|较上年|年均|平均|增长|增加|增|提高|上升|下降|降低|减少|回落|累计|合计|共计|其中|分别|实现|完成|"
    r"达到|达|为|是|约|近|超过|超|逾|突破|了|以上|左右|占|均|又|再|并|[^\u4e00-\u9fff]"
)
_DIRECTION = frozenset("增长 增加 提高 提升 上升 上涨 下降 降低 减少 回落 扩大".split())

Weight = Callable[[str], float]


def own_words(sentence: str, found: list[Figure], asked: frozenset[str], weight: Weight) -> list[float]:
    """The weight of the question's pairs of characters about each figure: before it, behind it, and inherited."""
    weights = {pair: weight(pair) * (OF_DIRECTION if pair in _DIRECTION else 1.0) for pair in asked}
    scores: list[float] = []
    carried: dict[str, float] = {}
    for before, figure, after in zip([None, *found], found, [*found[1:], None], strict=False):
        start = before.span.end if before else 0
        end = after.span.start if after else len(sentence)
        lead, tail = sentence[start : figure.span.start], sentence[figure.span.end : end]
        if before and (ends := CLAUSE_END.search(lead)):
            lead = lead[ends.start() :]  # the rest is the tail of the figure before
        ends = CLAUSE_END.search(tail)
        own = dict.fromkeys(
            pairs(tail[: ends.start()] if ends else tail) & asked, 1.0 if ends or not after else BETWEEN
        )
        own |= dict.fromkeys(pairs(lead) & asked, 1.0)
        share = CARRIED_ON if names_another(lead) and not pairs(_FILLER.sub("", lead)) <= asked else CARRIED
        carried = {pair: max(own.get(pair, 0.0), share * carried.get(pair, 0.0)) for pair in {*own, *carried}}
        scores.append(fsum(share * weights[pair] for pair, share in carried.items()))  # whatever the order
    return scores


def distances(asked: frozenset[str], sentence: str, found: list[Figure]) -> list[int]:
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


def names_another(lead: str) -> bool:
    """Whether the words before a figure name something, and do not only say how it stands to the one before."""
    return len(_FILLER.sub("", lead)) > 1
