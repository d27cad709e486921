"""Whether what the reader points to may be the name that is asked for, and not a count, a title or the question."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from indexer.chinese.numerals import BELOW_100, COUNTED_FROM_2, DIGITS

Naming = Literal["person", "thing", "things"]
Says = Callable[[str], bool]

_PEOPLE = (
    "运动员|选手|冠军|作家|画家|演员|导演|科学家|书记|[省市区县镇乡局厅处科校院所站组队厂行社会]长|主任|主席|院士|教授|专家|老师|教师|医生|"
    "医师|护士|民警|警察|村民|农民|市民|居民|职工|工人|董事长|创始人|委员|代表|传承人|带头人|负责人|志愿者|英雄|模范|标兵|烈士|得主|"
    "老板|店主|司机|老人|学生|青年|干部|人"
)
_ASKS_PERSON = re.compile(
    rf"姓名|姓(?:什么|啥|甚)|(?:{_PEOPLE})(?:的?(?:名字|姓名)|叫(?:什么|啥)|是谁|是哪一?位)|(?:[\u4e00-\u9fff]员)(?:叫(?:什么|啥)|是谁)|哪一?位|(?:名字|姓名)(?:分别)?[是叫]"
)
_ASKS_THING = re.compile(
    r"叫(?:什么|啥|做什么)|名[字称]|谁|哪一?位|何人|哪[一几两三]?家|什么[一-鿿]?名|哪(?:[一两几]|\d+)?[家座所位名省市国]|哪(?:一|\d+)?[个项种支款部批只条](?![月天])|什么(?:牌|品牌|型号)|名单|名称|"
    r"\bwho\b|\bname[sd]?\b|\bcalled\b|\bwhich (?:\w+ )?(?:compan|firm|countr|head|leader)"
)
# Of a place there is one who holds it; whoever else is named is not that.
_OFFICE = re.compile(r"(?P<office>[省市区县镇乡州]长|书记)(?:的?(?:名字|姓名)|叫|是谁|是哪)")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金"
    "邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦"
    "柳欧阳祝纪尚毕耿芦左季管符辛苗詹曲靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶宁凌盛查单冉鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳司费蒙席晏隋古"
    "强穆姬宫景米麦谈柏瞿艾沙鄢桂窦郁缪畅巩卓褚栾戚娄甄郎池丛边岑农苟迟保商臧佘卞虞刁冷应匡栗仇练楚揭师官佟封燕桑巫敖原植邝仲荆储宗楼干苑寇盖南屠鞠荣井"
)
_PERSON = re.compile(
    rf"^(?:[^\u4e00-\u9fff]*)[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}|(?:{_PEOPLE}|[老小、和\s])[{_SURNAMES}]|(?:{_PEOPLE})[\u4e00-\u9fff\U00020000-\U0003ffff·]{{2,4}}$"
    rf"|[{_SURNAMES}](?:某|氏|女士|先生|奶奶|爷爷|大[爷妈娘叔]|师傅|阿姨|总)|[a-z]{{2,}}|·"
)
_FIVE_YEARS = re.compile(rf"^十[{DIGITS[1:]}]?五$")  # a plan's name, though made of numerals
_MEASURES = "个家名位枚人项座条件所支种部类只款"
# What is left of a name when what any of its kind is called is taken away.
_ANY = re.compile(
    rf"[\d{BELOW_100}两几多余]+\s*[{_MEASURES}]?|全[国球省市]|国[内际]|世界|知名|龙头|大型|中小|重点|骨干|外资|民营|国有|上市|"
    r"高新技术|优质|一批|部分|有关|相关|各类|企业|公司|机构|单位|学校|医院|项目|部门|人员|[等的及和与、，。\s]"
)
_COUNTED = re.compile(rf"[\d{BELOW_100}两多]+余?\s*[{_MEASURES}]")
# Of so many it is asked which they are: their names stand side by side.
_ASKS_THINGS = re.compile(
    rf"哪(?:[二{COUNTED_FROM_2}几]|\d+)(?:[家座所位名项种支款部国省市]|个(?![字词方月]))|(?:(?<!第)[{COUNTED_FROM_2}]|(?<![\d.第])(?:[2-9]|[1-9]\d))[家个座所位名项种条支款部]"
    r"[^，。,]{2,20}(?:叫(?:什么|啥)|名字|名称|名单|(?:分别|具体|都)?是哪|是谁)|(?:另外|剩下|其余)[^，。,]{1,6}(?:叫|是哪|是谁)"
)
_SIDE_BY_SIDE = re.compile(r"[^\d、]、|[\u4e00-\u9fff”》](?:和|与|及|以及)[\u4e00-\u9fff“《]|分别")
_CLAUSE_END = re.compile("[，,；;。：:]")
MIN_NAME_CHARS = 2
MOSTLY = 0.6  # of the pairs of letters of what is pointed to, in the question: it says nothing new


def asked_name(question: str) -> Naming | None:
    """Whose name the folded ``question`` asks for."""
    if _ASKS_THINGS.search(question):
        return "things"
    if _ASKS_PERSON.search(question):
        return "person"
    return "thing" if _ASKS_THING.search(question) else None


def asked_office(question: str) -> str | None:
    """The office whose holder the folded ``question`` asks for: 区长."""
    return match["office"] if (match := _OFFICE.search(question)) else None


def _says_more(name: str, says: Says) -> bool:
    """Whether ``name`` has a character that the question has not: 湛海高铁 of a 跨海高铁."""
    return any("\u4e00" <= char <= "\u9fff" and not says(char) for char in _ANY.sub("", name))


def _clause_of(sentence: str, pointed: str) -> str:
    """The clause, or the clauses, in which ``pointed`` stands: what stands side by side in another is of that."""
    start = max(sentence.find(pointed), 0)
    before = [mark.end() for mark in _CLAUSE_END.finditer(sentence, 0, start)]
    end = _CLAUSE_END.search(sentence, start + len(pointed))
    return sentence[before[-1] if before else 0 : end.start() if end else None]


def is_name(pointed: str, sentence: str, says: Says, naming: Naming) -> bool:
    """Whether ``pointed``, of the folded ``sentence``, may be the name, or one of the names, that is asked for;
    ``says``: whether the question has given characters."""
    if naming == "things":
        return bool(_SIDE_BY_SIDE.search(_clause_of(sentence, pointed)))
    bare = pointed.strip("“”\"'《》〈〉()（），。、；;,. ")
    if naming == "thing" and _FIVE_YEARS.search(bare) and not says(bare):
        return True
    own = ["".join(pair) for pair in pairwise(bare)]
    repeated = sum(map(says, own)) / len(own) if own else 0.0
    if (
        _COUNTED.match(bare)
        or says(bare)
        or (naming == "thing" and repeated >= MOSTLY and not _says_more(bare, says))
        or len(_ANY.sub("", bare)) < MIN_NAME_CHARS
    ):
        return False
    if naming == "person":
        return not pointed.lstrip("，。、, ").startswith(("《", "<")) and bool(_PERSON.search(bare))
    return True
