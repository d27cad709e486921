"""Which names are those of administrative divisions, of the whole country down to the county, and which lie together.

A code has two digits for the province, two for the city in it, and two for the county in that; 00 where it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MIN_CHARS, MAX_CHARS = 2, 16
# Whole names that running text has inside other words: 高水平城区, 东北市区, 创新县.
_IN_WORDS = re.compile(r"^.[县区市]$|^.市区$|^[平新]城区$")


def divisions_in(text: str) -> Iterator[str]:
    """The divisions that the folded ``text`` names, the longest at each place; provinces and cities also without their
    ending."""
    known = _in_text()
    at = 0
    while at < len(text):
        length = next((n for n in range(MAX_CHARS, MIN_CHARS - 1, -1) if text[at : at + n] in known), 0)
        if length:
            yield text[at : at + length]
        at += length or 1


def siblings(names: frozenset[str]) -> frozenset[str]:
    """The divisions that lie beside those of ``names``, under the same city or province, whole names.

    Of several places of one name that is meant which lies nearest to the others: 南山区 beside 光明区 is Shenzhen's.
    """
    known = {name: codes for name in names if (codes := codes_of(name))}
    sure = {code for codes in known.values() if len(codes) == 1 for code in codes}
    parents = {
        parent(code)
        for codes in known.values()
        for code in codes
        if len(codes) == 1 or any(parent(code) in (parent(other), other) for other in sure)
    }
    return frozenset(name for name, codes in _in_text().items() if {parent(code) for code in codes} & parents) - names


def codes_of(name: str) -> tuple[str, ...]:
    """The codes of the divisions that ``name``, whole or short, is the name of, today or before; none: it is none."""
    return _gazetteer().codes.get(name, ())


def all_names() -> Iterable[str]:
    """The names of all divisions, whole and short."""
    return _gazetteer().codes.keys()


def is_city(name: str) -> bool:
    """Whether ``name`` is that of a province or of a city in it."""
    return any(code.endswith("00") for code in codes_of(name))


def name_of(code: str) -> str | None:
    """The whole name of today of the division with ``code``, or the last that it had."""
    return _gazetteer().names.get(code)


def names_of_code(code: str) -> Iterable[str]:
    """All that the division with ``code`` is called, today and before, whole and short."""
    return _gazetteer().called.get(code, ())


def parent(code: str) -> str:
    """The code of what a division lies in: its city, its province, or the country (``""``).

    A county that no city has lies in a city without a name.
    """
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def lineage(code: str) -> tuple[str, ...]:
    """The codes of what a division lies in, from its province down, and its own; those that have a name."""
    above = (f"{code[:2]}0000", f"{code[:4]}00", code)
    return tuple(one for one in dict.fromkeys(above) if name_of(one))


@dataclass(frozen=True)
class _Gazetteer:
    """Name to codes; code to name, and to all that the division is called."""

    codes: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    called: Mapping[str, tuple[str, ...]]


@cache
def _gazetteer() -> _Gazetteer:
    lines = files("indexer.chinese").joinpath("divisions.txt").read_text(encoding="utf-8").splitlines()
    codes: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    called: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        words = line.split()
        its_names, its_codes = (
            [word for word in words if not word.isdigit()],
            [word for word in words if word.isdigit()],
        )
        for name in its_names:
            codes[name] = (*codes.get(name, ()), *its_codes)
        for code in its_codes:
            names.setdefault(code, its_names[0])  # the names of today stand first
            called[code] = (*called.get(code, ()), *its_names)
    return _Gazetteer(codes, names, called)


@cache
def _in_text() -> Mapping[str, tuple[str, ...]]:
    """Name to codes of what is looked for in running text."""
    return {name: codes for name, codes in _gazetteer().codes.items() if not _IN_WORDS.match(name)}
