"""What is refused: near misses written by hand over real reports, by how they miss, and what is wrongly refused. ::

    python -m eval.studies.near_misses ../shared --out eval/results/near_misses.md

Part a of the development questions served for fitting; part b is measured alone, whole. Beside the shares: how well the
stated confidence is calibrated over answers that were given (ECE, ten bins; Guo et al. 2017, arXiv:1706.04599).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures.score import is_right
from eval.studies.pools import open_pool, read_reports
from eval.systems.in_process import judian
from eval.systems.types import Output
from service.open import asker_over, open_encoder
from service.settings import Settings

REPORTS = ("text", "gbk", "statutes")
N_BINS = 10


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
    given = [
        (output.confidence or 0.0, is_right(item, output)) for item, output in asked if output.status != "abstained"
    ]
    stated, right = (np.array(values) for values in zip(*given, strict=True))
    bins = np.minimum((stated * N_BINS).astype(int), N_BINS - 1)
    gaps = {at: abs(stated[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean() for at in set(bins)}
    return float(sum(gaps.values()))


if __name__ == "__main__":
    main()
