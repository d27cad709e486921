"""From passages to a draft of the answer, one answerer a kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.types import ReportSummary
from service.answers.figure import asked_figures, value_or_name
from service.answers.sentence import Idf, SentenceAnswerer, Weights
from service.answers.types import Answerer
from service.types import Kind


def answerers(idf: Idf, weights: Weights, summaries: Mapping[str, ReportSummary]) -> Mapping[Kind, Answerer]:
    """Who answers which kind of question."""
    sentence = SentenceAnswerer(idf, value_or_name, weights, summaries)
    return {
        "number": SentenceAnswerer(idf, asked_figures, weights, summaries),
        "reason": sentence,
        "definition": sentence,
        "fact": sentence,
    }
