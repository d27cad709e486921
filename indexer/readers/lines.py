"""Lines that a reader of marked-up text found become the text of a report: without the page around it, with what is
known of each line kept as spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from indexer.page.boilerplate import boilerplate
from indexer.page.layout import layout
from indexer.page.wrapping import between
from indexer.readers.types import SourceText
from indexer.tables import LINES_ABOVE, Above, above
from indexer.types import Dropped, HeadingHint, Span


@dataclass
class Line:
    """A line of the report. ``level`` of a heading; ``is_aside``: no heading, whatever it looks like.

    ``generated``: what of it was rendered, and stands in no file.
    """

    text: str
    generated: Sequence[Span] = ()
    level: int | None = None
    is_aside: bool = False


_Line = TypeVar("_Line", bound=Line)


def about_the_page(lines: Sequence[_Line], never: Callable[[_Line], bool]) -> dict[int, str]:
    """The indices of lines that are boilerplate, each with the reason; ``never`` those that are the report's anyhow."""
    found = boilerplate([line.text for line in lines])
    return {at: reason for at, reason in found.items() if not never(lines[at])}


def laid_out(lines: Sequence[_Line]) -> tuple[list[_Line], list[Dropped]]:
    """``lines`` without what belongs to printed pages, those that go on with the line before them joined to it; and
    what went."""
    texts = [line.text for line in lines]
    laid = layout(texts, [at for at, line in enumerate(lines) if not line.is_aside and line.level is None])
    kept = [_as_one([lines[at] for at in group]) for group in laid.groups(texts)]
    told = [Dropped(text=texts[at].strip(), reason=laid.gone[at]) for at in sorted(laid.gone)]
    return kept, [*laid.told(), *told]


def _as_one(lines: Sequence[_Line]) -> _Line:
    """The lines of a paragraph, each of which goes on with the one before it."""
    if len(lines) == 1:
        return lines[0]
    parts: list[str] = []
    generated: list[Span] = []
    length, before = 0, ""
    for line in lines:
        lead = len(line.text) - len(line.text.lstrip()) if before else 0
        text = line.text[lead:].rstrip()
        blank = between(before, text) if before else ""
        generated += [Span(start=length, end=length + 1)] if blank else []
        length += len(blank)
        inside = [(max(span.start - lead, 0), min(span.end - lead, len(text))) for span in line.generated]
        generated += [Span(start=length + start, end=length + end) for start, end in inside if start < end]
        parts += [blank, text]
        length += len(text)
        before = text
    return replace(lines[0], text="".join(parts), generated=generated)


def above_table(lines: Sequence[Line]) -> Above:
    """What the ``lines`` before a table say of it; not its heading, which is over its rows anyhow, nor a table."""
    before: list[str] = []
    for line in reversed(lines):
        if len(before) == LINES_ABOVE or line.level is not None or line.is_aside:
            break
        before += [line.text] if line.text.strip() else []
    return above(before[::-1])


def assembled(
    lines: Sequence[Line], encoding: str, dropped: Sequence[Dropped], left_out: Mapping[int, str]
) -> SourceText:
    """The text of ``lines`` less those ``left_out`` (index to reason), which are told beside what else was dropped."""
    pieces: list[str] = []
    headings, asides, generated = [], [], []
    length = 0
    for at, line in enumerate(lines):
        if at in left_out:
            continue
        span = Span(start=length, end=length + len(line.text))
        generated += [one.shifted(length) for one in line.generated]
        if line.is_aside:
            asides.append(span)
        elif line.level is not None and line.text.strip():
            headings.append(HeadingHint(span=span, level=line.level))
        pieces += (line.text, "\n")
        length += len(line.text) + 1
    told = [Dropped(text=lines[at].text.strip(), reason=left_out[at]) for at in sorted(left_out)]
    return SourceText(
        text="".join(pieces),
        encoding=encoding,
        headings=tuple(headings),
        dropped=(*dropped, *told),
        asides=tuple(asides),
        generated=tuple(generated),
    )
