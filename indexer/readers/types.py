"""What a reader makes of a file's bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexer.types import Dropped, HeadingHint, Page, Span


@dataclass(frozen=True)
class SourceText:
    """The text of a file as its reader sees it: what reports are made of, and nothing is changed in it any more.

    ``headings`` are lines that the format itself marks as such (the styles of a word processor), ``asides`` those that
    are none, whatever they look like: tables, notes, text boxes. ``pages`` are those of formats that have them, in
    order. ``generated`` is what the reader rendered and no file holds: automatic numbers, heads repeated in the rows of
    a table; the text without it is a subsequence of the file's. ``dropped`` is what was left out.
    """

    text: str
    encoding: str
    pages: tuple[Page, ...] = ()
    headings: tuple[HeadingHint, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    asides: tuple[Span, ...] = ()
    generated: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reader:
    """One format: how its bytes are recognised, and how they are read.

    ``suffixes``, where bytes alone cannot tell (a table is text, too): those that a file's name may end with.
    ``is_binary``: its bytes are parsed by code that is not trusted with them in this process
    (:mod:`indexer.readers.sandbox`).
    """

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], SourceText]  # raises ReadError
    suffixes: frozenset[str] | None = None
    is_binary: bool = False
