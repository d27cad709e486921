"""Whether the reports answer a question at all: a calibrated probability, and the bar it must pass.

A logistic model over measurements of the best sentence, one per language of the question; the coefficients and the
recipe that made them stand in ``abstention.json`` (``python -m eval.studies.fit_abstention``). It was fitted on
questions whose passage was taken away, so it knows “nothing here is about that” and not “the same figure of another
county”.

What a cosine means is the encoder's own matter: .88 is near for one and far for another. The file holds models by the
encoder that they were fitted with (with the adapters and without), and others without the cosine, for all others.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields, replace
from pathlib import Path

from service.answers.types import MORE_LIKELY_THAN_NOT, Draft, Evidence
from service.types import Language, Reason, Status

FILE = Path(__file__).parent / "abstention.json"


FEATURES = tuple(field.name for field in fields(Evidence))
WITHOUT_READER = tuple(name for name in FEATURES if name not in ("reading", "verdict"))


@dataclass(frozen=True)
class Abstention:
    """``probability = 1 / (1 + exp(-(intercept + coefficients · features)))``; answered at ``bar`` or above.

    ``features`` are fields of the evidence, one a coefficient.
    """

    intercept: float
    coefficients: tuple[float, ...]
    bar: float
    features: tuple[str, ...]

    @property
    def reads_cosine(self) -> bool:
        """Whether it was fitted with the encoder at hand; without, it is decided by words alone."""
        return "cosine" in self.features

    def probability(self, evidence: Evidence | None) -> float:
        """Probability in [0, 1] that what was found answers the question; 0 when nothing was."""
        if evidence is None:
            return 0.0
        measured = (getattr(evidence, name) or 0.0 for name in self.features)
        z = self.intercept + sum(c * x for c, x in zip(self.coefficients, measured, strict=True))
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


@dataclass(frozen=True)
class Decision:
    """What is given: what may be shown of the draft, and why it is no answer, if it is none."""

    status: Status
    reason: Reason | None
    confidence: float
    draft: Draft


def decide(draft: Draft, abstention: Abstention) -> Decision:
    """Answer with ``draft``, or abstain: for want of certainty, or because what is asked for is masked in its place."""
    bar = abstention.bar if draft.certainty is None else MORE_LIKELY_THAN_NOT
    confidence = abstention.probability(draft.evidence) if draft.certainty is None else draft.certainty
    if not draft.pieces or confidence < bar:
        return Decision("abstained", "not_in_reports", confidence, replace(draft, pieces=()))
    if draft.pieces[0].masked:
        return Decision("abstained", "masked_in_source", confidence, replace(draft, pieces=draft.pieces[:1]))
    return Decision("partial" if draft.n_masked else "answered", None, confidence, draft)


def load_abstention(fingerprint: str, path: Path = FILE) -> dict[Language, Abstention]:
    """The model of each language for the encoder of this ``fingerprint``: as fitted, or those without the cosine."""
    content = json.loads(path.read_text(encoding="utf-8"))
    models = content["fitted"].get(fingerprint, content["otherwise"])
    return {
        language: Abstention(model["intercept"], tuple(model["coefficients"]), model["bar"], tuple(model["features"]))
        for language, model in models.items()
    }
