"""What each demand on a sentence costs and gains. ::

    python -m eval.studies.demands ../shared --out eval/results/demands.md

Costs: the share of sentences that do answer which each demand would reject, over the answered windows of the reader's
training text (``shared/train``): made questions over reports, and those that people asked of other texts. Gains: what
is refused of the near misses, and wrongly of what is answerable, with all demands and without one of them, over part a
of the development questions and our own. Part b is measured whole, in ``near_misses.md``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.quality import DATA
from eval.studies.pools import RememberingEncoder, open_pool, read_reports
from eval.systems.in_process import judian
from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.types import Span
from service.answers.figure import asked_figures, pointed_at
from service.ask import Asker
from service.demands.causes import says_why
from service.demands.names import is_name
from service.demands.quantities import is_of_indicator, is_of_measure, is_of_part, is_sum
from service.demands.wording import SAID
from service.open import asker_over, open_encoder
from service.settings import Settings
from service.terms import Term
from service.understand import Understood, understand

REPORTS = ("text", "gbk", "statutes")
WINDOWS = ("report", "cmrc2018_dev", "drcd_dev", "crud_rag")  # sources of answered windows
N_WINDOWS, SEED = 2000, 1
Rejects = Callable[[Understood, str, Sequence[Any], Span, str], bool]


def _said(understood: Understood, sentence: str, *_: object) -> bool:
    return any(not SAID[at][1].search(sentence) for at in understood.demands.said)


def _names(understood: Understood, sentence: str, _: object, pointed: Span, __: str) -> bool:
    naming = understood.demands.naming
    return naming is not None and not is_name(pointed.of(sentence), sentence, understood.says, naming)


DEMANDS: dict[str, Rejects] = {
    "measure": lambda u, s, asked, _, __: not is_of_measure(u.demands.measure, s, asked),
    "part": lambda u, s, *_: not is_of_part(u.demands.part, s),
    "indicator": lambda u, s, asked, _, __: not is_of_indicator(u.demands.indicator, s, asked),
    "sum": lambda u, s, asked, _, __: u.demands.summed and not is_sum(s, asked),
    "said in so many words": _said,
    "cause": lambda u, s, _, pointed, __: u.demands.asks == "reason" and not says_why(s, pointed),
    "name": _names,
    "terms": lambda u, _, __, ___, around: not all(term.is_in(around) for term in u.terms),
    "quoted": lambda u, _, __, ___, around: any(name not in around for name in u.demands.quoted),
}


class _Anything:
    def search(self, _: str) -> bool:
        return True


_ANYTHING = _Anything()


def _always(*_: object) -> bool:
    return True


# What is put in the place of each, to see what is refused without it.
WITHOUT: dict[str, Callable[[], Any]] = {
    "measure": lambda: patch("service.demands.is_of_measure", _always),
    "part": lambda: patch("service.demands.is_of_part", _always),
    "indicator": lambda: patch("service.demands.is_of_indicator", _always),
    "sum": lambda: patch("service.demands.is_sum", _always),
    "said in so many words": lambda: patch("service.demands.SAID", tuple((asked, _ANYTHING) for asked, _ in SAID)),
    "cause": lambda: patch("service.demands.says_why", _always),
    "name": lambda: patch("service.demands.is_name", _always),
    "terms": lambda: patch.object(Term, "is_in", _always),
    "quoted": lambda: patch("service.checks._has", _always),
    "lead": lambda: patch("service.answers.sentence.LEAD", 0.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    costs = {source: rejected(arguments.shared / "train" / "windows.jsonl.gz", source) for source in WINDOWS}
    asker = _asker(arguments.shared, arguments.cache)
    items = {
        "part a": load_gold(arguments.shared / "gold" / "reports_dev_a.jsonl"),
        "our own": load_gold(DATA / "near_miss_gold.jsonl"),
    }
    gains = {"all demands": refused(asker, items)}
    for name, without in WITHOUT.items():
        with without():
            gains[f"without {name}"] = refused(asker, items)
    lines = [*_table_of_costs(costs), "", *_table_of_gains(gains, items)]
    head = f"Made by `python -m eval.studies.demands ../shared --out {arguments.out}`."
    arguments.out.write_text("\n".join(["# Demands", "", head, "", *lines, ""]), encoding="utf-8")
    print("\n".join(lines))


def rejected(path: Path, source: str) -> Counter[str]:
    """How many of N_WINDOWS answering sentences of ``source`` each demand rejects; ``n`` were tried."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["start"] >= 0 and row["source"].startswith(source)]
    counts: Counter[str] = Counter()
    for row in random.Random(SEED).sample(rows, min(N_WINDOWS, len(rows))):
        for understood, sentence, pointed, around in _answering(row):
            asked = pointed_at(understood, sentence, pointed, asked_figures(understood, sentence))
            of_kind = understood.demands.asks == "number"
            found = [
                name
                for name, rejects in DEMANDS.items()
                if (of_kind or name in ("cause", "name", "terms", "quoted"))
                and rejects(understood, sentence, asked, pointed, around)
            ]
            counts.update([*found, *(["any of them"] if found else []), "n"])
    return counts


def refused(asker: Asker, items: dict[str, list[GoldItem]]) -> dict[str, tuple[int, int]]:
    """By name of a set: how many of its near misses and of its answerable questions are refused."""
    system = judian(asker)
    found = {}
    for name, asked in items.items():
        gone = [item.to_refuse for item in asked if system.answer(asker, item).status == "abstained"]
        found[name] = sum(gone), len(gone) - sum(gone)
    return found


def _answering(row: dict[str, Any]) -> Iterator[tuple[Understood, str, Span, str]]:
    """The question of a window, the folded sentence that answers, where in it, and what stands before it."""
    window = row["window"]
    for span in sentences(window):
        if span.start <= row["start"] < span.end and len(sentence := fold(span.of(window))) == len(span):
            pointed = Span(start=row["start"] - span.start, end=min(row["end"], span.end) - span.start)
            yield understand(row["question"]), sentence, pointed, fold(window[: span.start]) + sentence


def _asker(shared: Path, cache: Path) -> Asker:
    settings = Settings.from_environment()
    encoder = RememberingEncoder(open_encoder(settings, None))
    reports = read_reports([shared / "reports" / name for name in REPORTS])
    return asker_over(open_pool(reports, encoder, cache), encoder, settings)


def _table_of_costs(costs: dict[str, Counter[str]]) -> list[str]:
    heads = [f"{source} ({found['n']})" for source, found in costs.items()]
    return [
        "Sentences that answer, rejected, by the demand (the question was made, or asked by people, of that text):",
        "",
        "| demand | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
        *(
            f"| {name} | " + " | ".join(f"{found[name] / found['n']:.3f}" for found in costs.values()) + " |"
            for name in (*DEMANDS, "any of them")
        ),
    ]


def _table_of_gains(gains: dict[str, dict[str, tuple[int, int]]], items: dict[str, list[GoldItem]]) -> list[str]:
    sizes = {name: sum(item.to_refuse for item in asked) for name, asked in items.items()}
    heads = [
        f"{name}: near misses refused, of {n} | {name}: answerable refused, of {len(items[name]) - n}"
        for name, n in sizes.items()
    ]
    return [
        "| | " + " | ".join(heads) + " |",
        "|---|" + "---|---|" * len(heads),
        *(
            f"| {setting} | " + " | ".join(f"{near} | {lost}" for near, lost in found.values()) + " |"
            for setting, found in gains.items()
        ),
    ]


if __name__ == "__main__":
    main()
