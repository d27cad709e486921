"""Citation measures on small made-up citations, with their formulas as the expected values."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.gold.types import EvidenceSpan
from eval.measures.citations import (
    Statement,
    by_evidence,
    citation_precision,
    citation_recall,
    evidence_recall,
    faithful_figures,
    integrity,
    touches,
)
from service.types import Citation

TEXT = "全市共2270项。占91.4%。其余从略。"


def _cite(start: int, end: int, report_id: str = "r", quote: str | None = None) -> Citation:
    return Citation(
        number=1,
        citation_id="c",
        report_id=report_id,
        title="",
        heading_path=(),
        start=start,
        end=end,
        quote=TEXT[start:end] if quote is None else quote,
    )


def _at(start: int, end: int, report_id: str = "r") -> EvidenceSpan:
    return EvidenceSpan(report_id=report_id, start=start, end=end)


def test_integrity_is_the_share_of_quotes_that_are_the_text() -> None:
    texts = {"r": TEXT}
    assert integrity([_cite(0, 9), _cite(9, 16), _cite(0, 3, quote="全省共"), _cite(0, 3, "gone")], texts) == 2 / 4
    assert integrity([], texts) is None


@pytest.mark.parametrize(
    ("citation", "place", "touching"),
    [
        (_cite(0, 10), _at(2, 6), True),  # around it
        (_cite(3, 5), _at(0, 12), True),  # inside it
        (_cite(0, 6), _at(3, 9), True),  # half of the shorter one
        (_cite(0, 6), _at(4, 10), False),
        (_cite(0, 6), _at(6, 9), False),
        (_cite(0, 6, "other"), _at(0, 6), False),
        (_cite(0, 6), _at(3, 3), False),
    ],
)
def test_touching_is_half_of_the_shorter(citation: Citation, place: EvidenceSpan, touching: bool) -> None:
    assert touches(citation, place) is touching


def test_recall_and_precision_by_evidence() -> None:
    right, wrong, also = _cite(0, 9), _cite(16, 21), _cite(9, 16)
    evidence = [[_at(2, 8)], [_at(10, 15), _at(100, 105)]]
    supports = by_evidence(evidence)
    statements = [Statement("a", (right, wrong)), Statement("b", (wrong,)), Statement("c", (also,)), Statement("d", ())]
    assert citation_recall(statements, supports) == 2 / 4
    assert citation_precision(statements, supports) == 2 / 4  # right and also, of right, wrong, wrong, also
    assert evidence_recall([right, wrong], evidence) == 1 / 2
    assert evidence_recall([_cite(2, 3), _cite(5, 6)], evidence) == 0 / 2  # two characters of six
    assert evidence_recall([_cite(2, 4), _cite(5, 6)], evidence) == 1 / 2  # half of it, in two pieces
    assert citation_recall([], supports) is None
    assert citation_precision([Statement("d", ())], supports) is None


def test_citations_that_support_only_together_are_both_of_use() -> None:
    first, second, third = _cite(0, 9), _cite(9, 16), _cite(16, 21)

    def together(_: str, citations: Sequence[Citation]) -> bool:
        return {0, 9} <= {citation.start for citation in citations}

    assert citation_precision([Statement("a", (first, second))], together) == 2 / 2
    # ALCE's definition: each of three alone supports nothing, and only the third is not missed by the others.
    assert citation_precision([Statement("a", (first, second, third))], together) == 2 / 3


def test_figures_must_stand_in_what_is_cited_for_them() -> None:
    said = [Statement("共2,270项，占91.4%", (_cite(0, 9),)), Statement("占百分之九十一点四", (_cite(9, 16),))]
    assert faithful_figures(said) == 2 / 3  # the first 91.4% is cited nowhere in its own statement
    assert faithful_figures([Statement("其余从略", (_cite(16, 21),))]) is None
