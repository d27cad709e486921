"""What a thing is told from others of its kind by: its number, its code, its name in quotes."""

from __future__ import annotations

import re

from indexer.chinese.numerals import BELOW_100

_NUMERAL = rf"(?:\d{{1,9}}|[{BELOW_100}百千零两]{{1,9}})"
# What a thing is told from others of its kind by, in folded text; the name of the group is the kind.
IDENTIFIER = re.compile(
    rf"(?P<ordinal>第{_NUMERAL}[^\W\d]?)"
    r"|(?<!\d)(?P<number>\d{1,9}(?:号|#))"
    r'|"(?P<quoted>[^"\n]{2,30})"|《(?P<work>[^《》\n]{2,40})》'
    r"|(?<![a-z\d])(?P<code>[a-z]{1,8}[-_]?\d+(?:[-.+]\d+)*)(?![a-z\d])"
)
_NO = re.compile(r"\b(?:no\.?|number) ?(\d{1,9})\b")  # of an English question: No. 3 is 第3号, or 3号


def identifier(match: re.Match[str]) -> str:
    """What IDENTIFIER found, without the marks around it."""
    return match[match.lastgroup or 0]


def identifiers_in(question: str) -> frozenset[str]:
    """By what the folded ``question`` tells the things that it is about from others, as reports write it."""
    found = {identifier(match) for match in IDENTIFIER.finditer(question)}
    numbers = _NO.findall(question)
    return frozenset(found.union(*((f"第{number}号", f"{number}号", f"{number}#") for number in numbers)))
