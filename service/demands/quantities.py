"""Which quantity a figure is of: a change or a level, of a whole or a part, of which indicator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from indexer.chinese.divisions import codes_of, divisions_in
from service.figures import Figure, figures, unit_class
from service.rows import row_of
from service.terms import terms_in

Measure = Literal["change", "level"]

# Of a quantity: to become more or less. 新增 and 减免 are no changes of what is counted.
# 关掉 and 放掉 take things away: they are counted themselves.
FALLS_OFF = "(?<![关砍卖拆放压理甩丢停撤删扔])掉(?!的)"
_RISES = "[添增]了|增长|增加|增大|(?<![新改])增|提高|提升|上升|上涨|上调|涨|升|扩大|加快|多"
_FALLS = (
    f"下降|降低|下调|降|减少|缩减|压减|精简|减(?!免|排|税|负)|压缩|压|缩短|缩小|回落|收窄|下跌|跌|少|慢|{FALLS_OFF}"
)
_CHANGES = f"{_RISES}|{_FALLS}"
NO_AMOUNT = r"(?! (?:date|year|month|time|day|means|method)\b)"  # behind “by what”
_ABOUT = r"(?:[了约近超逾达为]|超过|大约|大概|将近|幅度|同比|只|又)*"
_ASKS_CHANGE = re.compile(
    rf"(?:(?<![最至])(?:{_CHANGES})(?:目标|速度)?[是为的]?{_ABOUT}(?:有?多少|几|百分之|多大)(?![年回次轮]|个?(?:年头|春秋|寒暑))"
    r"|[增升涨降跌](?:幅|速)(?![快慢高低超领排居位第])|增长率|变化率)"
    rf"|\bby (?:how (?:much|many)|what{NO_AMOUNT})\b"
    r"|\bhow much .{0,40}\b(?:grow|fall|rise|drop|increase|decrease|decline|shrink)",
)
_ASKS_RESULT = re.compile(r"(?:至|到|成)了?(?:约|近|每[人月年])*(?:多少|几|百分之)")
_ASKS_LEVEL = re.compile(r"总[量额数]|(?<!生产)总值|规模(?!以上)|多大|金额|(?<![增升涨降跌])[额值量][是为]?多少")
_TO = re.compile(r"(?:[至到达]|突破)(?:了|约|近|超过?|全[省市国县区])*$")
_CHANGED = re.compile(rf"(?:(?:{_CHANGES})[^至到]{{0,10}}|[增升涨降跌](?:幅|速)[^至到]{{0,6}}|净增)$")
# So many more there are now: 新增11个和27项, 新建5家.
_ADDED = re.compile(r"(?:新[增添建设开启改入]|扩充|增设|净增|淘汰|关停|减量|减负|化解)[^；;。]*$")
LEAD_CHARS = 40
_ASKS_ADDED = re.compile(r"新[增添建设开改认登引]|增|净|建成|建了|添")
_ASKS_ALL = re.compile(
    r"总量|总数|保有量|存量|(?:现|一?共|总共|目前|已)有(?:多少|几)|(?:一共|总共|合计|总计)(?:是|为|达到?|约)*(?:多少|几)|^[^,]{2,12}?有(?:多少|几)[\u4e00-\u9fff]{0,2}\W*$"
)
_JUST_ADDED = re.compile(r"(?:新[增添建设开改认登引]|净增|扩建)[^至到达]{0,16}$")
_ALL_TOLD = re.compile(r"(?:[增升加扩]至|[增升加大高]到|总[量数](?:达到?|为|是)?|累计达到?|共有)(?:了|近|约|超过?)*$")
_A_PART_OF = re.compile(r"占(?:全[省市区县国]|本[省市区县])?的?$")
_IN_ORDER = re.compile(r"(?:[\d.]+[^，,；;。、：:\d]{0,4}[、和及])+$")  # 分别增长4%、5%: the second has grown too
_CLAUSE_END = re.compile(r"[，,；;。、：:！!？?（）()]")
_DOUBLED = re.compile(r"翻[^，。；]{0,2}[番倍]")

_OF_THEM = (
    "(?:(?<![区市县省国家这那哪公年城村心袋划告策法])(?<!文件)(?<!方案)里[面头]?(?![说写讲])"
    "|(?<![集其高初排])中(?![考国央心小学标型共名位列仅包村])|其中)"
)
_ASKS_PART = re.compile(
    rf"{_OF_THEM}[，,、]?(?P<part>[^，。？?,里中]{{1,12}}?)(?:的?(?:有|是|占|总?共)|一[家个人]|的)?"
    r"(?:的?面积|贡献|占比|比例|数量|人数)?[了]?(?:多少|几|多大)"
)
_PART_BEHIND = re.compile(
    rf"{_OF_THEM}(?:一共|总共)?有(?:多少|几)[个位名家所件项条台座只种类]?(?:是|为)?(?P<part>[\u4e00-\u9fff]{{2,8}})\W*$"
)
# 已经进了, 收进来, 改了: what was done, and not a part; 里的钱 is no part of it either.
_NO_PART = re.compile(
    r"[了着过]|[进出起]来|^(?:[拿占得获排居有要能会办修建添]|新[添增建])+$|^(?:的?(?:钱|资金|东西)|已经?|一共|共)|(?:19|20)\d\d年$"
)
# A part of what the question counts itself: “23万公里公路，西部占多少”.
_OF_A_COUNTED_WHOLE = re.compile(
    r"(?<!\d)(?!\d+(?:年|个月|天))\d[^，,。？?]{1,20}[，,里中][面头间]?[，,]?(?:其中|当中)?(?P<part>[\u4e00-\u9fff]{2,10}?)的?(?:单独|只|一共|总共)?"
    r"(?:占了?|有|是|能|要)?(?:多少|几|多大)"
)
_LIES_IN = re.compile(
    r"^(?:发生|位于|属于|来自|用[于在]|分布|落户|投[到向在]|给|花在|在|是|用)[在了到]?|[的了]|占|[有共个]$"
)
_SMALL_WORDS = re.compile(r"大?约|大概|的|有|是|了|占|和|与|多少|几|一共|总共|总")
_INDICATOR = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,6}?(?:[额量率值费薪价]|面积|密度|指数|投资|工资|收入|支出|投入|利润|存款|贷款|税收|债务))"
    r"(?:具体|大概|大约|一共|总共|共|各|分别)?[是为有达到约]*(?:多少|几|多大|多高|百分之|什么水平)"
)
LEAD_OF_WHOLE = 8  # characters behind 占, in which the whole is named
_GENERIC = re.compile(r"总[量额值]$")
_NAMED_BY_AMOUNT = ("差额", "余额", "限额", "税额", "总额")  # which without it are another thing
_COUNTED = re.compile(r"(?:数[量额]|金额|拥有量|[大小长]度)$")  # says no more than its unit does
_ASKS_SUM = re.compile(
    r"加(?:在一)?起来|加在一起|合起来|之和|加总|合共|\bcombined\b|\baltogether\b"
    r"|(?:[和与及、]|以及)[^，。,]{1,10}(?:一共|总共|合计|共)(?:有|是)?(?:多少|几)"
)
_SAYS_SUM = re.compile(r"合计|总计|共计|总共|合共|[共总][^，,；;。、\d]{0,3}\d|[两三四]项")
MIN_CHARS = 2
_NOUN = re.compile(r"[\u4e00-\u9fff]{3,}")
_NO_NOUN = re.compile(
    r"同比|比上年|比去年|年均|平均|增长|增加|提高|上升|下降|降低|减少|回落|累计|合计|共计|其中|达到|占全|居全|以上|左右|分别|实现|完成"
)


def asked_measure(question: str) -> Measure | None:
    """Whether the folded ``question`` asks for a change or a level; None where it may be either."""
    if _ASKS_RESULT.search(question):
        return "level"
    if _ASKS_CHANGE.search(question):
        return "change"
    return "level" if _ASKS_LEVEL.search(question) else None


def measure_of(sentence: str, figure: Figure) -> Measure | None:
    """Whether ``figure`` of the folded ``sentence`` is a change (增长7%, 减少45家) or a level (降至19%); None where its
    clause does not say so."""
    if _DOUBLED.search(figure.text):
        return "change"
    before = _IN_ORDER.sub("", sentence[max(0, figure.span.start - LEAD_CHARS) : figure.span.start])
    clause = _CLAUSE_END.split(before)[-1]
    if _TO.search(clause):
        return "level"
    return "change" if _CHANGED.search(clause) or _DOUBLED.search(sentence[figure.span.start - 2 :][:6]) else None


def is_of_measure(measure: Measure | None, sentence: str, asked: Sequence[Figure]) -> bool:
    """Whether what is asked for, or, where that is open, any figure of ``sentence``, is such a change or level."""
    if measure is None or any(figure.masked for figure in asked):
        return True
    if row := row_of(sentence):  # a column's head says it of its cells
        cells = [cell for cell in row.cells if cell.figure and (not asked or cell.figure in asked)]
        return not cells or any(cell.changed == (measure == "change") for cell in cells)
    told = {measure_of(sentence, figure) for figure in asked or figures(sentence)}
    if measure == "change":
        return "change" in told or any(_ADDED.search(sentence[: figure.span.start]) for figure in asked)
    return not asked or told != {"change"} or any(figure.unit not in ("%", "个百分点", "倍") for figure in asked)


def is_added(figure: Figure, sentence: str) -> bool:
    """Whether so many were added or taken away: 新增床位310张 says how many more there are."""
    lead = sentence[max(0, figure.span.start - LEAD_CHARS) : figure.span.start]
    return unit_class(figure.unit) not in (None, "share", "time") and bool(_ADDED.search(lead))


def asks_for_all(question: str) -> bool:
    """Whether the folded ``question`` asks how many there are, and not how many more."""
    return bool(_ASKS_ALL.search(question)) and not _ASKS_ADDED.search(question)


def is_of_all(figure: Figure, sentence: str) -> bool | None:
    """Whether ``figure`` counts all there are (床位增至2309张), or what was added (新增32家); None where it may be
    either."""
    clause = _CLAUSE_END.split(sentence[max(0, figure.span.start - LEAD_CHARS) : figure.span.start])[-1]
    if _JUST_ADDED.search(clause):
        return False
    return True if _ALL_TOLD.search(clause) else None


def is_only_the_whole(words: Sequence[str], sentence: str) -> bool:
    """Whether the folded ``sentence`` names what is called by ``words`` only as what something is a part of:
    占固定资产投资比重."""
    found = [match.start() for word in words for match in re.finditer(re.escape(word), sentence)]
    return bool(found) and all(_A_PART_OF.search(sentence, max(0, at - LEAD_OF_WHOLE), at) for at in found)


def asked_part(question: str) -> str | None:
    """The part of a whole that the folded ``question`` asks for: of “新增床位里，儿科有多少张” 儿科."""
    if told_apart := _part_of_a_counted_whole(question):
        return told_apart
    part = _PART_BEHIND.search(question) or _ASKS_PART.search(question)
    if part is None or _NO_PART.search(part["part"]):
        return None
    name, whole = _SMALL_WORDS.sub("", part["part"]), question[: part.start()]
    # 女院士 of the 院士: what tells the part from the whole.
    own = [
        char for char, pair in zip(name, [*pairwise(name), (name[-1:], "")], strict=False) if "".join(pair) not in whole
    ]
    if codes_of(name):  # whose part it is, is no name of it
        return None
    if len(own) == 1 and name.startswith(own[0]):
        return own[0]
    return _apart(name, whole) or name or None


def _part_of_a_counted_whole(question: str) -> str | None:
    """What tells the part asked for from the whole, which is counted before it: of “973座公园里口袋公园” 口袋."""
    found = list(_OF_A_COUNTED_WHOLE.finditer(question))
    if not found or _NO_PART.search(found[-1]["part"]):
        return None
    part, whole = _LIES_IN.sub("", found[-1]["part"]), question[: found[-1].start("part")]
    own = _apart(part, whole)
    return own if len(own) > 1 and not any(divisions_in(own)) else None  # whose a place's is, its report says


def _apart(part: str, whole: str) -> str:
    """``part`` without the pairs of characters that ``whole`` has as well: what tells it from that."""
    shared = {at for at, pair in enumerate(pairwise(part)) if "".join(pair) in whole}
    return "".join(char for at, char in enumerate(part) if not shared & {at - 1, at})


def is_of_part(part: str | None, sentence: str) -> bool:
    """Whether two neighbouring characters of ``part`` stand in ``sentence``, or its only one."""
    if part and any(term.is_in(sentence) for term in terms_in(part)):
        return True
    if part is None or len(part) == 1:
        return part is None or part in sentence
    return any("".join(pair) in sentence for pair in pairwise(part) if "".join(pair).isalnum())


_HOW_MANY_OF = re.compile(r"[\u4e00-\u9fff]{2}[量数额]$")


def indicator(question: str) -> tuple[str, ...]:
    """How the indicator ends that the folded ``question`` asks for: two characters of 总投资, three of a rate, 就业率,
    and before these the same with two more; of 接待游客量, which is how many 游客, also those; empty where the unit
    says as much (总量) or it has other names."""
    found = list(_INDICATOR.finditer(question))
    name = _GENERIC.sub("", found[-1]["name"]) if found else ""
    if (
        len(name) < MIN_CHARS
        or "占" in question[max(0, found[-1].start() - LEAD_OF_WHOLE) : found[-1].start() + len(found[-1]["name"])]
        or _COUNTED.search(name)
        or any(name[-2:] in word for term in terms_in(question) for word in term.words)
    ):
        return ()
    n_chars = 3 if name.endswith("率") else 2
    ends = [name[-n:] for n in (n_chars + 2, n_chars) if n <= len(name)]
    if _HOW_MANY_OF.search(name):
        ends.append(name[-3:-1])
    if name.endswith("额") and not name.endswith(_NAMED_BY_AMOUNT) and len(name) > MIN_CHARS:
        ends.append(name[-5:-1])  # 固定资产投资额 is told as 固定资产投资880亿元
    return tuple(dict.fromkeys(ends))


def is_of_indicator(names: tuple[str, ...], sentence: str, asked: Sequence[Figure]) -> bool:
    """Whether the folded ``sentence`` has one of ``names``, and the figure ``asked`` for stands behind the first of
    them that it has: in its clause, or in one that names nothing else (规模再创新高，达90亿元)."""
    name = next((name for name in names if name in sentence), None)
    if name is None or len(asked) != 1:
        return not names or name is not None
    if row_of(sentence):
        return True
    start = asked[0].span.start
    at = sentence.rfind(name, 0, start)
    if at < 0:
        return False
    between = _NO_NOUN.sub("", _without_figures(sentence[at + len(name) : start]))
    return _CLAUSE_END.search(between) is None or not _NOUN.search(_CLAUSE_END.split(between)[-1])


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = text[: figure.span.start] + text[figure.span.end :]
    return text


def asks_sum(question: str) -> bool:
    """Whether the folded ``question`` asks for several things together."""
    return bool(_ASKS_SUM.search(question))


def is_sum(sentence: str, asked: Sequence[Figure]) -> bool:
    """Whether the figure ``asked`` for may be a sum: the folded ``sentence`` says so, or has no other of its unit."""
    alike = sum(figure.unit == asked[0].unit for figure in figures(sentence)) if asked else 0
    return alike <= 1 or bool(_SAYS_SUM.search(sentence))
