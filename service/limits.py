"""How much of what was found is given: an answer has an end, however long the lines of a report and its lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.sentences import MAX_CHARS, each_sentence
from indexer.types import Report, Span
from service.abstain import Decision
from service.answers.types import Gap, Piece

MAX_PIECES = 300  # more than anybody reads; 1,260 articles of a law are half a megabyte
MAX_ALSO_IN = 100


def within_limits(decision: Decision, reports: Mapping[str, Report]) -> Decision:
    """``decision`` with at most MAX_PIECES pieces, of which none quotes more than a sentence may have; what is left out
    of a longer one stands behind what is given. Pieces that are left out are counted, and a list without them is
    partial."""
    draft = decision.draft
    kept = draft.pieces[:MAX_PIECES]
    pieces = tuple(_shortened(piece, reports[piece.report_id].text) for piece in kept)
    gap = draft.gap
    if gap is not None and pieces:
        gap = _shortened_gap(gap, reports[pieces[0].report_id].text)
    n_left_out = len(draft.pieces) - len(kept)
    draft = replace(draft, pieces=pieces, gap=gap, n_left_out=n_left_out)
    is_part = n_left_out and decision.status == "answered" and draft.counted is None
    return replace(decision, status="partial" if is_part else decision.status, draft=draft)


def _shortened(piece: Piece, text: str) -> Piece:
    span = _first(piece.span, text)
    if span == piece.span and len(piece.also_in) <= MAX_ALSO_IN:
        return piece
    item = piece.item and (_common(piece.item, span) or span)
    highlights = tuple(mark for mark in piece.highlights if span.contains(mark))
    return replace(piece, span=span, item=item, highlights=highlights, also_in=piece.also_in[:MAX_ALSO_IN])


def _shortened_gap(gap: Gap, text: str) -> Gap:
    return replace(
        gap,
        stated=gap.stated and _first(gap.stated, text),
        broken_off=gap.broken_off and _first(gap.broken_off, text),
    )


def _first(span: Span, text: str) -> Span:
    """``span``, or of a longer one than a sentence may be what it begins with, up to where sentences are cut."""
    return span if len(span) <= MAX_CHARS else next(each_sentence(text, span))


def _common(one: Span, other: Span) -> Span | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start=start, end=end) if start < end else None
