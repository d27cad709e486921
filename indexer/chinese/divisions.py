"""Which names are those of administrative divisions, of the whole country down to the county, and which lie together.

A code has two digits for the province, two for the city in it, and two for the county in that; 00 where it is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

MIN_CHARS, MAX_CHARS = 2, 16


def divisions_in(text: str) -> Iterator[str]:
    """The divisions that the folded ``text`` names, the longest at each place; provinces and cities also without their
    ending."""
    known = _codes()
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
    known = {name: codes for name in names if (codes := _codes().get(name))}
    sure = {code for codes in known.values() if len(codes) == 1 for code in codes}
    parents = {
        _parent(code)
        for codes in known.values()
        for code in codes
        if len(codes) == 1 or any(_parent(code) in (_parent(other), other) for other in sure)
    }
    return frozenset(name for name, codes in _codes().items() if {_parent(code) for code in codes} & parents) - names


def _parent(code: str) -> str:
    """The code of what a division lies in: its city, its province, or the country (``""``)."""
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


@cache
def _codes() -> Mapping[str, tuple[str, ...]]:
    lines = files("indexer.chinese").joinpath("divisions.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.split() for line in lines if not line.startswith("#"))
    found = (
        ([word for word in entry if not word.isdigit()], [word for word in entry if word.isdigit()])
        for entry in entries
    )
    return {name: tuple(codes) for names, codes in found for name in names}
