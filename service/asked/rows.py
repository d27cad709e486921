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
_ASKS = re.compile(
    r"哪[些几一]?|什么|多少|几|[一总]共|总数|都|[有是的吗呢个项条家件里中被请]|分别|列出|名单|为止|目前|(?:19|20)\d\d年?度?|[^\w]|_"
)


@dataclass(frozen=True)
class AskedRows:
    """The question as cells say it (``plain``), what stands in it ``behind`` its last question word, and its ``words``
    without what asks."""

    plain: str
    behind: str
    words: tuple[str, ...]

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
