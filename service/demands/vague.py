"""Whether what is asked for is told without a number: of “新增航班一批” nobody knows how many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from service.demands.modifiers import clause_of
from service.demands.names import Says
from service.figures import Figure, unit_class

_NO_NUMBER = re.compile(r"(?<![头第首])一批(?!次)|若干|[多数诸](?=[个项家条次座部场处名])|一系列|一些|大批|部分|各类")
MIN_PAIRS = 2  # of letters of the question, that stand there and not about the figure


def is_told_vaguely(sentence: str, says: Says, asked: Sequence[Figure]) -> bool:
    """Whether a clause of the folded ``sentence`` without a number has more of the question, which ``says`` whether it
    has given characters, than the clause of the figure ``asked`` for."""
    if len(asked) != 1 or asked[0].masked or unit_class(asked[0].unit) == "time":
        return False
    figure = asked[0]
    own = _said(clause_of(sentence, figure.span.start), says)
    clauses = {clause_of(sentence, match.start()) for match in _NO_NUMBER.finditer(sentence)}
    return any(
        len(there) > len(own) and len(there - own) >= MIN_PAIRS
        for there in (_said(clause, says) for clause in clauses if figure.text not in clause)
    )


def _said(clause: str, says: Says) -> set[str]:
    """The pairs of letters of ``clause`` that the question has, too."""
    return {pair for pair in map("".join, pairwise(clause)) if pair.isalpha() and says(pair)}
