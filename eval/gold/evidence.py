"""Where the evidence of a gold question stands in the reports of a snapshot.

Evidence is kept as text and projected onto the reports whenever it is needed, so that a gold set outlives re-chunking,
re-indexing and the removal of boilerplate.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath

from eval.gold.types import EvidenceSpan, GoldItem
from indexer.chinese.numerals import BELOW_100
from indexer.types import Report

BETWEEN_PARTS = " | "
_NUMBER_OF_MARK = {f"篇{numeral}": number for number, numeral in enumerate(BELOW_100, start=1)}
_RUN = re.compile(r"\S+")
N_POOLS_KEPT = 4


def locate(evidence: str, part: str, reports: Sequence[Report]) -> tuple[EvidenceSpan, ...]:
    """Every place where ``evidence`` stands verbatim, in the order of ``reports``; where it stands nowhere verbatim,
    every place where it stands with white space ignored (each trimmed to its first and last character).

    ``part`` narrows the search to the reports that it names: `` | `` between several, each the name of a file (with or
    without its folders, or its ending), with ``#篇一`` or the like for one report of a compilation, or ``篇一`` alone
    for the first report of any. A ``part`` that names none of ``reports`` narrows nothing. Places in one report do
    not overlap.
    """
    pool = _pool(_Same(tuple(reports)))
    searched = pool.named(part) or pool.reports
    bare = "".join(evidence.split())
    if not bare:
        return ()
    verbatim = tuple(span for report in searched for span in _verbatim(evidence, report))
    return verbatim or tuple(span for report in searched for span in _spaceless(bare, report, pool.packed(report)))


def named_reports(part: str, reports: Sequence[Report]) -> tuple[Report, ...]:
    """The reports that ``part`` names (see ``locate``), in its order; none when it names none of them."""
    return tuple(_pool(_Same(tuple(reports))).named(part))


def resolved(item: GoldItem, reports: Sequence[Report]) -> GoldItem:
    """``item`` with the places of each evidence in ``reports`` as its ``spans``.

    Places that the item already has are kept where the evidence stands there, so that a gold file may choose among
    several. An evidence that stands nowhere has no places.
    """
    given = item.spans if len(item.spans) == len(item.evidence) else ((),) * len(item.evidence)
    texts = _pool(_Same(tuple(reports))).texts
    spans = tuple(
        places
        if places and all(_stands(evidence, place, texts) for place in places)
        else locate(evidence, item.where, reports)
        for evidence, places in zip(item.evidence, given, strict=True)
    )
    return item if spans == item.spans else item.model_copy(update={"spans": spans})


@dataclass(frozen=True)
class _Packed:
    """A text without white space, with what leads back: where each run of characters starts, here and there."""

    text: str
    here: list[int]
    there: list[int]

    @classmethod
    def of(cls, text: str) -> _Packed:
        runs: list[str] = []
        here: list[int] = []
        there: list[int] = []
        length = 0
        for match in _RUN.finditer(text):
            runs.append(match[0])
            here.append(length)
            there.append(match.start())
            length += len(match[0])
        return cls("".join(runs), here, there)

    def back(self, at: int) -> int:
        """The offset in the text of the character at ``at`` of the packed one."""
        run = bisect_right(self.here, at) - 1
        return self.there[run] + at - self.here[run]


class _Same:
    """Reports as a key of a cache: the same objects in the same order. Comparing texts would read all of them."""

    def __init__(self, reports: tuple[Report, ...]) -> None:
        self.reports = reports

    def __hash__(self) -> int:
        return hash((len(self.reports), *map(id, self.reports[:3])))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Same)
            and len(self.reports) == len(other.reports)
            and all(map(operator.is_, self.reports, other.reports))
        )


@dataclass(frozen=True)
class _Pool:
    """Reports made ready for searching; their packed texts are made when they are first needed."""

    reports: tuple[Report, ...]
    texts: dict[str, str]
    by_name: dict[str, list[Report]]
    by_number: dict[int, list[Report]]
    _packed: dict[int, _Packed] = field(default_factory=dict)

    def packed(self, report: Report) -> _Packed:
        key = id(report)  # the pool holds the report, so the id stays its own
        if key not in self._packed:
            self._packed[key] = _Packed.of(report.text)
        return self._packed[key]

    def named(self, part: str) -> list[Report]:
        found = {id(report): report for name in part.split(BETWEEN_PARTS) for report in self._named(name.strip())}
        return list(found.values())

    def _named(self, name: str) -> list[Report]:
        if name in self.by_name:
            return self.by_name[name]
        file, hash_mark, mark = name.rpartition("#")
        number = _NUMBER_OF_MARK.get(mark)
        if number is None:
            return []
        if not hash_mark:
            return self.by_number.get(number, [])
        return [report for report in self.by_name.get(file, []) if report.part == number]


@lru_cache(maxsize=N_POOLS_KEPT)
def _pool(same: _Same) -> _Pool:
    by_name: dict[str, list[Report]] = defaultdict(list)
    by_number: dict[int, list[Report]] = defaultdict(list)
    for report in same.reports:
        for name in {report.file, PurePath(report.file).name, PurePath(report.file).stem}:
            by_name[name].append(report)
        if report.part is not None:
            by_number[report.part].append(report)
    texts = {report.report_id: report.text for report in same.reports}
    return _Pool(same.reports, texts, dict(by_name), dict(by_number))


def _verbatim(evidence: str, report: Report) -> Iterator[EvidenceSpan]:
    start = report.text.find(evidence)
    while start >= 0:
        end = start + len(evidence)
        yield EvidenceSpan(report_id=report.report_id, start=start, end=end)
        start = report.text.find(evidence, end)


def _spaceless(bare: str, report: Report, packed: _Packed) -> Iterator[EvidenceSpan]:
    start = packed.text.find(bare)
    while start >= 0:
        end = start + len(bare)
        yield EvidenceSpan(report_id=report.report_id, start=packed.back(start), end=packed.back(end - 1) + 1)
        start = packed.text.find(bare, end)


def _stands(evidence: str, place: EvidenceSpan, texts: dict[str, str]) -> bool:
    quote = texts.get(place.report_id, "")[place.start : place.end]
    return quote == evidence or "".join(quote.split()) == "".join(evidence.split()) != ""
