"""A Chinese follow-up, completed from the question before it. Rules read the folded text; each gives None where it does
not apply, and otherwise a question that is complete."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.types import Span
from service.clauses import EMPTY, HOW_MUCH, MIN_SUBJECT_CHARS, Class, Clause, bare, clause_of, joined, put
from service.follow.anatomy import ASK, ASKS, CHANGE, HANDLED, MARKS, SOFT, Anatomy, anatomy, without_names
from service.follow.names import (
    ITS_KIND,
    LED,
    OF_A_WORK,
    in_full,
    led,
    name_in,
    named_again,
    not_taken,
    own_words,
    without,
)
from service.follow.subjects import base_of, of_kind, of_subject
from service.follow.types import Asked, Found, Regions
from service.terms import as_written
from service.understand import language

MAX_BARE_CHARS = 6  # a noun without any ask: longer, it is a search of its own
MAX_VERB_CHARS = 4
MAX_HOW_CHARS = 3
# An ask that says no more than “and this?”.
_SAME = re.compile(
    r"^(?:(?:情况|方面|那边|来说|的|了|又|也|还|呢|是|有|为|达到?"
    rf"|(?:{HOW_MUCH})[万亿]*[元件宗起个人名户家所座条种项处辆台吨亩次位艘]?|怎么?样|如何|哪些|什么|谁|一样|同样|吗|啊|呀|嘛|什么情况|怎么说|\W)*)$"
)
_AGAIN = re.compile(
    r"^(?:[你您]?(?:确定|肯定|没弄?搞?错|真的|当真|是真的)(?:吗|么|吧)?|真的假的|(?:请|能|可以|麻烦)?(?:再)?(?:说|讲)一[遍次]"
    r"|(?:请|能|可以|麻烦|再)*(?:说|讲)?(?:展开|具体|详细|仔细)(?:地|的)?一?[点些]?(?:说说|讲讲|说一?下|讲一?下|介绍一下|介绍|谈谈|说明|说|讲)?(?:一下)?"
    r"|继续|接着说|还有呢|还有吗|然后呢)[吗呢吧]?\W*$"
)
_POINTS = re.compile(r"^(?:各|分别|相差|差多少|差距|具体|其中|都)")
_ONLY_ASKS = re.compile(
    r"^(?:是|又|主要|最早|最终)?(?:(?:什么时候|何时|[在从]?哪一?[年天日月]|几月|[从在]哪[里儿]?|哪[里儿])(?:会|能|要|被|才|开始)?"
    rf"[^\W\d_]{{0,{MAX_VERB_CHARS}}}|(?:怎么|怎样|如何|为什么|为何|为啥)(?:会|能|要|被|才|开始)?[^\W\d_]{{0,{MAX_HOW_CHARS}}}"
    rf"|(?:由|是)?谁(?!是|的)来?[^\W\d_]{{0,{MAX_HOW_CHARS}}}"
    r"|(?:一共|总共|共|都)?(?:花|投入|投资|用|拿出|安排|支出|涉及|覆盖|惠及|涨|跌|降|升|多|少|高|低|增)[了出到]?(?:百分之)?"
    rf"(?:{HOW_MUCH})[^\W\d_]{{0,{MAX_VERB_CHARS}}}"
    rf"|占[^\W\d_]{{1,6}}(?:{HOW_MUCH}|比[例重])[^\W\d_]{{0,{MAX_VERB_CHARS}}}|(?:排名?|位?居)[^\W\d_]{{0,6}}(?:{HOW_MUCH})[名位]?"
    r"|(?:名字|名称)?(?:叫|是)什么(?:名字|名称)?|(?:什么|啥|哪些)(?:原因|因素|问题)?(?:造成|导致|引起|引发|影响|带来))(?:的|了|过|呢|吗|吧)*\W*$"
)
# How a predicate opens: what it is said of stands in the last question.
_OPENS = re.compile(
    r"^(?:又|还|都|也|会|能)*(?:有(?=什么|哪|没有)|[由被罚]|需要|违反|超过|逾期|预计|预期|下一步|今后|接下来|哪个(?:部门|单位|街道|镇)"
    r"|[^\W\d_]{0,4}最[多高大少低小快慢长短早晚](?:的|$))"
)
MAX_PREDICATE_CHARS = 6
_OF_A_FIGURE = re.compile(r"多少|几|占|超过|逾期|延长|为什么|最")
_WHY = re.compile(r"^(?:这|那)?(?:又)?是?(?:为什么|为何|为啥|什么原因|啥原因|怎么回事|咋回事|怎么会这样)[呢呀啊]?\W*$")
# What the law or an office asks for does not hang on a year or a place of the figures before it.
_OF_THE_LAW = re.compile(
    r"期限|时限|条件|程序|流程|步骤|材料|手续|什么是|是什么(?:意思)?\W*$|含义|定义|应当|应该|申请|规定|依据|可以|能否|能不能|多久|去哪|[找向]谁"
)
_ASKS_TOO = re.compile(
    r"^(?:请|麻烦|帮我)*(?:介绍|列出|列举|说明|总结|概括|概述|谈谈|讲讲|说说|描述|分析|解释|梳理|查|找)|吗\W*$"
    r"|(?:是|为|叫|叫做|称为|来自|位于)\?$"
)
_GOES_ON = re.compile(
    r"^(?:那么|那(?![个些年里边儿种类场位])|(?:另外|此外|还有|然后|其次|再者|最后)[,、\s]|[还再][想问]|顺便|and )"
)
_WITHOUT_PLACE = re.compile(rf"^(?:又|还|共)*(?:{HANDLED}|有多少)[^的]*(?:{HOW_MUCH})?")
_COMPARED = re.compile(
    r"^(?:[和跟与同]|比起|对比|相?比|较)(?P<other>[^比较差]+?)(?:(?:作|做)?个?(?:相比|对比|比较|比起来|相较|比一?下|比)(?:之下|一下)?|(?<=.))"
    r"(?:呢|怎么?样|如何|情况|的|吗|吧|又|有(?:什么|啥|何)(?:变化|区别|不同|差别|差异)|变化\w*|\W)*$"
)
_RATHER_HOW = re.compile(
    rf"^(?:[和跟与同].{{1,12}}(?:相比|比)|比|较)[^,]{{1,10}}(?:{CHANGE}|[多少高低涨跌升降增减快慢好差]|变化)"
)
_RATHER = re.compile(r"^(?:[和跟与同].{1,12}(?:相比|比)|比|较)")
_OTHERS = re.compile(
    r"^(?:那么?|请问|然后|\W)*(?P<more>还有(?:没有)?|有没有|有)?"
    r"(?:(?:其[他它]|别的|另外的?|其余的?)(?:几个|各个?|那些)?(?P<kind>年份?|[省市县区州旗镇乡街道]{1,2}|地方|地区|城市)"
    r"|哪(?:些|个|一个|几个)(?:[省市县区]|地方|地区|城市))(?:的?(?:情况|也|都|又))?(?:有|是|怎么?样|如何|多少)*[呢吗吧]?\W*$"
)
_BOTH = re.compile(
    r"^(?:这|那)?(?:两者|二者|两个|两年|两[县区市地]|它们|他们)?(?:之间)?(?:哪[一个]*[县区市省年地边方]?|谁|相差|差)(?:的)?"
    rf"(?:更|比较|最)?(?:[高低大小快慢]|多(?!少)|少)?(?:{HOW_MUCH})?[一些点]*[呢吗啊]?\W*$"
)
_RANKS = re.compile(r"(?:哪一?个?[县区市省年]?|谁)的?(?P<thing>[^?,]*?)(?:更|最|比较)?[高低大小快慢多少]\W*$")
_ARTICLE = re.compile(rf"(?P<number>第[\d{BELOW_100}百]+条(?:第[\d{BELOW_100}]+[款项])?)")


def rewritten(question: str, asked: Sequence[Asked], regions: Regions) -> Found:
    """``question`` by itself; None where it takes nothing from what was ``asked``, the last one last."""
    last = asked[-1]
    own = own_words(question)
    if _AGAIN.match(fold(question)) or _AGAIN.match(fold(own)):
        return last.text, None
    if whole := _others(fold(question), asked, regions) or _compared(own, asked[-1].text, regions):
        return whole, None
    then = anatomy(last.text, regions)
    own, points = named_again(in_full(own, then.clause), then, regions)
    mine, said, folded = clause_of(own, own, regions), without_names(own, regions), fold(own)
    verb = re.match(HANDLED, fold(said))
    again = said[verb.end() :] if verb and verb[0] in fold(last.text) else said  # 广州市新建了多少所
    if any(mine.named.values()) and _SAME.match(fold(again)):
        return _moved(last.text, mine, regions)
    if mine.named["work"]:
        return None
    article, before = _ARTICLE.match(folded), _ARTICLE.search(fold(last.text))
    if article and before:
        return put(last.text, (Span(start=before.start(), end=before.end()),), article[0]), "work"
    goes_on = bool(_GOES_ON.match(fold(question)))
    if not points and (_RATHER_HOW.match(folded) or _asks_of_the_last(said, bool(mine.named["place"]) and not goes_on)):
        about = then.about if _RATHER.match(folded) else _moved_about(mine, then, regions)
        about = without(about, not_taken(folded, then.clause) if not _RATHER.match(folded) else frozenset(), regions)
        return _asked_of(about, own if _RATHER.match(folded) else said, then), None
    if not points and not (ASKS.search(_SAME.sub("", fold(said))) or _ASKS_TOO.search(folded)):
        if (
            LED.match(fold(question))
            or goes_on
            or folded.rstrip(MARKS).endswith("呢")
            or 0 < len(EMPTY.sub("", fold(said))) <= MAX_BARE_CHARS
        ):
            return of_subject(SOFT.sub("", own).strip(MARKS), mine, then, last.answer), None
        return None
    asks = anatomy(own, regions)
    if not points and not mine.named["place"] and (base := base_of(asks.subject, then)):
        base = base.removesuffix(asks.subject) if asks.at_end else base  # 还存在哪些问题
        return led(base + asks.ask, mine, then), None
    without_place = _WITHOUT_PLACE.match(folded) and len(EMPTY.sub("", fold(said))) <= MAX_PREDICATE_CHARS
    is_same = _is_same(_told(asks.subject), _told(then.subject))
    if points or (not _OF_THE_LAW.search(folded) and (goes_on or is_same or without_place)):
        return led(own, mine, then), None
    return None


def _asks_of_the_last(said: str, of_a_place: bool) -> bool:
    """Whether what is ``said`` beside names is an ask without a subject: “增长多少？”, “什么时候建成的？”; a verb has
    one ``of_a_place`` that stands before it (“盐田区什么时候建区”)."""
    folded = fold(said)
    if not said.strip(MARKS):
        return False
    if _POINTS.match(folded) or _BOTH.match(folded) or len(EMPTY.sub("", folded)) < MIN_SUBJECT_CHARS:
        return True
    predicate = _OPENS.match(folded) and ASKS.search(folded) and len(EMPTY.sub("", folded)) <= MAX_PREDICATE_CHARS
    return bool(_ONLY_ASKS.match(folded) or predicate) and not of_a_place


def _is_same(one: str, other: str) -> bool:
    """Whether they are one subject, the one perhaps with more before it: 生产总值, 地区生产总值."""
    return one == other or (
        min(len(one), len(other)) >= MIN_SUBJECT_CHARS and (one.endswith(other) or other.endswith(one))
    )


def _told(subject: str) -> str:
    """A subject in the words that reports mostly use, without what says nothing of it."""
    return EMPTY.sub("", as_written(fold(subject)))


def _moved_about(mine: Clause, then: Anatomy, regions: Regions) -> str:
    """What the last question was about, at the places and times that the follow-up names instead."""
    text = then.about
    for kind, spans in mine.named.items():
        text = put(text, clause_of(text, "", regions).named[kind], name_in(mine, kind, then.clause)) if spans else text
    return text


def _moved(text: str, mine: Clause, regions: Regions) -> Found:
    """The last question, of another place, time or work; a work stands for a work alone."""
    kinds = [kind for kind, spans in mine.named.items() if spans]
    ranks = _RANKS.search(fold(text))
    if ranks and any(len(mine.named[kind]) == 1 for kind in kinds):  # of one alone, only how much
        text = f"{text[: ranks.start()]}{ranks['thing']}是多少？"
    for kind in kinds:
        last = clause_of(text, text, regions)
        name = name_in(mine, kind, last)
        if kind == "work" and not last.named["work"]:
            return None
        if language(text) == "en" and not last.named[kind]:
            text = f"{text.rstrip(' ?？')} in {name}?"
        else:
            text = put(text, last.named[kind], name)
            text = re.sub(rf"(?<={re.escape(name)}) (?:District|County|City|Province)\b", "", text)
    return text, "place" if "place" in kinds else kinds[0]


def _asked_of(about: str, ask: str, then: Anatomy) -> str:
    """The ``ask``, which has no subject, of what the last question was ``about``."""
    folded = fold(ask)
    if then.clause.named["work"] and OF_A_WORK.search(folded):
        about = joined(then.clause, "work")
    if _OPENS.match(folded) and not _OF_A_FIGURE.search(folded):
        about = ITS_KIND.sub("", about)
    if then.thing and not about.endswith(then.thing) and (_WHY.match(folded) or folded.startswith(("原因", "理由"))):
        about = f"{about}{then.verb}{then.thing}"
    if then.change and folded.startswith(("原因", "理由")):
        about = f"{about}{then.change}的"
    if _WHY.match(folded) and then.change:
        return f"{about}为什么{then.change}？"
    handled = re.match(rf"(?:其中)?({HANDLED})[了的]?(?P<rest>.*)$", ask, re.DOTALL)
    before = re.search(HANDLED, about)
    if handled and before and not folded.startswith("其中"):
        rest = handled["rest"] if ASKS.search(handled["rest"]) else then.ask
        return f"{about[: before.start()]}{handled[1]}{about[before.end() :]}{rest}"
    if not ASKS.search(folded) and not _RATHER.match(folded):
        ask = of_kind(SOFT.sub("", ask), then)
    return f"{about}{ask}"


def _others(folded: str, asked: Sequence[Asked], regions: Regions) -> str | None:
    """The question without its place or year, which others then can answer. “还有” goes on with a row of places: it is
    the last question that was asked of another one."""
    match = _OTHERS.match(folded)
    if match is None:
        return None
    kind: Class = "time" if (match["kind"] or "").startswith("年") else "place"
    row = [one for one in asked if one.moved == kind] if (match["more"] or "").startswith("还有") else []
    text = (row or asked)[-1].text
    spans = clause_of(text, text, regions).named[kind]
    return without(text, frozenset({kind}), regions) if spans else None


def of_both(question: str, asked: Sequence[Asked], regions: Regions) -> Found:
    """“哪个更高？” of both places or years: those that the last question compares, or those of the last two."""
    own = own_words(question)
    if not _BOTH.match(fold(own)):
        return None
    text, moved = asked[-1].text, asked[-1].moved
    about = anatomy(text, regions).about
    last = clause_of(about, "", regions)
    if any(len(spans) > 1 for spans in last.named.values()):
        return f"{about}{own}", None
    if len(asked) < 2 or not moved:
        return None
    both = "和".join(joined(clause, moved) for clause in (clause_of(asked[-2].text, "", regions), last))
    return f"{put(about, last.named[moved], both)}{own}", None


def _compared(own: str, text: str, regions: Regions) -> str | None:
    """The last question, ``text``, of its place or year and that of the follow-up."""
    last, about = clause_of(text, text, regions), anatomy(text, regions).about
    match = _COMPARED.match(fold(own))
    if match is None:
        return None
    other_text = in_full(own[match.start("other") : match.end("other")], last)
    other = clause_of(other_text, other_text, regions)
    if ASKS.search(fold(other_text)) or EMPTY.sub("", bare(other)) or not any(other.named.values()):
        return None
    kind = next(kind for kind, spans in other.named.items() if spans)
    if not last.named[kind]:
        return f"{about}{own}"
    both = put(text, last.named[kind], f"{joined(last, kind)}和{name_in(other, kind, last)}")
    ask = ASK.search(fold(both))
    return f"{both[: ask.start()]}分别{both[ask.start() :]}" if ask else both
