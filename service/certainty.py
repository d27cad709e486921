"""How sure an answer is, as a word: people read “73 %” as a promise."""

from __future__ import annotations

from service.types import Certainty, Language, Reason

# Where “certain” begins. The bar below which nothing is answered stands in abstention.json; how often an answer of each
# word is right is measured in eval/results/near_misses.md.
CERTAIN_FROM = 0.8

SAID: dict[Language, dict[Certainty, str]] = {
    "zh": {"certain": "确切", "probable": "可能", "not_found": "未找到"},
    "en": {"certain": "certain", "probable": "probable", "not_found": "not found"},
}


def certainty_of(reason: Reason | None, confidence: float) -> Certainty:
    """The word for an answer of this ``confidence``, or for an abstention with its ``reason``. That a value is masked
    may be certain; which of several is meant is not."""
    if reason == "not_in_reports":
        return "not_found"
    return "certain" if confidence >= CERTAIN_FROM and reason != "ambiguous" else "probable"
