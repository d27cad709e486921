"""Whether one thing is asked for or several, and how many the question says that there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import COUNTED_FROM_2, value

_ONE_THING = re.compile(
    r"谁|哪一?[个家座位部]|哪里|哪儿|叫[什啥]|什么时候|何时|\b(?:who|which (?:\w+ )?(?:is|was|has|had)|where|when)\b"
)
_SEVERAL = re.compile(
    r"[哪有]哪?些|哪几|分别|各(?:是|为|有|占|达|自|多|几|[^\W,。]{1,4}多少)|更[多少高低大小快慢好差]|相比"
    r"|\b(?:who|which|where|when)\b.*\band\b"
)
# What statutes and notices enumerate: 哪些情形, 什么条件, 什么样的事.
_ENUMERATED = re.compile(
    rf"哪些|哪几(?!年|个?月|天|次)|哪[{COUNTED_FROM_2}]|都[有要][什啥谁]|包括[什啥]"
    r"|(?:什么样的?|怎样的|什么|啥|何种|何等)(?:条件|情形|情况|事项?|措施|内容|材料|手续|程序|方式|方法|办法|信息|资料|途径|权利|义务"
    r"|职责|处分|处罚|后果|要求|案件|证据|责任|样的)"
    r"|\b(?:which|what) (?:conditions|circumstances|cases|measures|types|kinds|documents|materials|items|rights)\b"
)
_IN_ALL = re.compile(r"[总一]共|共[计有]|合计|[加合](?:起来|在?一起)|全部|\bin (?:all|total)\b|\baltogether\b")
_HOW_MANY = re.compile(
    rf"(?<!第)(?P<n>[{COUNTED_FROM_2}]{{1,3}}|(?<!\d)\d{{1,2}})(?:大|个|家|条|项|类|种|所|座|名|位|样|款|件|处|国|省|市|县|区|部)"
)
# What several things are called together, two characters of it: 在哪三个领域, 从哪些方面.
_CALLED = re.compile(
    rf"哪(?:些|几|[{COUNTED_FROM_2}]{{1,2}}|\d{{1,2}})(?:[个大类种项条处家]|大类)?(?P<noun>[\u4e00-\u9fff]{{2}})(?!的)"
)
_IN_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOW_MANY_IN_ENGLISH = re.compile(rf"\b(?P<n>{'|'.join(_IN_ENGLISH)})\b")


@dataclass(frozen=True)
class Things:
    """``one``: a name, a place, a day; ``several`` things, or one of each of several, ``enumerated`` as conditions and
    cases are; ``n`` of them; ``in_all``: all of them together; ``called``: what they are called, 领域."""

    one: bool
    several: bool
    enumerated: bool
    n: int | None
    in_all: bool
    called: str


def asked_things(question: str) -> Things:
    """Which things the folded ``question`` asks for."""
    return Things(
        one=bool(_ONE_THING.search(question)),
        several=bool(_SEVERAL.search(question)),
        enumerated=bool(_ENUMERATED.search(question)),
        n=_how_many(question),
        in_all=bool(_IN_ALL.search(question)),
        called=called["noun"] if (called := _CALLED.search(question)) else "",
    )


def _how_many(question: str) -> int | None:
    """How many things the folded ``question`` says that there are: 哪四个区, 6个专项, the three leading industries."""
    if said := _HOW_MANY.search(question):
        return int(value(said["n"]) or 0) or None
    english = _HOW_MANY_IN_ENGLISH.search(question)
    return _IN_ENGLISH.index(english["n"]) + 2 if english else None
