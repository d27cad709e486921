"""From passages to a draft of the answer, one answerer a kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from service.answers.across import AcrossAnswerer
from service.answers.cause import CauseAnswerer
from service.answers.clause import ClauseAnswerer
from service.answers.count import CountAnswerer
from service.answers.figure import asked_figures, value_or_name
from service.answers.led_items import LedAnswerer
from service.answers.list import ListAnswerer
from service.answers.metadata import MetadataAnswerer
from service.answers.outline import OfHeading, OutlineAnswerer
from service.answers.sentence import Idf, SentenceAnswerer, Weights
from service.answers.table import TableAnswerer
from service.answers.types import Answerer
from service.figures import Figure
from service.types import Kind
from service.understand import Understood


def answerers(
    snapshot: Snapshot, encoder: Encoder, weights: Weights, *, checked: bool = True
) -> Mapping[Kind, Answerer]:
    """Who answers which kind of question, over ``snapshot``; unless ``checked``, whatever the rules say."""
    sentence = SentenceAnswerer(snapshot, _asked, weights, checked)
    led = LedAnswerer(snapshot, sentence)
    items = TableAnswerer(snapshot, ListAnswerer(snapshot, led))
    outline = OutlineAnswerer(snapshot, encoder, items)
    count = CountAnswerer(snapshot.reports, outline, items, sentence)
    kinds: tuple[Kind, ...] = ("number", "fact", "definition", "compare")
    return {
        **dict.fromkeys(kinds, ClauseAnswerer(snapshot, AcrossAnswerer(snapshot, OfHeading(outline, led)))),
        "reason": CauseAnswerer(snapshot, led),
        "list": ClauseAnswerer(snapshot, AcrossAnswerer(snapshot, outline)),
        "outline": ClauseAnswerer(snapshot, AcrossAnswerer(snapshot, outline)),
        "count": count,
        "metadata": MetadataAnswerer(snapshot, sentence),
    }


def _asked(understood: Understood, sentence: str, idf: Idf) -> list[Figure]:
    """What of ``sentence`` is asked for, and marked."""
    find = asked_figures if understood.form == "number" else value_or_name
    return find(understood, sentence, idf)
