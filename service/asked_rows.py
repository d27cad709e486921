"""Which rows of the tables that are found a question after a figure is about: the others cannot answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.types import Span
from service.rows import RowOfTable, row_of
from service.types import Passage
from service.understand import Understood, pairs

_TOTAL = re.compile(r"[合总共]计|小计|全[省市县区州国]")


def not_of_what_is_asked(understood: Understood, passages: Sequence[Passage]) -> Mapping[str, frozenset[Span]]:
    """The rows of tables in ``passages`` that a question after a figure is not about, by chunk, as spans of its text.

    A row is what the question is about where it, with the headings over it, has most of the question's words, and of
    the words that tell it from other rows most are the question's. Where it has none of them, the sum of all may be.
    """
    if understood.kind != "number":
        return {}
    found: list[tuple[tuple[int, float], Passage, Span]] = []
    best: dict[str, tuple[int, float]] = {}  # by report: another may tell the same of another place
    for passage in passages:
        if ";" not in (folded := fold(passage.chunk.text)) or ":" not in folded:
            continue
        over = pairs(fold(" ".join((passage.chunk.context, *passage.chunk.heading_path)))) & understood.pairs
        for span in sentences(passage.chunk.text):
            if row := row_of(span.of(folded)):
                score = _about(understood, row, over)
                found.append((score, passage, span))
                best[passage.chunk.report_id] = max(score, best.get(passage.chunk.report_id, score))
    out: dict[str, set[Span]] = {}
    for score, passage, span in found:
        if score < best[passage.chunk.report_id]:
            out.setdefault(passage.chunk.chunk_id, set()).add(span)
    return {chunk_id: frozenset(spans) for chunk_id, spans in out.items()}


def _about(understood: Understood, row: RowOfTable, over: frozenset[str]) -> tuple[int, float]:
    """How many of the question's words stand in the row, its heads and the headings ``over`` it; then whether its own
    are the question's, or it is the sum of others."""
    asked = understood.scope.years
    if asked and (years := frozenset(year for cell in row.cells for year in cell.years)) and not years & asked:
        return -1, 0.0
    own = pairs(row.of)
    named = own & understood.pairs
    heads = frozenset[str]().union(*(pairs(cell.head) for cell in row.cells)) & understood.pairs
    share = 1 + len(named) / len(own) if named else 0.5 if _TOTAL.search(row.of) else 0.0
    return len(named | heads | over), share
