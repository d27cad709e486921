"""Which rows of the tables that are found a question after a figure is about, and which sentences one after a
definition: the others cannot answer it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.types import Span
from service.asked_names import not_of_the_name
from service.rows import RowOfTable, row_of
from service.types import Passage
from service.understand import Understood, pairs

MIN_SHARE = 0.4  # of the pairs of letters of a row's label, which is then named: 南山 names 南山区, 收入 no 其他收入
UNNAMED, OF_ALL = 0.0, 0.5
_TOTAL = re.compile(r"[合总共]计|小计|全[省市县区州国]")


def not_of_what_is_asked(understood: Understood, passages: Sequence[Passage]) -> Mapping[str, frozenset[Span]]:
    """The rows of tables in ``passages`` that a question after a figure is not about, by chunk, as spans of its text;
    of one after a definition, what is not about the name.

    A row is what the question is about where it, with the headings over it, has most of the question's words, and where
    the words that tell it from other rows are the question's. Where no row's are, it may be the sum of all, or the only
    row that there is.
    """
    if understood.form == "definition":
        return not_of_the_name(understood, passages)
    if understood.form != "number":
        return {}
    found: list[tuple[tuple[int, float], Passage, Span]] = []
    best: dict[str, tuple[int, float]] = {}  # by report: another may tell the same of another place
    district = understood.scope.district  # the sum of all is not that of a district without a row
    for passage in passages:
        if ";" not in (folded := fold(passage.chunk.text)) or ":" not in folded:
            continue
        around = fold(" ".join((passage.chunk.context, *passage.chunk.heading_path)))
        over = pairs(around) & understood.pairs
        of_all = UNNAMED if district and district not in around else OF_ALL
        for span in sentences(passage.chunk.text):
            if row := row_of(span.of(folded)):
                score = _about(understood, row, over, of_all)
                found.append((score, passage, span))
                best[passage.chunk.report_id] = max(score, best.get(passage.chunk.report_id, score))
    alone = Counter(passage.chunk.report_id for _, passage, _ in found)
    out: dict[str, set[Span]] = {}
    for score, passage, span in found:
        report_id = passage.chunk.report_id
        if score < best[report_id] or (score[1] == UNNAMED and alone[report_id] > 1):
            out.setdefault(passage.chunk.chunk_id, set()).add(span)
    return {chunk_id: frozenset(spans) for chunk_id, spans in out.items()}


def _about(understood: Understood, row: RowOfTable, over: frozenset[str], of_all: float) -> tuple[int, float]:
    """How many of the question's words stand in the row, its heads and the headings ``over`` it; then whether its own
    are the question's, or it is the sum of others."""
    asked = understood.scope.years
    if asked and (years := frozenset(year for cell in row.cells for year in cell.years)) and not years & asked:
        return -1, 0.0
    words = understood.pairs.union(*(pairs(word) for term in understood.terms for word in term.words))
    heads = frozenset[str]().union(*(pairs(cell.head) for cell in row.cells)) & words
    labels = [own for label in row.labels if (own := pairs(fold(label)))]
    shares = [len(own & words) / len(own) for own in labels]
    said = pairs(row.of) & words
    if not labels or max(shares) >= MIN_SHARE:
        return len(said | heads | over), 1 + max(shares, default=0.0)
    return len(heads | over), of_all if (heads or over) and _TOTAL.search(row.of) else UNNAMED
