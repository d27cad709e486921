"""The items of a list each of which heads a part of its own: “二、教育领域”, “三、养老领域”; “在准入方面，…”.

The question says what they are called together, 在哪三个领域, and each is a name that ends so, at the head of a section
or of a sentence, with others beside it. They are of what is asked about where the words before them say it, or else
what stands behind each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Section, Span
from service.answers.gaps import gap_of
from service.answers.items import MIN_ITEMS
from service.answers.types import Answerer, Draft, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood, pairs

N_REPORTS = 3  # of those that passages were retrieved of, the best
MIN_SHARED = 2  # pairs of letters of the question in the words before the first item
MAX_LEAD_CHARS = 100
CERTAIN = 0.9
_NAME = r"(?P<name>[\u4e00-\u9fff、]{1,10}?"
_BEFORE = rf"\W*(?:[{BELOW_100}]+是|首先|其次|再次|最后)?[，,]?(?:在|围绕|聚焦|针对)?"
_BEHIND = r"(?:[上中里]|内)?(?:$|[，,：:。\s])"
# Says of nothing what it is about.
_EMPTY = frozenset("了的也着过已又在从对有哪几些个与和及把被将是")
_COMMON = frozenset("开展 推进 进行 实施 工作 主要 具体 分别".split())


@dataclass(frozen=True)
class _Part:
    """An item, what it heads as far as that is quoted, and all that it heads."""

    item: Span
    head: Span
    body: Span


@dataclass(frozen=True)
class _Series:
    path: tuple[str, ...]
    lead: Span
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class AcrossAnswerer:
    """The items that stand each in a part of its own, where ``otherwise`` finds no items in one sentence."""

    snapshot: Snapshot
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        draft = self.otherwise.draft(understood, passages, readings)
        asks = understood.things.called and understood.form == "fact" and not understood.scope.elsewhere
        if not asks or draft.options or any(piece.item for piece in draft.pieces):
            return draft
        for report_id in [one for one in _reports(passages) if self._may_be_meant(understood, one)][:N_REPORTS]:
            report = self.snapshot.reports[report_id]
            found = [one for one in _series(report, understood.things.called) if _is_of_it(understood, report, one)]
            if len(found) == 1:  # of two nobody knows which is meant
                return _all_of(report, found[0])
        return draft

    def _may_be_meant(self, understood: Understood, report_id: str) -> bool:
        summary, scope = self.snapshot.summaries[report_id], understood.scope
        of_year = not scope.years or bool(scope.years & {summary.year, summary.year_told})
        return of_year and (not scope.regions or summary.region in scope.regions)


def _reports(passages: Sequence[Passage]) -> list[str]:
    return list(dict.fromkeys(passage.chunk.report_id for passage in passages))


def _all_of(report: Report, series: _Series) -> Draft:
    pieces = tuple(Piece(report.report_id, part.head, series.path, item=part.item) for part in series.parts)
    heads = [part.head for part in series.parts]
    return Draft(pieces, certainty=CERTAIN, gap=gap_of(report.text, series.lead, heads, series.parts[-1].body.end))


def _series(report: Report, called: str) -> Iterator[_Series]:
    """Every series of names in ``called`` that head sections side by side, or sentences of one section."""
    name = re.compile(f"{_BEFORE}{_NAME}{re.escape(called)}){_BEHIND}")
    walked: list[tuple[tuple[str, ...], Section | None]] = [((), None), *report.walk()]
    for path, section in walked:
        children = report.sections if section is None else section.children
        start = 0 if section is None else section.heading_span.end
        end = len(report.text) if section is None else section.span.end
        own = Span(start=start, end=children[0].span.start if children else end)
        for parts in (_headings(report.text, children, name), _openings(report.text, own, name)):
            if len(parts) >= MIN_ITEMS:
                first = parts[0].head.start
                yield _Series(path, Span(start=max(start, first - MAX_LEAD_CHARS), end=first), parts)


def _headings(text: str, children: Sequence[Section], name: re.Pattern[str]) -> tuple[_Part, ...]:
    """Those of ``children`` that are headed so; none where others stand between."""
    found = [(at, match) for at, child in enumerate(children) if (match := name.match(child.heading_span.of(text)))]
    if not found or found[-1][0] - found[0][0] >= len(found):
        return ()
    return tuple(
        _Part(
            Span(start=match.start("name"), end=match.end("name")).shifted(children[at].heading_span.start),
            Span(start=children[at].span.start, end=children[at].heading_span.end),
            children[at].span,
        )
        for at, match in found
    )


def _openings(text: str, own: Span, name: re.Pattern[str]) -> tuple[_Part, ...]:
    """The sentences of ``own`` that begin so, each with those up to the next."""
    found = [(span, match) for span in sentences(text, own) if (match := name.match(span.of(text)))]
    ends = [*(span.start for span, _ in found[1:]), own.end]
    return tuple(
        _Part(
            Span(start=match.start("name"), end=match.end("name")).shifted(span.start),
            span,
            Span(start=span.start, end=end),
        )
        for (span, match), end in zip(found, ends, strict=False)
    )


def _is_of_it(understood: Understood, report: Report, series: _Series) -> bool:
    """Whether the series is of what is asked about, and of as many as the question says that there are."""
    if understood.things.n not in (None, len(series.parts)):
        return False
    names = "".join(understood.scope.regions)
    about = understood.pairs - pairs(names) - pairs(understood.things.called) - _COMMON
    about = frozenset(pair for pair in about if _EMPTY.isdisjoint(pair))
    lead = fold(series.lead.of(report.text)) + fold(" ".join(series.path))
    if len(pairs(lead) & about) >= MIN_SHARED:
        return True
    return all(pairs(fold(part.body.of(report.text))) & about for part in series.parts)
