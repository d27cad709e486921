"""Fit what tells the kind of a question, and measure it on wordings that were written after the rules. ::

    JUDIAN_ADAPTERS=off python -m eval.studies.fit_kinds --model service/kinds.json --out eval/results/kinds.md
    python -m eval.studies.fit_kinds --model service/kinds.json --out eval/results/kinds.md

``eval/data/kinds/before.jsonl`` was there when the rules were written, ``more.jsonl`` is what else the model is fitted
on, and ``after.jsonl``, by another writer, is measured alone. Vectors count as they are spread over the fitted
questions, a rule that fits RULE times that; what it costs to lean on either (``C``) is chosen by cross-validation.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from indexer.chinese.folding import fold
from indexer.encoders.types import Encoder
from service.kinds import KINDS, fitting, kind_of
from service.open import open_encoder
from service.settings import Settings
from service.types import Kind
from service.understand import understand

DATA = Path(__file__).parent.parent / "data" / "kinds"
RULE = 4.0
COSTS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
FOLDS = 5
DIGITS = 4

Floats = NDArray[np.float64]


class Wording(NamedTuple):
    question: str
    kind: Kind


def read_wordings(name: str) -> list[Wording]:
    """The wordings of ``eval/data/kinds``, as they stand."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Wording(row["question"], row["kind"]) for row in map(json.loads, filter(None, lines))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = open_encoder(settings, None)
    fitted, held_out = [*read_wordings("before"), *read_wordings("more")], read_wordings("after")
    vectors, rules = vectors_of(encoder, fitted), rules_of(fitted)
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    kinds = np.array([wording.kind for wording in fitted])

    def features(vectors: Floats, rules: Floats) -> dict[str, Floats]:
        scaled = (vectors - mean) / spread
        return {"vectors": scaled, "rules and vectors": np.hstack([scaled, RULE * rules])}

    given, asked = features(vectors, rules), features(vectors_of(encoder, held_out), rules_of(held_out))
    told = {"rules": [kind_of(fold(wording.question)) for wording in held_out]}
    for name, columns in given.items():
        costs = {c: cross_val_score(_model(c), columns, kinds, cv=FOLDS).mean() for c in COSTS}
        model = _model(max(costs, key=lambda c: costs[c])).fit(columns, kinds)
        told[name] = list(model.predict(asked[name]))
        print(name, {c: round(float(score), 3) for c, score in costs.items()})
    n = vectors.shape[1]
    of_vector = model.coef_[:, :n] / spread
    content = json.loads(arguments.model.read_text(encoding="utf-8")) if arguments.model.exists() else {"fitted": {}}
    content["fitted"][encoder.fingerprint] = {
        "recipe": {
            "command": _command(settings),
            "python": platform.python_version(),
            "date": datetime.now(UTC).date().isoformat(),
        },
        "kinds": list(model.classes_),
        "intercept": np.round(model.intercept_ - of_vector @ mean, DIGITS).tolist(),
        "of_vector": np.round(of_vector, DIGITS).tolist(),
        "of_rules": np.round(RULE * model.coef_[:, n:], DIGITS).tolist(),
    }
    arguments.model.write_text(json.dumps(content) + "\n", encoding="utf-8")
    if settings.adapters == "on":
        arguments.out.write_text(table(told, held_out, len(fitted), _command(settings)), encoding="utf-8")


def vectors_of(encoder: Encoder, wordings: Sequence[Wording]) -> Floats:
    """(n, dim): as the service encodes the questions."""
    return np.stack([encoder.encode_question(understand(one.question).wording) for one in wordings]).astype(np.float64)


def rules_of(wordings: Sequence[Wording]) -> Floats:
    """(n, len(KINDS)): which rules fit."""
    return np.array([fitting(fold(one.question)) for one in wordings], np.float64)


def table(told: dict[str, list[Kind]], held_out: Sequence[Wording], n_fitted: int, command: str) -> str:
    """The page: share of the held-out wordings whose kind is told, by kind."""
    lines = [
        "# The kind of a question",
        "",
        f"Share of {len(held_out)} wordings, written after the rules and by another writer, whose kind is told, with "
        f"95 % intervals (Wilson); fitted on {n_fitted} others.",
        "",
        f"`{command}`",
        "",
        "| kind | n | " + " | ".join(told) + " |",
        "|---|---|" + "---|" * len(told),
    ]
    for kind in [*(kind for kind, _ in KINDS), None]:
        among = [at for at, one in enumerate(held_out) if kind in (None, one.kind)]
        hits = [sum(found[at] == held_out[at].kind for at in among) for found in told.values()]
        cells = " | ".join(_share(n, len(among)) for n in hits)
        lines.append(f"| {kind or 'all'} | {len(among)} | {cells} |")
    return "\n".join(lines) + "\n"


def _share(n: int, among: int) -> str:
    interval = binomtest(n, among).proportion_ci(method="wilson")
    return f"{n / among:.2f} ({interval.low:.2f}–{interval.high:.2f})"


def _model(cost: float) -> LogisticRegression:
    return LogisticRegression(C=cost, max_iter=5000)


def _command(settings: Settings) -> str:
    off = "" if settings.adapters == "on" else "JUDIAN_ADAPTERS=off "
    return f"{off}python -m eval.studies.fit_kinds --model service/kinds.json --out eval/results/kinds.md"


if __name__ == "__main__":
    main()
