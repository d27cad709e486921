"""What is refused: near misses written by hand over real reports, by how they miss, and what is wrongly refused. ::

    python -m eval.studies.near_misses ../shared --out eval/results/near_misses.md

Part a of the development questions served for fitting; part b is measured alone, whole. Beside the shares: how well the
stated confidence is calibrated over answers that were given (ECE, ten bins; Guo et al. 2017, arXiv:1706.04599), drawn
beside it: how often answers of a stated confidence are right, and what share is wrong of those that are surest
(risk and coverage; Geifman and El-Yaniv 2017, arXiv:1705.08500).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures.score import is_right
from eval.studies.pools import open_pool, read_reports
from eval.systems.in_process import judian
from eval.systems.types import Output
from service.certainty import CERTAIN_FROM
from service.open import asker_over, open_encoder
from service.settings import Settings

REPORTS = ("text", "gbk", "statutes")
N_BINS = 10
Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = open_encoder(settings, None)
    reports = read_reports([arguments.shared / "reports" / name for name in REPORTS])
    asker = asker_over(open_pool(reports, encoder, arguments.cache), encoder, settings)
    parts: dict[str, list[tuple[GoldItem, Output]]] = {}
    for part in ("a", "b"):
        items = load_gold(arguments.shared / "gold" / f"reports_dev_{part}.jsonl")
        system = judian(asker)
        parts[part] = [(item, system.answer(asker, item)) for item in (resolved(item, reports) for item in items)]
    groups = {part: by_group(asked) for part, asked in parts.items()}
    lines = [
        "# Near misses",
        "",
        f"Made by `python -m eval.studies.near_misses ../shared --out {arguments.out}`. Part a served for fitting,",
        "b did not. Refused, of n; for what is answerable also: good (of what a good answer holds), wrong",
        "(answered, and wrong).",
        "",
        "| | " + " | ".join(f"part {part}: n | refused | good | wrong" for part in parts) + " |",
        "|---|" + "---|" * 4 * len(parts),
    ]
    for group in dict.fromkeys(name for found in groups.values() for name in found):
        cells = [cell(groups[part].get(group, [])) for part in parts]
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    lines += ["", *(f"Calibration over part {part}: ECE {ece(asked):.3f}." for part, asked in parts.items())]
    lines += ["", "What the shown words are worth: answers of a part, and the share of a good answer that they hold."]
    lines += [
        "",
        "| | " + " | ".join(f"part {part}: n | right" for part in parts) + " |",
        "|---|" + "---|---|" * len(parts),
    ]
    for word, low, high in (("certain", CERTAIN_FROM, 2.0), ("probable", 0.0, CERTAIN_FROM)):
        cells = []
        for asked in parts.values():
            stated, right = given(asked)
            said = right[(stated >= low) & (stated < high)]
            cells.append(f"{len(said)} | {said.mean():.3f}" if len(said) else "0 | –")
        lines.append(f"| {word} | " + " | ".join(cells) + " |")
    plot = arguments.out.with_suffix(".png")
    draw(parts, plot)
    lines += ["", f"![Reliability, risk and coverage]({plot.name})"]
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def by_group(asked: Sequence[tuple[GoldItem, Output]]) -> Mapping[str, list[tuple[GoldItem, Output]]]:
    """What was asked by how it misses, or by type where it is answerable, and each of the two as a whole."""
    found: dict[str, list[tuple[GoldItem, Output]]] = defaultdict(list)
    for item, output in sorted(asked, key=lambda pair: (pair[0].to_refuse, pair[0].type, pair[0].kind)):
        found["**near misses**" if item.to_refuse else "**answerable**"].append((item, output))
        found[item.kind.replace("_", " ") or item.type].append((item, output))
    return found


def cell(asked: Sequence[tuple[GoldItem, Output]]) -> str:
    """``n | refused | good | wrong``."""
    if not asked:
        return "0 | – | – | –"
    refused = [output.status == "abstained" for _, output in asked]
    good = [is_right(item, output) for item, output in asked]
    wrong = [not r and g == 0 for r, g in zip(refused, good, strict=True)]
    return f"{len(asked)} | {np.mean(refused):.3f} | {np.mean(good):.3f} | {np.mean(wrong):.3f}"


def ece(asked: Sequence[tuple[GoldItem, Output]]) -> float:
    """Expected calibration error of the confidence that an answer is right, over those that were given."""
    stated, right, share = reliability(asked)
    return float((np.abs(stated - right) * share).sum())


def reliability(asked: Sequence[tuple[GoldItem, Output]]) -> tuple[Floats, Floats, Floats]:
    """Of the answers that were given, by bins of the stated confidence: its mean, the share that is right, and the
    share that falls into the bin; each (n_bins that hold any,)."""
    stated, right = given(asked)
    bins = np.minimum((stated * N_BINS).astype(int), N_BINS - 1)
    held = [bins == at for at in sorted(set(bins))]
    means = ([values[mask].mean() for mask in held] for values in (stated, right))
    x, y = (np.array(list(values)) for values in means)
    return x, y, np.array([mask.mean() for mask in held])


def given(asked: Sequence[tuple[GoldItem, Output]]) -> tuple[Floats, Floats]:
    """Stated confidence and share of a good answer that is held, of the answers that were given."""
    found = [
        (output.confidence or 0.0, is_right(item, output)) for item, output in asked if output.status != "abstained"
    ]
    stated, right = zip(*found, strict=True)
    return np.array(stated), np.array(right)


def draw(parts: Mapping[str, Sequence[tuple[GoldItem, Output]]], path: Path) -> None:
    """Reliability, and risk over coverage, of each part."""
    import matplotlib.pyplot as plt

    figure, (left, right_) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    left.plot([0, 1], [0, 1], color="0.8", linewidth=1)
    for part, asked in parts.items():
        x, y, _ = reliability(asked)
        left.plot(x, y, marker="o", label=f"part {part}")
        stated, right = given(asked)
        order = np.argsort(-stated, kind="stable")
        coverage = np.arange(1, len(order) + 1) / len(asked)
        right_.plot(coverage, np.cumsum(1 - right[order]) / np.arange(1, len(order) + 1), label=f"part {part}")
    left.set(xlabel="stated confidence", ylabel="right", xlim=(0, 1), ylim=(0, 1), title="Reliability")
    right_.set(xlabel="coverage: share of all questions answered", ylabel="risk: share not right", ylim=(0, 1))
    right_.set_title("Risk and coverage")
    left.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
