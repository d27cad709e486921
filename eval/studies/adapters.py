"""The table of the adapters' model card, and adapters of one's own beside it: base, published and retrained. ::

    python -m eval.studies.adapters --qa ../shared/qa [--retrained .train] [--device cuda]
        [--out eval/results/adapters.json]

``--retrained`` is the folder where ``make train-encoder`` and ``make train-spans`` leave theirs. The questions are
those that no training sees (``eval.train.kept_out``); weights are merged and compute in float32. Each difference stands
with its 95 % interval, drawn over questions, the same ones for both. The table is written beside the file, as Markdown.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.runs.provenance import commit
from eval.train.base import Tokens, load_tokenizer
from eval.train.kept_out import readings, retrieval_sets
from eval.train.measure import Answered, answered, hits, load_encoder, load_reader, stamp
from indexer.encoders import bundled, lora

READING_SETS = ("cmrc2018_dev", "drcd_dev", "crud_rag", "xquad_zh_odd", "xquad_en2zh_odd")
N_RESAMPLES = 2000
AUCS = {"AUC, other passages": "other", "AUC, same passage": "same"}
BASE, PUBLISHED, RETRAINED = "base", "published", "retrained"
Figures = dict[str, dict[str, Any]]


class Means:
    """A measure that is the mean of what each question has: ``values``, (n_questions)."""

    def __init__(self, values: Sequence[float] | NDArray[np.generic]) -> None:
        self.values = np.asarray(values, np.float64)

    def __call__(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """The measure where each question counts so often: (n_draws, n_questions) to (n_draws)."""
        return np.asarray(counts @ self.values / counts.sum(axis=1))


class Aucs:
    """The AUC of right scores against wrong ones, each question with its own of both."""

    def __init__(self, told: Sequence[Answered], wrong: str) -> None:
        """``wrong``: the field of ``Answered`` with the wrong scores."""
        right, others = [answer.right for answer in told], [getattr(answer, wrong) for answer in told]
        n_right, n_others = (np.array([len(scores) for scores in each]) for each in (right, others))
        self.pairs = np.outer(n_right, n_others).astype(np.float64)
        flat = np.concatenate([np.asarray(scores, np.float64) for scores in others])
        behind = np.cumsum(n_others)
        self.won = np.zeros_like(self.pairs)  # of the pairs of question i's right scores and j's wrong ones
        for row, scores in enumerate(right):
            for score in scores:
                wins = np.append(0, np.cumsum((score > flat) + 0.5 * (score == flat)))
                self.won[row] += wins[behind] - wins[behind - n_others]

    def __call__(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """As ``Means``: the share of pairs in which the right score is the higher, equal ones half."""
        won, pairs = (((counts @ of_two) * counts).sum(axis=1) for of_two in (self.won, self.pairs))
        return np.asarray(won / pairs)


Measured = Mapping[str, Means | Aucs]  # by the name of the measure


def compared(systems: Mapping[str, Measured]) -> dict[str, Any]:
    """Each measure of each system, and for each pair of them the later's gain over the earlier with its 95 % interval:
    paired bootstrap over questions (Efron and Tibshirani 1993, chapter 13), as in ``eval.compare.bootstrap``, but all
    draws at once, since one draw's AUC takes milliseconds."""
    figures: dict[str, Any] = {}
    names = list(systems)
    for measure, of_first in systems[names[0]].items():
        n = len(of_first.values if isinstance(of_first, Means) else of_first.won)
        counts = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), N_RESAMPLES)
        whole = np.ones((1, n), np.int64)
        row: dict[str, Any] = {name: round(float(systems[name][measure](whole)[0]), 4) for name in names}
        for at, later in enumerate(names):
            for earlier in names[:at]:
                drawn = systems[later][measure](counts) - systems[earlier][measure](counts)
                gain = float((systems[later][measure](whole) - systems[earlier][measure](whole))[0])
                low, high = np.percentile(drawn, [2.5, 97.5])
                row[f"{later} - {earlier}"] = [round(float(each), 4) for each in (gain, low, high)]
        figures[measure] = row
    return figures


def retrieval(adapters: Mapping[str, Path | None], qa: Path, device: torch.device) -> Figures:
    """R@1 and R@5 of each set, of the cosine alone; ``adapters``: by name, None for the base."""
    tokens = Tokens(load_tokenizer(), bundled.MAX_TOKENS)
    pools = retrieval_sets(qa)
    found: dict[str, dict[str, Measured]] = {pool.name: {} for pool in pools}
    for name, path in adapters.items():
        bert = load_encoder(path, lora.ENCODER_STRENGTH, device)
        for pool in pools:
            one, five = hits(bert, tokens, pool).T
            found[pool.name][name] = {"R@1": Means(one), "R@5": Means(five)}
    return {
        pool.name: {
            "questions": sum(map(bool, pool.right)),  # those that have a right text
            "texts": len(pool.texts),
            **compared(found[pool.name]),
        }
        for pool in pools
    }


def reading(adapters: Mapping[str, Path], qa: Path, device: torch.device) -> Figures:
    """Exact match, F1 and AUC of each set; ``adapters``: by name, each with its calibration beside it."""
    asked = {name: readings(qa / name) for name in READING_SETS}
    found: dict[str, dict[str, Measured]] = {name: {} for name in asked}
    questions = {}
    for adapter, path in adapters.items():
        reader = load_reader(path, device)
        calibration = json.loads(path.with_name(lora.CALIBRATION.name).read_text(encoding="utf-8"))
        for name, items in asked.items():
            told = answered(reader, items, calibration)
            questions[name] = len(told)
            found[name][adapter] = {
                "EM": Means([answer.exact for answer in told]),
                "F1": Means([answer.f1 for answer in told]),
                **{measure: Aucs(told, wrong) for measure, wrong in AUCS.items()},
            }
    return {name: {"questions": questions[name], **compared(found[name])} for name in asked}


def as_markdown(told: Mapping[str, Any]) -> str:
    """The two tables: a row for each set and measure, a column for each adapter and each difference."""
    lines = ["# Adapters", "", f"`{told['command']}`, commit {told['commit']}.", ""]
    for title, key in (("Encoder, the cosine alone", "retrieval"), ("Reader", "reading")):
        measured = [
            (name, figures["questions"], measure, row)
            for name, figures in told[key].items()
            for measure, row in figures.items()
            if isinstance(row, dict)
        ]
        columns = list(measured[0][3])
        lines += [
            f"## {title}",
            "",
            f"| set | questions | measure | {' | '.join(columns)} |",
            "|---" * len(columns) + "|---|---|---|",
        ]
        for name, questions, measure, row in measured:
            cells = [
                _gain(row[column]) if isinstance(row[column], list) else f"{row[column]:.3f}" for column in columns
            ]
            lines.append(f"| {name} | {questions:,} | {measure} | {' | '.join(cells)} |")
        lines.append("")
    lines += [
        f"Differences with their 95 % interval over questions. {told['device']}, float32, {told['seconds']} s, torch "
        f"{told['versions']['torch']}.",
        "",
    ]
    return "\n".join(lines)


def _gain(interval: Sequence[float]) -> str:
    gain, low, high = interval
    return f"{gain:+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qa", type=Path, required=True)
    parser.add_argument("--retrained", type=Path, help="folder with encoder/ and spans/, as the trainings leave them")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, default=Path("eval/results/adapters.json"))
    asked = parser.parse_args()
    device, started = torch.device(asked.device), time.monotonic()
    encoders: dict[str, Path | None] = {BASE: None, PUBLISHED: lora.ENCODER}
    readers = {PUBLISHED: lora.READER}
    training = {}
    if asked.retrained:
        encoders[RETRAINED] = asked.retrained / "encoder" / lora.ENCODER.name
        readers[RETRAINED] = asked.retrained / "spans" / lora.READER.name
        for part in ("encoder", "spans"):
            training[part] = json.loads((asked.retrained / part / "training.json").read_text(encoding="utf-8"))
    told: dict[str, Any] = {
        "command": "python -m eval.studies.adapters --qa ../shared/qa"
        + (" --retrained .train" if asked.retrained else "")
        + f" --device {device.type}",
        "commit": commit(),
        "t": lora.ENCODER_STRENGTH,
        "retrieval": retrieval(encoders, asked.qa, device),
        "reading": reading(readers, asked.qa, device),
        "training": training,
    }
    told |= {"seconds": round(time.monotonic() - started, 1)} | stamp(device)
    asked.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = as_markdown(told)
    asked.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
