"""What was asked before, as the rules for follow-ups read it. A leaf of ``service.follow``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.clauses import Class

Found = tuple[str, Class | None] | None  # a question by itself, and as in ``Asked.moved``; None: it takes nothing
Regions = Mapping[str, frozenset[str]]  # as in Nameable


@dataclass(frozen=True)
class Asked:
    """An earlier question as it is asked by itself, and its answer, which may be empty; ``moved``: it is the one before
    it, asked of another place, time or work."""

    text: str
    answer: str
    moved: Class | None = None
