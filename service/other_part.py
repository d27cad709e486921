"""“两篇各…” and “另一省…” over a compilation of two reports: which of its parts is meant.

A compilation seldom says whose its second report is. Who reads it calls it 另一篇, or 另一省 beside the one that is
named.
"""

from __future__ import annotations

import re
from collections import defaultdict

from indexer.chinese.folding import fold
from indexer.types import ReportSummary
from service.scope import names_of
from service.understand import Nameable

_CALLED = ("第一篇", "第二篇")
_BOTH = re.compile(r"(?:这|那)?两(?:篇|份)(?:报告|材料|文章|调研)?(?=[^?？,，。;；]{0,6}?(?:各|分别|都|怎|如何|谁|哪))")
_OTHER = re.compile(r"另[一外]?个?(?:省区?|市|县|区|地方?|方|[篇份](?:报告|材料)?)(?![政府])")


def with_parts_named(question: str, named: Nameable) -> str:
    """``question`` with the parts of the only compilation of two that its reports are of called by their numbers; as it
    is where there is no such, or it is open which is meant."""
    both, other = _BOTH.search(question), _OTHER.search(question)
    if both is None and other is None:
        return question
    pair = _only_pair(named)
    if pair is None:
        return question
    if both is not None:
        return question[: both.start()] + "和".join(_CALLED) + question[both.end() :]
    assert other is not None
    before = fold(question[: other.start()])
    own = {at for at, report in enumerate(pair) if _CALLED[at] in before or _is_named(report, before)}
    if len(own) != 1:
        return question
    return question[: other.start()] + _CALLED[1 - own.pop()] + question[other.end() :]


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
