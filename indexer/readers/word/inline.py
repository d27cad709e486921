"""What stands in one paragraph: text as it is seen, and what hangs on it: notes, text boxes.

Tracked changes count as accepted. What is hidden, deleted, a number of a page or an entry of the table of contents is
left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.readers.visible import visible
from indexer.readers.word.markup import (
    CONTENTS,
    Element,
    attribute,
    child,
    content,
    name,
    no_text_of_its_own,
    toggled,
    value,
)
from indexer.readers.word.styles import Styles
from indexer.types import Span

_BREAK = re.compile(r"[\r\n]+")  # of the markup's lines; a break that is seen is a w:br
_OF_PAGES = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"))
_CONTENTS = frozenset(("TOC", "TOA", "INDEX"))
_DELETED = frozenset(("w:del", "w:moveFrom"))
_AS_TEXT = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
# Fonts of signs keep them at codes of their own; these are in use in forms and lists.
_SIGNS = {
    "wingdings": dict(
        zip(
            (0x6C, 0x6E, 0x6F, 0x71, 0x75, 0xA7, 0xA8, 0xD8, 0xE0, 0xFB, 0xFC, 0xFD, 0xFE),
            "●■□❑◆▪□➢→✗✓☒☑",
            strict=True,
        )
    ),
    "wingdings 2": dict(zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0xA3), "✗✓☒☑☒□", strict=True)),
    "symbol": dict(
        zip(
            (
                0x61,
                0x62,
                0x67,
                0x64,
                0x65,
                0x6C,
                0x6D,
                0x70,
                0x73,
                0x44,
                0x53,
                0xA3,
                0xB0,
                0xB1,
                0xB3,
                0xB4,
                0xB7,
                0xB9,
                0xD7,
            ),
            "αβγδελμπσΔΣ≤°±≥×•≠·",
            strict=True,
        )
    ),
}


@dataclass
class Inline:
    """The text of a paragraph so far; ``generated`` are numbers that were rendered."""

    text: str = ""
    generated: list[Span] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("footnote" or "endnote", its id)
    boxes: list[Element] = field(default_factory=list)

    def put_before(self, text: str) -> None:
        """Set the rendered ``text`` before all of it."""
        if text:
            self.generated = [Span(start=0, end=len(text)), *(span.shifted(len(text)) for span in self.generated)]
            self.text = text + self.text

    def append(self, other: Inline) -> None:
        self.generated += [span.shifted(len(self.text)) for span in other.generated]
        self.text += other.text
        self.notes += other.notes
        self.boxes += other.boxes


@dataclass
class _Field:
    instruction: str = ""
    in_result: bool = False

    @property
    def kind(self) -> str:
        words = self.instruction.split(maxsplit=1)
        return words[0].upper() if words else ""


class Reading:
    """Reads the paragraphs of a document in order; fields may reach over several.

    ``left_out`` is what was dropped, by the reason; with ``without_contents`` off, fields of contents are text: a file
    may lack the end of one.
    """

    def __init__(self, styles: Styles, *, without_contents: bool) -> None:
        self._styles = styles
        self._without_contents = without_contents
        self._fields: list[_Field] = []
        self.left_out: list[tuple[str, str]] = []
        self._goes_on = False  # with what was left out last, in the same paragraph
        self.n_invisible = 0

    @property
    def in_contents(self) -> bool:
        """Whether a field of contents has begun and not ended."""
        return any(one.kind in _CONTENTS and one.in_result for one in self._fields)

    def paragraph(self, paragraph: Element, style_id: str | None) -> Inline:
        inline = Inline()
        self._goes_on = False
        self._walk(paragraph, inline, hidden=self._styles.hides(style_id) or False)
        # Only contents and links run over paragraphs: another field that does not end with its own lacks its end.
        self._fields = [one for one in self._fields if one.in_result and one.kind not in _OF_PAGES]
        return inline

    def drop(self, text: str, reason: str) -> None:
        """List ``text`` as left out; what follows it in its paragraph for the same reason is added to it."""
        if self._goes_on and self.left_out[-1][1] == reason:
            text = self.left_out.pop()[0] + text
        self._goes_on = bool(text.strip())
        if self._goes_on:
            self.left_out.append((text, reason))

    def _walk(self, parent: Element, inline: Inline, *, hidden: bool) -> None:
        for element in content(parent):
            kind = name(element)
            if kind == "w:r":
                self._walk(element, inline, hidden=self._is_hidden(element, hidden))
            elif kind == "w:t":
                self._add(_BREAK.sub(" ", element.text or ""), inline, hidden=hidden)
            elif kind in _AS_TEXT:
                self._add(_AS_TEXT[kind], inline, hidden=hidden)
            elif kind == "w:sym":
                sign = _sign(element)
                self._add(sign, inline, hidden=hidden)
                if not sign:
                    self.drop(attribute(element, "char") or "?", f"a sign of the font {attribute(element, 'font')}")
            elif kind in _DELETED:
                self.drop(deleted_text(element), "deleted, by a tracked change")
            elif kind == "w:sdt":
                self.drop(deleted_text(element), no_text_of_its_own(element) or "")
            elif kind == "w:fldSimple":
                self._simple_field(element, inline, hidden=hidden)
            elif kind == "w:fldChar":
                self._field_sign(attribute(element, "fldCharType"))
            elif kind == "w:instrText":
                if self._fields and not self._fields[-1].in_result:
                    self._fields[-1].instruction += element.text or ""
            elif kind in ("w:footnoteReference", "w:endnoteReference"):
                if not hidden:
                    inline.notes.append((kind[2:].removesuffix("Reference"), attribute(element, "id") or ""))
            elif kind in ("w:drawing", "w:pict", "w:object"):
                if not hidden:
                    inline.boxes += _boxes(element)
            elif kind in ("m:oMath", "m:oMathPara"):
                self._add(
                    "".join(one.text or "" for one in element.iter() if name(one) == "m:t"), inline, hidden=hidden
                )
            elif kind == "w:rt":
                self.drop("".join(one.text or "" for one in element.iter() if name(one) == "w:t"), "set above the text")

    def _add(self, text: str, inline: Inline, *, hidden: bool) -> None:
        if hidden:
            self.drop(text, "hidden")
        elif self._without_contents and self.in_contents:
            self.drop(text, CONTENTS)
        elif any(one.kind in _OF_PAGES and one.in_result for one in self._fields):
            self.drop(text, "number of a page")
        elif self._fields and self._fields[-1].in_result and not all(one.in_result for one in self._fields):
            self.drop(text, "what another field is worked out from")
        else:
            seen = visible(text)[0]
            self.n_invisible += len(text) - len(seen)
            inline.text += seen

    def _is_hidden(self, run: Element, inherited: bool) -> bool:
        properties = child(run, "w:rPr")
        own = toggled(properties, "w:vanish")
        if own is None and (style := value(properties, "w:rStyle")) is not None:
            own = self._styles.hides(style)
        return inherited if own is None else own

    def _simple_field(self, element: Element, inline: Inline, *, hidden: bool) -> None:
        self._fields.append(_Field(attribute(element, "instr") or "", in_result=True))
        self._walk(element, inline, hidden=hidden)
        if self._fields:
            self._fields.pop()

    def _field_sign(self, sign: str | None) -> None:
        if sign == "begin":
            self._fields.append(_Field())
        elif sign == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif sign == "end" and self._fields:
            self._fields.pop()


def deleted_text(element: Element) -> str:
    """All text in ``element``, also what was deleted."""
    return "".join(one.text or "" for one in element.iter() if name(one) in ("w:t", "w:delText"))


def _boxes(element: Element) -> Iterator[Element]:
    for below in content(element):
        if name(below) == "w:txbxContent":
            yield below
        else:
            yield from _boxes(below)


def _sign(element: Element) -> str:
    """The character that a font of signs shows; nothing where it is not known."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    font = (attribute(element, "font") or "").lower()
    if font in _SIGNS:
        return _SIGNS[font].get(code & 0xFF, "")
    return chr(code) if 0x20 <= code < 0xD800 else ""
