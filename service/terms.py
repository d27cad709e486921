"""Words that mean one thing: what a question calls GDP, a report calls 地区生产总值."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from indexer.chinese.folding import fold

_LATIN = re.compile(r"(?<![a-z])[a-z]{3,}(?![a-z])")

Term = tuple[str, ...]  # the words for one thing, folded, the most usual first


def terms_in(text: str) -> tuple[Term, ...]:
    """The terms that the folded ``text`` uses, by whatever word."""
    return tuple(term for term in _terms() if names(text, term))


def names(text: str, term: Term) -> bool:
    """Whether the folded ``text`` uses one of the words of ``term``."""
    return any(word in text for word in term)


def as_written(text: str) -> str:
    """The folded ``text`` with the words that reports mostly use, where it uses others or mistypes letters (GPD)."""
    text = _LATIN.sub(lambda match: _mistyped().get("".join(sorted(match[0])), match[0]), text)
    for term in terms_in(text):
        usual, *others = term
        if usual not in text:
            text = text.replace(max((word for word in others if word in text), key=len), usual)
    return text


@cache
def _mistyped() -> dict[str, str]:
    """Short forms by their letters, sorted."""
    return {"".join(sorted(word)): word for term in _terms() for word in term if _LATIN.fullmatch(word)}


@cache
def _terms() -> tuple[Term, ...]:
    lines = files("service").joinpath("terms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(map(fold, line.split())) for line in lines if line and not line.startswith("#"))
