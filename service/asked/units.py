"""The unit of the figure that a question asks for, by its measure word, or by what the question word implies."""

from __future__ import annotations

import re

from service.figures import DATE, SAME_UNIT, UNITS
from service.kinds import WHEN

WHICH_YEAR = r"哪一?年|几几年|什么年份|which year|what year"
# What a question word implies of the unit, where the measure word does not stand behind it.
_ASKED_UNIT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(WHICH_YEAR, re.IGNORECASE), "年"),
    (re.compile(r"几月(?!份?几)|哪[一个]?个?月|which month|what month", re.IGNORECASE), DATE),
    (re.compile(r"几月几[日号]|哪[一]?[天日]|what date|which day|什么时候|何时|" + WHEN, re.IGNORECASE), DATE),
    (
        re.compile(
            r"百分之|百分点|几个点|比例|占比|比重|几成|[率]是?多少|percentage|share|proportion|\bwhat\b.{0,24}\brates?\b",
            re.IGNORECASE,
        ),
        "%",
    ),
    (re.compile(r"哪一?个市|哪座城市|哪个城市|which city", re.IGNORECASE), "市"),
    (re.compile(r"哪一?个县", re.IGNORECASE), "县"),
    (re.compile(r"哪一?个省|which province", re.IGNORECASE), "省"),
    (
        re.compile(
            r"多少钱|多少资金|金额|资金(?![^，。]{0,5}[增涨升降减]).{0,6}多少|how much (?:money|funding)", re.IGNORECASE
        ),
        "元",
    ),
)
# Who is counted one by one.
PERSONS = (
    "学生|师生|教师|老师|居民|村民|农民|职工|员工|党员|儿童|孩子|老年?人|游客|旅客"
    "|患者|病人|医生|护士|志愿者|毕业生|考生|市民|乘客|人口"
)
# As people say it: 涨了几个点 is in per cent, 几块钱 in 元.
_SPOKEN = (
    (re.compile(r"(?:多少|几)个点(?!位)"), "%"),
    (re.compile(r"(?:多少|(?<!分)几)(?:块|毛)(?:钱|\W|$)"), "元"),
    (re.compile(r"(?:多少|几)个?钟头"), "小时"),
    (re.compile(r"(?:多少|几)个?(?:年头|春秋|寒暑)"), "年"),
    (re.compile(r"(?:多少|几)个亿"), "元"),
    (re.compile(rf"(?:多少|几)(?:{PERSONS})"), "人"),
    (re.compile(r"\bhow many (?:\w+ )?years?\b(?! old)", re.IGNORECASE), "年"),
    (re.compile(r"\bhow many (?:\w+ )?months?\b", re.IGNORECASE), "个月"),
    (re.compile(r"\bhow many (?:\w+ )?days?\b", re.IGNORECASE), "天"),
    (re.compile(r"\bhow many hours?\b", re.IGNORECASE), "小时"),
    (re.compile(r"\bhow many minutes?\b", re.IGNORECASE), "分钟"),
)
_DAY = re.compile(r"几月几[日号]")
# What begins a word that is no measure word: 多少支持, 多少家庭.
_NOT_BEFORE = {
    "支": "持援付出撑",
    "家": "庭底业",
    "名": "额单称录",
    "部": "分队",
    "场": "地馆所",
    "本": "地土",
    "条": "件例",
}
_UNIT = "|".join(re.escape(unit) + (f"(?![{_NOT_BEFORE[unit]}])" if unit in _NOT_BEFORE else "") for unit in UNITS)
# 几个部门 asks for 部门, 几个 alone for 个; of 饭碗 and 岗位 it is people that are told.
_MEASURED = re.compile(
    r"(?:多少|几多|好多|几)(?:万|亿)?(?![个份](?:饭碗|工作(?!日)|就业|岗位|名额))"
    r"(?:个(?=(?:人|部门|单位|城市|项目|案件|企业|小时)))?"
    rf"(?P<unit>{_UNIT})"
)


def asked_unit(question: str) -> str | None:
    """The unit that the asked figure must have, as it would stand behind it; None when the question leaves it open."""
    if spoken := next((unit for pattern, unit in _SPOKEN if pattern.search(question)), None):
        return spoken
    measured = _MEASURED.search(question)
    if measured and not _DAY.search(question):
        return SAME_UNIT.get(measured["unit"], measured["unit"])
    return next((unit for pattern, unit in _ASKED_UNIT if pattern.search(question)), None)
