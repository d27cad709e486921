"""Tokens for lexical search in Chinese.

Chinese has no spaces between words, and no word list is complete (行政复议案件 is one word to some
segmenters, two or three to others). Character unigrams and bigrams need no list and find every substring;
Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese information retrieval" (IRAL 2000).
What they gain and cost here stands in ``eval/results/lexical_engines.md``.
"""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.chinese.dates import HAN_YEAR, year_in_digits
from indexer.chinese.folding import fold
from indexer.chinese.numerals import DIGITS, LARGE_UNITS, SMALL_UNITS

# Han with 々 and compatibility ideographs, kana, hangul: scripts written without spaces between words, or
# (hangul) whose words carry endings; each of their characters is a token.
_CJK = r"々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffdぁ-ヿ\uac00-\ud7a3"

# White space inside Chinese is layout (a PDF's line end falls anywhere in a word), so it does not end a run;
# punctuation does. Thousands separators belong to a number; a dot does once: 2020.12.31 is three numbers.
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}](?:\s*[{_CJK}])*)"
    r"|(?P<thousands>(?<!\d)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d))"
    r"|(?P<dotted>\d+(?:\.\d+){2,})"
    r"|(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<word>[^\W\d_{_CJK}]+)"
)
# A year written digit by digit. Shorter runs (五四运动, 一一对应) and 二十四 are words, not figures.
_YEAR = re.compile(rf"(?<![{DIGITS}]){HAN_YEAR}(?![{DIGITS}{SMALL_UNITS}{LARGE_UNITS}])")

# Zero-width characters and soft hyphens stand inside words of text copied from the web. Nobody sees them, so
# they must not keep a word from being found.
_UNSEEN = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def tokenize(text: str) -> list[str]:
    """The tokens of ``text`` after folding, in reading order: what an index stores and a query looks up.

    * Chinese, kana, hangul: each character, and each pair of neighbours; no pair spans punctuation.
    * Numbers whole, without thousands separators or ``%``: ``46.18``, ``2270``, ``91.4``. A year in
      characters gives the figure too: ``二〇二〇年`` also holds ``2020``.
    * Words of other scripts, folded; letters and digits part (``5G`` is ``5``, ``g``, as ``5 G`` is).
    """
    tokens: list[str] = []
    for match in _TOKEN.finditer(_UNSEEN.sub("", fold(text))):
        run = match.group()
        match match.lastgroup:
            case "cjk":
                tokens += _unigrams_and_bigrams("".join(run.split()))
            case "thousands":
                tokens.append(run.replace(",", ""))
            case "dotted":
                tokens += run.split(".")
            case _:
                tokens.append(run)
    return tokens


def _unigrams_and_bigrams(run: str) -> list[str]:
    tokens = list(run)
    tokens += map("".join, pairwise(run))
    tokens += [year_in_digits(year[0]) for year in _YEAR.finditer(run)]
    return tokens
