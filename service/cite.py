"""Citations: made from spans, never from text, and checked before they leave."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.store.quotes import digest
from indexer.types import Report, Span
from service.types import Citation


def citation_id(report_id: str, span: Span, quote: str) -> str:
    """``{report_id}-{start}-{end}-{digest of the quote}``: says itself where to look, and whether what stands there is
    still what was cited."""
    return f"{report_id}-{span.start}-{span.end}-{digest(quote)}"


def cite(
    number: int,
    report: Report,
    span: Span,
    heading_path: tuple[str, ...],
    highlights: Sequence[Span] = (),
    also_in: tuple[str, ...] = (),
) -> Citation:
    """The citation of ``span`` of ``report``; ``highlights`` are canonical offsets inside it, ``also_in`` ids of
    reports that say the same.

    Raises ValueError when the span or a highlight lies outside: a bug, never a state to serve.
    """
    if span.end > len(report.text) or not len(span):
        raise ValueError(f"span {span} is empty or outside report {report.report_id} of {len(report.text)} characters")
    if not all(span.contains(highlight) and len(highlight) for highlight in highlights):
        raise ValueError(f"a highlight lies outside its citation {span}")
    quote = span.of(report.text)
    return Citation(
        number=number,
        citation_id=citation_id(report.report_id, span, quote),
        report_id=report.report_id,
        title=report.title,
        heading_path=heading_path,
        start=span.start,
        end=span.end,
        quote=quote,
        highlights=tuple(highlights),
        also_in=also_in,
        page=next((page.number for page in report.pages if page.span.start <= span.start < page.span.end), None),
    )
