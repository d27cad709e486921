"""What one written figure is worth: 1,234, 1.83万, 3万5, 一万八千三百, 二〇二三, 壹仟贰佰, 百分之十五, 一成半, 1/3.

``figure`` keeps a share as it is written, a number of so many parts (15 of 100), so that a third stays exact and 15%
does not pass for 0.15; ``value`` is the quotient. What leaves the number open (几十, 十余万, 三四, 十七八) and what is
more than a figure (第三, 三点半, 3-5) is worth None.

No library: of the 318 forms in ``tests/data/numerals.json`` cn2an 0.5.24 reads 248 rightly, this module all; it lacks
1,234, 1.5万亿, 一点二万, 千分之三 and 一成半, and takes 三四 for 34 (``eval/results/numerals.md``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

DIGITS = "零一二三四五六七八九"
SMALL_UNITS = "十百千"
LARGE_UNITS = "万亿"
HAN = f"{DIGITS}两{SMALL_UNITS}{LARGE_UNITS}"
BELOW_100 = f"{DIGITS[1:]}十"  # what 1 to 99 are written with: 三, 十二, 二十一. Parts, points and days are numbered so
COUNTED_FROM_2 = f"两{BELOW_100[2:]}"  # and several things counted: 二 is 两 before a measure word
HAN_NUMBER = rf"[{HAN}]+(?:点[{DIGITS}]+)?"
ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
COUNTED_LARGE = re.compile(rf"(?<=[\d{HAN}])个(?=[{LARGE_UNITS}])")  # 三个亿 is 三亿
MAX_CHARS = 40  # of a figure; nobody writes longer ones, and a text may be anything
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", f"{DIGITS[1:]}{SMALL_UNITS}")  # of cheques and contracts

_DIGIT = {char: digit for digit, char in enumerate(DIGITS)} | {"两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# One way to write each character, for this module alone: the folding of texts needs a table from outside.
_PLAIN = FORMAL | str.maketrans("〇○◯幺萬億兩貳參叁叄陸點負個−–‑", "零零零一万亿两二三三三六点负个---")
_TWENTIES = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})

_NUMBER = rf"(?:{HAN_NUMBER}|{ARABIC})"
_NOTE_MARK = re.compile("[①-⑳¹²³⁰-⁹]")  # beside a figure, and no digit of it
_SIGN = re.compile(r"[-+负]|零下")
_SHARE = re.compile(rf"(?:(?P<whole>[{HAN}]+)又)?(?P<of>{_NUMBER})分之(?P<sign>负?)(?P<share>{_NUMBER})")
_SIGNED_SHARE = re.compile(rf"(?P<share>{ARABIC})(?P<sign>[%‰])")
_SLASHED = re.compile(r"(?P<share>\d+)/(?P<of>\d+)")
_TENTHS = re.compile(rf"(?P<whole>[{DIGITS[1:]}两十]|\d+(?:\.\d+)?)成(?P<tenth>[{DIGITS[1:]}半]?)")
_DECIMAL = re.compile(rf"(?P<whole>[{HAN}]+)点(?P<fraction>[{DIGITS}]+)(?P<scale>[百千]?[{LARGE_UNITS}]*)")
_PART = re.compile(rf"{ARABIC}|[{HAN}]")
_PARTS = re.compile(rf"(?:{ARABIC}(?![\d.,])|[{HAN}])+")
_MIXED = re.compile(rf"\d十|十\d|[{DIGITS}两][百千]\d")  # nobody writes 3十 or 二百3
_BETWEEN = re.compile("一二|二三|三四|四五|五六|六七|七八|八九|三五")  # 三四 is three or four, not 34
_OF_SIGN = {"%": Decimal(100), "‰": Decimal(1000)}
_SIGN_OF = {of: sign for sign, of in _OF_SIGN.items()}
_NO_UNIT = 10**MAX_CHARS  # above all that fits into a figure
_WORDS = {"半": (1, 2), "一半": (1, 2), "百分百": (100, 100)}


@dataclass(frozen=True)
class Figure:
    """``number`` of ``of`` equal parts; ``of`` is 1 for what is no share, and never 0."""

    number: Decimal
    of: Decimal = Decimal(1)

    @property
    def value(self) -> Decimal:
        """To the 28 places of ``decimal``, where the quotient has no end."""
        return self.number / self.of

    def __str__(self) -> str:
        """In digits, the way they are compared: 18300, 15%, 3‰, 3/4."""
        if self.of == 1:
            return in_digits(self.number)
        sign = _SIGN_OF.get(self.of)
        return in_digits(self.number) + (sign or f"/{in_digits(self.of)}")


def value(numeral: str) -> Decimal | None:
    """What ``numeral`` is worth, a share as a part of one (百分之十五: 0.15); None when it is not one exact figure."""
    read = figure(numeral)
    return None if read is None else read.value


def figure(numeral: str) -> Figure | None:
    """``numeral``, all of it, as a number or a share; None when it is not one exact figure."""
    if len(numeral) > MAX_CHARS or _NOTE_MARK.search(numeral):
        return None
    text = unicodedata.normalize("NFKC", numeral).translate(_PLAIN).translate(_TWENTIES).strip()
    text = COUNTED_LARGE.sub("", text)
    sign = _SIGN.match(text)
    read = _unsigned(text[sign.end() :] if sign else text)
    return replace(read, number=read.number.copy_negate()) if read and sign and sign[0] != "+" else read


def in_digits(number: Decimal) -> str:
    """``number`` without exponent and without zeros at the end of its fraction."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unsigned(text: str) -> Figure | None:
    if text in _WORDS:
        return Figure(*map(Decimal, _WORDS[text]))
    if match := _SHARE.fullmatch(text):
        return _share(match)
    if match := _SIGNED_SHARE.fullmatch(text):
        return Figure(_arabic(match["share"]), _OF_SIGN[match["sign"]])
    if match := _SLASHED.fullmatch(text):
        return _parts_of(Decimal(match["share"]), Decimal(match["of"]))
    if match := _TENTHS.fullmatch(text):
        return _tenths(match)
    number = _number(text)
    return None if number is None else Figure(number)


def _share(match: re.Match[str]) -> Figure | None:
    of, share = _number(match["of"]), _number(match["share"])
    whole = _number(match["whole"]) if match["whole"] else Decimal(0)
    if of is None or share is None or whole is None:
        return None
    return _parts_of(whole * of + (-share if match["sign"] else share), of)


def _parts_of(number: Decimal, of: Decimal) -> Figure | None:
    return Figure(number, of) if of else None


def _tenths(match: re.Match[str]) -> Figure | None:
    whole = _number(match["whole"])
    if whole is None:
        return None
    more = 5 if match["tenth"] == "半" else _DIGIT.get(match["tenth"], 0)
    return Figure(whole * 10 + more, Decimal(100))


def _number(text: str) -> Decimal | None:
    if re.fullmatch(ARABIC, text):
        return _arabic(text)
    if match := _DECIMAL.fullmatch(text):
        whole = _number(match["whole"])
        if whole is None:
            return None
        digits = "".join(str(_DIGIT[char]) for char in match["fraction"])
        return _scaled(whole + Decimal(f"0.{digits}"), match["scale"])
    if not _PARTS.fullmatch(text) or _MIXED.search(text):
        return None
    if len(text) > 1 and all(char in DIGITS for char in text):
        return None if _BETWEEN.fullmatch(text) else Decimal("".join(str(_DIGIT[char]) for char in text))
    if text[0] != "十" and all(char in _UNIT for char in text):
        text = f"一{text}"  # 百分之百, 百万
    return _sum(_PART.findall(text))


def _scaled(number: Decimal, units: str) -> Decimal:
    for unit in units:
        number *= _UNIT[unit]
    return number


def _arabic(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _sum(parts: list[str]) -> Decimal | None:
    """Digits and units from left to right: 三 千 二 百 五, 1.83 万, 3 亿 5000 万. What is added is less than the unit
    before it: 十 may follow 百, and 百 not 十."""
    total = section = Decimal(0)  # up to the last 万 or 亿, and since
    digit: Decimal | None = None
    small = _NO_UNIT  # the last unit below 万 since then
    large = _NO_UNIT  # the last 万 or 亿, or the product of several
    summed = False
    for part in parts:
        unit = _UNIT.get(part)
        if unit is None:
            if digit:
                return None
            digit = Decimal(_DIGIT[part]) if part in _DIGIT else _arabic(part)
            continue
        if part in SMALL_UNITS:
            more = (digit or 1) * unit
            if more >= small or (not digit and part != "十"):
                return None
            section, digit, small = section + more, None, unit
            continue
        if digit is None and not section:  # 万亿, 四万万
            if large == _NO_UNIT or unit < large or summed:
                return None
            total, large = total * unit, large * unit
        else:
            section += digit or 0
            if section * unit < large:  # 一亿两千万
                summed = large != _NO_UNIT
                total, large = total + section * unit, unit
            elif unit > large:  # 三万五千亿
                total, large = (total + section) * unit, unit
            else:
                return None
        section, digit, small = Decimal(0), None, _NO_UNIT
    if digit is not None and len(parts) > 1:
        unit = _UNIT.get(parts[-2], 1)
        if len(parts[-1]) == 1 and unit >= 100:  # 两万五 and 三千二 leave their last unit unsaid
            digit *= unit // 10
        if not digit or digit >= small:
            return None
    section += digit or 0
    return total + section if section < large else None
