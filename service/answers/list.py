"""The items of a list, each with its own place: of the enumeration in the best sentence, or of the one it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.chinese.folding import fold
from indexer.store.snapshot import Snapshot
from indexer.types import Section, Span
from service.answers.gaps import gap_of, n_masked, stated_behind
from service.answers.items import MIN_ITEMS, items_of, lines_behind, told_off
from service.answers.types import Answerer, Draft, Gap, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood


@dataclass(frozen=True)
class ListAnswerer:
    """What ``sentence`` answers, as the items of the enumeration that the reader points to; as it stands where it
    points to none, or there is no reader."""

    snapshot: Snapshot
    sentence: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        draft = self.sentence.draft(understood, passages, readings)
        if draft.options or any(piece.item for piece in draft.pieces):
            return draft
        n_asked = understood.things.n
        # A sentence as good as the best that enumerates something answers rather than one that does not; rather than
        # either, one that enumerates as many as are asked for.
        found = [(piece, self._items(piece, passages, readings, n_asked)) for piece in draft.pieces]
        for piece, items in sorted(found, key=lambda one: len(one[1]) != n_asked):
            if len(items) >= MIN_ITEMS:
                text = self.snapshot.reports[piece.report_id].text
                pieces = tuple(
                    replace(
                        piece,
                        span=piece.span if piece.span.contains(item) else item,
                        highlights=(),
                        masked=False,
                        item=item,
                    )
                    for item in items
                )
                return replace(draft, pieces=pieces, n_masked=n_masked(text, items), gap=self._gap(piece, items))
        return draft

    def _items(self, piece: Piece, passages: Sequence[Passage], readings: Readings, n_asked: int | None) -> list[Span]:
        text = self.snapshot.reports[piece.report_id].text
        pointed = next(
            (
                readings[passage.chunk.chunk_id].span
                for passage in passages
                if passage.chunk.report_id == piece.report_id
                and passage.chunk.chunk_id in readings
                and piece.span.contains(readings[passage.chunk.chunk_id].span)
            ),
            None,
        )
        sentence = fold(piece.span.of(text))
        section = self._section(piece)
        if sentence.rstrip().endswith(":"):
            return lines_behind(text, piece.span.end, section.span.end if section else len(text))
        series = told_off(sentence)
        if len(series) == 1 and section is not None:  # it goes on in the sentences behind
            behind = Span(start=piece.span.start, end=section.span.end)
            return [item.shifted(behind.start) for item in told_off(fold(behind.of(text)))]
        if pointed is None and n_asked is None:
            return []
        found = items_of(sentence, pointed and pointed.shifted(-piece.span.start), n_asked)
        return [item.shifted(piece.span.start) for item in found]

    def _gap(self, piece: Piece, items: Sequence[Span]) -> Gap | None:
        """What the source lacks of the enumeration: of “…等9个行业” the unnamed, of a series what is not there."""
        text = self.snapshot.reports[piece.report_id].text
        if stated := stated_behind(fold(piece.span.of(text)), items[-1].end - piece.span.start):
            words, n = stated
            return Gap(len(items), words.shifted(piece.span.start), n) if n > len(items) else None
        if not told_off(fold(items[0].of(text))) and piece.span.contains(items[0]):
            return None
        section = self._section(piece)
        lead = Span(start=min(piece.span.start, items[0].start), end=items[0].start)
        return gap_of(text, lead, items, section.span.end if section else len(text))

    def _section(self, piece: Piece) -> Section | None:
        """The deepest section that the piece stands in."""
        holding = [s for _, s in self.snapshot.reports[piece.report_id].walk() if s.span.contains(piece.span)]
        return min(holding, key=lambda section: len(section.span), default=None)
