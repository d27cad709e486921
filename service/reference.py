"""How a report is named among the sources of a document, as GB/T 7714—2015 writes reports online."""

from __future__ import annotations

from indexer.types import Report


def reference(report: Report) -> str:
    """责任者. 题名: 文号[R/OL]. (发布日期), of what is known of the report. Whoever cites it adds the day and the
    address: ``[2026-03-01]. https://….``"""
    known = report.metadata
    who = f"{known.issuing_body.value}. " if known.issuing_body else ""
    number = f": {known.document_number.value}" if known.document_number else ""
    published = f"({known.date.value})" if known.date else ""
    return f"{who}{report.title}{number}[R/OL]. {published}"
