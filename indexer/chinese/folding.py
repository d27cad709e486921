"""The folding under which two spellings count as the same.

Folding is for matching only: nothing folded is ever shown, quoted or stored. It maps one code point to one
code point, so an offset into ``fold(text)`` is an offset into ``text``.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

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
    character stays as it is; so do ① and ¹, which mark a note and are no digits of the figure beside them.
    """
    return text.translate(_FOLD)


def _fold_code_point(code: int) -> int:
    """Folded until nothing changes, so that folding twice is folding once."""
    character = chr(code)
    while (folded := _fold_once(character)) != character:
        character = folded
    return ord(character)


def _fold_once(character: str) -> str:
    if unicodedata.decomposition(character).startswith(("<circle>", "<super>")) and character.isnumeric():
        return character
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
