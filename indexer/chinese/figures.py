"""The figures in a text written alike: 1.83万 = 18300 = 一万八千三百, 百分之十五 = 15% = 一成半, 二〇二三 = 2023.

For comparing two texts only, an answer with an accepted one: both are rewritten by the same rules, so that a numeral
inside a word (统一, 十四五) does no harm. What one figure is worth is ``indexer.chinese.numerals``.
"""

from __future__ import annotations

import re

from indexer.chinese.folding import fold
from indexer.chinese.numerals import ARABIC, COUNTED_LARGE, DIGITS, FORMAL, HAN, HAN_NUMBER, LARGE_UNITS, figure

_FORMAL = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟零]{2,}")  # one alone is a name: 大陆, 伍
# White space of layout goes; it stays between Latin words and between figures.
_GAP = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_SPACE = re.compile(r"\s+")
_SHARE = re.compile(rf"(?<![{HAN}]){HAN_NUMBER}分之(?:{HAN_NUMBER}|{ARABIC})")
_NONZERO = DIGITS[1:]
_TENTHS = re.compile(rf"(?:(?<![\d.])\d|(?<![{_NONZERO}十几])[{_NONZERO}])成半?(?![立果功员为长效绩品本交都年人])")
# 几十, 十余万 and 近百 are no figures. A single numeral is one where something is counted: 四批, and not 统一领导.
_COUNTED = (
    "个件项条批次人名家户所座位种类部篇期届年月日天周号级亩公吨米平元倍岁只台套辆张份轮点块支队场起宗笔股门道间栋处分度"
)
_WRITTEN = re.compile(
    rf"(?<![\d{HAN}几数])(?![百千{LARGE_UNITS}])"  # 千万 is a word: 千万不要
    rf"(?:[{HAN}]+点[{DIGITS}]+(?!十)|[{HAN}]{{2,}}|[{HAN}](?=[{_COUNTED}%]|\b))(?![\d余多几来])"
)
# 1.83万, 2亿3000万, 3千, 3万5; a dotted series (1.2.3) is left as it is.
_SCALED = re.compile(
    rf"(?<![\d.])(?:{ARABIC}[百千]?[{LARGE_UNITS}]+|{ARABIC}[百千](?![瓦克米卡]))+(?:{ARABIC}(?![\d.]))?(?![余多几])"
)
# 1,234 and 15.0; a run of digits stays as it is, 007 too.
_POINTED = re.compile(rf"(?<![\d.,])(?=\d+[,.]\d){ARABIC}(?![\d,]|\.\d)")


def normalised(text: str) -> str:
    """``text`` folded (``indexer.chinese.tokens``), without the white space of layout, its figures in digits."""
    text = fold(text.replace("，", "、"))  # folded, a full-width comma would pass for one that separates thousands
    text = _FORMAL.sub(lambda match: match[0].translate(FORMAL), _SPACE.sub(" ", _GAP.sub("", text)))
    text = COUNTED_LARGE.sub("", text)
    for written in (_SHARE, _TENTHS, _WRITTEN, _SCALED, _POINTED):
        text = written.sub(_in_digits, text)
    return text


def find(text: str, accepted: str) -> int:
    """Where ``accepted`` stands in ``text``, both normalised: an offset into the normalised text; -1 when nowhere.

    It does not stand inside a longer figure (15 in 15%, -15, 1,150) or a longer Latin word.
    """
    wanted, said = normalised(accepted), normalised(text)
    if not wanted:
        return -1
    at = said.find(wanted)
    while at >= 0 and not _is_whole(said, at, at + len(wanted)):
        at = said.find(wanted, at + 1)
    return at


def holds(text: str, accepted: str) -> bool:
    """Whether ``accepted`` stands in ``text`` (``find``)."""
    return find(text, accepted) >= 0


def numbers(text: str) -> list[str]:
    """The figures that stand in digits in ``text``, normalised, with their sign and that of a share."""
    return re.findall(r"(?:(?<![\d%‰a-z-])-)?\d+(?:\.\d+)*[%‰]?", normalised(text))


def _in_digits(match: re.Match[str]) -> str:
    read = figure(match[0])
    return match[0] if read is None else str(read)


def _is_whole(said: str, start: int, end: int) -> bool:
    before, behind = said[max(0, start - 2) : start], said[end : end + 2]
    if said[start].isdigit():
        if re.search(r"\d[.,/]?\Z", before) or re.search(r"(?:^|[^\d%‰a-z-])-$", before):
            return False
    elif _latin(said[start]) and before and _latin(before[-1]):
        return False
    if said[end - 1].isdigit():
        return not re.match(r"\d|[.,/]\d|[%‰]", behind)
    return not (_latin(said[end - 1]) and behind and _latin(behind[0]))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
