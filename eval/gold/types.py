"""A gold question, and where its evidence stands. A leaf of ``eval``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from indexer.types import Record

QuestionType = Literal[
    "number",
    "fact",
    "paraphrase",
    "list",
    "outline",
    "compare",
    "crossling",
    "masked",
    "unanswerable",
    "metadata",
    "why",
]

KEY_POINTS = frozenset({"list", "outline", "compare", "why"})
REFUSED = frozenset({"masked", "unanswerable"})


class EvidenceSpan(Record):
    """Where an evidence stands: ``[start, end)`` in code points of the canonical text of a report."""

    report_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class GoldItem(Record):
    """A gold question: what answers it, and the words of the reports that say so.

    ``answers`` are alternatives, one of which suffices, or (for list, outline, compare, why) key points, all of which
    are wanted. ``evidence`` is verbatim; ``part`` names the files (or parts of compilations) it stands in, `` | ``
    between two, and narrows the search for it. ``spans``, one tuple an evidence, is where it stands in the reports of a
    snapshot; a gold file need not have it (see ``eval.gold.evidence``).
    """

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    lang: Literal["zh", "zh-Hant", "en"]
    type: QuestionType
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    spans: tuple[tuple[EvidenceSpan, ...], ...] = ()
    part: str = ""
    section: str = ""
    note: str = ""

    @property
    def has_key_points(self) -> bool:
        """Whether each answer is one of the points wanted, and not one way to say it all."""
        return self.type in KEY_POINTS

    @property
    def to_refuse(self) -> bool:
        """Whether the honest answer is a refusal: masked in the source, or not in the reports."""
        return self.type in REFUSED
