"""What a sentence must say to answer, beyond the words it shares with the question.

A near miss has nearly every word: the total where a part is asked for, the level where the change is, the event where
its cause is, “2家企业” where their names are. Each demand is read off the question's wording, and tested on what was
found: the sentence, the figure in it, the words that the reader points to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from service.figures import Figure, figures
from service.terms import terms_in

Measure = Literal["change", "level"]

# Of a quantity: to become more or less. 新增 and 减免 are no changes of what is counted.
_RISES = "增长|增加|增大|(?<!新)增|提高|提升|上升|上涨|上调|涨|升|扩大|加快|多"
_FALLS = "下降|降低|下调|降|减少|缩减|压减|精简|减(?!免|排|税|负)|压缩|压|缩短|缩小|回落|收窄|下跌|跌|少|慢|掉(?!的)"
_CHANGES = f"{_RISES}|{_FALLS}"
_ABOUT = r"(?:[了约近超逾达为]|超过|大约|大概|将近|幅度|同比|只|又)*"
_ASKS_CHANGE = re.compile(
    rf"(?:(?<![最至])(?:{_CHANGES})(?:目标|速度)?[是为的]?{_ABOUT}(?:有?多少|几|百分之)|[增升涨降跌](?:幅|速)|增长率|变化率)"
    r"|\bby (?:how (?:much|many)|what)\b|\bhow much .{0,40}\b(?:grow|fall|rise|drop|increase|decrease|decline|shrink)",
)
_ASKS_RESULT = re.compile(r"(?:至|到|成)了?(?:约|近|每[人月年])*(?:多少|几|百分之)")
_ASKS_LEVEL = re.compile(r"总[量额数]|(?<!生产)总值|规模(?!以上)|多大|金额|(?<![增升涨降跌])[额值量][是为]?多少")
_TO = re.compile(r"(?:[至到达]|突破)(?:了|约|近|超过?|全[省市国县区])*$")
_CHANGED = re.compile(rf"(?:(?:{_CHANGES})[^至到]{{0,10}}|[增升涨降跌](?:幅|速)[^至到]{{0,6}}|净增)$")
_CLAUSE_END = re.compile(r"[，,；;。、：:！!？?（）()]")
_DOUBLED = re.compile(r"翻[^，。；]{0,2}[番倍]")

_ASKS_PART = re.compile(
    r"(?:(?<![区市县省国家这那哪公年城村心])里面?|(?<![集其高初])中(?![考国央心小学标型])|其中)[，,、]?(?P<part>[^，。？?,里中]{1,12}?)(?:的?(?:有|是|占|总?共)|一[家个人]|的)?"
    r"(?:的?面积|贡献|占比|比例|数量|人数)?[了]?(?:多少|几|多大)"
)
_SMALL_WORDS = re.compile(r"的|有|是|了|占|和|与|多少|几|一共|总共|总")

_NOT = re.compile(r"(?<![罚收淹压])没(?!收|[压落])|(?<![从并])未(?!来|成年)|不(?:予|合格|达标|符合|服|支持|同意)")
_SAYS_NOT = re.compile(r"[没未无不免拒缺非逾]|尚|失败|撤销|除外|以外")
_BEFORE = re.compile(r"(?:[之以]前|原[来先本]|改革前)(?:一共|总共)?有?(?:多少|几)|原[来有先](?:一共|总共|是|有)")
_SAYS_BEFORE = re.compile(r"[由从原前]")
_REST = re.compile(r"剩下|其余|余下|剩余|除[^，。]{1,12}外[^，。]{0,8}(?:多少|几|哪)|还(?:有|剩|差)多少")
_SAYS_REST = re.compile(r"除|其余|剩|余下|另|还有|仍有|尚")

_SAYS_WHY = re.compile(
    r"因|由于|原由|缘|导致|致使|造成|使得|根[子源]|源于|在于|出于|鉴于|归结|得益|依靠|依托|通过|受[^，。；]{1,20}(?:影响|制约|限制|冲击)|"
    r"主要(?:是|有)|是由|所致|为了?|考虑|有利于|以便|从而|旨在|不用再?|不再|得以|不[足够善强力高到稳适合明实统]|缺[乏少位]?|没有?|未能|较[少弱低差]|薄弱|滞后|"
    r"脱节|困难|难以|限制|制约|过[于窄低高多少]|太[窄低高多少]|加上"
)
_ASKS_NAME = re.compile(
    r"叫(?:什么|啥|做?什么)|名[字称]|谁|哪一?位|何人|哪[一几两三]?家|姓名|什么[一-鿿]?名|\bwho\b|\bname[sd]?\b|\bcalled\b"
)
_ASKS_PERSON = re.compile(r"谁|哪一?位|何人|姓名|(?:员|家|长|记|人|者|士|师|生|手)(?:叫|的?名字|的?姓名)|\bwho\b")
_COUNTED = re.compile(r"[\d一二三四五六七八九十两多]+\s*[个家名位枚人项座条件所支种部类]")
_SPECIFIC = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{1,6}?(?:[额量率值费薪价]|投资|工资|收入|支出|投入|利润|存款|贷款|税收|债务))"
    r"(?:具体|大概|大约|一共|总共|共|各|分别)?[是为有达到约]*(?:多少|几|多大|多高|百分之|什么水平)"
)
_GENERIC = re.compile(r"[总全]?(?:[量额]|数[量额]|金额|总值|拥有量)$")
_QUOTED = re.compile(
    r"[\"“”《「『](?P<quoted>[^\"“”《》「」『』]{2,30})[\"“”》」』]|(?<![a-z0-9.])(?P<latin>[a-z][a-z0-9.+-]{1,20})(?![a-z])"
)
_NOT_QUOTED = re.compile(r"十[一二三四五]五|[一二]十[大届]")
MIN_HEAD_CHARS = 2
_BIT = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Demands:
    """``measure``: the change of a quantity, or how large it is; ``part``: the part of a whole that is counted;
    ``head``: the
    last characters of the indicator that is asked for, ``quoted``: names that it puts in quotes or writes in Latin
    letters; the others: what must be said at all, or, ``person``, who is named."""

    measure: Measure | None = None
    part: str | None = None
    negated: bool = False
    before: bool = False
    rest: bool = False
    name: bool = False
    person: bool = False
    head: str | None = None
    quoted: tuple[str, ...] = ()


def demands_of(question: str, asks_number: bool) -> Demands:
    """What the folded ``question`` demands of the sentence that answers it."""
    part = _ASKS_PART.search(question)
    return Demands(
        measure=_measure(question) if asks_number else None,
        part=_SMALL_WORDS.sub("", part["part"]) or None if part and asks_number else None,
        negated=asks_number and bool(_NOT.search(question)),
        before=asks_number and bool(_BEFORE.search(question)),
        rest=bool(_REST.search(question)),
        name=not asks_number and bool(_ASKS_NAME.search(question)),
        head=_head(question) if asks_number else None,
        quoted=_quoted(question),
        person=not asks_number and bool(_ASKS_PERSON.search(question)),
    )


def says_why(text: str) -> bool:
    """Whether the folded ``text`` tells of a cause, a purpose, or a lack that may be one."""
    return bool(_SAYS_WHY.search(text))


def measure_of(sentence: str, figure: Figure) -> Measure | None:
    """Whether ``figure`` of the folded ``sentence`` is a change (增长7%, 减少45家) or a level (降至19%); None where its
    clause does not say so."""
    if _DOUBLED.search(figure.text):
        return "change"
    clause = _CLAUSE_END.split(sentence[max(0, figure.span.start - 40) : figure.span.start])[-1]
    if _TO.search(clause):
        return "level"
    return "change" if _CHANGED.search(clause) or _DOUBLED.search(sentence[figure.span.start - 2 :][:6]) else None


def unmet(demands: Demands, sentence: str, asked: Sequence[Figure], question: str, pointed: str | None) -> bool:
    """Whether the folded ``sentence`` leaves a demand open. ``asked``: the figures in it that are taken for the asked
    one; ``pointed``: what the reader takes for the answer, folded, None where it points elsewhere."""
    return (
        _of_another_measure(demands.measure, sentence, asked)
        or (demands.part is not None and not _shares(demands.part, sentence))
        or (demands.negated and not _SAYS_NOT.search(sentence))
        or (demands.before and not _SAYS_BEFORE.search(sentence))
        or (demands.head is not None and demands.head not in sentence)
        or (demands.rest and not _SAYS_REST.search(sentence))
        or (demands.name and pointed is not None and not _is_name(pointed, question, demands.person))
    )


def _measure(question: str) -> Measure | None:
    if _ASKS_RESULT.search(question):
        return "level"
    if _ASKS_CHANGE.search(question):
        return "change"
    return "level" if _ASKS_LEVEL.search(question) else None


def _head(question: str) -> str | None:
    """Two characters of what is counted (总投资: 投资), three of a rate (就业率); None where the unit says as much."""
    found = list(_SPECIFIC.finditer(question))
    head = _GENERIC.sub("", found[-1]["head"]) if found else ""
    if len(head) < MIN_HEAD_CHARS or any(head[-2:] in word for term in terms_in(question) for word in term):
        return None
    return head[-3 if head.endswith("率") else -2 :]


def _quoted(question: str) -> tuple[str, ...]:
    if sum("\u4e00" <= char <= "\u9fff" for char in question) < len(question) / 3:
        return ()
    found = (match["quoted"] or match["latin"] for match in _QUOTED.finditer(question))
    return tuple(name for name in found if not _NOT_QUOTED.search(name))


def _of_another_measure(measure: Measure | None, sentence: str, asked: Sequence[Figure]) -> bool:
    if measure is None or any(figure.masked for figure in asked):
        return False
    told = {measure_of(sentence, figure) for figure in asked or figures(sentence)}
    if measure == "change":
        return "change" not in told
    return bool(asked) and told == {"change"} and all(figure.unit in ("%", "个百分点", "倍") for figure in asked)


def _shares(part: str, sentence: str) -> bool:
    """Whether two neighbouring characters of ``part`` stand in ``sentence``, or its only one."""
    if len(part) == 1:
        return part in sentence
    return any("".join(pair) in sentence for pair in pairwise(part) if _BIT.match(pair[0]) and _BIT.match(pair[1]))


def _is_name(pointed: str, question: str, person: bool) -> bool:
    """Whether ``pointed`` may name something: it is no count, and not what the question says itself."""
    bare = pointed.strip("“”\"'《》〈〉()（），。、 ")
    if _COUNTED.match(bare) or bare in question:
        return False
    return not (person and pointed.lstrip("，。、 ").startswith(("《", "<")))
