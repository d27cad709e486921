"""What measuring gives for one question."""

from __future__ import annotations

from collections.abc import Mapping

from eval.gold.types import QuestionType
from indexer.types import Record


class QuestionScores(Record):
    """The scores of one question by measure (``eval.measures``). A measure that does not apply is not there."""

    id: str
    lang: str
    type: QuestionType
    values: Mapping[str, float]
