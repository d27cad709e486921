"""What kind of answer is asked for, learned: from the question's vector and from which rules fit it.

A linear model over both, one for each encoder that it was fitted with (``python -m eval.studies.fit_kinds``); with any
other encoder the rules decide alone. eval/results/kinds.md has what each reaches on wordings written after the rules.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.types import Kind

FILE = Path(__file__).parent / "kinds.json"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class KindModel:
    """``kinds[argmax(intercept + of_vector · vector + of_rules · rules)]``; rows are kinds, ``of_vector`` has the
    encoder's dimensions as columns, ``of_rules`` one for each rule (see ``service.kinds.fitting``)."""

    kinds: tuple[Kind, ...]
    intercept: Floats
    of_vector: Floats
    of_rules: Floats

    def kind_of(self, fitting: Sequence[bool], vector: NDArray[np.float32]) -> Kind:
        """The kind that a question with this ``vector``, which these rules fit, most likely asks for."""
        scores = self.intercept + self.of_vector @ vector + self.of_rules @ np.array(fitting, np.float64)
        return self.kinds[int(scores.argmax())]


def load_kinds(fingerprint: str, path: Path = FILE) -> KindModel | None:
    """The model that was fitted with the encoder of this ``fingerprint``, if there is one."""
    fitted = json.loads(path.read_text(encoding="utf-8"))["fitted"].get(fingerprint)
    if fitted is None:
        return None
    arrays = (np.array(fitted[name], np.float64) for name in ("intercept", "of_vector", "of_rules"))
    return KindModel(tuple(fitted["kinds"]), *arrays)
