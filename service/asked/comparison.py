"""What a question asks of two sides, where it compares any: which of them is more, or by how much."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHICH = re.compile(
    r"(?:谁|哪一?(?:个|年|家|边|头|方)?[省市县区年]?)[^,;?。]{0,12}?(?:更|最|得)?[多少高低快慢大小长短强](?:一?些|一点)?(?=[,?。\s]|$)"
    r"|\b(?:which|who)\b.*\b(?:more|less|higher|lower|faster|slower|larger|smaller|greater|fewer)\b",
    re.IGNORECASE,
)
_BY_HOW_MUCH = re.compile(
    r"相差|差(?:了|距)?(?:有|是)?(?:多少|多大|几)|[多少高低快慢大小长](?:出|了)?(?:多少|几|百分之几)|\bby how much\b"
    r"|\bhow (?:much|many) (?:more|less|higher|fewer)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Comparison:
    """``which`` of the sides is more (or less, faster, higher …), ``by_how_much``."""

    which: bool
    by_how_much: bool


def asked_comparison(question: str) -> Comparison:
    """What the folded ``question`` asks of the sides that it compares."""
    return Comparison(bool(_WHICH.search(question)), bool(_BY_HOW_MUCH.search(question)))
