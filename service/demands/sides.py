"""Which of several sides a question names, 农村 and not 城镇, and whether a sentence tells of another alone."""

from __future__ import annotations

from collections.abc import Sequence

from service.demands.modifiers import clause_of
from service.figures import Figure

# Sides of one thing, by the words for each: what is told of one is not told of another.
_SIDES = tuple(
    tuple(tuple(side.split()) for side in line.split("|"))
    for line in (
        "农村 乡村|城镇 城市",
        "中央|地方",
        "进口|出口",
        "公立 公办|民营 民办 私立 社会办",
        "国有|民营 民间|外资 外商",
        "合同外资|实际使用 实际利用",
        "东部|中部|西部|东北",
        "上半年|下半年|一季度|二季度|三季度|四季度",
        "产量|销量 销售",
        "小麦|水稻 稻谷|玉米|棉花|大豆|油料 油菜",
        "炼钢|炼铁|水泥|焦炭|煤炭|玻璃",
        "第一产业|第二产业|第三产业 服务业",
        "企业退休|机关事业单位",
        "国家级 national-level|省级 provincial|市级 municipal-level|县级 区级 county-level",
        "小学|初中|高中|幼儿园",
        "死亡|受伤",
        "旅客|货物 货邮 货运",
        "失业|就业",
        "存款|贷款",
        "存栏|出栏",
        "养老保险|医疗保险 医保|工伤保险|失业保险|生育保险",
        "收入|支出",
        "产值|增加值",
        "报废|置换",
        "户籍|常住",
        "受理 收到|办结 审结",
        "承保 投保|赔付 理赔",
        "脱贫|返贫",
        "立案|移送 移交",
        "关停 停办 撤销|新增 新建 新办",
        "流失|引进 新增",
        "发电|用电",
        "批发|零售",
    )
)

Sides = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def asked_sides(question: str) -> Sides:
    """For every thing of which the folded ``question`` names one side: the words for that, and those for the others."""
    found = []
    for sides in _SIDES:
        named = [side for side in sides if any(word in question for word in side)]
        if len(named) == 1:
            others = tuple(word for side in sides if side is not named[0] for word in side)
            found.append((named[0], others))
    return tuple(found)


def is_of_sides(sides: Sides, sentence: str, around: str, asked: Sequence[Figure]) -> bool:
    """Whether the clause of the figures ``asked`` for, or, where there is none, the folded ``sentence``, tells of no
    other side than those that are asked for; ``around`` is the sentence with what it inherits. A clause that tells of
    another inherits nothing from one beside it: “省级的有甲局、乙局，市级的共12个”."""
    return not any(
        any(word in told for word in others)
        and not any(word in told for word in own)
        and (any(word in sentence for word in own) or not any(word in around for word in own))
        for own, others in sides
        for told in [_told(sentence, own + others, asked) if asked else sentence]
    )


def _told(sentence: str, words: Sequence[str], asked: Sequence[Figure]) -> str:
    """Of each of the figures ``asked`` for its clause, or, where that has none of ``words``, the last before it that
    does: “用于农村寄宿学校建设，51所学校受益”."""
    found = []
    for figure in asked:
        clause, at = clause_of(sentence, figure.span.start), figure.span.start
        while at > 0 and not any(word in clause for word in words):
            at = sentence.rfind(clause, 0, at + len(clause)) - 1
            clause = clause_of(sentence, at) if at > 0 else clause
        found.append(clause)
    return "".join(found)
