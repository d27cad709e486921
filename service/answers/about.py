"""How much of a question stands about each figure of a sentence, and how near."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import fsum

from service.asked.subject import FILLER
from service.figures import Figure
from service.terms import stands_in
from service.understand import Understood, pairs

CARRIED = 0.9  # what a figure inherits from the one before it counts for less than words of its own
CARRIED_ON = 0.6  # the same, where another thing is named between, and not what is asked for
BETWEEN = 0.5  # words between two figures of one clause are the latter's more than the former's
OF_DIRECTION = 0.1  # 增长 says of many figures that they grew, not which of them is asked for
CLAUSE_END = re.compile(r"[，,；;。、：:！!？?（）()]")
_DIRECTION = frozenset("增长 增加 提高 提升 上升 上涨 下降 降低 减少 回落 扩大".split())

# Says nothing of what has grown: 按可比价格计算, 扣除价格因素.
_QUALIFIES = re.compile(
    r"按[^，,]{0,8}(?:计算|口径|汇率|价格?)|扣除[^，,]{0,8}(?:因素|影响)|实际|名义|同期|[两三四五]年|预计|初步核[算定]|首次|继续|速度|幅度|[增降涨跌]幅|增速"
)
LEAD_CHARS = 60  # of a sentence before its first figure, in which it is named what that counts

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
        share = CARRIED_ON if names_another(lead) and not pairs(FILLER.sub("", lead)) <= asked else CARRIED
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


def name_before(lead: str) -> str:
    """What the words before a figure name, of its own clause alone."""
    return FILLER.sub("", CLAUSE_END.split(lead)[-1])


def names_another(lead: str) -> bool:
    """Whether the words before a figure name something, and do not only say how it stands to the one before."""
    return len(FILLER.sub("", lead)) > 1


def of_what_changed(
    understood: Understood, sentence: str, found: list[Figure], among: Sequence[int], weight: Weight
) -> list[int]:
    """Of ``among`` those of what is asked about, where any figure is of that: what has grown stands before by how much.
    “总产值增长9%，播种面积3320万亩”, “收入3.9亿元；利润增长31%” do not say how much the area or the income has."""
    subject = understood.subject
    own = own_words(sentence, found, subject, weight)
    if not any(own):
        return list(among)
    terms = [term for term in understood.terms if any(stands_in(word, sentence) for word in term.words)]
    of_another, is_another = set[int](), False
    for at, figure in enumerate(found):
        start = found[at - 1].span.end if at else max(0, figure.span.start - LEAD_CHARS)
        said = CLAUSE_END.split(sentence[start : figure.span.start])[-1]
        if len(_QUALIFIES.sub("", FILLER.sub("", said))) > 1:
            named = all(any(stands_in(word, said) for word in term.words) for term in terms)
            is_another = not named or not pairs(said) & subject
        if is_another:
            of_another.add(at)
    return [at for at in among if own[at] and at not in of_another]
