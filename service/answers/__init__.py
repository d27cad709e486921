"""From passages to a draft of the answer, one answerer a kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from service.answers.figure import asked_figures, value_or_name
from service.answers.outline import OutlineAnswerer
from service.answers.sentence import SentenceAnswerer, Weights
from service.answers.types import Answerer
from service.types import Kind


def answerers(snapshot: Snapshot, encoder: Encoder, weights: Weights) -> Mapping[Kind, Answerer]:
    """Who answers which kind of question, over ``snapshot``."""
    sentence = SentenceAnswerer(snapshot, value_or_name, weights)
    return {
        "number": SentenceAnswerer(snapshot, asked_figures, weights),
        "reason": sentence,
        "definition": sentence,
        "fact": sentence,
        "outline": OutlineAnswerer(snapshot, encoder, sentence),
    }
