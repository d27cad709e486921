"""What reports say of themselves that sets them apart, however much they resemble each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from indexer.chinese.dates import CENTURIES
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.types import ReadValue, Report

Told = Mapping[str, object]

_MOST = "most"
_YEAR = re.compile(rf"(?<!\d){CENTURIES}(?=年)")
# 一季度 and 二季度, 第2996号 and 第7264号: numbers that tell titles apart.
_NUMBER = re.compile(rf"\d+|[{BELOW_100}零]+(?=[年季月期批次号届])|[上下]半年")


def told(report: Report) -> dict[str, object]:
    """What sets reports apart; empty where it is not said."""
    metadata = report.metadata
    title = _digits(metadata.title) if metadata.title.origin in ("text", "manifest") else ()
    years = Counter(_YEAR.findall(fold(report.text)))
    return {
        "year": _value(metadata.year),
        # Where none is said to be its year, the one it writes of most; of as frequent ones the latest.
        _MOST: max(years, key=lambda year: (years[year], year), default=""),
        "region": metadata.region_path or _value(metadata.region),
        "body": _value(metadata.issuing_body),
        "number": _value(metadata.document_number),
        "title": title,
    }


def may_be_one(one: Told, other: Told) -> bool:
    """Whether nothing that both say speaks against it."""
    return all(one[name] == other[name] for name in _both(_names(one), _names(other)))


class ByTold:
    """Numbers of what tells something, found by what may be one with it: of ten thousand reports that one office
    wrote over another's, those of the same place and year are found without a look at the others."""

    def __init__(self) -> None:
        self._all: dict[frozenset[str], dict[int, Told]] = {}  # by the names of what they tell
        # By these and the names that are compared: by the values of those.
        self._tables: dict[tuple[frozenset[str], frozenset[str]], dict[tuple[object, ...], list[int]]] = {}

    def put(self, number: int, tells: Told) -> None:
        """``number`` tells this; by what it told before it is found, too."""
        names = _names(tells)
        same = self._all.setdefault(names, {})
        if same.get(number) != tells:
            same[number] = tells
            for (held, compared), table in self._tables.items():
                if held == names:
                    table.setdefault(_values(tells, compared), []).append(number)

    def may_be_one(self, tells: Told) -> list[int]:
        """All that may be one with what tells so, and some that may not, or twice: what told something else before."""
        own = _names(tells)
        found: list[int] = []
        for names in self._all:
            compared = _both(own, names)
            if (names, compared) not in self._tables:
                table = self._tables[names, compared] = {}
                for number, held in self._all[names].items():
                    table.setdefault(_values(held, compared), []).append(number)
            found += self._tables[names, compared].get(_values(tells, compared), ())
        return found


def letters(text: str) -> str:
    """The letters and digits of ``text``, folded."""
    return "".join(filter(str.isalnum, fold(text)))


def _names(tells: Told) -> frozenset[str]:
    return frozenset(name for name, value in tells.items() if value)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """What is compared of two that tell so much: all that both tell, but the year that they write of most only where
    one does not tell its own."""
    both = one & other
    return both - {_MOST} if "year" in both else both


def _values(tells: Told, names: frozenset[str]) -> tuple[object, ...]:
    return tuple(tells[name] for name in sorted(names))


def _value(read: ReadValue | None) -> str:
    return "" if read is None else letters(read.value)


def _digits(title: ReadValue) -> tuple[str, ...]:
    return tuple(sorted(_NUMBER.findall(fold(title.value))))
