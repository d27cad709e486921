"""The records of evaluation. A leaf of ``eval``."""

from __future__ import annotations

from typing import Literal

from indexer.types import Record

QuestionType = Literal[
    "number", "fact", "paraphrase", "list", "outline", "compare", "crossling", "masked", "unanswerable", "metadata", "why"
]


class GoldItem(Record):
    """A gold question: accepted answers (alternatives, or key points of lists) and verbatim evidence."""

    id: str
    question: str
    lang: Literal["zh", "en"]
    type: QuestionType
    answers: tuple[str, ...]
    evidence: tuple[str, ...]
    part: str
    section: str
    note: str
