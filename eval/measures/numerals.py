"""Figures written alike: 1.83万 = 18300 = 一万八千三百, 百分之十五 = 15% = 一成半, 1,234 = 1234, 二〇二三 = 2023.

For comparing an answer with an accepted one only. Both sides are rewritten by the same rules, so that a numeral inside
a word (统一, 十四五) does no harm.
"""

from __future__ import annotations

import re
from decimal import Decimal

from indexer.chinese.tokens import fold

_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_UNIT = _SMALL | _LARGE
_HAN = "零一二三四五六七八九两十百千万亿"
_HAN_NUMBER = rf"[{_HAN}]+(?:点[零一二三四五六七八九]+)?"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = rf"(?:{_HAN_NUMBER}|{_ARABIC})"
MAX_HAN_DIGITS = 40  # of a numeral; nobody writes longer ones, and a text may be anything

_CAPITAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_CAPITALS = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟零]{2,}")
# White space of layout goes; it stays between Latin words and between figures.
_GAP = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_SPACE = re.compile(r"\s+")
_OF_LARGE = re.compile(rf"(?<=[\d{_HAN}])个(?=[万亿])")
_SHARE = re.compile(rf"(?P<of>{_HAN_NUMBER})分之(?P<share>{_NUMBER})")
_TENTHS = re.compile(
    r"(?P<n>(?<![\d.])\d|(?<![一二三四五六七八九十几])[一二三四五六七八九])成(?P<half>半)?(?![立果功员为长效绩品本交都年人])"
)
# 几十, 十余万 and 近百 are no figures. A single numeral is one where something is counted: 四批, and not 统一领导.
_COUNTED = (
    "个件项条批次人名家户所座位种类部篇期届年月日天周号级亩公吨米平元倍岁只台套辆张份轮点块支队场起宗笔股门道间栋处分度"
)
_WRITTEN = re.compile(
    rf"(?<![\d{_HAN}几数])(?:{_HAN_NUMBER}(?<=[{_HAN}][{_HAN}])|(?:[{_HAN}]点[零一二三四五六七八九]+)|[{_HAN}](?=[{_COUNTED}%]|\b))"
    r"(?![\d余多几来])"
)
# 1.83万, 2亿3000万, 3千, 3万5; a dotted series (1.2.3) is left as it is.
_SCALED = re.compile(
    rf"(?<![\d.])(?:{_ARABIC}[百千]?[万亿]+|{_ARABIC}[百千](?![瓦克米卡]))+(?:{_ARABIC}(?![\d.]))?(?![余多几])"
)
_PLAIN = re.compile(rf"(?<![\d.,]){_ARABIC}(?![\d,]|\.\d)")
_SIGN_OF = {100: "%", 1000: "‰"}


def normalised(text: str) -> str:
    """``text`` folded (``indexer.chinese.tokens``), without the white space of layout, its figures in digits."""
    text = fold(text.replace("，", "、"))  # folded, a full-width comma would pass for one that separates thousands
    text = _CAPITALS.sub(lambda match: match[0].translate(_CAPITAL), _SPACE.sub(" ", _GAP.sub("", text)))
    text = _SHARE.sub(_share, _OF_LARGE.sub("", text))
    text = _TENTHS.sub(_tenths, text)
    text = _WRITTEN.sub(_written, text)
    text = _SCALED.sub(lambda match: _plain(_scaled(match[0])), text)
    return _PLAIN.sub(lambda match: _plain(_value(match[0])) if "," in match[0] or "." in match[0] else match[0], text)


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


def _is_whole(said: str, start: int, end: int) -> bool:
    before, behind = said[:start][-2:], said[end : end + 2]
    if said[start].isdigit():
        if re.search(r"\d[.,/]?\Z", before) or re.search(r"(?:^|[^\d%‰a-z-])-$", before):
            return False
    elif _latin(said[start]) and before and _latin(before[-1]):
        return False
    if said[end - 1].isdigit():
        return not re.match(r"\d|[.,/]\d|[%‰]", behind)
    return not (_latin(said[end - 1]) and behind and _latin(behind[0]))


def _share(match: re.Match[str]) -> str:
    of, share = _of_han(match["of"], alone=True), _of_any(match["share"])
    if of is None or share is None:
        return match[0]
    return _plain(share) + _SIGN_OF[int(of)] if int(of) in _SIGN_OF else f"{_plain(share)}/{_plain(of)}"


def _tenths(match: re.Match[str]) -> str:
    return f"{(_DIGIT.get(match['n']) or int(match['n'])) * 10 + (5 if match['half'] else 0)}%"


def _written(match: re.Match[str]) -> str:
    value = _of_han(match[0])
    return match[0] if value is None else _plain(value)


def _of_any(number: str) -> Decimal | None:
    return _of_han(number, alone=True) if number[0] in _HAN else _value(number)


def _of_han(numeral: str, alone: bool = False) -> Decimal | None:
    """The value of a numeral in Han characters, digit by digit (二〇二三) or with units; None when it is neither.
    ``alone`` lets a unit stand for one of it: 百分之百."""
    if len(numeral) > MAX_HAN_DIGITS:
        return None
    whole, _, fraction = numeral.partition("点")
    digits = "".join(str(_DIGIT[char]) for char in fraction)
    value: int | None
    if alone and whole in _UNIT:
        value = _UNIT[whole]
    elif len(whole) > 1 and all(char in _DIGIT for char in whole):
        value = None if "两" in whole else int("".join(str(_DIGIT[char]) for char in whole))
    else:
        value = _with_units(whole)
    return None if value is None else Decimal(f"{value}.{digits}" if digits else value)


def _with_units(numeral: str) -> int | None:
    total = section = last_large = 0
    digit: int | None = None
    smallest = 10**9  # units fall from left to right; 十 after 百 is fine, 百 after 十 is not a numeral
    for char in numeral:
        if char in _DIGIT:
            if digit not in (None, 0):
                return None
            digit = _DIGIT[char]
        elif char in _SMALL:
            if _SMALL[char] >= smallest or (digit is None and char != "十"):
                return None
            smallest = _SMALL[char]
            section += (1 if digit is None else digit) * smallest
            digit = None
        else:
            section += digit or 0
            if not section and not total:
                return None
            large = _LARGE[char]
            # 一亿两千万 is a sum; 一万亿 a product.
            total = total + section * large if large < last_large else (total + section) * large
            section, digit, smallest, last_large = 0, None, 10**9, large
    # 两万五 and 三千二 leave their last unit unsaid.
    unsaid = _UNIT[numeral[-2]] // 10 if digit and len(numeral) > 1 and _UNIT.get(numeral[-2], 0) >= 100 else 1
    return total + section + (digit or 0) * unsaid


def _scaled(text: str) -> Decimal:
    total, last = Decimal(0), 1
    for figure, scales in re.findall(rf"({_ARABIC})([百千]?[万亿]*)", text):
        part = _value(figure)
        if not scales and len(figure) == 1 and last >= 100:
            part *= last // 10  # 3万5
        for scale in scales:
            part *= _UNIT[scale]
        last = _UNIT[scales[-1]] if scales else 1
        total += part
    return total


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(",", ""))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
