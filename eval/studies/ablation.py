"""The table behind the constants of retrieval and extraction: each varied alone, the others as shipped. ::

    python -m eval.studies.ablation ../shared --out eval/results/ablation.md

Chosen on the sample gold set (alone, and among the work reports of ``shared``) and on the training questions of the
public reading sets. No gold set of ``shared`` is read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold.load import load_gold
from eval.gold.reading_sets import load_reading_set
from eval.gold.types import GoldItem
from eval.quality import SAMPLE_GOLD, SAMPLES, SCORED
from eval.studies.pools import RememberingEncoder, open_pool, read_reports
from indexer.chunks import MAX_CHARS
from indexer.encoders.encoder import Encoder
from indexer.store.snapshot import Snapshot
from indexer.types import Report
from service.answers import answerers
from service.answers.sentence import Weights
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.retrieve import Retriever
from service.settings import Settings
from service.types import Question, SearchQuestion
from service.understand import Understood

READING_SETS = ("cmrc2018_dev", "xquad_zh_odd")
MAX_READING_QUESTIONS = 500
RRF_K = 60  # Cormack, Clarke and Büttcher 2009


@dataclass(frozen=True)
class Setting:
    """One row of the table: everything that is varied."""

    name: str
    max_chars: int = MAX_CHARS
    dense_weight: float = Retriever.dense_weight
    scope_bonus: float = Retriever.scope_bonus
    k: int = 10
    weights: Weights = Weights()  # noqa: RUF009 - frozen
    rrf: bool = False


def settings() -> Iterator[Setting]:
    """The shipped setting, then each constant varied alone."""
    shipped = Setting("**shipped**")
    yield shipped
    for chars in (1, 80, 120, 240, 400):
        yield replace(
            shipped, name="one sentence a chunk" if chars == 1 else f"chunks ≤ {chars} chars", max_chars=chars
        )
    for weight in (0.0, 0.3, 0.4, 0.6, 0.7, 1.0):
        name = {0.0: "BM25 alone", 1.0: "dense alone"}.get(weight, f"dense weight {weight}")
        yield replace(shipped, name=name, dense_weight=weight)
    yield replace(shipped, name=f"reciprocal rank fusion, k = {RRF_K}", rrf=True)
    for bonus in (0.0, 0.3):
        yield replace(shipped, name=f"scope bonus {bonus}", scope_bonus=bonus)
    for k in (3, 5, 20):
        yield replace(shipped, name=f"k = {k}", k=k)
    for passage in (0.3, 0.45, 0.75, 0.9):
        yield replace(shipped, name=f"passage weight {passage}", weights=Weights(passage=passage))
    for bonus in (0.0, 0.05, 0.2):
        yield replace(shipped, name=f"figure bonus {bonus}", weights=Weights(figure_bonus=bonus))
    for share in (0.0, 0.7, 0.8, 0.9, 1.0):
        yield replace(shipped, name=f"keep share {share}", weights=Weights(keep_share=share))


class Bench:
    """Pools and question vectors, made once."""

    def __init__(self, encoder: Encoder, cache: Path) -> None:
        self._encoder = RememberingEncoder(encoder)
        self._cache = cache
        self._pools: dict[tuple[int, int], Snapshot] = {}

    def asker(self, reports: Sequence[Report], setting: Setting) -> Asker:
        key = (id(reports), setting.max_chars)
        if key not in self._pools:
            self._pools[key] = open_pool(reports, self._encoder, self._cache, setting.max_chars)
        snapshot = self._pools[key]
        kind = _ReciprocalRankRetriever if setting.rrf else Retriever
        return replace(
            asker_over(snapshot, self._encoder, Settings(k=setting.k)),
            retriever=kind(snapshot, self._encoder, setting.dense_weight, setting.scope_bonus),
            answerers=answerers(snapshot.lexical.idf, setting.weights),
        )


class _ReciprocalRankRetriever(Retriever):
    """The same candidates, fused by rank alone: 1 / (k + rank), summed over both lists."""

    def retrieve(self, understood: Understood, vector: NDArray[np.float32], k: int, allowed: Any = None) -> Any:
        sides = [replace(self, dense_weight=weight, scope_bonus=0.0) for weight in (0.0, 1.0)]
        found: dict[str, Any] = {}
        scores: dict[str, float] = {}
        for side in sides:
            for passage in Retriever.retrieve(side, understood, vector, 100, allowed):
                found[passage.chunk.chunk_id] = passage
                scores[passage.chunk.chunk_id] = scores.get(passage.chunk.chunk_id, 0) + 1 / (RRF_K + passage.rank)
        best = sorted(found, key=lambda chunk_id: -scores[chunk_id])[:k]
        scale = (RRF_K + 1) / 2
        return tuple(found[chunk_id].model_copy(update={"score": scores[chunk_id] * scale}) for chunk_id in best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    configured = Settings.from_environment()
    encoder = open_encoder(configured)
    bench = Bench(encoder, arguments.cache)
    gold = [item for item in load_gold(SAMPLE_GOLD) if item.type in SCORED]
    reports = arguments.shared / "reports"
    alone = read_reports([SAMPLES])
    among = read_reports([SAMPLES, reports / "text", reports / "gbk"])
    reading = [load_reading_set(arguments.shared / "qa" / name) for name in READING_SETS]
    lines = [
        "# Retrieval and extraction, one constant at a time",
        "",
        f"Made by `python -m eval.studies.ablation ../shared --out {arguments.out}`. {len(gold)} number, fact and",
        "paraphrase questions of the sample gold set, over the samples alone and among `reports/text` and",
        "`reports/gbk`: how many have an accepted answer in the first cited sentence / in any cited one, and how many",
        "sentences are cited on average. R@1: right passage first, on training questions of the reading",
        "sets; only retrieval counts there.",
        "",
        "| setting | alone | cited | among others | " + " | ".join(f"{pool.name} R@1" for pool in reading) + " |",
        "|---|---|---|---|" + "---|" * len(reading),
    ]
    for setting in settings():
        first, any_cited, cited = measure(bench, alone, gold, setting)
        first_among, any_among, _ = measure(bench, among, gold, setting)
        recalls = [f"{recall(bench, pool.reports, pool.questions, setting):.3f}" for pool in reading]
        row = [setting.name, f"{first} / {any_cited}", f"{cited:.2f}", f"{first_among} / {any_among}", *recalls]
        lines.append("| " + " | ".join(row) + " |")
        print(lines[-1], flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(
    bench: Bench, reports: Sequence[Report], gold: Sequence[GoldItem], setting: Setting
) -> tuple[int, int, float]:
    """Accepted answers in the first cited sentence, in any, and sentences cited on average; abstention left out."""
    asker = bench.asker(reports, setting)
    first = anywhere = cited = 0
    for item in gold:
        _, draft = asker.draft(Question(question=item.question))
        quotes = [piece.span.of(asker.snapshot.reports[piece.report_id].text) for piece in draft.pieces]
        hits = [any(answer in quote for answer in item.answers) for quote in quotes]
        first += bool(hits) and hits[0]
        anywhere += any(hits)
        cited += len(quotes)
    return first, anywhere, cited / len(gold)


def recall(bench: Bench, reports: Sequence[Report], questions: Sequence[Any], setting: Setting) -> float:
    """R@1 over training questions: the share whose passage is the first one retrieved."""
    asker = bench.asker(reports, setting)
    asked = [question for question in questions if not question.held_out][:MAX_READING_QUESTIONS]
    hits = 0
    for question in asked:
        passages = asker.search(SearchQuestion(question=question.question, k=1)).passages
        hits += bool(passages) and passages[0].chunk.report_id == question.report_id
    return hits / len(asked)


if __name__ == "__main__":
    main()
