"""Which names are those of administrative divisions, of the whole country, down to the county."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

MIN_CHARS, MAX_CHARS = 2, 16


def divisions_in(text: str) -> Iterator[str]:
    """The divisions that the folded ``text`` names, the longest at each place; provinces and cities also without their
    ending."""
    known = _names()
    at = 0
    while at < len(text):
        length = next((n for n in range(MAX_CHARS, MIN_CHARS - 1, -1) if text[at : at + n] in known), 0)
        if length:
            yield text[at : at + length]
        at += length or 1


@cache
def _names() -> frozenset[str]:
    lines = files("indexer.chinese").joinpath("divisions.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
