"""The sentence before “因此，…”: it holds the cause, and the best sentence what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.answers.types import Answerer, Draft, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

_FOLLOWS = re.compile(r"\s*(?:因此|因而|为此|所以|由此|故而|故(?=[，,])|对此|基于此|有?鉴于此|正因(?:为)?如此)")
FAR = 400  # characters before it, in which the sentence ends that it follows from


@dataclass(frozen=True)
class CauseAnswerer:
    """What ``sentence`` answers; where that follows from the sentence before, which may be the heading, with it."""

    snapshot: Snapshot
    sentence: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        draft = self.sentence.draft(understood, passages, readings)
        if draft.options or not draft.pieces:
            return draft
        first = draft.pieces[0]
        text = self.snapshot.reports[first.report_id].text
        if not _FOLLOWS.match(first.span.of(text)):
            return draft
        cause = sentence_before(text, first.span.start)
        if cause is None or any(piece.span.contains(cause) for piece in draft.pieces):
            return draft
        before: Piece = replace(first, span=cause, highlights=())
        return replace(draft, pieces=(before, *draft.pieces))


def sentence_before(text: str, at: int) -> Span | None:
    """The last sentence of ``text`` that ends before ``at``."""
    start = max(text.rfind("\n", 0, max(0, at - FAR)), 0)
    found = [span for span in sentences(text, Span(start=start, end=at)) if any(map(str.isalnum, span.of(text)))]
    return found[-1] if found else None
