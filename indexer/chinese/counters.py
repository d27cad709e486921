"""Numbers as a word processor counts with them: 一、（十二）第一百零一条 ⑶ 壹 甲 iv.

The names are those of ECMA-376 part 1, 17.18.59 (``ST_NumberFormat``).
"""

from __future__ import annotations

from collections.abc import Callable

from indexer.chinese.numerals import DIGITS

_DIGITS = f"〇{DIGITS[1:]}"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_LEGAL_JAPANESE = "〇壱弐参四伍六七八九"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)

Counter = Callable[[int], str]


def counted(number: int, form: str) -> str:
    """``number`` (0 or more) in the format ``form``; in digits where the format is unknown or does not reach so far."""
    return (FORMS[form](number) if form in FORMS else "") or ("" if form in MARKLESS else str(number))


def _by_places(digits: str, units: str, *, one: str, zero: str) -> Counter:
    """二百零五: each digit with its unit. ``one`` holds the units that a leading one is said before: all but 十 in
    一百一十 written 一百十; ``zero`` is what stands for skipped places."""

    def write(number: int) -> str:
        if not 0 < number < 10_000:
            return digits[0] if number == 0 else ""
        written, skipped = "", False
        for place in reversed(range(len(str(number)))):
            digit = number // 10**place % 10
            if not digit:
                skipped = bool(written)
                continue
            unit = units[place - 1] if place else ""
            spoken = digits[digit] if digit > 1 or not unit or unit in one or (written and one) else ""
            written += (zero if skipped else "") + spoken + unit
            skipped = False
        return written

    return write


def _by_digits(digits: str) -> Counter:
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _from(alphabet: str, start: int = 1) -> Counter:
    return lambda number: alphabet[number - start] if 0 <= number - start < len(alphabet) else ""


def _letters(first: str) -> Counter:
    """a … z, aa, bb …: the letter is repeated."""
    return lambda number: chr(ord(first) + (number - 1) % 26) * min((number - 1) // 26 + 1, 30) if number > 0 else ""


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return ""
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (number // worth)
        number %= worth
    return written


def _chars(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


_THOUSANDS = _by_places(DIGITS, "十百千", one="百千", zero="零")
_CIRCLED = _from(_chars((0x2460, 0x2473), (0x3251, 0x325F), (0x32B1, 0x32BF)))


def _up_to_99(number: int) -> str:
    return _THOUSANDS(number) if 0 < number < 100 else _by_digits(_DIGITS)(number)


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
MARKLESS = frozenset(("none", "bullet"))
FORMS: dict[str, Counter] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedFullstop": _from(_chars((0x2488, 0x249B))),
    "decimalEnclosedParen": _from(_chars((0x2474, 0x2487))),
    "numberInDash": lambda number: f"- {number} -",
    "chineseCounting": _up_to_99,
    "taiwaneseCounting": _up_to_99,
    "ideographDigital": _by_digits(_DIGITS),
    "taiwaneseDigital": _by_digits(_DIGITS),
    "chineseCountingThousand": _THOUSANDS,
    "taiwaneseCountingThousand": _THOUSANDS,
    "japaneseCounting": _by_places(_DIGITS, "十百千", one="", zero=""),
    "japaneseDigitalTenThousand": _by_digits(_DIGITS),
    "japaneseLegal": _by_places(_LEGAL_JAPANESE, "拾百千", one="拾百千", zero=""),
    "chineseLegalSimplified": _by_places(_LEGAL, "拾佰仟", one="拾佰仟", zero="零"),
    "ideographLegalTraditional": _by_places(_LEGAL_TRADITIONAL, "拾佰仟", one="拾佰仟", zero="零"),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from(_chars((0x3280, 0x3289))),
    "upperLetter": _letters("A"),
    "lowerLetter": _letters("a"),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
}
