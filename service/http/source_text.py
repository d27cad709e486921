"""The text of a report as elements: headings as headings, each line by itself, what is marked as marks; nothing added.

What the elements of the text say, one behind the other, is the canonical text, character by character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from indexer.types import Report, Section, Span
from service.http.page import add_inline

BLOCK_CHARS = 2000  # a browser lays out what is near, block by block
DEEPEST = 6
# HTML has none of these: a browser would leave the one out and read the other as the end of a line.
_AS_SHOWN = str.maketrans("\0\r", "\ufffd\n")


@dataclass(frozen=True)
class Marked:
    """A span to mark, with a class for how, and an id for its first characters."""

    span: Span
    name: str
    anchor: str = ""


@dataclass(frozen=True)
class _Piece:
    """What one element of the text holds; ``tag`` p for a line, or a heading's."""

    start: int
    end: int
    tag: str


def heading_of(section: Section, text: str) -> Span:
    """Number and heading, where they stand on one line."""
    start, heading = section.span.start, section.heading_span
    return heading if "\n" in text[start : heading.start] else Span(start=start, end=heading.end)


def anchor_of(section: Section, text: str) -> str:
    return f"s{heading_of(section, text).start}"


def add_report_text(parent: Element, report: Report, marks: Sequence[Marked]) -> Element:
    """The text, in blocks of about BLOCK_CHARS, each of which says in ``data-at`` where it begins."""
    held = SubElement(parent, "div", {"class": "text"})
    pages = {page.span.start: page.number for page in report.pages}
    page_starts = sorted(pages)
    marks = sorted(marks, key=lambda mark: mark.span.start)
    block, full = None, 0
    for piece in _pieces(report):
        if block is None or piece.start >= full:
            block = SubElement(held, "div", {"class": "block", "data-at": str(piece.start)})
            full = piece.start + BLOCK_CHARS
        node = SubElement(block, piece.tag)
        if piece.tag != "p":
            node.set("id", f"s{piece.start}")
        page_at = bisect_right(page_starts, piece.end - 1) - 1
        if page_at >= 0 and piece.start <= page_starts[page_at] < piece.end:
            node.set("data-page", str(pages[page_starts[page_at]]))
        while marks and marks[0].span.end <= piece.start:
            marks = marks[1:]
        _add_marked(node, report.text, piece, marks)
    return held


def _pieces(report: Report) -> Iterator[_Piece]:
    """The whole text in order, without a gap: each heading with the end of its line, and each line between them."""
    at = 0
    for start, end, tag in _headings(report):
        if start < at:
            continue  # in another heading
        yield from _lines(report.text, at, start)
        at = _with_end_of_line(report.text, end)
        yield _Piece(start, at, tag)
    yield from _lines(report.text, at, len(report.text))


def _headings(report: Report) -> Iterator[tuple[int, int, str]]:
    """A heading is as deep as it lies in the tree, below the title: no level is left out."""
    for path, section in report.walk():
        heading = heading_of(section, report.text)
        if len(heading):
            yield heading.start, heading.end, f"h{min(len(path) + 1, DEEPEST)}"


def _with_end_of_line(text: str, end: int) -> int:
    stop = end
    while stop < len(text) and text[stop] in " \t\u3000":
        stop += 1
    return stop + 1 if stop < len(text) and text[stop] in "\n\r" else end


def _lines(text: str, start: int, end: int) -> Iterator[_Piece]:
    while start < end:
        stop = text.find("\n", start, end) + 1 or end
        yield _Piece(start, stop, "p")
        start = stop


def _add_marked(node: Element, text: str, piece: _Piece, marks: Sequence[Marked]) -> None:
    """The text of ``piece``, cut wherever a mark begins or ends."""
    near: list[Marked] = []
    for mark in marks:
        if mark.span.start >= piece.end:
            break
        if mark.span.end > piece.start:
            near.append(mark)
    edges = {edge for mark in near for edge in (mark.span.start, mark.span.end) if piece.start < edge < piece.end}
    for start, end in pairwise([piece.start, *sorted(edges), piece.end]):
        shown = text[start:end].translate(_AS_SHOWN)
        over = [mark for mark in near if mark.span.start <= start and end <= mark.span.end]
        if not over:
            add_inline(node, shown)
            continue
        names = dict.fromkeys(mark.name for mark in over)
        inner = marked = SubElement(node, "mark", {"class": " ".join(names)})
        for mark in over:
            if mark.anchor and mark.span.start == start:
                inner = SubElement(inner, "span") if inner.get("id") else inner
                inner.attrib.update({"id": mark.anchor, "tabindex": "-1"})
        if anchors := [mark.anchor for mark in over if mark.anchor]:
            marked.set("data-of", " ".join(anchors))
        inner.text = shown
