"""The outline of a report as a tree of links, each to the heading where it stands on the page of the report."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from indexer.types import Section
from service.http.page import add_text
from service.http.source_text import anchor_of


def add_outline(parent: Element, sections: Sequence[Section], text: str, address: str = "", levels: int = 0) -> None:
    """The headings of ``sections``, and below each its own, ``levels`` deep (0: all). ``text``: that of the report,
    ``address``: of its page, where that is another."""
    listed = SubElement(parent, "ol")
    for section in sections:
        item = SubElement(listed, "li")
        add_text(item, "a", section.label).set("href", f"{address}#{anchor_of(section, text)}")
        if section.children and levels != 1:
            add_outline(item, section.children, text, address, levels - 1)


def levels_within(sections: Sequence[Section], most: int) -> int:
    """How many whole levels of the tree have at most ``most`` headings together; one at least."""
    levels, n = 0, 0
    row: Sequence[Section] = sections
    while row and (n := n + len(row)) <= most:
        levels += 1
        row = [child for section in row for child in section.children]
    return max(levels, 1)


def n_headings(sections: Sequence[Section], levels: int = 0) -> int:
    """How many there are, ``levels`` deep (0: all)."""
    deeper = sum(n_headings(one.children, levels - 1) for one in sections) if levels != 1 else 0
    return len(sections) + deeper
