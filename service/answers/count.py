"""How many there are: as the report says it, or else counted, with what was counted as evidence.

Of the parts of a text (“一共提了几条建议”) the tree says how many; of anything else (“有几个市…”) a number that a
sentence states goes before what an enumeration there adds up to, which may end in 等.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.answers.items import MIN_ITEMS
from service.answers.types import Answerer, Draft
from service.spans import Readings
from service.types import Passage
from service.understand import Understood


@dataclass(frozen=True)
class CountAnswerer:
    """The points of a section, the figure in a sentence, or the items of an enumeration: the first that there is."""

    points: Answerer
    items: Answerer
    sentence: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        if understood.counts_parts:
            points = self.points.draft(understood, passages, readings)
            if points.certainty is not None:
                return replace(points, counted=len(points.pieces))
        stated = self.sentence.draft(understood, passages, readings)
        if stated.pieces and stated.pieces[0].highlights:
            return stated
        listed = self.items.draft(_of_things(understood), passages, readings)
        n_items = sum(piece.item is not None for piece in listed.pieces)
        return replace(listed, counted=n_items) if n_items >= MIN_ITEMS else stated


def _of_things(understood: Understood) -> Understood:
    """The same question, after the things and not their number: no figure need stand where they are listed."""
    demands = replace(understood.demands, asks="other", measure=None, part=None, indicator=(), summed=False, said=())
    return replace(understood, form="fact", unit=None, demands=demands)
