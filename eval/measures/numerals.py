"""Figures written alike: 1.83万 = 18300 = 一万八千三百, 百分之十五 = 15%, 1,234 = 1234, 二〇二三 = 2023.

For comparing an answer with an accepted one only. Both sides are rewritten by the same rules, so that a numeral inside
a word (统一, 十四五) does no harm.
"""

from __future__ import annotations

import re
from decimal import Decimal

from indexer.tokens import fold

_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_HAN = "零一二三四五六七八九两十百千万亿"
_HAN_NUMBER = rf"[{_HAN}]+(?:点[零一二三四五六七八九]+)?"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SHARE = re.compile(rf"(?P<base>[百千])分之(?P<han>{_HAN_NUMBER})|(?P<base2>[百千])分之(?P<arabic>{_ARABIC})")
# 1.83万, 2亿3000万, 3千; then plain figures with separators or decimals; a dotted series (1.2.3) is left as it is.
_SCALED = re.compile(rf"(?<![\d.])(?:{_ARABIC}[百千]?[万亿]+|{_ARABIC}[百千](?![瓦克米卡]))+(?:{_ARABIC}(?![\d.]))?")
_PLAIN = re.compile(rf"(?<![\d.,]){_ARABIC}(?![\d,]|\.\d)")
_WRITTEN = re.compile(rf"(?<![\d{_HAN}]){_HAN_NUMBER}(?!\d)")
_GAP = re.compile(r"(?<![a-z])\s+|\s+(?![a-z])")
_SIGN_OF = {"百": "%", "千": "‰"}


def normalised(text: str) -> str:
    """``text`` folded (``indexer.tokens``), without the white space of layout, its figures in digits."""
    text = _GAP.sub("", fold(text.replace("，", "、")))  # folded, it would pass for one that separates thousands
    text = _SHARE.sub(_share, text)
    text = _WRITTEN.sub(_written, text)
    text = _SCALED.sub(lambda match: _plain(_scaled(match[0])), text)
    return _PLAIN.sub(lambda match: _plain(Decimal(match[0].replace(",", ""))) if _needs(match[0]) else match[0], text)


def holds(text: str, accepted: str) -> bool:
    """Whether ``accepted`` stands in ``text``, both normalised, not inside a longer figure or a longer Latin word."""
    wanted, said = normalised(accepted), normalised(text)
    if not wanted:
        return False
    before = r"(?<![\d])(?<!\d[.,])" if wanted[0].isdigit() else r"(?<![a-z])" if _latin(wanted[0]) else ""
    after = r"(?!\d|[.,]\d|[%‰])" if wanted[-1].isdigit() else r"(?![a-z])" if _latin(wanted[-1]) else ""
    return re.search(before + re.escape(wanted) + after, said) is not None


def numbers(text: str) -> list[str]:
    """The figures that stand in digits in ``text``, normalised, with a share sign when there is one."""
    return re.findall(r"\d+(?:\.\d+)*[%‰]?", normalised(text))


def _share(match: re.Match[str]) -> str:
    value = _of_han(match["han"]) if match["han"] else Decimal(match["arabic"].replace(",", ""))
    return match[0] if value is None else _plain(value) + _SIGN_OF[match["base"] or match["base2"]]


def _written(match: re.Match[str]) -> str:
    value = _of_han(match[0])
    return match[0] if value is None else _plain(value)


def _of_han(numeral: str) -> Decimal | None:
    """The value of a numeral in Han characters, digit by digit (二〇二三) or with units; None when it is neither."""
    whole, _, fraction = numeral.partition("点")
    digits = "".join(str(_DIGIT[char]) for char in fraction)
    if len(whole) > 1 and all(char in _DIGIT for char in whole):
        value: int | None = int("".join(str(_DIGIT[char]) for char in whole)) if "两" not in whole else None
    else:
        value = _with_units(whole)
    return None if value is None else Decimal(f"{value}.{digits}" if digits else value)


def _with_units(numeral: str) -> int | None:
    total = section = 0
    digit: int | None = None
    last_large = 0
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
    return total + section + (digit or 0)


def _scaled(text: str) -> Decimal:
    total = Decimal(0)
    for figure, scales in re.findall(rf"({_ARABIC})([百千]?[万亿]*)", text):
        part = Decimal(figure.replace(",", ""))
        for scale in scales:
            part *= (_SMALL | _LARGE)[scale]
        total += part
    return total


def _needs(figure: str) -> bool:
    return "," in figure or "." in figure


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
