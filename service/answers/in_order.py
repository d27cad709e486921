"""Several figures that go with several subjects in order: 甲县、乙县分别新建16所、18所."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from service.figures import Figure

MAX_CHARS = 200  # of the subjects together
SHORT_CHARS = 5  # what names no subject: 同比, 比上年
_BETWEEN = re.compile(r"\s?(?:、|,|，|和|与|及|以及)\s?")
_TURNED = r"(?:同比)?(?:增长|下降|增加|减少|提高|降低|上升|回落|上涨|下跌|增|降)"
_BETWEEN_TURNED = re.compile(rf"{_BETWEEN.pattern}{_TURNED}")  # 增长5.5%、下降3.2%
_ENDS_TURNED = re.compile(rf"{_TURNED}$")
_RESPECTIVELY = re.compile("分别|依次")
_BOUNDARY = re.compile(r"[，,；;。：:！!？?]")
# Which of these part the subjects is seen from how many there must be.
_PARTED_BY = (re.compile("、|以及|和|与|及"), re.compile("、|以及"), re.compile("和|与|及"))


def subjects(sentence: str, found: Sequence[Figure]) -> list[dict[int, str]]:
    """For each list of figures behind 分别 the subject of each, by its place in ``found``; fewer than two are none."""
    marks = [mark.start() for mark in _RESPECTIVELY.finditer(sentence)]
    groups: list[dict[int, str]] = []
    for group in lists(sentence, found) if marks else []:
        nearest = bisect_left(marks, found[group[0]].span.start) - 1
        if nearest < 0:
            continue
        # Behind a second 分别 the subjects are those of the first: 产量分别为4万吨、2万吨,分别增长5%、3%.
        before = (sentence[max(0, mark - MAX_CHARS) : mark] for mark in reversed(marks[: nearest + 1]))
        parts = next((parts for text in before if (parts := _parts(text, len(group)))), None)
        if parts:
            groups.append(dict(zip(group, parts, strict=True)))
    return groups


def lists(sentence: str, found: Sequence[Figure]) -> list[list[int]]:
    """Runs of figures with nothing but 、 or 和 between, or, where the first is a change, which way each went."""
    runs: list[list[int]] = []
    for at, figure in enumerate(found):
        gap = (found[at - 1].span.end, figure.span.start) if at else None
        if gap and (
            _BETWEEN.fullmatch(sentence, *gap)
            or (_BETWEEN_TURNED.fullmatch(sentence, *gap) and _turned(sentence, found[runs[-1][0]].span.start))
        ):
            runs[-1].append(at)
        else:
            runs.append([at])
    return [run for run in runs if len(run) > 1]


def _turned(sentence: str, end: int) -> bool:
    """Whether it is said right before ``end`` which way a figure went."""
    return _ENDS_TURNED.search(sentence, max(0, end - SHORT_CHARS), end) is not None


def _parts(before: str, n: int) -> list[str] | None:
    """The ``n`` subjects at the end of ``before``: in the last clause there, in the one before it, or one a clause."""
    *clauses, own = _BOUNDARY.split(before)  # what stands before 分别 itself may be a mere 同比
    clauses = [clause for clause in clauses if clause.strip()]
    for clause in [own, *clauses[-1:]]:
        for parted_by in _PARTED_BY:
            parts = parted_by.split(clause)
            if len(parts) == n and all(parts):
                return _alike(parts)
    return clauses[-n:] if len(own) <= SHORT_CHARS and len(clauses) >= n else None


def _alike(parts: list[str]) -> list[str]:
    """``parts`` without what belongs to them all: before the first (全市甲县), behind the last (乙县新建学校)."""
    *others, last = parts
    last = last[: max(map(len, others))]
    first, *others = [*others, last]
    return [first[-max(map(len, others)) :], *others]
