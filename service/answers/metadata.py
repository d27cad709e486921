"""What a report says of itself: its number, its date, its body, where it stands there.

“这份文件”, of which nothing else is said, is one of several where there are several: it is asked which. Anything else
about a report (who led the investigation, at which meeting it was given) one of its sentences tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.chunks import full_title
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import ReadValue, Report
from service.answers.choice import MAX_SIDE_BY_SIDE
from service.answers.types import Answerer, Draft, Piece
from service.copies import group_of
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
        alike = self._alike(understood, passages) if fields and understood.papers.this else []
        if len(alike) > 1:
            first = next((piece for report in alike if (piece := opening(report))), None)
            options = tuple(dict.fromkeys(full_title(report) for report in alike))
            if first is not None and len(options) > 1:
                return Draft((first,), certainty=CERTAIN, options=options)
        report, named = (alike[0], True) if len(alike) == 1 else self._meant(understood, passages)
        if report is not None:
            pieces = [piece for name in fields if (piece := said_there(report, getattr(report.metadata, name)))]
            if pieces and len(pieces) == len(fields):
                return Draft(tuple(pieces), certainty=CERTAIN if named else LIKELY)
        return self.otherwise.draft(understood, passages, readings)

    def _alike(self, understood: Understood, passages: Sequence[Passage]) -> list[Report]:
        """The reports, one of several copies, of the place and year that the question names, if it names any, whose
        titles have as many of its words: it says nothing that tells them apart."""
        scope, groups, most = understood.scope, dict[str, Report](), 0
        if scope.elsewhere:
            return []
        for report_id in dict.fromkeys(passage.chunk.report_id for passage in passages):
            summary = self.snapshot.summaries[report_id]
            if not (_is_of(summary.region, scope.regions) and _is_of(summary.year, scope.report_years | scope.years)):
                continue
            shared = len(pairs(fold(summary.title)) & understood.pairs)
            if shared > most:
                groups.clear()
                most = shared
            if shared == most:
                groups.setdefault(group_of(report_id, self.snapshot.summaries), self.snapshot.reports[report_id])
        return list(groups.values())[:MAX_SIDE_BY_SIDE]

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


def opening(report: Report) -> Piece | None:
    """Its title, or the first sentence of a report whose title is that of its file."""
    first = next(iter(sentences(report.text)), None)
    return said_there(report, report.metadata.title) or (Piece(report.report_id, first, ()) if first else None)


def said_there(report: Report, read: ReadValue | None) -> Piece | None:
    """The sentence or line that says what was read, marked there; None where it was not read in the report's text."""
    if read is None or read.origin != "text" or read.span is None:
        return None
    around = next((span for span in sentences(report.text) if span.contains(read.span)), read.span)
    return Piece(report.report_id, around, (), highlights=(read.span,))
