"""Fit the abstention of the service: is anything in the reports about the question? ::

    python -m eval.fit_abstention ../shared --out service/abstention.json

Answerable: every second answerable item of the sample gold set, and training questions of the public reading sets, each
asked of its own reports. Unanswerable: the reading sets' training questions asked of the sample reports, alone and
among the work reports of ``shared``, which are about none of it. The other halves give the held-out figures.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.pools import open_pool
from eval.quality import DATA, load_gold, read_reports
from eval.reading_sets import load_reading_set
from indexer.encoder import QUESTION_THREADS, Encoder, load_encoder
from indexer.tokens import fold
from indexer.types import Report
from service.abstain import features
from service.extract import extract
from service.retrieve import Retriever
from service.settings import Settings
from service.types import Filters, Language
from service.understand import language, understand

SETS: dict[Language, tuple[str, ...]] = {"zh": ("cmrc2018_dev", "drcd_dev", "crud_rag"), "en": ("xquad_en2zh_odd",)}
NOT_ANSWERABLE = ("unanswerable", "masked")
FALSE_REFUSALS = 0.01  # the share of answerable questions, of either source, that the bar may refuse
MAX_QUESTIONS = 300  # a set and half
K = 10

Features = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = load_encoder(settings.encoder, settings.cache_folder, settings.precision, QUESTION_THREADS)
    reports = arguments.shared / "reports"
    samples = [DATA / "samples"]
    pools = [
        retriever_over(read_reports(folders), encoder, arguments.cache)
        for folders in (samples, [*samples, reports / "text", reports / "gbk"])
    ]
    gold = [item for item in load_gold(DATA / "sample_gold.jsonl") if item.type not in NOT_ANSWERABLE]
    models = {}
    for asked_in, names in SETS.items():
        halves = []
        for held_out in (False, True):
            ours = [item.question for item in gold[held_out::2] if language(item.question) == asked_in]
            about = [measure(pool, ours) for pool in pools]
            reading, elsewhere = [], []
            for name in names:
                pool = load_reading_set(arguments.shared / "qa" / name)
                asked = [q.question for q in pool.questions if q.held_out == held_out][:MAX_QUESTIONS]
                reading.append(measure(retriever_over(pool.reports, encoder, arguments.cache), asked))
                elsewhere += [measure(of_reports, asked) for of_reports in pools]
            halves.append((np.concatenate(about), np.concatenate(reading), np.concatenate(elsewhere)))
        models[asked_in] = fit(halves[0], halves[1])
        print(asked_in, json.dumps(models[asked_in], indent=1), flush=True)
    recipe = {
        "command": "python -m eval.fit_abstention ../shared --out service/abstention.json",
        "reading_sets": SETS,
        "encoder": encoder.fingerprint,
        "false_refusals_allowed": FALSE_REFUSALS,
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    arguments.out.write_text(json.dumps({"recipe": recipe, "models": models}, indent=1) + "\n", encoding="utf-8")


def retriever_over(reports: Sequence[Report], encoder: Encoder, cache: Path) -> Retriever:
    """A retriever over ``reports`` held in memory."""
    return Retriever(open_pool(reports, encoder, cache), encoder)


def measure(retriever: Retriever, questions: Iterable[str]) -> Features:
    """(n, n_features): the features of the best sentence for each question."""
    snapshot = retriever.snapshot
    rows = []
    for question in questions:
        understood = understand(fold(question), [entry.summary for entry in snapshot.catalogue])
        allowed = retriever.allowed(Filters(), understood.report_ids)
        passages = retriever.retrieve(fold(question), retriever.encode(question), K, allowed)
        found = extract(fold(question), understood, passages, snapshot.lexical.idf)
        if found:
            rows.append(features(found[0]))
    return np.array(rows)


def fit(
    training: tuple[Features, Features, Features], held_out: tuple[Features, Features, Features]
) -> dict[str, object]:
    """The logistic model, the bar, and what both do on the held-out halves (sample gold, reading sets, elsewhere)."""
    about, reading, elsewhere = training
    x = np.concatenate(training)
    y = np.repeat([1, 1, 0], [len(about), len(reading), len(elsewhere)])
    # The three sources weigh a quarter, a quarter and a half, whatever their sizes.
    weights = np.repeat([0.25 / len(about), 0.25 / len(reading), 0.5 / len(elsewhere)], [len(p) for p in training])
    mean, spread = x.mean(axis=0), x.std(axis=0)
    model = LogisticRegression(C=len(x), max_iter=5000).fit((x - mean) / spread, y, weights)
    coefficients = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - coefficients @ mean)

    def probability(rows: Features) -> NDArray[np.float64]:
        return np.asarray(1 / (1 + np.exp(-(intercept + rows @ coefficients))))

    bar = float(min(np.quantile(probability(rows), FALSE_REFUSALS) for rows in (about, reading)))
    answerable = np.concatenate([probability(rows) for rows in held_out[:2]])
    unanswerable = probability(held_out[2])
    return {
        "intercept": intercept,
        "coefficients": [float(value) for value in coefficients],
        "bar": bar,
        "held_out": {
            "n_sample_gold": len(held_out[0]),
            "n_reading": len(held_out[1]),
            "n_unanswerable": len(unanswerable),
            "auc": round(
                float(
                    roc_auc_score(
                        np.repeat([1, 0], [len(answerable), len(unanswerable)]),
                        np.concatenate([answerable, unanswerable]),
                    )
                ),
                4,
            ),
            "sample_gold_refused": round(float((probability(held_out[0]) < bar).mean()), 4),
            "reading_refused": round(float((probability(held_out[1]) < bar).mean()), 4),
            "unanswerable_refused": round(float((unanswerable < bar).mean()), 4),
        },
    }


if __name__ == "__main__":
    main()
