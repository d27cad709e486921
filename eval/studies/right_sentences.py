"""Sentences of reports said otherwise by code, and as true."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from decimal import Decimal

from opencc import OpenCC

from eval.studies.wrong_sentences import Case, Way, counted, with_figure
from indexer.chinese.numerals import DIGITS, in_digits, value
from service.figures import Figure
from service.verify import Source

MIN_CHARS = 30  # of a sentence that still says something without a clause


def verbatim(_: random.Random, source: Source, __: Sequence[str]) -> Case | None:
    return Case(source.text, source)


def clause_dropped(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    parts = re.split("(?<=[，；])", source.text)
    if len(parts) < 2 or len(source.text) < MIN_CHARS:
        return None
    at = rng.randrange(len(parts))
    left = "".join(parts[:at] + parts[at + 1 :])
    if len(left) < MIN_CHARS // 2:
        return None
    return Case(left.rstrip("，；") + ("。" if at == len(parts) - 1 else ""), source)


def respelt(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    """1.2亿 as 12000万, 8.5% as 百分之八点五, 412件 as 四百一十二件."""
    made = [
        (figure, new)
        for figure in counted(source.text)
        if (new := _respelt(figure)) is not None and not re.search("第$", source.text[: figure.span.start])
    ]
    if not made:
        return None
    figure, new = rng.choice(made)
    return Case(with_figure(source.text, figure, new), source)


def _respelt(figure: Figure) -> str | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([万亿]?)(%|[^\d%.万亿余多]{0,4})", figure.text)
    if match is None or figure.unit == "日期":
        return None
    number, scale, unit = Decimal(match[1]), match[2], match[3]
    if scale == "亿":
        return f"{in_digits(number * 10**4)}万{unit}"
    if scale == "万":
        return f"{in_digits(number * 10**4)}{unit}" if number < 1000 else f"{in_digits(number / 10**4)}亿{unit}"
    if unit == "%":
        return f"百分之{_in_han(match[1])}"
    return None if len(match[1]) > 4 or not unit else f"{_in_han(match[1])}{unit}"


def _in_han(number: str) -> str:
    whole, _, fraction = number.partition(".")
    n, out = int(whole), ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            out += DIGITS[digit] + name
        elif out and not out.endswith("零") and n % unit:
            out += "零"
    out = (out or "零").rstrip("零") or "零"
    out = out.removeprefix("一") if out.startswith("一十") else out
    read = value(out)
    if read != n:
        raise ValueError(f"{number} as {out} is read {read}")
    return out + ("点" + "".join(DIGITS[int(d)] for d in fraction) if fraction else "")


def full_width(_: random.Random, source: Source, __: Sequence[str]) -> Case | None:
    wide = source.text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789%.ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    return None if wide == source.text else Case(wide, source)


_TRADITIONAL = OpenCC("s2t")


def traditional(_: random.Random, source: Source, __: Sequence[str]) -> Case | None:
    return Case(_TRADITIONAL.convert(source.text), source)


RIGHT: dict[str, tuple[Way, ...]] = {
    "verbatim": (verbatim,),
    "one clause dropped": (clause_dropped,),
    "figure spelt otherwise": (respelt,),
    "full width": (full_width,),
    "traditional characters": (traditional,),
}
