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
    "definition",
    "target",
    "count",
    "several",
    "ambiguous",
]

KEY_POINTS = frozenset({"list", "outline", "compare", "why", "several", "ambiguous"})
REFUSED = frozenset({"masked", "unanswerable"})


class EvidenceSpan(Record):
    """Where an evidence stands: ``[start, end)`` in code points of the canonical text of a report."""

    report_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class GoldItem(Record):
    """A gold question: what answers it, and the words of the reports that say so.

    ``answers`` are alternatives, one of which suffices, or (for list, outline, compare, why, and the several or
    ambiguous) key points, all of which are wanted. ``evidence`` is verbatim; ``part`` names the files (or parts of
    compilations) it stands in, `` | `` between two, and narrows the search for it; so does ``report``, files by their
    names without ending. ``spans``, one tuple an evidence, is where it stands in the reports of a snapshot; a gold file
    need not have it (see ``eval.gold.evidence``).

    An unanswerable item may say how it misses (``kind``), which answerable one it resembles (``twin``), which reports
    come ``near``, and what stands nowhere in the reports (``absent``, regular expressions) of its ``scope``: all, or
    those named.

    A candidate that a program made says in ``unconfirmed`` what a person must look at first; no run takes it before.
    """

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    lang: Literal["zh", "zh-Hant", "en"]
    type: QuestionType
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    spans: tuple[tuple[EvidenceSpan, ...], ...] = ()
    part: str = ""
    report: tuple[str, ...] = ()
    section: str = ""
    note: str = ""
    kind: str = ""
    twin: str = ""
    near: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    scope: str | tuple[str, ...] = ""
    unconfirmed: str = ""

    @property
    def where(self) -> str:
        """The files that its evidence stands in, `` | `` between two; empty: any."""
        return self.part or " | ".join(self.report)

    @property
    def has_key_points(self) -> bool:
        """Whether each answer is one of the points wanted, and not one way to say it all."""
        return self.type in KEY_POINTS

    @property
    def to_refuse(self) -> bool:
        """Whether the honest answer is a refusal: masked in the source, or not in the reports."""
        return self.type in REFUSED
