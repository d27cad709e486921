"""All the items of a series that a colon leads in, where the best sentence is one of them and several are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.answers.gaps import gap_of, n_masked
from service.answers.led import Led, led_around
from service.answers.types import Answerer, Draft
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

MAX_BESIDE = 3  # items that each give the value of one case, where those of several cases are asked for
FAR = 3000  # characters around an item in which its series is looked for


@dataclass(frozen=True)
class LedAnswerer:
    """What ``sentence`` answers, with all the items beside the one that it is, or behind the words that lead them in,
    where the question asks for what is enumerated, or for the values of several cases: “甲类和乙类各扣多少”."""

    snapshot: Snapshot
    sentence: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        draft = self.sentence.draft(understood, passages, readings)
        beside = understood.form == "number" and understood.things.several
        if draft.options or not draft.pieces or not (beside or understood.things.enumerated):
            return draft
        best = draft.pieces[0]
        text = self.snapshot.reports[best.report_id].text
        led = led_near(text, best.span)
        if led is None or understood.things.n not in (None, len(led.items)):
            return draft
        if understood.form == "number" and not (beside and len(led.items) <= MAX_BESIDE):
            return draft
        pieces = tuple(replace(best, span=item, highlights=(), masked=False, item=item) for item in led.items)
        gap = gap_of(text, led.lead, led.items, led.span.end)
        return replace(draft, pieces=pieces, n_masked=n_masked(text, led.items), gap=gap)


def led_near(text: str, span: Span) -> Led | None:
    """The series in whose lead, or in one of whose items, ``span`` of ``text`` begins."""
    start = text.rfind("\n", 0, max(0, span.start - FAR)) + 1
    return led_around(text, span, Span(start=start, end=min(len(text), span.end + FAR)))
