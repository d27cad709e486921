"""How much vectors and words should weigh, by the language of the question. ::

    python -m eval.studies.fusion ../shared --out eval/results/fusion.md

With the bundled encoder and its base, on questions for fitting: training questions of the public reading sets and of
the bilingual reports, the sample gold set, and part a of the development questions over real reports.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.reading_sets import BILINGUAL_HELD_OUT, load_bilingual, load_reading_set
from eval.gold.types import GoldItem
from eval.quality import SAMPLE_GOLD, SAMPLES
from eval.studies.pools import RememberingEncoder, open_pool, read_reports
from eval.systems.in_process import with_weights
from indexer.chinese.figures import holds
from indexer.types import Report
from service.answers import answerers
from service.answers.sentence import WITHOUT_READER
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.settings import Settings
from service.types import Passage, Question, SearchQuestion

WEIGHTS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.85, 1.0)
READING_SETS = ("cmrc2018_dev", "drcd_dev", "crud_rag", "xquad_zh_odd", "xquad_en2zh_odd")
MAX_QUESTIONS = 300
SEED = 3


@dataclass(frozen=True)
class Asked:
    """A question, which passages are right, and (where it has them) accepted answers."""

    question: str
    is_right: Callable[[Passage], bool]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """Reports, and what is asked of them."""

    name: str
    reports: Sequence[Report]
    asked: Sequence[Asked]


def pools(shared: Path) -> list[Pool]:
    """Everything that is asked, by name and language."""
    chance = random.Random(SEED)
    found = []
    for name in READING_SETS:
        pool = load_reading_set(shared / "qa" / name)
        questions = [q for q in pool.questions if not q.held_out]
        chosen = chance.sample(questions, min(MAX_QUESTIONS, len(questions)))
        found.append(Pool(name, pool.reports, [Asked(q.question, of_report(q.report_id)) for q in chosen]))
    reports, _ = load_bilingual(shared / "qa" / "bilingual_reports_2008_2016.jsonl")
    found.append(Pool("bilingual 2008-14", reports, _bilingual(shared, reports, chance)))
    real = read_reports([shared / "reports" / name for name in ("text", "gbk", "statutes")])
    samples = read_reports([SAMPLES])
    for name, path, among in (
        ("samples", SAMPLE_GOLD, [*samples, *real]),
        ("reports_dev_a", shared / "gold" / "reports_dev_a.jsonl", real),
    ):
        items = [resolved(item, among) for item in load_gold(path) if item.evidence and not item.to_refuse]
        for language in sorted({item.lang for item in items}):
            asked = [
                Asked(item.question, of_evidence(item), () if item.has_key_points else item.answers)
                for item in items
                if item.lang == language
            ]
            found.append(Pool(f"{name}, {language}", among, asked))
    return found


def of_evidence(item: GoldItem) -> Callable[[Passage], bool]:
    places = [place for places in item.spans for place in places]
    return lambda passage: any(
        place.report_id == passage.chunk.report_id
        and place.start < passage.chunk.span.end
        and passage.chunk.span.start < place.end
        for place in places
    )


def of_report(report_id: str) -> Callable[[Passage], bool]:
    return lambda passage: passage.chunk.report_id == report_id


def _bilingual(shared: Path, reports: Sequence[Report], chance: random.Random) -> list[Asked]:
    texts = {report.report_id: report.text for report in reports}
    path = shared / "qa" / "bilingual_reports_2008_2016.jsonl"
    segments = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    chosen = chance.sample([s for s in segments if s["year"] not in BILINGUAL_HELD_OUT], MAX_QUESTIONS)

    def of_text(zh: str) -> Callable[[Passage], bool]:
        return lambda passage: texts[passage.chunk.report_id] == zh

    return [Asked(segment["en"], of_text(segment["zh"])) for segment in chosen]


def measure(asker: Asker, pool: Pool) -> tuple[float, float, float]:
    """R@1, R@10, and the share of those with accepted answers whose draft begins with one (nan when none have)."""
    first = ten = answered = with_answers = 0
    for asked in pool.asked:
        right = [asked.is_right(p) for p in asker.search(SearchQuestion(question=asked.question, k=10)).passages]
        first += right[:1] == [True]
        ten += any(right)
        if asked.answers:
            with_answers += 1
            _, draft = asker.draft(Question(question=asked.question))
            for piece in draft.pieces[:1]:
                quote = piece.span.of(asker.snapshot.reports[piece.report_id].text)
                answered += any(holds(quote, answer) for answer in asked.answers)
    n = len(pool.asked)
    return first / n, ten / n, answered / with_answers if with_answers else float("nan")


def at_weight(asker: Asker, weight: float) -> Asker:
    """``asker`` with one weight of the vectors for every language, and without a reader."""
    without = answerers(asker.snapshot, asker.retriever.encoder, WITHOUT_READER)
    return replace(with_weights(asker, weight, asker.retriever.scope_bonus), n_read=0, answerers=without)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    lines = [
        "# Weights of vectors and words, by the language of the question",
        "",
        f"Made by `python -m eval.studies.fusion ../shared --out {arguments.out}`. For each weight of the vectors:",
        "the right passage is the first / among ten / an accepted answer stands in the first sentence of the draft",
        "(without a reader). Public sets and 2008-14: questions that the adapter was trained on; the others it",
        "never saw.",
    ]
    for adapters in ("on", "off"):
        settings = Settings.from_environment().model_copy(update={"adapters": adapters})
        encoder = RememberingEncoder(open_encoder(settings, None))
        lines += ["", f"## Adapters {adapters}", "", "| set | n | " + " | ".join(f"{w:g}" for w in WEIGHTS) + " |"]
        lines.append("|---|---|" + "---|" * len(WEIGHTS))
        for pool in pools(arguments.shared):
            asker = asker_over(open_pool(pool.reports, encoder, arguments.cache), encoder, settings)
            cells = [_cell(*measure(at_weight(asker, weight), pool)) for weight in WEIGHTS]
            lines.append(f"| {pool.name} | {len(pool.asked)} | " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(first: float, ten: float, answered: float) -> str:
    return f"{first:.3f} / {ten:.3f}" + (f" / {answered:.3f}" if answered == answered else "")


if __name__ == "__main__":
    main()
