"""Fit the abstention of the service: is anything in the reports about the question? ::

    JUDIAN_ADAPTERS=off python -m eval.studies.fit_abstention ../shared --out service/abstention.json
    python -m eval.studies.fit_abstention ../shared --out service/abstention.json

Answerable: every second answerable item of the sample gold set, as it stands and without the place and the year it
names (people ask short); those of part a of the development questions over real reports, and of our own over the same
and over others; and every second question that the public reading sets keep out (the others trained the adapters),
asked of its own reports and of a few of them. Unanswerable: the near misses of part a, and our own; the kept-out
questions of the reading sets, asked of the sample reports among work reports, which are about none of it, and of a few
passages of their own set that do not hold the answer. Where there is a judge, also the questions written on passages of
reports that it was not trained on (``eval.train.asked``), those that are answered and those that miss. A question that
can be answered counts among the others where the sentence that was chosen does not answer it: that is to be held back,
too. Several questions in one are left out: each would be asked by itself. The other halves give the held-out figures.
No coefficient may be negative: nothing that fits a question better may make it less likely to be answered. Without the
adapters, further models leave out the cosine: other encoders, which have no reader either, are served with those.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from eval.gold.load import load_gold
from eval.gold.reading_sets import load_reading_set
from eval.gold.types import GoldItem
from eval.quality import DATA, SAMPLE_GOLD, SAMPLES
from eval.studies.pools import open_pool, read_reports
from eval.train.asked import kept_from_training
from indexer.chinese.folding import fold
from indexer.encoders.types import Encoder
from indexer.types import Report
from service.abstain import FEATURES, WITHOUT_READER
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.parts import parts
from service.settings import Settings
from service.types import Language, Question
from service.understand import language

SETS: dict[Language, tuple[str, ...]] = {"zh": ("cmrc2018_dev", "drcd_dev", "crud_rag"), "en": ("xquad_en2zh_odd",)}
NOT_ANSWERABLE = ("unanswerable", "masked")
FALSE_REFUSALS = 0.02  # the share of answerable questions, by the weights of their sources, that the bar may refuse
SHARES_SHOWN = (0.01, FALSE_REFUSALS, 0.03, 0.04, 0.05)  # what other shares would give
MAX_QUESTIONS = 60  # a set and half
N_SMALL, SMALL_POOL = 30, 20  # questions a set and half that are asked of so few passages
SEED = 7
NEAR_MISS_GOLD, FURTHER_GOLD = DATA / "near_miss_gold.jsonl", DATA / "further_gold_a.jsonl"
_PLACE_OR_YEAR = re.compile(r"[\u4e00-\u9fff]{2,3}[省市县区]|(?:19|20)\d\d年?|报告[里中]?")
ANSWERABLE = (
    "sample gold",
    "shortened",
    "real reports",
    "own, real reports",
    "further",
    "passages",
    "reading",
    "reading, small pool",
)
UNANSWERABLE = (
    "near misses",
    "own near misses",
    "further near misses",
    "passages, near misses",
    "another sentence",
    "elsewhere",
    "small pool without it",
)
# Where the questions of a source go that can be answered, and are not by the sentence that was chosen.
MISSED = {
    "real reports": "near misses",
    "own, real reports": "own near misses",
    "further": "further near misses",
    "passages": "passages, near misses",
}
JUDGED = ("passages", "passages, near misses")  # served for the judge's score

# Other sources weigh 1. What is asked of reports that hold nothing near is told apart by the cosine alone, and weighed
# the same it drowns what only the reader tells apart.
WEIGHTS = {
    "shortened": 0.3,
    "reading": 0.5,
    "reading, small pool": 0.5,
    "another sentence": 0.5,
    "elsewhere": 0.3,
    "small pool without it": 0.3,
}

Features = NDArray[np.float64]
Asked = tuple[str, Sequence[str]]  # a question, and the texts one of which answers it; none, where nothing does


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    parser.add_argument("--only", choices=list(SETS), help="one language; the model of the other stays as it is")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = open_encoder(settings, None)
    reports = arguments.shared / "reports"
    real = [reports / name for name in ("text", "gbk", "statutes")]
    wider = [*real, reports / "docx", reports / "html"]
    pools = [
        asking(read_reports(folders), encoder, arguments.cache)
        for folders in ([SAMPLES], [SAMPLES, *real], real, wider)
    ]
    gold = [item for item in load_gold(SAMPLE_GOLD) if item.type not in NOT_ANSWERABLE]
    development = load_gold(arguments.shared / "gold" / "reports_dev_a.jsonl")
    own, further = load_gold(NEAR_MISS_GOLD), load_gold(FURTHER_GOLD)
    names_with = FEATURES if encoder.reader else WITHOUT_READER
    names_without = tuple(name for name in WITHOUT_READER if name != "cosine")
    models: dict[str, dict[str, object]] = {}
    without_cosine: dict[str, dict[str, object]] = {}
    for asked_in, names in SETS.items():
        if arguments.only not in (None, asked_in):
            continue
        chance = random.Random(SEED)
        halves: list[dict[str, Features]] = []
        for held_out in (False, True):
            ours = [
                (item.question, accepted(item)) for item in gold[held_out::2] if language(item.question) == asked_in
            ]
            found: dict[str, list[Features]] = {name: [] for name in (*ANSWERABLE, *UNANSWERABLE)}

            def add(group: str, asker: Asker, asked: Iterable[Asked], found: dict[str, list[Features]] = found) -> None:
                right, wrong = measure(asker, asked)
                if group in UNANSWERABLE:
                    found[group].append(wrong)
                else:
                    found[group].append(right)
                    found[MISSED.get(group, "another sentence")].append(wrong)

            for pool in pools[:2]:
                add("sample gold", pool, ours)
                if asked_in == "zh":
                    add("shortened", pool, [(_PLACE_OR_YEAR.sub("", text), right) for text, right in ours])
            if not held_out:
                for group, misses, items, asker in (
                    ("real reports", "near misses", development, pools[2]),
                    ("own, real reports", "own near misses", own, pools[2]),
                    ("further", "further near misses", further, pools[3]),
                ):
                    for item in items:
                        if language(item.question) == asked_in:
                            group_of = misses if item.type in NOT_ANSWERABLE else group
                            add(group_of, asker, [(item.question, accepted(item))])
                if encoder.judge:
                    for question, answer in kept_from_training():
                        if language(question) == asked_in:
                            group_of = "passages" if answer else "passages, near misses"
                            add(group_of, pools[3], [(question, (answer,) if answer else ())])
            for name in names:
                reading = load_reading_set(arguments.shared / "qa" / name)
                kept_out = [q for q in reading.questions if q.held_out][held_out::2]
                drawn = chance.sample(kept_out, min(len(kept_out), MAX_QUESTIONS))
                add(
                    "reading",
                    asking(reading.reports, encoder, arguments.cache),
                    [(q.question, q.answers) for q in drawn],
                )
                add("elsewhere", pools[1], [(q.question, ()) for q in drawn])
                for q in drawn[:N_SMALL]:
                    home = [report for report in reading.reports if report.report_id == q.report_id]
                    away = chance.sample([report for report in reading.reports if report not in home], SMALL_POOL)
                    near = asking(away[1:] + home, encoder, arguments.cache)
                    add("reading, small pool", near, [(q.question, q.answers)])
                    far = asking(away, encoder, arguments.cache)
                    add("small pool without it", far, [(q.question, ())])
            whole = {name: np.concatenate(measured) for name, measured in found.items() if measured}
            halves.append({name: rows for name, rows in whole.items() if len(rows)})
        models[asked_in] = fit(halves[0], halves[1], names_with)
        others = [{name: rows for name, rows in half.items() if name not in JUDGED} for half in halves]
        without_cosine[asked_in] = fit(others[0], others[1], names_without)
        print(asked_in, json.dumps([models[asked_in], without_cosine[asked_in]], indent=1), flush=True)
    recipe = {
        "command": ("" if settings.adapters == "on" else "JUDIAN_ADAPTERS=off ")
        + "python -m eval.studies.fit_abstention ../shared --out service/abstention.json"
        + (f" --only {arguments.only}" if arguments.only else ""),
        "reading_sets": SETS,
        "false_refusals_allowed": FALSE_REFUSALS,
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    content = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {"fitted": {}}
    for entry, made in (
        (content["fitted"].setdefault(encoder.fingerprint, {}), models),
        *([(content.setdefault("otherwise", {}), without_cosine)] if encoder.reader is None else []),
    ):
        entry |= {of: {"recipe": recipe, **model} for of, model in made.items()}
    arguments.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def asking(reports: Sequence[Report], encoder: Encoder, cache: Path) -> Asker:
    """An asker over ``reports`` held in memory."""
    return asker_over(open_pool(reports, encoder, cache), encoder, Settings())


def accepted(item: GoldItem) -> tuple[str, ...]:
    """The texts one of which answers it."""
    return () if item.type in NOT_ANSWERABLE else (*item.answers, *item.evidence)


def answers(sentence: str, texts: Iterable[str]) -> bool:
    """Whether one of the ``texts`` that answer stands in it, or it in one of them."""
    said = fold(sentence)
    return any(fold(text) in said or said in fold(text) for text in texts)


def measure(asker: Asker, asked: Iterable[Asked]) -> tuple[Features, Features]:
    """Each (n, len(FEATURES)): what speaks for the best sentence, for each question that is one and that the rules
    leave one; of the sentences that answer, and of those that do not."""
    rows: tuple[list[list[float]], list[list[float]]] = ([], [])
    for question, right in asked:
        if len(parts(question, asker.nameable.regions)) > 1:
            continue
        draft = asker.draft(Question(question=question))[1]
        for piece in draft.pieces[:1]:
            sentence = asker.snapshot.reports[piece.report_id].text[piece.span.start : piece.span.end]
            if draft.evidence:
                rows[not answers(sentence, right)].append(
                    [value or 0.0 for value in astuple(draft.evidence)]
                )  # as where it is served
    right_rows, wrong_rows = (np.array(found, np.float64).reshape(-1, len(FEATURES)) for found in rows)
    return right_rows, wrong_rows


def fit(training: dict[str, Features], held_out: dict[str, Features], names: Sequence[str]) -> dict[str, object]:
    """The logistic model over the features called ``names``, the bar, and what both do on the held-out halves, by the
    source of the questions."""
    columns = [FEATURES.index(name) for name in names]
    training, held_out = ({name: rows[:, columns] for name, rows in half.items()} for half in (training, held_out))
    x = np.concatenate(list(training.values()))
    y = np.concatenate([np.full(len(rows), name in ANSWERABLE) for name, rows in training.items()])
    # Sources weigh what WEIGHTS says, whatever their sizes, and the two sides the same.
    sides = [sum(WEIGHTS.get(n, 1.0) for n in training if n in side) for side in (ANSWERABLE, UNANSWERABLE)]
    shares_of = {name: WEIGHTS.get(name, 1.0) / sides[name in UNANSWERABLE] for name in training}
    weights = np.concatenate([np.full(len(rows), 0.5 * shares_of[n] / len(rows)) for n, rows in training.items()])
    mean, spread = x.mean(axis=0), x.std(axis=0)

    def loss(theta: Features) -> float:
        z = theta[0] + (x - mean) / spread @ theta[1:]
        return float((weights * np.logaddexp(0, np.where(y, -z, z))).sum() + 1e-4 * (theta[1:] ** 2).sum())

    bounds = [(None, None), *[(0, None)] * x.shape[1]]
    theta = minimize(loss, np.zeros(x.shape[1] + 1), bounds=bounds, method="L-BFGS-B").x
    coefficients = theta[1:] / spread
    intercept = float(theta[0] - coefficients @ mean)

    def probability(rows: Features) -> Features:
        return np.asarray(1 / (1 + np.exp(-(intercept + rows @ coefficients))))

    answerable = {name: probability(rows) for name, rows in training.items() if name in ANSWERABLE}
    shares = np.concatenate([np.full(len(found), shares_of[name] / len(found)) for name, found in answerable.items()])
    ranked = np.concatenate(list(answerable.values()))
    order = np.argsort(ranked)
    ranked, refused = ranked[order], np.cumsum(shares[order])
    bars = {share: float(ranked[np.searchsorted(refused, share)]) for share in SHARES_SHOWN}
    bar = bars[FALSE_REFUSALS]
    both = [
        np.concatenate([probability(held_out[n]) for n in held_out if n in side]) for side in (ANSWERABLE, UNANSWERABLE)
    ]
    truth = np.repeat([1, 0], [len(rows) for rows in both])
    return {
        "features": list(names),
        "intercept": intercept,
        "coefficients": [float(value) for value in coefficients],
        "bar": bar,
        "bars": bars,
        "held_out": {
            "auc": round(float(roc_auc_score(truth, np.concatenate(both))), 4),
            "n": {name: len(rows) for name, rows in held_out.items()},
            "refused": {
                name: round(float((probability(rows) < bars[FALSE_REFUSALS]).mean()), 4)
                for name, rows in held_out.items()
            },
        },
    }


if __name__ == "__main__":
    main()
