"""The styles of a document, each with what it takes over from those that it is based on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

from indexer.chinese.numerals import DIGITS
from indexer.readers.word.markup import Element, attribute, child, name, number, toggled, value

MAX_BASES = 20  # Word stops at ten; a ring of styles must end too
BODY_LEVEL = 9  # w:outlineLvl of what is no heading; 0 is the highest heading
_HAN = DIGITS[1:]
# Word writes the English names of its styles whatever the language it speaks; other programs write their own.
_HEADING = re.compile(
    rf"(?:heading|标题|標題|見出し|제목|titre|überschrift|título|titolo|заголовок)\s*(?P<n>[1-9{_HAN}])"
    rf"|(?P<m>[1-9{_HAN}])\s*级标题",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:toc|目录|目錄)\s*(?:[1-9]|heading|标题|標題)?|table of contents|contents heading", re.IGNORECASE
)

_Value = TypeVar("_Value")


class Styles:
    """Styles by id; an id that is not there, or None, is the default paragraph style."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: str | None = None
        for style in root if root is not None else ():
            style_id = attribute(style, "styleId")
            if name(style) == "w:style" and style_id is not None:
                self._styles.setdefault(style_id, style)
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
                    self._default = self._default or style_id
        self._known: dict[tuple[str | None, str], object] = {}

    def level(self, style_id: str | None) -> int | None:
        """The level of the headings in this style, from 1; None for a style of body text."""
        found = self._first(style_id, _level)
        return found if found != BODY_LEVEL + 1 else None

    def is_contents(self, style_id: str | None) -> bool:
        """Whether it is a style of the table of contents."""
        style = self._styles.get(style_id or "")
        return style is not None and _CONTENTS.fullmatch((value(style, "w:name") or "").strip()) is not None

    def numbering(self, style_id: str | None) -> tuple[int, int | None] | None:
        """Which list the style numbers its paragraphs in, and on which level, from 0, where it says so."""
        return self._first(style_id, _numbering)

    def hides(self, style_id: str | None) -> bool | None:
        """Whether text of this paragraph or character style is hidden."""
        return self._first(style_id, _hides)

    def family(self, style_id: str | None) -> tuple[str, ...]:
        """The style and those that it is based on, nearest first."""
        return tuple(attribute(style, "styleId") or "" for style in self._bases(style_id))

    def _first(self, style_id: str | None, read: Callable[[Element], _Value | None]) -> _Value | None:
        key = (style_id, read.__name__)
        if key not in self._known:
            self._known[key] = next(
                (found for style in self._bases(style_id) if (found := read(style)) is not None), None
            )
        return cast(_Value | None, self._known[key])

    def _bases(self, style_id: str | None) -> Iterator[Element]:
        at = style_id if style_id in self._styles else self._default
        for _ in range(MAX_BASES):
            style = self._styles.get(at or "")
            if style is None:
                return
            yield style
            at = value(style, "w:basedOn")


def _level(style: Element) -> int | None:
    stated = number(style, "w:pPr", "w:outlineLvl", most=BODY_LEVEL)
    if stated is not None:
        return stated + 1
    named = _HEADING.fullmatch((value(style, "w:name") or "").strip())
    if named is None:
        return None
    digit = named["n"] or named["m"]
    return _HAN.index(digit) + 1 if digit in _HAN else int(digit)


def _hides(style: Element) -> bool | None:
    return toggled(child(style, "w:rPr"), "w:vanish")


def _numbering(style: Element) -> tuple[int, int | None] | None:
    properties = child(style, "w:pPr", "w:numPr")
    num_id = number(properties, "w:numId")
    return None if num_id is None else (num_id, number(properties, "w:ilvl", most=8))
