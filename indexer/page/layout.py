"""The lines of a page become paragraphs: what only laid it out on paper or on a screen goes, its words stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from indexer.page.furniture import furniture
from indexer.page.wrapping import between, goes_on_over_page, going_on
from indexer.types import Dropped, Span


@dataclass
class Paragraph:
    """A line with those that go on with it. ``generated``: the blanks in it that stand for line breaks."""

    text: str
    generated: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """``gone``: indices of lines that belong to the pages, each with what it is. ``goes_on``: those of lines that go on
    with the last one before them that stays and is not blank."""

    gone: Mapping[int, str]
    goes_on: Collection[int]

    def paragraphs(self, lines: Sequence[str]) -> list[Paragraph | None]:
        """For each line the paragraph that it begins, or None where it is gone, in another or between two that are one;
        with the line ends that ``lines`` have."""
        found: list[Paragraph | None] = [None] * len(lines)
        for indices in self.groups(lines):
            parts: list[str] = []
            generated, length, before = [], 0, ""
            for at in indices:
                text = lines[at].strip() if before else lines[at].rstrip()
                blank = between(before, text) if before else ""
                generated += [Span(start=length, end=length + 1)] if blank else []
                parts += [blank, text]
                length += len(blank) + len(text)
                before = text
            last = lines[indices[-1]]
            parts.append(last[len(last.rstrip()) :])
            found[indices[0]] = Paragraph("".join(parts), generated)
        return found

    def groups(self, lines: Sequence[str]) -> Iterator[list[int]]:
        """The indices of the lines of each paragraph, in order; a blank line between two of them is one by itself."""
        group: list[int] = []
        blank: list[int] = []  # behind the group
        for at, line in enumerate(lines):
            if at in self.gone:
                continue
            if group and at in self.goes_on:
                group.append(at)
                blank = []
            elif not line.strip():
                blank.append(at)
            else:
                yield from filter(None, [group, *([n] for n in blank)])
                group, blank = [at], []
        yield from filter(None, [group, *([n] for n in blank)])

    def told(self) -> list[Dropped]:
        """The line breaks that went; what else did, their lines say."""
        n_gone = len(self.goes_on)
        return [Dropped(text="", reason=f"{n_gone} line breaks inside sentences")] if n_gone else []


def layout(lines: Sequence[str], kept: Collection[int]) -> Layout:
    """How ``lines`` are laid out. Those that are not ``kept`` (rows of tables, code) stay as they are."""
    gone = furniture(lines, kept, goes_on_over_page)
    rest = {at for at in kept if at not in gone}
    goes_on = going_on(lines, rest)
    if gone:
        goes_on |= _over_pages(lines, rest, goes_on, gone)
    return Layout(gone, goes_on)


def _over_pages(lines: Sequence[str], kept: set[int], goes_on: set[int], gone: Mapping[int, str]) -> set[int]:
    """Lines that go on with the sentence that the end of a page, which went, stands in."""
    paragraphs = Layout(gone, goes_on).paragraphs(lines)
    texts = {at: whole.text for at in sorted(kept) if (whole := paragraphs[at]) and whole.text.strip()}
    indented = 2 * sum(text[0].isspace() for text in texts.values()) > len(texts)
    whole_pages = kept.union(gone)
    found: set[int] = set()
    for before, behind in pairwise(texts):
        inside = range(before + 1, behind)
        if not any(at in gone for at in inside) or not all(at in whole_pages for at in inside):
            continue
        is_new = indented and texts[behind][0].isspace()
        if not is_new and goes_on_over_page(texts[before].strip(), texts[behind].strip()):
            found.add(behind)
    return found
