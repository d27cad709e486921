"""Tokens for lexical search in Chinese, and the folding under which two spellings count as the same.

Folding is for matching only: nothing folded is ever shown, quoted or stored. It maps one code point to one
code point, so an offset into ``fold(text)`` is an offset into ``text``.

Chinese has no spaces between words, and no word list is complete (行政复议案件 is one word to some
segmenters, two or three to others). Character unigrams and bigrams need no list and find every substring;
Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese information retrieval" (IRAL 2000).
What they gain and cost here stands in ``eval/results/lexical_engines.md``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

# Variants that NFKC leaves apart: typed differently by different offices, never different in meaning.
_VARIANTS = str.maketrans(
    {
        **dict.fromkeys("〇○◯", "零"),  # 二〇二〇年, and the circles that are typed for want of 〇
        **dict.fromkeys("“”„‟〝〞″「」『』«»", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−─━", "-"),
        **dict.fromkeys("〔【〖", "["),  # document numbers: 国发〔2020〕3号, 国发【2020】3号, 国发[2020]3号
        **dict.fromkeys("〕】〗", "]"),
        **dict.fromkeys("・•‧∙⋅", "·"),
        **dict.fromkeys("〜∼", "~"),
        "⋯": "…",
        "〈": "《",
        "〉": "》",
    }
)

# Han with 々 and compatibility ideographs, kana, hangul: scripts written without spaces between words, or
# (hangul) whose words carry endings; each of their characters is a token.
_CJK = r"々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffdぁ-ヿ\uac00-\ud7a3"
_DIGIT_OF_NUMERAL = {ord(numeral): str(digit) for digit, numeral in enumerate("零一二三四五六七八九")}

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
_YEAR = re.compile(r"(?<![零一二三四五六七八九])[零一二三四五六七八九]{4}(?![零一二三四五六七八九十百千万亿])")

# Zero-width characters and soft hyphens stand inside words of text copied from the web. Nobody sees them, so
# they must not keep a word from being found.
_UNSEEN = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


class _FoldTable(dict[int, int]):
    """Code point → folded code point, worked out when it is first met (``str.translate`` asks by item)."""

    def __missing__(self, code: int) -> int:
        folded = self[code] = _fold_code_point(code)
        return folded


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """``text`` with spellings that mean the same made equal; ``len(fold(text)) == len(text)``, idempotent.

    Folded: full and half width and other compatibility forms (NFKC), letter case, 零/〇, simplified and
    traditional characters (to simplified, each by itself), and variants of quotation marks, dashes, brackets
    and middle dots. Where NFKC or case folding would give several code points (``㎡``, ``⑴``, ``ß``), the
    character stays as it is.
    """
    return text.translate(_FOLD)


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
    tokens += [year.group().translate(_DIGIT_OF_NUMERAL) for year in _YEAR.finditer(run)]
    return tokens


def _fold_code_point(code: int) -> int:
    """Folded until nothing changes, so that folding twice is folding once."""
    character = chr(code)
    while (folded := _fold_once(character)) != character:
        character = folded
    return ord(character)


def _fold_once(character: str) -> str:
    for form in (unicodedata.normalize("NFKC", character), character.casefold()):
        if len(form) == 1 and form != character:
            return form
    return _simplified().get(character, character).translate(_VARIANTS)


@cache
def _simplified() -> dict[str, str]:
    """Traditional → simplified character: OpenCC's table (Apache-2.0, 4,113 entries), read once.

    Where the table offers several, its first is taken.
    """
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines())
    return {traditional: simplified.split(" ")[0] for traditional, simplified in pairs}
