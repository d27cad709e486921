"""What a question is about, without what it asks of that; and whether it asks for what is to come."""

from __future__ import annotations

import re

# What says of many things that they grew, and by about how much, and of none what it is.
FILLER = re.compile(
    r"同比|环比|比上年|比去年|较上年|年均|平均|增长|增加|增|提高|上升|下降|降低|减少|回落|累计|合计|共计|其中|分别|实现|完成|"
    r"达到|达|为|是|约|近|超过|超|逾|突破|了|以上|左右|占|均|又|再|并|[^\u4e00-\u9fff]"
)
_TO_COME = re.compile(r"[将要拟]|未来|今后|下一?步|到20\d\d|十[四五六]五")


def without_filler(question: str) -> str:
    """The folded ``question`` with breaks in the place of such words."""
    return FILLER.sub("\n", question)


def asks_what_is_to_come(question: str) -> bool:
    """Whether the folded ``question`` says so, if not that it is a target."""
    return bool(_TO_COME.search(question))
