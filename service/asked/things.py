"""Whether one thing is asked for or several, and how many the question says that there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import COUNTED_FROM_2, value

_ONE_THING = re.compile(
    r"谁|哪一?[个家座位部]|哪里|哪儿|叫[什啥]|什么时候|何时|\b(?:who|which (?:\w+ )?(?:is|was|has|had)|where|when)\b"
)
_SEVERAL = re.compile(
    r"[哪有]哪?些|哪几|分别|各(?:是|为|有|占|达|自|多|几|\w多少)|更[多少高低大小快慢好差]|相比"
    r"|\b(?:who|which|where|when)\b.*\band\b"
)
_HOW_MANY = re.compile(
    rf"(?<!第)(?P<n>[{COUNTED_FROM_2}]{{1,3}}|(?<!\d)\d{{1,2}})(?:大|个|家|条|项|类|种|所|座|名|位|样|款|件|处|国|省|市|县|区|部)"
)
_IN_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOW_MANY_IN_ENGLISH = re.compile(rf"\b(?P<n>{'|'.join(_IN_ENGLISH)})\b")


@dataclass(frozen=True)
class Things:
    """``one``: a name, a place, a day; ``several`` things, or one of each of several; ``n`` of them."""

    one: bool
    several: bool
    n: int | None


def asked_things(question: str) -> Things:
    """Which things the folded ``question`` asks for."""
    return Things(bool(_ONE_THING.search(question)), bool(_SEVERAL.search(question)), _how_many(question))


def _how_many(question: str) -> int | None:
    """How many things the folded ``question`` says that there are: 哪四个区, 6个专项, the three leading industries."""
    if said := _HOW_MANY.search(question):
        return int(value(said["n"]) or 0) or None
    english = _HOW_MANY_IN_ENGLISH.search(question)
    return _IN_ENGLISH.index(english["n"]) + 2 if english else None
