"""What kind of value a question wants: of which unit, a level or a change, of before or after, a time or an amount.

These say which of several figures in one sentence can be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.numerals import COUNTED_FROM_2
from service.asked.units import WHICH_YEAR, asked_unit
from service.demands.quantities import FALLS_OFF, NO_AMOUNT, asks_for_all
from service.demands.wording import A_DAY, NUMBERED
from service.units import UNITS, unit_class

_LONG_VERBS = (
    "增长|增加(?!值)|增多|提高|提升|上升|上涨|上调|上浮|扩大|下降|下滑|下调|下浮|降低|减少|回落|收窄|压减|压缩|缩减|削减|"
    "缩短|延长"
)
_VERBS = rf"{_LONG_VERBS}|[增升涨降减压]|{FALLS_OFF}|(?<!至)(?<!不)少|(?<!许)(?<!大)(?<!不)多|(?<!最)[高低快慢]"
_RATES = "增速|增幅|降幅|涨幅|跌幅|升幅|增长率|下降率|(?:增长|上涨|下降|减少|降低|提高)(?:的)?幅度"
_ABOUT = r"(?:大概|大约|将近|接近|近|约|超过|超|逾)?"
# Before a figure: growth of so much, and not growth to so much.
CHANGED = re.compile(rf"(?:(?:{_VERBS})(?:了|出|过)?|(?:{_RATES})(?:分别)?(?:为|达到?|是|在|约)?){_ABOUT}$")
_CHANGE = re.compile(
    rf"{_RATES}|(?:{_VERBS})(?:了|过|掉)?(?:大概|大约|约|预期|预计|计划|目标|是|为|达到?|有)*(?:多少|几|百分之|多大)"
    r"(?![年回次轮]|个?(?:年头|春秋|寒暑))"
    rf"|\bby (?:how (?:much|many)|what{NO_AMOUNT})\b|\bgrowth (?:rate )?(?:of|in)\b"
    r"|\bhow much\b.{0,60}\b(?:grow|increase|rise|fall|drop|decline|decrease|shrink)\b"
)
# Of what, stands between: 压减三公经费多少, which a level may answer as well.
_CHANGE_OF = re.compile(rf"(?:{_LONG_VERBS})[^，,。？?]{{1,12}}多少")
_BY_SHARE = re.compile(rf"增长|[涨降]|下滑|{_RATES}|\bgrow|\bpercent")
_SAME_TIME_BEFORE = re.compile(r"比上|比前|比去|同比|较上|较前|环比")
_LEVEL_OF_SHARE = re.compile(r"率|占|比重|比例")
_BOTH_ENDS = re.compile(r"[从由][^到至，。]{0,6}(?:几|多少)[^，。]{0,8}[到至成为][^，。]{0,4}(?:几|多少)")
_BEFORE = re.compile(r"原来|原先|原本|此前|之前|以前|起初|当初|[从由][^，。]{0,4}(?:几|多少)")
_YEAR = re.compile(WHICH_YEAR)
_KINDS = (
    ("time", re.compile(r"多久|多长时间|期限|时限|耗时|时效(?!性)|任期|工期|周期|有效期|年限|时长")),
    ("area", re.compile(r"面积")),
    ("length", re.compile(r"里程|长度|全长|多长|多远")),
    ("share", re.compile(r"占比|比重|比例|率")),
    ("people", re.compile(r"人数|人口")),
    (
        "money",
        re.compile(
            r"总额|总值|金额|产值|投资|收入|支出|资金|费|税|利润|[销交余差]额|贷款|补贴|奖励|外资|花了|工资|标准"
        ),
    ),
)
# A value is asked for where no 多少 stands.
_VALUE = re.compile(r"什么水平|什么程度|何种水平|怎样的水平|总(?:的)?(?:面积|长度|里程|人数|数量?|量|额)[。.?？]?$")
_NOUN = re.compile(r"多少(?P<scale>[万亿]*)(?!的|了|是|在|钱)(?P<noun>[\u4e00-\u9fff]{0,4})")
# 多少条线索, at the end of a question: what is counted in 条.
_COUNTED = re.compile(rf"(?:多少|几)(?:{'|'.join(map(re.escape, UNITS))})(?P<noun>[\u4e00-\u9fff]{{2}})(?=[?？]|$)")
_YEAR_BEFORE = re.compile(r"(?<![比较])(?:上年|去年|上一年|前一年|上期|同期)")
# What was planned: of a question, and of the head of a table's column.
PLANNED = re.compile(r"预算|计划|目标|任务|预期|指标数")
_AMOUNT = re.compile(r"(?:总[额值量]|产值|增加值|余额)(?:一共|总共|合计|大[概约])?[是为有达到]*(?:多少|[?？。]?$)")
_ADDED = re.compile("新增|净增")
_ON_AVERAGE = re.compile(r"均|每|\bper\b|\baverage\b")
_HOW_MANY = re.compile(r"\bhow many\b")
# “五大交易平台有几个”: the question says itself what the name says.
_COUNTED_IN_ITS_NAME = re.compile(
    rf"(?P<n>[{COUNTED_FROM_2}\d]{{1,2}}大)[^\W\d的]{{2,10}}?(?:到底|一共|总共|共|都)*[有是](?:几|多少)[个家项类种]?(?:\W|$)"
)
# Several figures at once, a place in an order, a day or a month, or, in 点, a share or its change.
_OPEN = re.compile(
    r"分别|各自|各(?:是|有|为|占)?(?:多少|几|多[长大高久])|(?:多少|几)[^，。]{0,10}(?:多少|几)|第几|老几|(?:多少|几)个点"
    rf"|[几哪](?:{A_DAY}|一?[年月天日])|什么时候|何时"
)


_BEHIND = re.compile(r"(?<![哪好近前])几(?P<what>[届级辅核轮代期]|连[冠增丰涨降])")
_NUMBERED = re.compile(rf"[几哪](?P<what>{NUMBERED})")


_GROWN = re.compile(r"(?:增长|增加|提高|上升|扩大|涨)了?(?:多少|几)(?:倍|个?百分点|%)?")


def asked_as_doubled(question: str) -> str:
    """The ``question`` by how much something has grown, in the words of what has doubled: 翻了一番 answers it too."""
    return _GROWN.sub("翻了几番", question)


@dataclass(frozen=True)
class Wanted:
    """``unit`` where it is said, else ``kind`` of unit; ``change`` is growth or decline, ``by_share`` rather in
    percent, ``either`` that or a level; ``both_ends`` are before and after, ``before`` is the former; ``noun`` and
    ``scale`` (万, 亿) stand behind 多少; ``counted`` stands behind its measure word; ``year_before``, ``planned``: the
    like of the year before, or what was planned, is named; ``amount``: it is one and no share, ``added``: so many more
    there are, ``all_told``: as many as there are; ``on_average``: of each; ``is_open``: it may be more than one figure,
    or told without a unit; ``unasked``: it is a value, though no 多少 asks for it; ``behind``: what stands behind
    几 and is no measure word, 几届 and 几级, told as 第十四届 and 三级; ``numbered``: what has the asked number for a
    name, 几号线; ``things``: how many things there are, ``said_in_name``: what the question has itself of the name that
    says so, 五大."""

    unit: str | None
    named_kind: str | None  # whatever else is said
    change: bool
    change_of: bool  # of something that stands between: 压减三公经费多少
    degree: bool  # 什么程度
    by_share: bool
    level_of_share: bool
    both_ends: bool
    before: bool
    year_before: bool
    planned: bool
    amount: bool
    added: bool
    all_told: bool
    on_average: bool
    ordinal: bool
    year: bool
    foreign: bool
    noun: str
    scale: str
    counted: str
    is_open: bool
    unasked: bool
    behind: str
    numbered: str
    things: bool
    said_in_name: str

    @property
    def either(self) -> bool:
        return self.degree or (self.change_of and not self.change and self.unit is None)

    @property
    def kind(self) -> str | None:
        return None if self.change or self.either else self.named_kind

    @property
    def is_told(self) -> bool:
        """Whether the question says of what kind the value is."""
        return self.unit is not None or self.kind is not None or self.change or bool(self.scale)


def wanted(question: str, wording: str = "") -> Wanted:
    """What kind of value the folded ``question`` wants; ``wording`` is the same in the words of reports, which say of
    GDP that it is an amount of money."""
    unit, in_name = asked_unit(question), _COUNTED_IN_ITS_NAME.search(question)
    noun, counted = _NOUN.search(question), _COUNTED.search(question)
    change = bool(_CHANGE.search(question))
    return Wanted(
        unit=unit,
        named_kind=next((kind for text in (question, wording) for kind, words in _KINDS if words.search(text)), None),
        change=change,
        change_of=bool(_CHANGE_OF.search(question)),
        degree="什么程度" in question,
        by_share=change and bool(_BY_SHARE.search(question)),
        level_of_share=bool(_LEVEL_OF_SHARE.search(question)) and not _SAME_TIME_BEFORE.search(question),
        both_ends=bool(_BOTH_ENDS.search(question)),
        before=bool(_BEFORE.search(question)),
        year_before=bool(_YEAR_BEFORE.search(question)),
        planned=bool(PLANNED.search(question)),
        amount=bool(_AMOUNT.search(question) or _AMOUNT.search(wording)) and "占" not in question,
        added=bool(_ADDED.search(question)),
        all_told=asks_for_all(question),
        on_average=bool(_ON_AVERAGE.search(question)),
        ordinal="第几" in question,
        year=bool(_YEAR.search(question)),
        foreign="美元" in question,
        noun=noun["noun"] if noun else "",
        scale=noun["scale"][-1:] if noun else "",
        counted=counted["noun"] if counted else "",
        is_open=bool(_OPEN.search(question)),
        unasked=bool(_VALUE.search(question)),
        behind=behind["what"] if (behind := _BEHIND.search(question)) else "",
        numbered=numbered["what"] if (numbered := _NUMBERED.search(question)) else "",
        things=unit_class(unit or "") == "things" or (unit is None and bool(_HOW_MANY.search(question))),
        said_in_name=in_name["n"] if in_name else "",
    )
