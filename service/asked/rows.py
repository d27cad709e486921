"""What a question says of the rows of a table, in the words of its cells: 还没有完成 is 未完成 there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# What is said of a thing in many ways: 没有完成 is 未完成.
_NOT = re.compile(r"没有?|尚未|还未|未能|并未|不(?=达标|合格)")
_DONE = re.compile(r"已经|(?<=[\u4e00-\u9fff])了(?=$|[,?。的])")
_WHICH = re.compile(r"哪[些几]|什么|多少|几[个项条家件]|列出")
_VALUE = re.compile(r"\s*-?\d+(?:\.\d+)?")
_ASKS = re.compile(
    r"哪[些几一]?|什么|多少|几|[一总]共|总数|都|[有是的吗呢个项条家件里中被请]|分别|列出|名单|为止|目前|(?:19|20)\d\d年?度?|[^\w]|_"
)

# “超过20个”, “在15%以上”, “不足3家”, behind the head of the column that it is asked of.
_MORE, _LESS = "超过?|大于|高于|多于|不少于|不低于|至少|达到|突破", "不足|不到|少于|低于|小于|不超过|未达到?"
_NOT_LESS = ("不少于", "不低于", "至少", "达到", "以上", "突破")
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_BOUND = re.compile(
    rf"(?:的|都|均|已|有|在|达)*(?:(?P<more>{_MORE})|(?P<less>{_LESS}))?了?(?P<n>\d+(?:\.\d+)?)(?P<scale>[万亿千百])?"
    r"(?:[^\d,。?的]{0,5}?(?P<side>[以之][上下]))?"
)


@dataclass(frozen=True)
class Bound:
    """What the values of a column must be, as it is ``said``: more than ``least``, less than ``most``, or that itself
    (``equal``)."""

    said: str
    least: float | None
    most: float | None
    equal: bool

    def holds(self, value: str) -> bool:
        """Whether it does of the folded ``value`` of a cell; of what is no number it does not."""
        number = _VALUE.match(value.replace(",", ""))
        if number is None:
            return False
        n = float(number[0])
        if self.equal and n in (self.least, self.most):
            return True
        return (self.least is None or n > self.least) and (self.most is None or n < self.most)


@dataclass(frozen=True)
class AskedRows:
    """The question as cells say it (``plain``), what stands in it ``behind`` its last question word, and its ``words``
    without what asks."""

    plain: str
    behind: str
    words: tuple[str, ...]

    def bound_of(self, head: str, unit: str = "") -> Bound | None:
        """What is asked of the values below ``head``, which are in ``unit``; None where nothing is."""
        at = self.plain.rfind(head)
        match = _BOUND.match(self.plain, at + len(head)) if at >= 0 else None
        side = match["side"] or "" if match else ""
        if match is None or not (match["more"] or match["less"] or side):
            return None
        scale, in_cells = _SCALES.get(match["scale"] or "", 1.0), _SCALES.get(unit[:1], 1.0)
        n, is_less = float(match["n"]) * scale / in_cells, bool(match["less"] or side.endswith("下"))
        equal = (match["more"] or side) in _NOT_LESS or match["less"] == "不超过" or bool(side and not match["more"])
        return Bound(match[0], None if is_less else n, n if is_less else None, equal)

    def share(self, around: Sequence[str]) -> float:
        """How much of the ``words`` stands in the folded texts ``around``, pair by pair of their characters."""
        there = {"".join(pair) for text in around for pair in pairwise(text)}
        n_there = sum(
            len({at + n for at, pair in enumerate(pairwise(words)) if "".join(pair) in there for n in (0, 1)})
            for words in self.words
        )
        return n_there / sum(map(len, self.words)) if self.words else 0.0


def asked_rows(question: str) -> AskedRows:
    """What the folded ``question`` says of rows."""
    plain = as_in_cells(question)
    which = max((mark.end() for mark in _WHICH.finditer(plain)), default=0)
    return AskedRows(plain, plain[which:], tuple(filter(None, _ASKS.split(plain))))


def as_in_cells(said: str) -> str:
    """The folded words ``said`` as the cells of a table say them."""
    return _DONE.sub(lambda match: "已" if match[0] == "已经" else "", _NOT.sub("未", said)).strip()
