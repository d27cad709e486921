"""An answer as one text, for a model to read."""

from __future__ import annotations

from service.types import Answer


def shown(answer: Answer) -> str:
    """The text with its marks, then each citation: where it stands, under which id, and in which words."""
    lines = [answer.text]
    if answer.missing:
        lines += ["", f"not found: {'; '.join(answer.missing)}"]
    if answer.options:
        lines += ["", f"which is meant: {'; '.join(answer.options)}"]
    for cited in answer.citations:
        place = " › ".join((cited.title, *cited.heading_path))
        where = f"report_id {cited.report_id}, [{cited.start}, {cited.end}), citation_id {cited.citation_id}"
        lines += ["", f"[{cited.number}] {place} ({where}): {cited.quote}"]
    return "\n".join(lines)
