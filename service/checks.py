"""Whether a sentence can answer at all: of the asked year, in the asked unit, told as a plan or as what happened.

Rules, beside the scores of the models: what these take for near, a figure of another year or a target for the outcome,
answers wrongly. A sentence inherits from the headings above it and from its report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from indexer.types import Chunk
from service.figures import figures, unit_class
from service.scope import stem
from service.understand import Understood

# Of sections and sentences that say what is to come, by what reports call them.
_PLAN_HEADING = re.compile(r"安排|任务|目标|计划|部署|打算|思路|展望|下一步|今后|规划|(?:重点|主要)工作(?!回顾)|建议")
_REVIEW_HEADING = re.compile(r"回顾|成绩|成效|成就|总结|完成|以来|取得|过去")
_PLAN_SENTENCE = re.compile(r"目标|预期|力争|计划|拟|预计|争取|确保|将[^于]|左右|到(?:20\d\d|[“\"]?十[四五六])")


def lacks(understood: Understood, chunk: Chunk, sentence: str, region: str | None) -> str | None:
    """What the folded ``sentence`` of ``chunk``, of a report on ``region``, lacks of what is asked: a region or a year
    (named), or ``""`` for a unit or for being a plan or an outcome; None when it may answer."""
    asked = understood.scope
    if asked.regions and region not in asked.regions and not _names(asked.regions, chunk, sentence):
        return min(asked.regions)
    if region is not None and asked.elsewhere and not _names(asked.elsewhere, chunk, fold(chunk.text)):
        return min(asked.elsewhere)
    if asked.years and not _is_of(asked.years, chunk, sentence):
        year = min(asked.years)
        return f"{year}年" if understood.language == "zh" else year
    if understood.kind == "number" and understood.unit is not None and not _counts_in(understood.unit, sentence):
        return ""
    if understood.tense == "outcome" and is_plan(chunk.heading_path, sentence):
        return ""
    if understood.tense == "target" and not is_plan(chunk.heading_path, sentence):
        return ""
    return None


def is_plan(headings: Sequence[str], sentence: str) -> bool:
    """Whether it is told there what is to come: by the nearest heading that says so or the contrary, else by its own
    words."""
    for heading in reversed(headings):
        if _REVIEW_HEADING.search(heading):
            return False
        if _PLAN_HEADING.search(heading):
            return True
    return bool(_PLAN_SENTENCE.search(sentence))


def _names(regions: frozenset[str], chunk: Chunk, text: str) -> bool:
    around = f"{text} {fold(chunk.context)}"
    return any(stem(region) in around for region in regions)


def _is_of(asked: frozenset[str], chunk: Chunk, sentence: str) -> bool:
    """Whether the sentence, the nearest heading with a year, or the report names one of the asked years. A report
    tells of its own year and the one before."""
    if asked & years_in(sentence):
        return True
    for heading in reversed(chunk.heading_path):
        if named := years_in(heading):
            return bool(asked & named)
    of_report = years_in(chunk.context)
    before = {str(int(year) - 1) for year in of_report}
    return not of_report or bool(asked & (of_report | before))


def _counts_in(unit: str, sentence: str) -> bool:
    """Whether something stands there in a unit of the same kind: people, money, shares, things…"""
    wanted = unit_class(unit)
    return wanted is None or any(unit_class(figure.unit) in (wanted, None) for figure in figures(sentence))
