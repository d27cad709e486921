"""What a sentence must say to answer, beyond the words it shares with the question.

A near miss has nearly every word: the total where a part is asked for, the level where the change is, the event where
its cause is, “2家企业” where their names are. Each demand is read off the question's wording, and tested on what was
found: the sentence, the figure in it, the words that the reader points to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.types import Span
from service.demands.causes import says_why
from service.demands.modifiers import Modified, asked_modifiers
from service.demands.names import Naming, Says, asked_name, asked_office, is_name
from service.demands.quantities import (
    Measure,
    asked_measure,
    asked_part,
    asks_sum,
    indicator,
    is_of_indicator,
    is_of_measure,
    is_of_part,
    is_sum,
)
from service.demands.sides import Sides, asked_sides
from service.demands.stages import Stage, asked_stage
from service.demands.vague import is_told_vaguely
from service.demands.wholes import asked_kind, is_of_kind
from service.demands.wording import SAID, Others, asked_others, names_given, names_in_quotes, tells_the_others
from service.figures import Figure
from service.terms import as_written

Asks = Literal["number", "reason", "other"]


@dataclass(frozen=True)
class Demands:
    """``measure``: the change of a quantity, or how large it is; ``part``: the part of a whole that is counted;
    ``indicator``: how the name of what is counted ends; ``summed``: several together; ``said``: which of
    ``wording.SAID`` the question has; ``quoted``: names that it puts in quotes or writes in Latin letters, and of
    streets; ``given``: names that a question in another language gives in characters; ``naming``: whose name,
    and of which ``office``;
    ``others``: than those that it names; ``sides``: which of several; ``modified``: indicators with
    what they are of; ``stage``: how far a work has come; ``kind``: how things are called that are counted with others
    as a whole."""

    asks: Asks
    measure: Measure | None = None
    part: str | None = None
    indicator: tuple[str, ...] = ()
    summed: bool = False
    said: tuple[int, ...] = ()
    quoted: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    naming: Naming | None = None
    office: str | None = None
    others: Others | None = None
    sides: Sides = ()
    modified: tuple[Modified, ...] = ()
    stage: Stage | None = None
    kind: tuple[str, ...] = ()


def demands_of(question: str, text: str, asks: Asks) -> Demands:
    """What the folded ``question`` demands of the sentence that answers it; ``text`` is the same as it was written."""
    if asks != "number":
        return Demands(
            asks,
            quoted=names_in_quotes(question, text),
            given=names_given(question),
            naming=asked_name(question) if asks == "other" else None,
            office=asked_office(question),
            others=asked_others(question),
        )
    return Demands(
        asks,
        measure=asked_measure(question) or asked_measure(as_written(question)),
        part=asked_part(question),
        indicator=indicator(question),
        summed=asks_sum(question),
        said=tuple(at for at, (asked, _) in enumerate(SAID) if asked.search(question)),
        quoted=names_in_quotes(question, text),
        given=names_given(question),
        others=asked_others(question),
        sides=asked_sides(question),
        modified=asked_modifiers(question),
        stage=asked_stage(question),
        kind=asked_kind(question),
    )


def unmet(demands: Demands, says: Says, sentence: str, asked: Sequence[Figure], pointed: Span | None) -> bool:
    """Whether the folded ``sentence`` leaves a demand of the question open, which ``says`` whether it has given
    characters.

    ``asked``: the figures in it that are taken for the asked one; ``pointed``: what of it the reader takes for the
    answer, None where it points elsewhere.
    """
    match demands.asks:
        case "reason":
            return not says_why(sentence, pointed)
        case "number":
            return (
                not is_of_measure(demands.measure, sentence, asked)
                or not is_of_part(demands.part, sentence)
                or not is_of_indicator(demands.indicator, sentence, asked)
                or (demands.summed and not is_sum(sentence, asked))
                or not all(SAID[at][1].search(sentence) for at in demands.said)
                or is_told_vaguely(sentence, says, asked)
                or not is_of_kind(demands.kind, sentence, asked)
            )
        case _:
            naming = demands.naming
            return (
                (demands.office or "") not in sentence
                or not tells_the_others(demands.others, sentence)
                or (
                    naming is not None
                    and pointed is not None
                    and not is_name(pointed.of(sentence), sentence, says, naming)
                )
            )
