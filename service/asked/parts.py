"""Which part of a text a question asks for: by its number or its kind, of how many points, about what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import BELOW_100, value
from indexer.chinese.tokens import tokenize

# A kind of part: how it is asked for, and how its heading says so. Half of all headings say none.
_KINDS = (
    (
        "problems",
        re.compile(
            r"问题|不足|毛病|短板|薄弱|困难|挑战|缺点|难题|欠缺|差距|难处|problem|shortcoming|difficult|challenge"
        ),
        re.compile(r"问题|不足|短板|薄弱|困难|挑战|差距|困境"),
    ),
    (
        "proposals",
        re.compile(r"建议|对策|意见|主张|recommend|suggest|propos"),
        re.compile(r"建议|对策|意见|思路"),
    ),
    (
        "done",
        re.compile(r"做法|成效|成绩|成果|经验|亮点|回顾|做了|干了|上一?年|achieve|accomplish|practice"),
        re.compile(r"做法|成效|成绩|经验|举措|回顾|工作情况|进展|成就"),
    ),
    (
        "plans",
        re.compile(r"打算|计划|安排|任务|下一步|今后|准备|要做|重点|部署|目标|\bplans?\b|priorit|\btasks?\b"),
        re.compile(r"安排|任务|计划|打算|重点|部署|目标|下一步|今后|主要工作"),
    ),
)
# What says that parts are asked for, and nothing of what they are about.
_ABOUT_PARTS = re.compile(
    rf"哪(?:几|些|[{BELOW_100}\d]{{1,2}})?|多少|几|分别|各自?|具体|是什么|什么|啥|怎么|小?标题|提纲|大纲|目录|框架|列出?个?"
    r"|分(?:成|为|了|(?=哪|几))|组成|归成|部分|个|[那这]一?[节段章块篇份]|[讲写说提谈]|方面|报告|[是有的要呢吗了]"
)
_HOW_MANY = re.compile(
    rf"(?<![那这第的])(?P<n>[{BELOW_100}两]{{1,3}}|\d{{1,2}})(?:大|个)?(?:方面|部分|[条点件项类种块节段章步大]|个)"
)
_NTH_PART = re.compile(rf"第(?P<n>[{BELOW_100}]{{1,3}}|\d{{1,2}})(?:大)?(?:个)?(?:部分|章|节|块|大块)")
_NAMED = re.compile(
    rf"提纲|大纲|目录|框架|标题|部分|方面|[节章段块]|[哪几{BELOW_100}两\d]个?大?[点条类项件]|outline|section|heading|\bparts?\b"
)


@dataclass(frozen=True)
class TextPart:
    """``nth``: the number of the part; ``n``: how many points there are said to be; ``kinds``: problems, proposals,
    what was done or is planned; ``about``: the tokens of what is left when all is taken away that says that parts are
    asked for; ``named``: it says that it is a part of a text that is asked for."""

    nth: int | None
    n: int | None
    kinds: frozenset[str]
    about: frozenset[str]
    named: bool


def text_part(question: str) -> TextPart:
    """The part of a text that the folded ``question`` asks for."""
    nth, n = _NTH_PART.search(question), _HOW_MANY.search(question)
    return TextPart(
        nth=int(value(nth["n"]) or 0) if nth else None,
        n=_number(n["n"]) if n else None,
        kinds=frozenset(name for name, asked, _ in _KINDS if asked.search(question)),
        about=frozenset(tokenize(_ABOUT_PARTS.sub(" ", question))),
        named=bool(_NAMED.search(question)),
    )


def kinds_headed(heading: str) -> frozenset[str]:
    """Which kinds of part the folded ``heading`` says that it heads."""
    return frozenset(name for name, _, headed in _KINDS if headed.search(heading))


def _number(numeral: str) -> int | None:
    n = value(numeral)
    return None if n is None else int(n)
