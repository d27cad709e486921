"""What a Chinese follow-up asks of instead of the last question's subject: “就业呢？”, “行政诉讼呢？”, “审结率呢？”."""

from __future__ import annotations

import re

from indexer.chinese.folding import fold
from indexer.types import Span
from service.clauses import Clause, joined, put
from service.follow.anatomy import HANDLED, Anatomy
from service.follow.names import ITS_KIND, OF_A_WORK, led
from service.understand import language

# What is asked of a thing, and is none by itself: 面积呢, 审结率呢, 期限呢.
_ATTRIBUTE = re.compile(
    rf"(?:同比|环比|人均|平均|增长|{HANDLED}|纠错|胜诉|败诉|调解|覆盖|合格|罚没|处罚|涉案|申请|整改|全年|最高|最低|具体|主要)*"
    r"(?:率|总?量|数|总?数量|比例|占比|比重|增速|增幅|降幅|涨幅|同比|环比|期限|时限|条件|程序|流程|材料|对象|范围|标准|地点|时间|时间表|日期"
    r"|原因|理由|结果|意义|主体|方式|依据|后果|后续|金额|总额|排名|规模|面积|人数|件数|负责人|责任单位|牵头单位|责任部门|名称|职责|经费|投资|人均|产值|产量)$"
)
_NOT_HOW_MUCH = re.compile(
    r"(?:原因|理由|结果|目标|情况|条件|程序|流程|材料|对象|范围|标准|意义|主体|方式|依据|后果|后续|职责|名称)$"
)
_NO_CHANGE = re.compile(r"(?:目标|率|比[重例]|占比|[增降]幅|增速)$")
_WHO = re.compile(r"(?:负责人|单位|部门|主体)$")
_LISTED = re.compile(
    r"^(?:主要|具体|突出|相关|下一步|今后)*的?(?:问题|措施|举措|成效|成果|效果|进展|成绩|原因|建议|计划|任务|打算|安排|经验|做法|困难|亮点|不足|特点|目标)$"
)
# What stands side by side: one word for another leaves the rest of the question as it is.
_OPPOSITES = tuple(
    row.split()
    for row in (
        "收入 支出",
        "进口 出口",
        "男 女",
        "城镇 农村",
        "城市 乡村",
        "小学 初中 高中 幼儿园 大学",
        "国有 民营 外资",
        "省级 市级 县级 区级",
    )
)
MIN_ALIKE_CHARS = 4
_OF_A_KIND = re.compile(
    r"的|案件|事项|工作|数量|总[数量额]|金额|人数|收入|面积"
)  # what stands behind a word of its kind


def base_of(name: str, then: Anatomy) -> str:
    """“审结率” with what it is one of, from the last question; empty where it is something by itself."""
    folded = fold(name)
    if _LISTED.match(folded):
        return then.subject.removesuffix(then.thing) + name
    if not _ATTRIBUTE.fullmatch(folded):
        return ""
    subject = ITS_KIND.sub("", then.subject)
    whole, of, _ = subject.rpartition("的")
    return f"{whole or subject}{of}{name}"


def of_kind(name: str, then: Anatomy) -> str:
    """“占比” as it is asked for: 占比是多少？"""
    if re.search(r"同比$|环比$", name):
        return f"{name}增长多少？"
    if _WHO.search(name):
        return f"{name}是谁？" if name.endswith("人") else f"{name}是哪个？"
    if name.endswith(("日期", "时间")):
        return f"{name}是什么时候？"
    if name.endswith("目标") and then.number:
        return f"{name}是多少？"
    return f"{name}是什么？" if _NOT_HOW_MUCH.search(name) else f"{name}是多少？"


def of_subject(name: str, mine: Clause, then: Anatomy, answer: str) -> str:
    """The last question with ``name`` for its subject."""
    text = then.clause.text
    folded = fold(name)
    if not any(mine.named.values()) and (like := _alike(folded, then, text)):
        return put(text, (like,), name)
    if then.clause.named["work"] and OF_A_WORK.search(folded):
        return f"{joined(then.clause, 'work')}的{of_kind(name, then)}"
    if _LISTED.match(folded) and then.thing and then.which in ("什么", "哪"):
        subject = then.subject.removesuffix(then.thing)
        return led(f"{subject}{name}有哪些？", mine, then)
    if base := base_of(name, then):
        return led(of_kind(base, then), mine, then)
    if then.verb in ("", "有") and then.number and then.at_end and then.thing:  # 新建了多少所学校, 有多少座水库
        return led(f"{then.before}多少{name}？", mine, then)
    name = _written(re.sub("(?:方面|的?情况)$", "", name), answer)
    if then.number or language(text) == "en":
        ask = f"{'是' if _NO_CHANGE.search(name) else then.change or then.verb or '是'}多少"
    elif not then.ask or (then.thing and then.about.endswith(then.thing)):
        ask = "怎么样"
    else:
        ask = f"{then.verb or '有'}{'哪些' if then.which == '哪' else '什么'}{then.thing}" if then.thing else then.ask
    return led(f"{name}{ask}？", mine, then)


def _alike(name: str, then: Anatomy, text: str) -> Span | None:
    """Where the subject of the last question has a word of the form of ``name``: 第二产业 for 第三产业, 行政复议 for
    行政诉讼."""
    subject = fold(then.subject)
    at = fold(text).find(subject) if subject else -1
    if at < 0:
        return None
    for row in _OPPOSITES:
        own, last = (next((word for word in row if word in said), "") for said in (name, subject))
        if own and last and own != last and name.removesuffix("性") == own:
            start = at + subject.find(last)
            return Span(
                start=start,
                end=start + len(last) + subject.startswith(f"{last}性" if name != own else "\n", start - at),
            )
    if len(name) < MIN_ALIKE_CHARS:
        return None
    for length in (len(name), len(name) - 1, len(name) + 1):
        word = subject[:length]
        if len(word) == length and word != name and word[-2:] == name[-2:] and word[:2] != name[:2]:
            return Span(start=at, end=at + length)
    word, rest = subject[: len(name)], subject[len(name) :]
    if word[:2] == name[:2] and word != name and (not rest or _OF_A_KIND.match(rest)):
        return Span(start=at, end=at + len(word))
    return None


def _written(name: str, answer: str) -> str:
    """``name`` as the last answer has it before its figure: 城镇新增就业 for 就业."""
    match = re.search(rf"(?<![^,;。、:\s])([\u4e00-\u9fff]{{0,8}}{re.escape(fold(name))})(?:达到?|为)?\d", fold(answer))
    return answer[match.start(1) : match.end(1)] if match else name
