"""What a clause says that a question names by its number, or says whole: “3.2.1规定了什么”, “（二）稳定队伍具体是什么”.

Each sentence of it is given, with its path. A report in which no clause has that number answers as if none were named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Section, Span
from service.answers.points import points_of
from service.answers.types import Answerer, Draft, Piece
from service.asked.parts import TextPart
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

Found = tuple[str, tuple[str, ...], Section]

MAX_SENTENCES = 8
MIN_HEADING_CHARS = 6
_BLANKS = re.compile(r"[\s。.]+")
CERTAIN = 0.9  # its number says which it is


@dataclass(frozen=True)
class ClauseAnswerer:
    """The clause whose number is asked for, of the best report that has it: its points, where it has any, or else its
    sentences; of what is asked about it, what ``otherwise`` answers from it. Without a number, ``otherwise``."""

    snapshot: Snapshot
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        number = understood.text_part.clause
        said = self._said(understood.text_part, passages)
        found = said or (self._clause(number, passages) if number else None)
        if found is None:
            return self.otherwise.draft(understood, passages, readings)
        report_id, path, section = found
        if not said and not understood.text_part.clause_alone:
            inside = [p for p in passages if p.chunk.report_id == report_id and section.span.contains(p.chunk.span)]
            about = self.otherwise.draft(understood, inside, readings) if inside else Draft()
            if about.pieces:
                return about
        report = self.snapshot.reports[report_id]
        body = Span(start=section.heading_span.end, end=section.span.end)
        behind = [span for span in sentences(report.text, body) if any(map(str.isalnum, span.of(report.text)))]
        whole = behind if said and behind else sentences(report.text, section.span)
        spans = points_of(report, section) or whole[:MAX_SENTENCES]
        return Draft(tuple(Piece(report_id, span, path) for span in spans), certainty=CERTAIN)

    def _said(self, asked: TextPart, passages: Sequence[Passage]) -> Found | None:
        """The section whose heading, with its number, stands before what asks for no more than what it says: so a point
        of an answer is asked for that went before."""
        of = _BLANKS.sub("", asked.told_more_of)
        for report_id, path, section in self._sections(passages) if len(of) >= MIN_HEADING_CHARS else ():
            text = self.snapshot.reports[report_id].text[section.span.start : section.heading_span.end]
            whole, words = _BLANKS.sub("", fold(text)), _BLANKS.sub("", fold(section.heading))
            is_said = asked.in_detail and of.endswith(words) and len(words) >= MIN_HEADING_CHARS
            if is_said or (section.number and whole == of):
                return report_id, path, section
        return None

    def _clause(self, number: str, passages: Sequence[Passage]) -> Found | None:
        return next((one for one in self._sections(passages) if (one[2].number or "").strip(" .．、") == number), None)

    def _sections(self, passages: Sequence[Passage]) -> Iterator[Found]:
        """Those of the reports of ``passages``, the best first."""
        for report_id in dict.fromkeys(passage.chunk.report_id for passage in passages):
            for path, section in self.snapshot.reports[report_id].walk():
                yield report_id, path, section
