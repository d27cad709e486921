"""Whether citations are what they say, and carry what is said. Every score is in [0, 1], higher is better."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eval.gold.types import EvidenceSpan
from indexer.chinese.figures import numbers
from service.types import Citation

# Whether some citations, taken together, support what a statement says.
Supports = Callable[[str, Sequence[Citation]], bool]

_PLAIN = re.compile(r"\d+(?:\.\d+)?%?")  # no number of a version, 1.2.3


@dataclass(frozen=True)
class Statement:
    """A sentence, item or cell of an answer, with the citations that are to carry it."""

    text: str
    citations: tuple[Citation, ...]


def integrity(citations: Sequence[Citation], texts: Mapping[str, str]) -> float | None:
    """Share of the citations with ``text[start:end] == quote``; no score without citations."""
    if not citations:
        return None
    return sum(texts.get(c.report_id, "")[c.start : c.end] == c.quote for c in citations) / len(citations)


def citation_recall(statements: Sequence[Statement], supports: Supports) -> float | None:
    """Share of the statements that their citations, together, support (ALCE, Gao et al., EMNLP 2023, section 3)."""
    if not statements:
        return None
    return sum(_supported(statement, supports) for statement in statements) / len(statements)


def citation_precision(statements: Sequence[Statement], supports: Supports) -> float | None:
    """Share of the citations that are of use (ALCE): their statement is supported, and they support it alone or are
    missed by the others; no score without citations."""
    useful = [
        _supported(statement, supports) and _of_use(statement, citation, supports)
        for statement in statements
        for citation in statement.citations
    ]
    return sum(useful) / len(useful) if useful else None


def evidence_recall(citations: Sequence[Citation], evidence: Sequence[Sequence[EvidenceSpan]]) -> float:
    """Share of the evidences (each with the places where it stands) of which the citations, together, cover half."""
    return sum(any(_covered(place, citations) for place in places) for places in evidence) / len(evidence)


def by_evidence(evidence: Sequence[Sequence[EvidenceSpan]]) -> Supports:
    """Support judged by the gold evidence alone: some citation touches some of it. What a statement says is not read;
    a judge that reads it stands in ``eval.measures.judges``."""
    places = [place for found in evidence for place in found]

    def supports(_: str, citations: Sequence[Citation]) -> bool:
        return any(touches(citation, place) for citation in citations for place in places)

    return supports


def touches(citation: Citation, place: EvidenceSpan) -> bool:
    """Whether the two share at least half of the shorter one."""
    if not _same(citation, place):
        return False
    shared = min(citation.end, place.end) - max(citation.start, place.start)
    return 2 * shared >= min(citation.end - citation.start, place.end - place.start) > 0


def _covered(place: EvidenceSpan, citations: Sequence[Citation]) -> bool:
    within = [range(max(c.start, place.start), min(c.end, place.end)) for c in citations if _same(c, place)]
    return 2 * len({at for covered in within for at in covered}) >= place.end - place.start > 0


def _same(citation: Citation, place: EvidenceSpan) -> bool:
    return citation.report_id == place.report_id


def faithful_figures(statements: Sequence[Statement]) -> float | None:
    """Share of the figures in the statements that stand in a span cited for them, or are the number of the places that
    are cited, which a reader counts, or the difference of two figures of two that are; no score without figures."""
    found = [
        number in {cited for citation in statement.citations for cited in numbers(citation.quote)}
        or (len(statement.citations) > 1 and number == str(len(statement.citations)))
        or _is_difference(number, statement.citations)
        for statement in statements
        for number in numbers(statement.text)
    ]
    return sum(found) / len(found) if found else None


def _is_difference(number: str, cited: Sequence[Citation]) -> bool:
    """Whether ``number`` is the difference of a figure of one of two citations and one of the other."""
    if len(cited) != 2:
        return False
    one, other = (
        [Decimal(n.rstrip("%")) for n in numbers(citation.quote) if _PLAIN.fullmatch(n)] for citation in cited
    )
    return bool(_PLAIN.fullmatch(number)) and any(abs(a - b) == Decimal(number.rstrip("%")) for a in one for b in other)


def _supported(statement: Statement, supports: Supports) -> bool:
    return bool(statement.citations) and supports(statement.text, statement.citations)


def _of_use(statement: Statement, citation: Citation, supports: Supports) -> bool:
    others = [other for other in statement.citations if other is not citation]
    return supports(statement.text, [citation]) or not (others and supports(statement.text, others))
