"""The table behind the constants of retrieval and extraction: each varied alone, the others as shipped. ::

    python -m eval.studies.ablation ../shared --out eval/results/ablation.md

Chosen on the sample gold set (alone, and among the work reports of ``shared``) and on the training questions of the
public reading sets. No gold set of ``shared`` is read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from eval.gold.load import load_gold
from eval.gold.reading_sets import load_reading_set
from eval.gold.types import GoldItem
from eval.measures.answers import marked_figure
from eval.quality import DATA, SAMPLE_GOLD, SAMPLES, SCORED
from eval.studies.pools import RememberingEncoder, open_pool, read_reports
from indexer.chinese.figures import holds
from indexer.chunks import MAX_CHARS
from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from indexer.types import Report
from service.answers import answerers
from service.answers.sentence import WITHOUT_READER, Weights
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.retrieve import CANDIDATES, DENSE_WEIGHTS, Retriever
from service.settings import Settings
from service.spans import MARGIN, N_READ
from service.types import Language, Question, SearchQuestion
from service.understand import Understood

READING_SETS = ("cmrc2018_dev", "xquad_zh_odd")
MAX_READING_QUESTIONS = 500
ENGLISH_GOLD = DATA / "english_gold.jsonl"
RRF_K = 60  # Cormack, Clarke and Büttcher 2009


@dataclass(frozen=True)
class Setting:
    """One row of the table: everything that is varied."""

    name: str
    max_chars: int = MAX_CHARS
    dense_weight: float | None = None  # as shipped, by language
    scope_bonus: float = Retriever.scope_bonus
    k: int = 10
    n_read: int = N_READ
    margin: float = MARGIN
    weights: Weights = Weights()  # noqa: RUF009 - frozen
    rrf: bool = False


SHIPPED = Setting("**shipped**")


def settings() -> Iterator[Setting]:
    """The shipped setting, then each constant varied alone."""
    shipped = SHIPPED
    yield shipped
    for weight in (0.0, 0.3, 0.5, 0.7, 0.85, 1.0):
        name = {0.0: "BM25 alone", 1.0: "dense alone"}.get(weight, f"dense weight {weight}")
        yield replace(shipped, name=name, dense_weight=weight)
    yield replace(shipped, name=f"reciprocal rank fusion, k = {RRF_K}", rrf=True)
    for bonus in (0.0, 0.3):
        yield replace(shipped, name=f"scope bonus {bonus}", scope_bonus=bonus)
    for k in (3, 5, 20):
        yield replace(shipped, name=f"k = {k}", k=k)
    yield replace(shipped, name="no reader", n_read=0, weights=WITHOUT_READER)
    for n_read in (1, 3, 10):
        yield replace(shipped, name=f"passages read: {n_read}", n_read=n_read)
    for margin in (-inf, 0.5, 4.0, inf):
        others = {-inf: "none", inf: "all"}.get(margin, f"within {margin}")
        yield replace(shipped, name=f"other sentences of a passage: {others}", margin=margin)
    for reading in (0.25, 0.35, 0.7, 1.0):
        yield replace(shipped, name=f"reading weight {reading}", weights=Weights(reading=reading))
    for passage in (0.6, 0.75, 1.0):
        yield replace(shipped, name=f"passage weight {passage}", weights=Weights(passage=passage))
    yield replace(shipped, name="reader alone", weights=Weights(passage=0.0, figure_bonus=0.0, reading=100.0))
    for bonus in (0.0, 0.1, 0.2):
        yield replace(shipped, name=f"figure bonus {bonus}", weights=Weights(figure_bonus=bonus))
    for share in (0.0, 0.7, 0.8, 1.0):
        yield replace(shipped, name=f"keep share {share}", weights=Weights(keep_share=share))
    for chars in (1, 80, 240):  # last: each is encoded anew
        yield replace(
            shipped, name="one sentence a chunk" if chars == 1 else f"chunks ≤ {chars} chars", max_chars=chars
        )


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
            retriever=kind(snapshot, self._encoder, weights_of(setting.dense_weight), setting.scope_bonus),
            answerers=answerers(snapshot, self._encoder, setting.weights),
            n_read=setting.n_read,
            margin=setting.margin,
        )


def weights_of(weight: float | None) -> Mapping[Language, float]:
    """The weight of the vectors by language: as shipped, or one for all."""
    return DENSE_WEIGHTS if weight is None else dict.fromkeys(get_args(Language), weight)


class _ReciprocalRankRetriever(Retriever):
    """The same candidates, fused by rank alone: 1 / (k + rank), summed over both lists."""

    def retrieve(
        self, understood: Understood, vector: NDArray[np.float32], k: int, allowed: Any = None, n: int = CANDIDATES
    ) -> Any:
        sides = [replace(self, dense_weights=weights_of(weight), scope_bonus=0.0) for weight in (0.0, 1.0)]
        found: dict[str, Any] = {}
        scores: dict[str, float] = {}
        for side in sides:
            for passage in Retriever.retrieve(side, understood, vector, n, allowed, n):
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
    parser.add_argument(
        "--chunks", action="store_true", help="vary their size too: everything is encoded anew for each"
    )
    parser.add_argument("--only", default="", help="beside the shipped setting those alone whose name has this")
    arguments = parser.parse_args()
    configured = Settings.from_environment()
    encoder = open_encoder(configured, None)
    bench = Bench(encoder, arguments.cache)
    columns = asked(arguments.shared)
    reading = [load_reading_set(arguments.shared / "qa" / name) for name in READING_SETS]
    heads = [f"{name} ({sum(len(items) for _, items in pools)})" for name, pools in columns.items()]
    lines = [
        "# Retrieval and extraction, one constant at a time",
        "",
        f"Made by `python -m eval.studies.ablation ../shared --out {arguments.out}`. Number, target, fact and",
        "paraphrase questions of the sample gold set, over the samples alone and among real reports, and of part a",
        "of the development questions over real reports; the English ones of both, and our own. How many have an",
        "accepted answer in the first cited sentence / in any cited one / marked in the first, and that alone, where",
        "a figure is asked for. Cited: sentences a question. R@1: right passage first, on training questions of the",
        "reading sets; only retrieval counts there.",
        "",
        "| setting | " + " | ".join(heads) + " | cited | " + " | ".join(f"{pool.name} R@1" for pool in reading) + " |",
        "|---|" + "---|" * (len(heads) + 1 + len(reading)),
    ]
    for setting in settings():
        if setting.max_chars != MAX_CHARS and not arguments.chunks:
            continue
        if setting != SHIPPED and arguments.only not in setting.name:
            continue
        found = [[measure(bench, *pool, setting) for pool in pools] for pools in columns.values()]
        told = [
            " / ".join(str(sum(counts)) for counts in zip(*column, strict=True))
            for column in ([counts[:3] for counts in column] for column in found)
        ]
        n_cited = sum(counts[3] for column in found for counts in column)
        n_asked = sum(len(items) for pools in columns.values() for _, items in pools)
        recalls = [f"{recall(bench, pool.reports, pool.questions, setting):.3f}" for pool in reading]
        lines.append("| " + " | ".join([setting.name, *told, f"{n_cited / n_asked:.2f}", *recalls]) + " |")
        print(lines[-1], flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def asked(shared: Path) -> dict[str, list[tuple[Sequence[Report], Sequence[GoldItem]]]]:
    """Reports with what is asked of them, by the column in which it counts."""
    real = [shared / "reports" / name for name in ("text", "gbk", "statutes")]
    alone, among, others = (read_reports(folders) for folders in ([SAMPLES], [SAMPLES, *real], real))
    samples, development = load_gold(SAMPLE_GOLD), load_gold(shared / "gold" / "reports_dev_a.jsonl")
    scored, over_real = (
        [item for item in items if item.type in (*SCORED, "target")] for items in (samples, development)
    )
    english, english_over_real = (
        [item for item in items if item.type == "crossling" and item.lang == "en"] for items in (samples, development)
    )
    english += load_gold(ENGLISH_GOLD)
    return {
        "samples": [(alone, scored)],
        "among others": [(among, scored)],
        "real reports": [(others, over_real)],
        "English": [(among, english), (others, english_over_real)],
    }


def measure(
    bench: Bench, reports: Sequence[Report], gold: Sequence[GoldItem], setting: Setting
) -> tuple[int, int, int, int]:
    """Accepted answers in the first cited sentence, in any, marked alone in the first where a figure is asked for, and
    sentences cited; abstention left out."""
    asker = bench.asker(reports, setting)
    first = anywhere = marked = cited = 0
    for item in gold:
        _, draft = asker.draft(Question(question=item.question))
        texts = [asker.snapshot.reports[piece.report_id].text for piece in draft.pieces]
        hits = [
            any(holds(piece.span.of(text), answer) for answer in item.answers)
            for piece, text in zip(draft.pieces, texts, strict=True)
        ]
        first += hits[:1] == [True]
        anywhere += any(hits)
        cited += len(hits)
        if item.type in ("number", "target") and draft.pieces:
            marks = [span.of(texts[0]) for span in draft.pieces[0].highlights]
            marked += marked_figure(marks, item.answers) == 1.0
    return first, anywhere, marked, cited


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
