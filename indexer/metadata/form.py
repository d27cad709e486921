"""The form at the head of an official page: 发文机关：国务院；成文日期：2018年12月23日."""

from __future__ import annotations

import re

from indexer.metadata.lines import HEAD_LINES, Clues
from indexer.types import ReadValue, Span

_LABELS = {
    "issuing_body": r"发[\s　]*文[\s　]*(?:机[\s　]*关|单[\s　]*位)|发[\s　]*布[\s　]*机[\s　]*[构关]",
    "document_number": r"发[\s　]*文[\s　]*字[\s　]*号|文[\s　]*号",
    "date": r"成[\s　]*文[\s　]*日[\s　]*期|生[\s　]*成[\s　]*日[\s　]*期",
}
_VALUE = r"[\s　]*[：:][\s　]*(?P<value>[^；;\n\s　]{1,60})"
_PATTERNS = {name: re.compile(rf"(?:^|(?<=[；;\s　|]))(?:{label}){_VALUE}") for name, label in _LABELS.items()}


def of_form(clues: Clues, name: str) -> ReadValue | None:
    """What stands behind the label for ``name`` (issuing_body, document_number, date), as it stands there."""
    for line in clues.lines[:HEAD_LINES]:
        match = _PATTERNS[name].search(line.of(clues.text))
        if match:
            start, end = match.span("value")
            span = Span(start=line.start + start, end=line.start + end)
            return ReadValue(value=match["value"], origin="text", span=span)
    return None
