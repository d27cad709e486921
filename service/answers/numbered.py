"""What has a number for a name: 几号线 asks which line it is, and is told as 3号线."""

from __future__ import annotations

import re

from indexer.chinese.numerals import BELOW_100
from indexer.types import Span
from service.demands.modifiers import clause_of
from service.demands.stages import is_of_stage
from service.figures import Figure
from service.understand import Understood, pairs

_NUMBER = rf"(?:\d{{1,3}}|[{BELOW_100}]{{1,3}})"


def numbered(understood: Understood, sentence: str) -> list[Figure]:
    """The names of the asked kind in the folded ``sentence``, those whose clauses have most of the question's pairs of
    letters, two with one such word as one (14、16号线); none of what has not come as far as is asked."""
    name = understood.wanted.numbered
    found = [
        Figure(Span(start=match.start(), end=match.end()), match[0], "")
        for match in re.finditer(rf"{_NUMBER}(?:[、和及]{_NUMBER})*{re.escape(name)}", sentence)
    ]
    found = [one for one in found if is_of_stage(understood.demands.stage, sentence, one)]
    shared = [len(pairs(clause_of(sentence, one.span.start)) & understood.pairs) for one in found]
    return [one for one, n in zip(found, shared, strict=True) if n == max(shared)]
