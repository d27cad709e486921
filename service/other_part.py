"""“两篇各…”, “两份报告…”, “另一省…” over two reports: which of them is meant.

A compilation seldom says whose its second report is. Who reads it calls it 另一篇, or 另一省 beside the one that is
named; and of two reports, alone in an index or left by what it is filtered by, people say 两地, 两县, 两份报告.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from indexer.chinese.folding import fold
from indexer.types import ReportSummary
from service.scope import names_of, stem
from service.understand import Nameable

_CALLED = ("第一篇", "第二篇")
_ASKED = r"(?=[^?？。;；]{0,24}?(?:各|分别|都|怎|如何|谁|哪|什么|多少|几|相差|相比|差[别异]|不同))"
_BOTH = re.compile(
    rf"(?:这|那)?两(?:[篇份]|个?[省市县区地镇乡州](?![级委长办]))(?:的?(?:政府)?(?:工作)?(?:报告|材料|文章|调研))?(?:[之中]间|[里中])?{_ASKED}"
)
_OTHER = re.compile(r"另[一外]?个?(?:省区?|市|县|区|地方?|方|[篇份](?:报告|材料)?)(?![政府])")


def with_parts_named(question: str, named: Nameable) -> str:
    """``question`` with the only two reports that it may be about, or the parts of the only compilation of two, called
    by their places, their years or their numbers; as it is where there are no such, or it is open which is meant."""
    both, other = _BOTH.search(question), _OTHER.search(question)
    if both is None and other is None:
        return question
    pair = _only_pair(named)
    if both is not None:
        names_one = any(_is_named(report, fold(question)) for report in named.reports[: len(_CALLED) + 1])
        called = (() if names_one else _called(named.reports)) or (_CALLED if pair else ())
        return f"{question[: both.start()]}{'和'.join(called)}{question[both.end() :]}" if called else question
    if pair is None:
        return question
    assert other is not None
    before = fold(question[: other.start()])
    own = {at for at, report in enumerate(pair) if _CALLED[at] in before or _is_named(report, before)}
    if len(own) != 1:
        return question
    return question[: other.start()] + _CALLED[1 - own.pop()] + question[other.end() :]


def _called(reports: Sequence[ReportSummary]) -> tuple[str, ...]:
    """What tells two reports from one another, where there are no others: their places, or else their years."""
    if len(reports) != len(_CALLED):
        return ()
    regions = [stem(report.region) if report.region else "" for report in reports]
    if all(regions) and regions[0] != regions[1]:
        return tuple(report.region or "" for report in reports)
    years = sorted(report.year or "" for report in reports)
    return tuple(f"{year}年" for year in years) if all(years) and years[0] != years[1] else ()


def _only_pair(named: Nameable) -> tuple[ReportSummary, ReportSummary] | None:
    files: dict[str, list[ReportSummary]] = defaultdict(list)
    for report in named.reports:
        if report.part is not None:
            files[report.file].append(report)
    pairs = [sorted(parts, key=lambda report: report.part or 0) for parts in files.values()]
    if len(pairs) != 1 or [report.part for report in pairs[0]] != [1, 2]:
        return None
    return pairs[0][0], pairs[0][1]


def _is_named(report: ReportSummary, text: str) -> bool:
    return report.region is not None and any(name in text for name in names_of(report.region))
