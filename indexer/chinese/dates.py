"""Years, months and days as reports write them: 2023年1月16日, 二〇二三年一月十六日, 2023-01-16.

Patterns are for folded text (half width, 〇 and ○ as 零) but for the one that says otherwise.
"""

from __future__ import annotations

import datetime
import re

from indexer.chinese.numerals import DIGITS, HAN, value

HAN_YEAR = f"[{DIGITS}]{{4}}"
CENTURIES = r"(?:19|20)\d\d"
# 2035年远景目标 names a plan, not the year of a report.
YEAR = re.compile(rf"(?<!\d)(?P<year>{CENTURIES}|{HAN_YEAR})\s?年(?!远景)")
YEAR_IN_DIGITS = re.compile(rf"(?<!\d)(?P<year>{CENTURIES})(?!\d|\s?年远景)")
MASKED_YEAR = re.compile(r"[*×x某]\s?年")

_N = f"[{DIGITS[1:]}十]{{1,3}}"
DAY = re.compile(
    rf"(?P<y>[12]\d{{3}}|{HAN_YEAR})\s*[年\-./]\s*(?P<m>\d{{1,2}}|{_N})\s*[月\-./]\s*(?P<d>\d{{1,2}}|{_N})日?"
)
# In any text, its year masked or not: what a signature ends with.
OPENS_WITH_DAY = rf"[（(]?(?:[12]\d{{3}}|[〇{DIGITS}]{{4}}|\*\*)年.{{1,3}}月.{{1,3}}日"
_ONE_OR_TWO = rf"(?:\d{{1,2}}|[〇{HAN}]{{1,3}})"
# What is at least a month: 3月, 2022年3月, 3月底, 3月16日.
MONTH_OR_DAY = rf"(?:(?:\d{{4}}|[〇{DIGITS}]{{4}})年)?{_ONE_OR_TWO}月(?:{_ONE_OR_TWO}日|底|初|[上中下]旬)?"

_IN_DIGITS = str.maketrans(DIGITS, "0123456789")


def years_in(text: str) -> frozenset[str]:
    """The years of this and the last century that the folded ``text`` names, in digits."""
    written = (year_in_digits(match["year"]) for match in YEAR.finditer(text))
    return frozenset([*(match["year"] for match in YEAR_IN_DIGITS.finditer(text)), *written])


def year_in_digits(year: str) -> str:
    """二零二三 as 2023."""
    return year.translate(_IN_DIGITS)


def iso(day: re.Match[str]) -> str | None:
    """A match of ``DAY`` as 2023-03-28, or None when no calendar has it."""
    month, of_month = (int(value(day[part]) or 0) for part in "md")
    try:
        return datetime.date(int(year_in_digits(day["y"])), month, of_month).isoformat()
    except ValueError:
        return None
