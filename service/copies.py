"""Sentences of copies of one report: the same but for the writing, or with another value.

A copy that was typed again, or read from another format, differs in single letters. Where it says another figure, turns
a statement round, or has another word, it is a correction, and both are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.types import ReportSummary

TYPED = 0.06  # share of the letters of a sentence that differ, each by itself, at most
CORRECTED = 0.75  # of the letters of two sentences in common, if one corrects the other
# What a sentence says: its figures with what they count, and which way it goes.
_SAYS = re.compile(
    rf"[\d零{BELOW_100}两百千万亿][\d.,:/%零{BELOW_100}两百千万亿几余多半]*[^\d\s]{{0,2}}"
    r"|[不未无没非否免禁停拟增减升降涨跌高低多少上下前后超欠盈亏正负男女东南西北正副]"
)

Reports = Mapping[str, ReportSummary]


def group_of(report_id: str, reports: Reports) -> str:
    """What a report and its copies have in common: the first of their ids."""
    return min((report_id, *reports[report_id].copies))


def are_copies(one: str, other: str, reports: Reports) -> bool:
    """Whether two reports (by their ids) are copies, and not the same."""
    return other in reports[one].copies


def say_the_same(one: str, other: str) -> bool:
    """Whether two sentences or passages of copies differ in nothing but marks, white space and single letters that say
    nothing: no figure, no denial, no direction, no word."""
    one, other = fold(one), fold(other)
    letters = _letters(one), _letters(other)
    if letters[0] == letters[1]:
        return _figures(one) == _figures(other)  # 1.26万 and 12.6万 have the same letters
    n = max(map(len, letters))
    most = max(1, int(TYPED * n))
    if abs(len(letters[0]) - len(letters[1])) > most or _says(one) != _says(other):
        return False
    changed = [
        max(end - start, other_end - other_start)
        for tag, start, end, other_start, other_end in _compared(*letters).get_opcodes()
        if tag != "equal"
    ]
    return max(changed) == 1 and len(changed) <= most


def is_corrected(one: str, other: str) -> bool:
    """Whether two sentences of copies are one sentence, of which one says another thing."""
    return likeness(one, other) >= CORRECTED and not say_the_same(one, other)


def likeness(one: str, other: str) -> float:
    """How much of two sentences is common to them, in order: in [0, 1]; 0 also where it is less than CORRECTED."""
    matcher = _compared(_letters(fold(one)), _letters(fold(other)))
    if matcher.real_quick_ratio() < CORRECTED or matcher.quick_ratio() < CORRECTED:
        return 0.0
    return matcher.ratio()


def _compared(one: str, other: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, other, autojunk=False)


def _letters(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


def _says(folded: str) -> list[str]:
    return _SAYS.findall("".join(folded.split()))


def _figures(folded: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", "".join(folded.split()).replace(",", ""))
