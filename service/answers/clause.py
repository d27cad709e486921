"""What a clause says that a question names by its number: “3.2.1规定了什么”, each sentence of it, with its path.

A report in which no clause has that number answers as if none were named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Section
from service.answers.points import points_of
from service.answers.types import Answerer, Draft, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

MAX_SENTENCES = 8
CERTAIN = 0.9  # its number says which it is


@dataclass(frozen=True)
class ClauseAnswerer:
    """The clause whose number is asked for, of the best report that has it: its points, where it has any, or else its
    sentences; of what is asked about it, what ``otherwise`` answers from it. Without a number, ``otherwise``."""

    snapshot: Snapshot
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        number = understood.text_part.clause
        found = self._clause(number, passages) if number else None
        if found is None:
            return self.otherwise.draft(understood, passages, readings)
        report_id, path, section = found
        if not understood.text_part.clause_alone:
            inside = [p for p in passages if p.chunk.report_id == report_id and section.span.contains(p.chunk.span)]
            about = self.otherwise.draft(understood, inside, readings) if inside else Draft()
            if about.pieces:
                return about
        report = self.snapshot.reports[report_id]
        points = points_of(report, section)
        headings = path if points else path[:-1]
        spans = points or sentences(report.text, section.span)[:MAX_SENTENCES]
        return Draft(tuple(Piece(report_id, span, headings) for span in spans), certainty=CERTAIN)

    def _clause(self, number: str, passages: Sequence[Passage]) -> tuple[str, tuple[str, ...], Section] | None:
        for report_id in dict.fromkeys(passage.chunk.report_id for passage in passages):
            for path, section in self.snapshot.reports[report_id].walk():
                if (section.number or "").strip(" .．、") == number:
                    return report_id, path, section
        return None
