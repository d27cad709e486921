"""Numbers as the cells of a spreadsheet show them: ``0.0%``, ``#,##0.00``, ``yyyy"年"m"月"``.

Number formats by ECMA-376 part 1, 18.8.30, with the built-in ones of a Chinese system. Colours, padding and Chinese
numerals (``[DBNum1]``) are left out: they change no value.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from functools import lru_cache
from math import isfinite

_CHINESE_DAY = 'yyyy"年"m"月"d"日"'
_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_NOON = '上午/下午h"时"mm"分"'
BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **{14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm"},
    **{21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _MONTH, 28: _DAY, 29: _DAY, 30: "m-d-yy", 31: _CHINESE_DAY},
    **{32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: _NOON, 35: f'{_NOON}ss"秒"', 36: _MONTH},
    **dict.fromkeys((37, 38), "#,##0;-#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00;-#,##0.00"),
    **{41: "#,##0", 42: '"¥"#,##0', 43: "#,##0.00", 44: '"¥"#,##0.00', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **{48: "##0.0E+0", 49: "@", 50: _MONTH, 51: _DAY, 52: _MONTH, 53: _DAY, 54: _DAY, 55: _NOON},
    **{56: f'{_NOON}ss"秒"', 57: _MONTH, 58: _DAY},
}
GENERAL = "General"
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<padding>.)|\*(?P<filling>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e+)|(?P<general>General)"
    r"|(?P<number>[0#?,.]+(?:E[+-][0#?]+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_DAYS = "一二三四五六日"
_EPOCH, _EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
MAX_SERIAL = 2_958_466  # the day after the last of 9999
MAX_DECIMALS = 30
Part = tuple[str, str]  # what it is, and its text


def shown(number: float, code: str = GENERAL, *, since_1904: bool = False) -> str:
    """``number`` in the format ``code``; as it is where the format cannot be read or does not hold it."""
    if not isfinite(number):
        return str(number)
    try:
        parts, is_negative_of_its_own = _section(number, code)
        if not parts:
            return ""
        if any(kind == "date" for kind, _ in parts):
            return _date(number, parts, since_1904)
        return _number(abs(number) if is_negative_of_its_own else number, parts)
    except (ValueError, OverflowError, DecimalException):
        return general(number)


def general(number: float) -> str:
    """As a cell without a format shows it: no more than 11 digits behind what is whole."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.11g}"


def is_text(code: str) -> bool:
    return code == "@"


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[tuple[Part, ...], ...]:
    sections: list[list[Part]] = [[]]
    for match in _PART.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "other" and text == ";":
            sections.append([])
        elif kind == "bracket":
            sections[-1].append(_bracket(text))
        elif kind not in ("padding", "filling"):
            sections[-1].append(("literal" if kind in ("quoted", "escaped") else kind, text))
    return tuple(tuple(part for part in section if part[0]) for section in sections)


def _bracket(text: str) -> Part:
    if _CONDITION.fullmatch(text):
        return "condition", text
    if re.fullmatch(r"h+|m+|s+", text, re.IGNORECASE):
        return "date", f"[{text.lower()}]"
    if text.startswith("$"):
        return "literal", text[1:].partition("-")[0]
    return "", ""


def _section(number: float, code: str) -> tuple[tuple[Part, ...], bool]:
    """The section of the format that is for ``number``, and whether that says itself that it is negative."""
    sections = _sections(code)[:3]
    conditioned = [section for section in sections if any(kind == "condition" for kind, _ in section)]
    for section in conditioned:
        if _meets(number, next(text for kind, text in section if kind == "condition")):
            return _plain(section), number < 0
    if conditioned:
        return _plain(next((section for section in sections if section not in conditioned), sections[0])), False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _plain(section: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in section if part[0] != "condition")


def _meets(number: float, condition: str) -> bool:
    sign, limit = condition.rstrip("-.0123456789"), condition.lstrip("<>=")
    than = float(limit)
    return {
        "<": number < than,
        ">": number > than,
        "<=": number <= than,
        ">=": number >= than,
        "=": number == than,
        "<>": number != than,
    }[sign]


def _number(number: float, parts: tuple[Part, ...]) -> str:
    placeholders = [text for kind, text in parts if kind == "number" and re.search("[0#?]", text)]
    scaled = Decimal(repr(number))
    for kind, text in parts:
        scaled *= 100 if kind == "other" and text == "%" else 1
    told = any(kind in ("literal", "other") and text.strip() for kind, text in parts)
    if len(placeholders) > 1 or (placeholders and any(kind == "other" and text == "/" for kind, text in parts)):
        return general(number)  # a fraction, or a pattern such as that of a telephone
    if not placeholders and not any(kind == "general" for kind, _ in parts):
        return "".join(text for kind, text in parts if kind in ("literal", "other")) if told else general(number)
    pieces: list[str] = []
    for kind, text in parts:
        if kind == "number" and text in placeholders:
            pieces.append(_digits(scaled, text))
        elif kind == "general":
            pieces.append(general(number))
        elif kind in ("literal", "other", "number"):
            pieces.append(text)
    return "".join(pieces).strip()


def _digits(number: Decimal, pattern: str) -> str:
    if re.search("E", pattern, re.IGNORECASE):
        return f"{number:.{_n_decimals(pattern.upper().partition('E')[0])}E}"
    whole, _, behind = pattern.partition(".")
    scale = len(whole) - len(whole.rstrip(",")) if not behind else len(behind) - len(behind.rstrip(","))
    behind = behind.rstrip(",")
    number /= Decimal(1000) ** scale
    n_decimals = _n_decimals(pattern)
    rounded = number.quantize(Decimal(1).scaleb(-n_decimals), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    text = f"{rounded:,f}" if "," in whole.rstrip(",") else f"{rounded:f}"
    n_kept = sum(char == "0" for char in behind)  # what stands behind may fall away where it is 0
    while "." in text and len(text.partition(".")[2]) > n_kept and text.endswith("0"):
        text = text[:-1]
    return text.removesuffix(".").rjust(sum(char == "0" for char in whole), "0") if "-" not in text else text


def _n_decimals(pattern: str) -> int:
    return min(sum(char in "0#?" for char in pattern.partition(".")[2]), MAX_DECIMALS)


def _date(number: float, parts: tuple[Part, ...], since_1904: bool) -> str:
    if not 0 <= number < MAX_SERIAL:
        raise ValueError(number)
    # There was no 29 February 1900; spreadsheets count it.
    day = number + (1 if number < 60 and not since_1904 else 0)
    at = (_EPOCH_1904 if since_1904 else _EPOCH) + datetime.timedelta(seconds=round(day * 86_400))
    halves = any(kind == "noon" for kind, _ in parts)
    pieces: list[str] = []
    before = ""
    for index, (kind, text) in enumerate(parts):
        if kind == "date":
            behind = next((other for name, other in parts[index + 1 :] if name == "date"), "")
            is_minute = text[:1] in "mM" and (before.strip("[]")[:1] == "h" or behind.strip("[]")[:1] in ("s", "S"))
            pieces.append(_field(at, number, text.lower(), is_minute, halves))
            before = text.lower()
        elif kind == "noon":
            first, second = text.split("/")
            pieces.append(first if at.hour < 12 else second)
        elif kind == "number":
            pieces.append("" if text.strip(".0") == "" and before[:1] == "s" else text)
        else:
            pieces.append(text)
    return "".join(pieces).strip()


def _field(at: datetime.datetime, number: float, field: str, is_minute: bool, halves: bool) -> str:
    if field.startswith("["):
        unit = field.strip("[]")[0]
        return str(int(round(number * 86_400) // {"h": 3600, "m": 60, "s": 1}[unit]))
    n = len(field)
    match field[0]:
        case "y":
            return f"{at.year:04d}" if n > 2 else f"{at.year % 100:02d}"
        case "e":
            return str(at.year)
        case "m" if is_minute:
            return f"{at.minute:0{min(n, 2)}d}"
        case "m":
            return f"{at.month:0{min(n, 2)}d}" if n < 3 else f"{at.month}月"
        case "d":
            return f"{at.day:0{min(n, 2)}d}" if n < 3 else f"星期{_DAYS[at.weekday()]}"
        case "a":
            return f"{'星期' if n == 4 else ''}{_DAYS[at.weekday()]}"
        case "h":
            hour = (at.hour - 1) % 12 + 1 if halves else at.hour
            return f"{hour:0{min(n, 2)}d}"
        case _:
            return f"{at.second:0{min(n, 2)}d}"
