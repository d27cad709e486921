"""The years, places and works of a Chinese follow-up: what it names, what stands for a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from indexer.chinese.dates import CENTURIES
from indexer.chinese.folding import fold
from indexer.chinese.regions import is_region
from indexer.types import Span
from service.clauses import MIN_SUBJECT_CHARS, OVER, Class, Clause, clause_of, joined, put
from service.follow.anatomy import ASKS, CHANGE, MARKS, Anatomy, n_said
from service.follow.types import Regions
from service.scope import names_beside
from service.understand import language

_YEAR = re.compile(rf"(?<!\d)({CENTURIES})")
_SHORT_YEAR = re.compile(r"^([12]\d)(?=年(?!来|内|间|前|后|以|期|计划|规划))")
_BESIDE_YEAR = (
    (re.compile(r"^(?:(?:再)?[前上]一年|上年|头一年)"), -1),
    (re.compile(r"^(?:后一年|下一年|次年|转年|第二年)"), 1),
)
_WITHIN_YEAR = re.compile(r"^(?:[上下]半年|第?[一二三四]季度|前?[一二三]季度|1?\d月份?|年[底末初])$")
# What stands for a year, a place or a work of the question before; it is left out, and the name stands before the rest.
_THAT: tuple[tuple[Class, re.Pattern[str]], ...] = (
    ("time", re.compile(r"[当同该那]年(?!龄|度计划)|(?:那|这)一年|那个?年[份度]|(?:那|这)个?时期|同期")),
    (
        "place",
        re.compile(
            r"(?:该|这个|那个)(?:地方|地区|城市|省|市|县|区|州|旗|镇|乡|街道|地(?![位质形]))(?![级外内场民域])"
            r"|(?<!非)[当本]地(?!位)|[那这](?:里|儿|边)|本[县区市省]"
        ),
    ),
    (
        "work",
        re.compile(
            r"(?:该|此|[这那][部个项份篇]?)"
            r"(?:条例|办法|规定|法律|法规|规章|法(?![律规院官])|通知|意见|方案|文件|规划|报告)"
        ),
    ),
)
_THING = "(?:数字|数据|数值|比例|指标|项目|问题|工作|机构|部门|中心|案件|情况|制度|平台|单位|人员|企业|工程)"
_OF_ITS_OWN = re.compile(
    rf".[这那]一?[个些项类批种座条家所位件](?!{_THING}|[是占有在呢的])"
)  # 光明那个基地: the one it says itself
_IT = re.compile(
    rf"(?<!其)[它他她]们?的?|[这那]一?(?:[个些项类批种座条家所位件]?{_THING}|[个些项类批种座条家所位件])的?"
    rf"|该(?:{_THING}|案|院|局|公司|协会)的?|其(?![中他它余实次间])|^[这那](?=是|有|包括|占|属于|在|由|怎么|为什么)"
)
# With these, “it” is the figure; with others, that of which it is one: “它是哪年开放的” of a museum's area.
_OF_A_FIGURE = re.compile(rf"{CHANGE}|多少|百分|占|比[例重]|[增降]幅|增速|为什么|为何|原因")
ITS_KIND = re.compile(
    r"(?:总?产值|总?产量|(?:建筑|占地)?总?面积|总?人数|数量|件数|总数|比例|占比|增速|增幅"
    r"|期限|时限|条件|程序|流程|材料|对象|范围|标准)$"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,6}(?:[省市县州旗镇]|(?<![社小园城地山景校矿片厂库郊发范贸牧林])区|街道)$")
# A question that asks for places of a level takes none of that level; one of the whole country takes none.
_PLACES_ASKED = re.compile(r"(?:哪(?:些|几?个|一个)?|各)(?P<level>[省市县区])(?!级)")
_ALL_OF_IT = re.compile(r"(?<!占)[全我]国|(?<!占)全[省市县区州](?!人大)")
_YEAR_ASKED = re.compile(
    r"哪一?年|什么年份|(?:什么时候|何时)(?:开始)?(?:正式)?(?:成立|设立|组建|建立|创办|创建|建成|开放|开馆|上任|任职)"
)
_ASKED = re.compile(r"(?:那边|那里|那儿|方面|的?情况|又|怎么?样|如何|是?多少|的话|[呢吗吧啊呀的\W])+$")
# What is asked of a statute itself.
OF_A_WORK = re.compile(r"施行|实施|生效|废止|公布|颁布|通过|修订|修改|制定|发布|出台")
_WHOLE = re.compile(r"全[国省市县区州]")
_NOT_A_NAME = re.compile(r"城市|都市|超市|[股夜菜]市|全[省市县区]|各[省市县区]|村镇|城镇|乡镇")
# What leads to what is asked next, beside what ``OVER`` knows.
LED = re.compile(
    r"^(?:的是|不[是对,][^,。]{0,12}[,。]|我(?:是|想|要)?(?:说|问|指|看)的?是?|[换改]成|换作|改为"
    r"|(?:如果|要是|假如)(?:是|换成|换作|说|问)?|关于|至于|说到|对于|再?(?:看看|说说|讲讲|查查|来看看?)|拿"
    r"|就(?=.{2,8}来说))+|^把[^换改]{1,8}[换改]成"
)


def with_unknown_places(texts: Iterable[str], regions: Regions) -> Regions:
    """``regions`` with what ``texts`` ask of as of a place, though no report is of it: “那红石县呢？”."""
    found = {}
    beside = _beside_regions(frozenset(regions))
    for text in texts:
        name = _ASKED.sub("", own_words(text))
        folded = fold(name)
        named = _PLACE.match(folded) and is_region(name) and not (_NOT_A_NAME.search(name) or ASKS.search(folded))
        if folded in beside or _WHOLE.fullmatch(folded) or named:
            found[name] = frozenset({folded})  # its own name alone: it is no report's
    return {**found, **regions}


@lru_cache(maxsize=8)
def _beside_regions(regions: frozenset[str]) -> frozenset[str]:
    return names_beside(regions)


def own_words(question: str) -> str:
    """The ``question`` without what leads over to it."""
    own = question.strip()
    if any(pattern.match(fold(own)) for _, pattern in _THAT):  # 那一年财政收入是多少
        return own
    own = own[len(own) - len(OVER.sub("", fold(own))) :] or own
    return own[len(own) - len(LED.sub("", fold(own))) :].lstrip(MARKS) or own


def name_in(mine: Clause, kind: Class, last: Clause) -> str:
    """What the follow-up names, written as the question does in which it will stand: 2021年, and 2022年上半年."""
    name = joined(mine, kind)
    if kind != "time":
        return name
    if language(last.text) == "en":
        return name.removesuffix("年")
    year = _YEAR.search(joined(last, "time"))
    if _WITHIN_YEAR.match(name) and year:
        return f"{year[1]}年{name}"
    return f"{name}年" if name.isdigit() else name


def in_full(own: str, last: Clause) -> str:
    """With years by their number: 22年, and the year before that of the ``last`` question."""
    own = _SHORT_YEAR.sub(r"20\1", own)
    years = set(_YEAR.findall(joined(last, "time")))
    if len(years) == 1:
        for pattern, step in _BESIDE_YEAR:
            own = pattern.sub(f"{int(*years) + step}年", own)
    return own


def named_again(own: str, then: Anatomy, regions: Regions) -> tuple[str, bool | None]:
    """Without what stands for a name of the last question, and with its subject for “it”; whether there was any."""
    points: bool | None = None
    named = clause_of(own, own, regions).named
    for kind, pattern in _THAT:
        match = pattern.search(fold(own))
        leads = match is not None and n_said(own[: match.start()], regions) < MIN_SUBJECT_CHARS
        if match and leads and then.clause.named[kind] and not named[kind]:
            own = (own[: match.start()] + own[match.end() :]).lstrip(" ,，的")
            points = True
    match = None if _OF_ITS_OWN.search(fold(own)) else _IT.search(fold(own))
    if match and then.clause.named["work"] and OF_A_WORK.search(fold(own)):
        return (own[: match.start()] + own[match.end() :]).lstrip(" ,，的"), True
    if match and then.subject and n_said(own[: match.start()], regions) < MIN_SUBJECT_CHARS:
        of = "的" if match[0].endswith("的") and fold(own)[match.end() : match.end() + 1] else ""
        thing = then.subject if _OF_A_FIGURE.search(fold(own)) else ITS_KIND.sub("", then.subject) or then.subject
        rest = own[match.end() :]
        same = next((n for n in range(len(thing), 1, -1) if fold(rest).startswith(fold(thing)[-n:])), 0)  # 这些藏品
        own = f"{own[: match.start()]}{thing}{of}{rest[same:]}"
        points = True
    return own, points


def not_taken(folded: str, last: Clause) -> frozenset[Class]:
    """The kinds of names of the ``last`` question that the folded follow-up asks for, or leaves behind."""
    asked = _PLACES_ASKED.search(folded)
    name = joined(last, "place")
    of_its_level = asked and (name.endswith(asked["level"]) or name[-1:] not in tuple("省市县区"))
    kinds: tuple[tuple[Class, bool], ...] = (
        ("place", bool(of_its_level or _ALL_OF_IT.search(folded))),
        ("time", bool(_YEAR_ASKED.search(folded))),
    )
    return frozenset(kind for kind, is_asked in kinds if is_asked)


def without(text: str, kinds: frozenset[Class], regions: Regions) -> str:
    """``text`` without what it names of the ``kinds``."""
    for kind in kinds:
        if spans := clause_of(text, text, regions).named[kind]:
            text = re.sub(r"^[的在,，、\s]+", "", put(text, spans, ""))
    return text


def led(own: str, mine: Clause, then: Anatomy) -> str:
    """With the names of the last question of the kinds that it names none of, in their order."""
    if mine.named["work"]:
        return own
    works, asked = then.clause.named["work"], not_taken(fold(own), then.clause)
    spans: list[tuple[Span, Class]] = [
        (span, kind)
        for kind, found in then.clause.named.items()
        if not mine.named[kind] and kind not in asked
        for span in found
        if kind == "work" or not any(work.start <= span.start and span.end <= work.end for work in works)
    ]
    names = dict.fromkeys(
        f"{name}年" if kind == "time" and name.isdigit() else name
        for span, kind in sorted(spans, key=lambda one: one[0].start)
        for name in [span.of(then.clause.text)]
    )
    return "".join(names) + own.strip()
