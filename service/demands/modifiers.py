"""Of what an indicator is told: 油菜籽产量 is not 粮食产量, though the sentence has 产量."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from service.asked.subject import without_filler
from service.figures import Figure
from service.terms import terms_in

_INDICATOR = (
    "产量|总数|总量|数量|支出|收入|产值|面积|投资|总额|密度|里程|人数|价格|增加值|营收|利润|销量|销售额|存栏|率|规模|长度|浓度|费用?|补[助贴]|标准|贷款|"
    "资金|增速|指数|名额|床位|学位|用户|机构|企业|项目|基地|平台|工程"
)
_ASKED = re.compile(
    rf"(?P<modifier>[\u4e00-\u9fff]{{2,8}}?)的?(?P<indicator>{_INDICATOR})"
    r"(?=(?:的?(?:总数|数量|总量|规模|金额))?(?:一共|总共|大概|分别|具体)?[是为有达到约共]*(?:多少|几|多大|增长|下降|提高))"
)
# Says when, whose, how, and not what.
_EMPTY = re.compile(
    r"[年月日天的了是有在到和与及各全共被把给又还再得能里中内其人手]|我国|去年|今年|一共|总共|新增|实现|完成|达到|累计|平均|预期|计划|目标|增长"
)
_CLAUSE_END = re.compile(r"[，,；;。：:]")
# Before these it is named of which goods they are; income and outlay have names of their own, 可支配收入.
_OF_GOODS = frozenset("产量 产值 销量 销售额 存栏".split())
# Says of an indicator how it is reckoned, and not of what it is.
_RECKONED = re.compile(
    r"综合|全产业链|产业|总|年度?|全[年省市区县镇村]|预计|预期|当|季度|带动|创造|户|亩|单|[一二三]产|其|该|项目|行业|相关|生产"
)
LAST_CHARS = 3  # of what stands before the indicator: a place before that is whose it is

_LAST_NAME = re.compile(r"[\u4e00-\u9fff]{2,}$")

Modified = tuple[str, str]


def asked_modifiers(question: str) -> tuple[Modified, ...]:
    """The indicators that the folded ``question`` asks for, each behind the last characters of what it is of; none of
    those that have other names."""
    named = [word for term in terms_in(question) for word in term.words]
    found = []
    for match in _ASKED.finditer(question):
        said = [part for part in _EMPTY.split(match["modifier"]) if len(part) > 1]
        if said and not any(match["indicator"] in word for word in named):
            found.append((said[-1][-LAST_CHARS:], match["indicator"]))
    return tuple(found)


def is_of_modifiers(modified: tuple[Modified, ...], sentence: str, around: str, asked: Sequence[Figure]) -> bool:
    """Whether, where the clause of the figures ``asked`` for, or else the folded ``sentence``, has an indicator that is
    asked for, ``around``, which is the sentence with what it inherits, names what it is asked of."""
    told = "".join(clause_of(sentence, figure.span.start) for figure in asked) or sentence
    return not any(
        (indicator in told and not _has_pair(modifier, around))
        or (asked and all(_is_of_another(modifier, indicator, sentence, figure) for figure in asked))
        for modifier, indicator in modified
    )


def _is_of_another(modifier: str, indicator: str, sentence: str, figure: Figure) -> bool:
    """Whether the folded ``sentence``, which does not name what the ``indicator`` is asked of, has it of another thing
    in the clause of the ``figure``, or in the last before that: 食用菌产值达6.3亿元,增长18%."""
    if indicator not in _OF_GOODS or _has_pair(modifier, sentence):
        return False
    end = _CLAUSE_END.search(sentence, figure.span.end)
    before = sentence[: end.start() if end else None]
    at = before.rfind(indicator)
    clause = _CLAUSE_END.split(before[:at])[-1] if at > 0 else ""
    name = _LAST_NAME.search(_RECKONED.sub("", without_filler(clause)))
    return name is not None and frozenset(name[0]).isdisjoint(modifier)


def _has_pair(modifier: str, text: str) -> bool:
    return any("".join(pair) in text for pair in pairwise(modifier))


def clause_of(sentence: str, at: int) -> str:
    """The clause of the folded ``sentence`` that the offset ``at`` lies in."""
    start = max((end.end() for end in _CLAUSE_END.finditer(sentence, 0, at)), default=0)
    end = _CLAUSE_END.search(sentence, at)
    return sentence[start : end.start() if end else None]
