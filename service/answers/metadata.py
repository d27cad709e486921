"""What a report says of itself: its number, its date, its body, where it stands there.

Anything else about a report (who led the investigation, at which meeting it was given) one of its sentences tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import ReadValue, Report
from service.answers.types import Answerer, Draft, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood, pairs

MIN_SHARED = 2  # pairs of letters of a title in the question: of fewer reports nobody knows which is meant
CERTAIN, LIKELY = 0.95, 0.7  # where the question says which report it means, and where it does not


@dataclass(frozen=True)
class MetadataAnswerer:
    """What was read of the report that is meant; what ``otherwise`` answers where nothing was, or nothing is asked that
    is."""

    snapshot: Snapshot
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        fields = understood.papers.fields
        report, named = self._meant(understood, passages)
        if report is not None:
            pieces = [piece for name in fields if (piece := said_there(report, getattr(report.metadata, name)))]
            if pieces and len(pieces) == len(fields):
                return Draft(tuple(pieces), certainty=CERTAIN if named else LIKELY)
        return self.otherwise.draft(understood, passages, readings)

    def _meant(self, understood: Understood, passages: Sequence[Passage]) -> tuple[Report | None, bool]:
        """The report with most of the question's words in its title, of the place and year that the question names;
        the best passage's among equals. And whether the question says which: where there is but one, “这份文件”."""
        scope, best = understood.scope, None
        most = MIN_SHARED - 1 if len(self.snapshot.reports) > 1 else -1
        if scope.elsewhere:
            return None, False
        for passage in passages:
            summary = self.snapshot.summaries[passage.chunk.report_id]
            if _is_of(summary.region, scope.regions) and _is_of(summary.year, scope.report_years):
                shared = len(pairs(fold(summary.title)) & understood.pairs)
                if shared > most:
                    best, most = self.snapshot.reports[summary.report_id], shared
        return best, bool(understood.report_ids or scope.regions or scope.report_years)


def _is_of(value: str | None, asked: frozenset[str]) -> bool:
    return not asked or value in asked


def said_there(report: Report, read: ReadValue | None) -> Piece | None:
    """The sentence or line that says what was read, marked there; None where it was not read in the report's text."""
    if read is None or read.origin != "text" or read.span is None:
        return None
    around = next((span for span in sentences(report.text) if span.contains(read.span)), read.span)
    return Piece(report.report_id, around, (), highlights=(read.span,))
