"""Whether a sentence says why, where the reader points to a cause."""

from __future__ import annotations

import re

from indexer.types import Span

BEFORE, BEHIND = 30, 12  # characters around what is pointed to, in which a cause is called one
_CAUSE = re.compile(
    r"因|由于|随着|针对|缘[由故]|导致|致使|造成|使得|根[子源]|症结|源于|在于|出于|鉴于|归结|得益|所致|所以|主要[是有]|加上|叠加|之故"
    r"|受[^，。；,;]{1,20}(?:影响|制约|限制|冲击|拖累)|影响"
)
# What a thing is to another, or means to it, may be why it is held so high.
_WORTH = re.compile(
    r"是[^,;。]{0,24}(?:基因|生命线|法宝|命脉|命根|根基|根本|基石|底线|前提|重要(?:基础|支撑|保障|抓手|内容|途径|组成部分)|关键(?:一招|所在)?"
    r"|(?:必然|内在)要求|客观需要|迫切需要|应有之义|头等大事|必由之路|之(?:本|基|要|源))|(?:具有|有着)[^,;。]{0,8}(?:意义|作用)|意义(?:重大|深远)"
    r"|是[^;。]{2,40}的(?:客观|迫切|现实)?需要(?=[,;。]|$)"
)
# 为 that is no “is”: of 为上年的1.8倍 a figure is all that stands behind it.
_PURPOSE = re.compile(
    r"为了?(?=[^，。；,;]{2})(?![^，。；,;]{0,24}\d[^\d，。；,;]{0,3}(?:[，。；,;]|$))"
    r"|考虑|有利于|以便|从而|旨在|目的|不用再?|不再|得以|防止|避免|确保"
)
# What is missing or too much may be why something went wrong.
_LACK = re.compile(
    r"不[足够善强力高到稳适合明实统]|缺[乏少位]?|没有?|未能|较[少弱低差]|薄弱|滞后|脱节|困难|难以|制约|过[于窄低高多少]|太[窄低高多少]"
)


def says_why(sentence: str, pointed: Span | None) -> bool:
    """Whether the folded ``sentence`` tells of a cause, a purpose or a lack, near to what is ``pointed`` to."""
    near = sentence if pointed is None else sentence[max(0, pointed.start - BEFORE) : pointed.end + BEHIND]
    return any(pattern.search(near) for pattern in (_CAUSE, _PURPOSE, _LACK, _WORTH))
