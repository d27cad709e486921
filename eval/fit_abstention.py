"""Fit the abstention of the service on labelled unanswerables.

Each training question of the public reading sets is asked twice: with its passage in the pool (answerable, if the
best sentence comes from it), and with its passage taken away (unanswerable). ::

    python -m eval.fit_abstention ../shared --out service/abstention.json
"""

from __future__ import annotations

import argparse
import json
import platform
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.pools import open_pool
from eval.reading_sets import ReadingSet, load_reading_set
from indexer.encoder import Encoder, load_encoder
from service.abstain import features
from service.extract import extract
from service.retrieve import Retriever
from service.settings import Settings
from service.types import Language
from service.understand import understand

SETS: dict[Language, tuple[str, ...]] = {
    "zh": ("cmrc2018_dev", "drcd_dev", "xquad_zh_odd", "crud_rag"),
    "en": ("xquad_en2zh_odd",),
}
FALSE_REFUSALS = 0.02  # the share of answerable training questions that the bar may refuse
MAX_QUESTIONS_A_SET = 800
K = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings()
    encoder = load_encoder(settings.encoder, settings.cache_folder, settings.precision)
    models = {}
    for language, names in SETS.items():
        rows: dict[bool, list[NDArray[np.float64]]] = {False: [], True: []}
        for name in names:
            pool = load_reading_set(arguments.shared / "qa" / name)
            for held_out in rows:
                rows[held_out].append(measure(pool, encoder, arguments.cache, held_out))
                print(f"{name} {'held out' if held_out else 'training'}: {len(rows[held_out][-1])} rows", flush=True)
        models[language] = fit(np.concatenate(rows[False]), np.concatenate(rows[True]))
        print(language, json.dumps(models[language], indent=1))
    recipe = {
        "command": "python -m eval.fit_abstention ../shared --out service/abstention.json",
        "sets": SETS,
        "encoder": encoder.fingerprint,
        "false_refusals_allowed": FALSE_REFUSALS,
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    arguments.out.write_text(json.dumps({"recipe": recipe, "models": models}, indent=1) + "\n", encoding="utf-8")


def measure(pool: ReadingSet, encoder: Encoder, cache: Path, held_out: bool) -> NDArray[np.float64]:
    """(n, n_features + 1): the features of the best sentence, and whether the question was answerable."""
    retriever = Retriever(open_pool(pool.reports, encoder, cache), encoder)
    snapshot = retriever.snapshot
    owners = np.array([chunk.report_id for chunk in snapshot.chunks])
    rows = []
    for question in [q for q in pool.questions if q.held_out == held_out][:MAX_QUESTIONS_A_SET]:
        understood = understand(question.question, ())
        vector = retriever.encode(question.question)
        for answerable in (True, False):
            allowed = None if answerable else owners != question.report_id
            passages = retriever.retrieve(question.question, vector, K, allowed)
            found = extract(question.question, understood, passages, snapshot.reports.__getitem__, snapshot.lexical.idf)
            if found and (not answerable or found[0].report_id == question.report_id):
                rows.append([*features(found[0]), float(answerable)])
    return np.array(rows)


def fit(training: NDArray[np.float64], held_out: NDArray[np.float64]) -> dict[str, object]:
    """The logistic model, the bar that refuses FALSE_REFUSALS of the answerable, and what both do when held out."""
    model = LogisticRegression(C=100.0, max_iter=1000).fit(training[:, :-1], training[:, -1])
    answerable = model.predict_proba(training[training[:, -1] == 1][:, :-1])[:, 1]
    bar = float(np.quantile(answerable, FALSE_REFUSALS))
    scores, labels = model.predict_proba(held_out[:, :-1])[:, 1], held_out[:, -1]
    return {
        "intercept": float(model.intercept_[0]),
        "coefficients": [float(value) for value in model.coef_[0]],
        "bar": bar,
        "held_out": {
            "n": len(labels),
            "auc": round(float(roc_auc_score(labels, scores)), 4),
            "answerable_refused": round(float((scores[labels == 1] < bar).mean()), 4),
            "unanswerable_refused": round(float((scores[labels == 0] < bar).mean()), 4),
        },
    }


if __name__ == "__main__":
    main()
