"""Words that mean one thing: what a question calls GDP, a report calls 地区生产总值, and a row of a table 社零总额."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from indexer.chinese.folding import fold

_OF_A_TIME = re.compile(r"(?<=[年月])[初中末]")  # 年初中国 has no 初中
_LATIN = re.compile(r"(?<![a-z])[a-z]{3,}(?![a-z])")


@dataclass(frozen=True)
class Term:
    """The ``words`` for one thing, folded; ``usual`` is what reports mostly write, None where that is left open;
    ``hints`` are words by which a sentence names it, but not a question."""

    words: tuple[str, ...]
    usual: str | None = None
    hints: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether the folded ``text``, of a report, names it."""
        return any(stands_in(word, text) for word in (*self.words, *self.hints))


def stands_in(word: str, text: str) -> bool:
    """Whether ``word`` stands in ``text``; one in Latin letters by itself: no AI in Hainan."""
    return word in text and (not word.isascii() or _alone(word).search(text) is not None)


@cache
def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")


def _with(text: str, word: str, other: str) -> str:
    """``text`` with ``other`` wherever ``word`` stands in it."""
    return _alone(word).sub(other, text) if word.isascii() else text.replace(word, other)


def terms_in(question: str) -> tuple[Term, ...]:
    """The terms that the folded ``question`` uses, by whatever word; 出口 is none of 进出口's."""
    used: set[str] = set()
    rest = _OF_A_TIME.sub("\n", question)
    for _, words in groupby(_longest_first(), key=len):
        # Of words of one length those that stand first: 境外来的 are from 境外, and not 外来.
        for word in sorted(words, key=rest.find):
            if stands_in(word, rest):
                used.add(word)
                rest = _with(rest, word, "\n")
    return tuple(term for term in _terms() if not used.isdisjoint(term.words))


_OF_PLACE = re.compile(r"(?:地区|本地|本[省市县区]|全[省市县区])生产总值")


def as_asked(text: str, terms: tuple[Term, ...]) -> str:
    """The folded ``text`` with, behind it, all that the names in it are called besides: 社零总额 is 社会消费品零售."""
    named = (term for term in terms if term.usual is not None and any(stands_in(word, text) for word in term.words))
    return " ".join((text, *(word for term in named for word in term.words if word not in text)))


def as_named(question: str, sentence: str) -> str:
    """The ``question`` with the name that ``sentence`` has for the product of a place: each report has its own."""
    named = _OF_PLACE.search(sentence)
    return _OF_PLACE.sub(named[0], question) if named else question


def as_written(question: str) -> str:
    """The folded ``question`` with the words that reports mostly use, where it has others."""
    for term in terms_in(question):
        if term.usual is not None and term.usual not in question:
            said = max((word for word in term.words if stands_in(word, question)), key=len)
            question = _with(question, said, term.usual)
    return question


def corrected(question: str) -> str:
    """The folded ``question`` with short forms whose letters it has in another order (GPD)."""
    return _LATIN.sub(lambda match: _mistyped().get("".join(sorted(match[0])), match[0]), question)


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted((word for term in _terms() for word in term.words), key=lambda word: -len(word)))


@cache
def _mistyped() -> dict[str, str]:
    """Short forms by their letters, sorted."""
    return {"".join(sorted(word)): word for term in _terms() for word in term.words if _LATIN.fullmatch(word)}


@cache
def _terms() -> tuple[Term, ...]:
    lines = files("service").joinpath("terms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_term(fold(line)) for line in lines if line and not line.startswith("#"))


def _term(line: str) -> Term:
    words, _, hints = line.removeprefix("= ").partition("|")
    found = tuple(words.split())
    return Term(found, None if line.startswith("= ") else found[0], tuple(hints.split()))
