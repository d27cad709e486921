"""The items of a list, each with its own place: of the enumeration in the best sentence, or of the one it begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.chinese.folding import fold
from indexer.store.snapshot import Snapshot
from indexer.types import Section, Span
from service.answers.also import MIN_SHARED, Told, also_told, spelled_out
from service.answers.gaps import gap_of, n_masked, stated_behind
from service.answers.items import MIN_ITEMS, items_of, lines_behind, told_off
from service.answers.types import Answerer, Draft, Gap, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood, pairs

_CLAUSE_END = re.compile("[,;。:]")


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
        found = [(piece, self._items(understood, piece, passages, readings)) for piece in draft.pieces]
        for piece, items in sorted(found, key=lambda one: len(one[1]) != n_asked):
            if len(items) >= MIN_ITEMS:
                text = self.snapshot.reports[piece.report_id].text
                further = [] if n_asked else also_told(understood, text, piece.span, self._paragraph(piece))
                return self._of_items(draft, piece, [(piece.span, items), *further], self._gap(piece, items))
        for piece, _ in found[:1]:
            text = self.snapshot.reports[piece.report_id].text
            if told := spelled_out(text, piece.span, self._paragraph(piece)):
                return self._of_items(draft, piece, told, None)
        return draft

    def _of_items(self, draft: Draft, piece: Piece, told: Sequence[Told], gap: Gap | None) -> Draft:
        """The items that are ``told``, in the order of the text."""
        pieces = tuple(
            replace(piece, span=span if span.contains(item) else item, highlights=(), masked=False, item=item)
            for span, items in sorted(told, key=lambda one: one[0].start)
            for item in items
        )
        text = self.snapshot.reports[piece.report_id].text
        n_covered = n_masked(text, [piece.item for piece in pieces if piece.item])
        return replace(draft, pieces=pieces, n_masked=n_covered, gap=gap)

    def _paragraph(self, piece: Piece) -> Span:
        """The line that the piece stands in, no further than its section goes."""
        text, section = self.snapshot.reports[piece.report_id].text, self._section(piece)
        start = max(text.rfind("\n", 0, piece.span.start) + 1, section.span.start if section else 0)
        end = text.find("\n", piece.span.end)
        return Span(start=start, end=end if end >= 0 else len(text))

    def _items(
        self, understood: Understood, piece: Piece, passages: Sequence[Passage], readings: Readings
    ) -> list[Span]:
        text, n_asked = self.snapshot.reports[piece.report_id].text, understood.things.n
        pointed = next(
            (
                one.span
                for passage in passages
                if passage.chunk.report_id == piece.report_id
                for one in readings.get(passage.chunk.chunk_id, ())
                if piece.span.contains(one.span)
            ),
            None,
        )
        sentence = fold(piece.span.of(text))
        section = self._section(piece)
        if sentence.rstrip().endswith(":"):
            end = section.span.end if section else len(text)
            return lines_behind(text, piece.span.end, end) or _told_behind(text, piece.span.end, end)
        series = told_off(sentence)
        if len(series) == 1 and section is not None:  # it goes on in the sentences behind
            behind = Span(start=piece.span.start, end=section.span.end)
            return [item.shifted(behind.start) for item in told_off(fold(behind.of(text)))]
        if pointed is None and n_asked is None and not understood.asks_how_many:
            return []
        found = items_of(sentence, pointed and pointed.shifted(-piece.span.start), n_asked)
        if not found and understood.asks_how_many:  # asked how many, the reader points to a number, even another's
            found = _only_one_asked_of(understood, sentence)
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


def _only_one_asked_of(understood: Understood, sentence: str) -> list[Span]:
    """The items of the only enumeration of the folded ``sentence``, where the clause before them is about what is asked
    for."""
    items = items_of(sentence, None)
    before = _CLAUSE_END.split(sentence[: items[0].start])[-1] if items else ""
    return items if len(pairs(before) & understood.pairs) >= MIN_SHARED else []


def _told_behind(text: str, start: int, end: int) -> list[Span]:
    """“…短板：一是…。…二是…。”: the series that begins right behind a colon at ``start``."""
    series = [item.shifted(start) for item in told_off(fold(text[start:end]))]
    return series if series and not text[start : series[0].start].strip() else []
