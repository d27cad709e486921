"""Which part of a text a question asks for: by its number or its kind, at which level, of how many points, about what.

“哪几节” are sections and “哪些章” chapters; “大纲” is that of the whole text; “自己承认有哪些短板” asks for what
the text itself calls difficulties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import BELOW_100, COUNTED_FROM_2, value
from indexer.chinese.tokens import tokenize

PROBLEM = "问题"  # whatever it is called
_PROBLEMS = (
    r"问题|不足|毛病|短板|薄弱(?:环节)?|困难|挑战|缺点|难题|欠缺|差距|难处"
    r"|problems?|shortcomings?|weakness(?:es)?|difficult(?:y|ies)?|challenges?"
)
# A kind of part: how it is asked for, and how its heading says so. Half of all headings say none.
_KINDS = (
    (
        "problems",
        re.compile(_PROBLEMS),
        re.compile(r"问题|不足|短板|薄弱|困难|挑战|差距|困境|难题|矛盾"),
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
# “在肯定成绩的同时，…不足” is about what is lacking.
_CONCEDED = re.compile(r"(?:成绩|成效|成就|进展|进步)[^,。;]{0,8}?(?:同时|背后|面前|来之不易|,[^,。;]{0,6}[但却])")
# What is solved or looked into, and who is in need, are no shortcomings: 化解矛盾纠纷, 困难群众.
_DEALT_WITH = re.compile(
    r"(?:解决|破解|化解|应对|整改|排查|整治|调处|克服|战胜|防范)(?!的)[^,。;]{0,12}?(?:问题|矛盾|困难|难题|挑战|短板)"
    r"|矛盾纠纷|困难(?:群[众体]|职工|家庭|学生|人员|企业|户)|问题(?:导向|线索|清单|整改)"
)
# What is to be solved, or was, is none of what is lacking: 要解决哪些问题.
_TO_BE_DEALT_WITH = re.compile(
    r"解决|破解|化解|应对|整改|克服|(?<![主重需])要|将|准备|打算|计划|\bto (?:solve|address|tackle)\b"
)
# A document may be called an opinion, which says nothing of its parts.
_DOCUMENT = re.compile(
    r"(?:指导|实施|若干|处理|审查)意见|(?<=的)意见(?=[里中,的]|[^?,]{0,4}(?:大纲|提纲|目录|框架))"
    r"|意见(?=[里中,]|从头|通篇|全文|一?共|总共|分[成为了]?[哪几多]|由[哪几])"
)
# What says that parts are asked for, and nothing of what they are about.
_ABOUT_PARTS = re.compile(
    rf"哪(?:几|些|[{BELOW_100}\d]{{1,2}})?|多少|几|分别|各自?|具体|是什么|什么|啥|怎么|小?标题|提纲|大纲|目录|框架|列出?个?"
    r"|分(?:成|为|了|(?=哪|几))|组成|归成|部分|个|[那这]一?[节段章块篇份]|[讲写说提谈]|方面|报告|[是有的要呢吗了]"
    r"|自己|自[我曝]|承认|坦[承言陈]|点[出明名]|指出|原文|逐[条一项]|[一总]共|给我|展开|[底下]面|从头到尾|[整全][个体文篇份]|通篇"
)
_HOW_MANY = re.compile(
    rf"(?<![那这第的])(?P<n>[{BELOW_100}两]{{1,3}}|\d{{1,2}})(?:大|个)?(?:方面|部分|[条点件项类种块节段章步大]|个)"
)
# Behind a question word or a number, or each of them: 哪几节, 多少章, 各章.
_LEVEL = re.compile(
    rf"(?:哪[几些]|几|多少|[{COUNTED_FROM_2}\d]{{1,2}}|[每各])个?(?P<level>[编章节])(?![约目日能省点程课假奏水气])"
)
# “三项制度” is what something is called, and says nothing of how many points there are to it.
_NAMED_BY_NUMBER = re.compile(
    rf'"[^"]*"|[{COUNTED_FROM_2}]{{1,2}}[项大个](?:制度|政策|工程|行动|计划|战略|改革)(?!是?哪)'
)
_WHOLE = re.compile(
    r"大纲|提纲|目录|框架|[整总]体结构|结构是|[整全][个篇份文]|从头到尾|通篇|\boutline\b|\btable of contents\b"
    r"|\b(?:main|top-level) (?:sections|parts|headings)\b|\bhow (?:is|was)\b.*\b(?:structured|organi[sz]ed|divided)\b"
)
# “任务分几大块” asks for the parts of one part.
_DIVIDED = re.compile(
    rf"(?:分[成为了]?|由|共有?|有|设了?)(?:哪?几|哪些|多少|[{BELOW_100}两\d]{{1,2}})个?大?(?:部分|板块|块|[编章])"
    r"|\bhow many (?:parts|chapters)\b"
)
_ONE_PART = re.compile(r"[那这]一?个?(?:节|章|段|部分|块)")
# The articles of a statute: a report's 几条 are its points, whatever stands before them.
_ARTICLES = re.compile(
    r"(?:法典?|条例|办法|规定|规则|细则|决定|章程|规范|[编章节])(?:里|中|全文)?(?:一共|总共|合计|共计?)?(?:有|是|分)?(?:多少|几)条"
    r"(?=\W|$|法律条文|规定)|\bhow many articles\b"
)
_MARK = re.compile(rf"[#*\s]*第[{BELOW_100}百零〇\d]{{1,6}}(?P<level>[编章节条])")
_NTH_PART = re.compile(rf"第(?P<n>[{BELOW_100}]{{1,3}}|\d{{1,2}})(?:大)?(?:个)?(?:部分|章|节|块|大块)")
_NAMED = re.compile(
    rf"提纲|大纲|目录|框架|标题|部分|方面|[节章段块]|[哪几{BELOW_100}两\d]个?大?[点条类项件]|outline|section|heading|\bparts?\b"
)
# What stands before what asks for its points: “〔…〕的基本原则〕有哪些”, “〔“民生改善”〕这一节讲了哪几点”.
_ASKS_ITS_POINTS = re.compile(
    r"[\"」』》]?(?:[这那]?一?个?大?(?:部分|方面|[章节段块篇])|章节)?(?:里面?|中|下面?|底下|的内容|上)?(?:我们|报告|文中)?"
    r"(?:主要|具体|都|又|一?共|总共|分别|各|是)*(?:有|包括|包含|涵盖|分|讲|说|提|写|列|设)(?:了|到|出|为|成|的是)*"
    r"(?:哪|什么|啥|几|多少)"
)
MIN_HEADING_CHARS = 4  # of one that is known by its words
_QUOTES = re.compile(r'["「」『』《》]')
# Numbers of two levels or more, with no unit behind them.
_CLAUSE = re.compile(
    r"(?<![\d.第%a-z])第?(?P<n>\d{1,2}(?:\.\d{1,2}){1,4})(?![\d.%])\s*(?:[条款节项](?![^,。?]{0,2}约)|小节|章节|部分)?"
    r"(?P<rest>\s*(?:$|[?？,，里中下的]|规定|讲|说|写|是(?!多)|有|对|要求|内容|怎么|如何|关于))"
)
# “（二）稳定队伍具体是什么”: no more than what a point says.
_TELLS_MORE = re.compile(
    r"(?:这一?[点条项个])?(?P<more>具体)?(?:是什么|指什么|怎么[说做讲]的?|讲了什么|有什么内容|是怎么[说做]的)\W*$"
)
_CLAUSE_ALONE = re.compile(
    r"(?:的?(?:具体|主要)?(?:内容|规定|要求)?(?:具体)?(?:规定|讲|说|写|要求|是|有)(?:的|了|些|的是)*(?:什么|啥|哪些|怎么)?(?:内容|规定|要求)?"
    r"|(?:怎么|如何)(?:规定|说|写|要求)的?|的?(?:具体|主要)?(?:内容|规定|要求|原文))?[?？。\s]*$"
)


@dataclass(frozen=True)
class TextPart:
    """``nth``: the number of the part; ``n``: how many points there are said to be; ``kinds``: problems, proposals,
    what was done or is planned; ``level``: the points are 编, 章, 节 or 条; ``about``: the tokens of what is left when
    all is taken away that says that parts are asked for; ``named``: it says that it is a part of a text that is asked
    for; ``whole``: or all of it; ``of``: what stands before what asks for its points; ``clause``: the number of a
    clause, 3.2.1; ``clause_alone``: no more is asked than what that says; ``told_more_of``: what it is asked of what it
    is, ``in_detail``; ``lacking``: problems are asked for as they were, and not what is done about them."""

    nth: int | None
    n: int | None
    kinds: frozenset[str]
    level: str | None
    about: frozenset[str]
    named: bool
    whole: bool
    of: str
    clause: str | None
    clause_alone: bool
    told_more_of: str
    in_detail: bool
    lacking: bool

    def is_of(self, heading: str, title: str) -> bool:
        """Whether it is asked for the points of the folded ``heading``, without its number, in a text with this folded
        ``title``, which may have the same words."""
        if len(heading) < MIN_HEADING_CHARS or not self.of.endswith(heading):
            return False
        return self.of.count(heading) > 1 or heading not in title


def text_part(question: str) -> TextPart:
    """The part of a text that the folded ``question`` asks for."""
    nth, level = _NTH_PART.search(question), _LEVEL.search(question)
    articles = _ARTICLES.search(question)
    n = _HOW_MANY.search(_NAMED_BY_NUMBER.sub("", question))
    more = _TELLS_MORE.search(question)
    asks, clause = _ASKS_ITS_POINTS.search(question), _CLAUSE.search(question)
    plain = _DOCUMENT.sub(" ", question)
    kinds = frozenset(name for name, asked, _ in _KINDS if asked.search(plain))
    about = _ABOUT_PARTS.sub(" ", question)
    if "problems" in kinds:
        about = re.sub(_PROBLEMS, f" {PROBLEM} ", about)
    return TextPart(
        nth=int(value(nth["n"]) or 0) if nth else None,
        n=_number(n["n"]) if n else None,
        kinds=kinds,
        level="条" if articles else level["level"] if level else None,
        about=frozenset(tokenize(about)),
        named=bool(_NAMED.search(question)),
        whole=bool(_WHOLE.search(question) or articles or (not kinds and _DIVIDED.search(question)))
        and not (nth or _ONE_PART.search(question)),
        of=_QUOTES.sub("", question[: asks.start()]).removesuffix("的") if asks else "",
        clause=clause["n"] if clause else None,
        told_more_of=question[: more.start()] if more else "",
        in_detail=more is not None and more["more"] is not None,
        lacking="problems" in kinds and not _TO_BE_DEALT_WITH.search(question),
        clause_alone=clause is not None and bool(_CLAUSE_ALONE.match(question, clause.start("rest"))),
    )


def level_of(heading: str) -> str | None:
    """编, 章, 节 or 条, where ``heading`` is marked as one."""
    mark = _MARK.match(heading)
    return mark["level"] if mark else None


def kinds_headed(heading: str) -> frozenset[str]:
    """Which kinds of part the folded ``heading`` says that it heads."""
    heading = _DEALT_WITH.sub(" ", _CONCEDED.sub(" ", heading))
    return frozenset(name for name, _, headed in _KINDS if headed.search(heading))


def _number(numeral: str) -> int | None:
    n = value(numeral)
    return None if n is None else int(n)
