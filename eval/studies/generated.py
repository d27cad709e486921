"""What a language model makes of the answers: extractive beside generated, over one gold set, question by question. ::

    export JUDIAN_LLM=openai:NAME JUDIAN_LLM_BASE_URL=http://127.0.0.1:8080/v1
    python -m eval.studies.generated --out eval/results/generated.md

The model is whichever is configured; the table says which. Over the sample gold set: how many answers are the model's
own, why the others are not, what was removed of what it wrote, and whether what was given is right. A wrong figure is a
number question whose generated answer holds none of the accepted ones.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures.score import is_right
from eval.quality import SAMPLE_GOLD, SAMPLES
from eval.studies.pools import open_pool, read_reports
from eval.systems.in_process import output_of
from service.answers.generate import Account
from service.ask import Asker
from service.converse import Conversation
from service.errors import SettingsError
from service.open import asker_over, open_encoder, open_writer
from service.settings import Settings
from service.types import Answer, Question


@dataclass(frozen=True)
class Asked:
    """One question both ways."""

    item: GoldItem
    extractive: Answer
    generated: Answer
    account: Account

    def good(self, answer: Answer) -> float:
        return is_right(self.item, output_of(self.item, answer))

    @property
    def is_wrong_figure(self) -> bool:
        """Whether the model's own answer to a number question holds no accepted figure."""
        return self.item.type == "number" and self.generated.mode == "generated" and self.good(self.generated) == 0


async def both_ways(asker: Asker, conversation: Conversation, item: GoldItem) -> Asked:
    """``item`` asked of the rules alone, and with the model."""

    async def at_once(work):  # type: ignore[no-untyped-def]
        return work()

    account = Account()
    question = Question(question=item.question)
    prepared = await conversation.prepare(asker, question, at_once, account)
    events = conversation.events(asker, question, prepared, account)
    generated = [event async for event in events if isinstance(event, Answer)][-1]
    return Asked(item, asker.ask(question), generated, account)


def table(asked: Sequence[Asked]) -> list[str]:
    """The lines of the page's tables."""
    own = [one for one in asked if one.generated.mode == "generated"]
    fell = Counter(one.generated.fallback for one in asked if one.generated.mode == "extractive_fallback")
    removed = Counter(removed.why for one in asked for removed in one.account.removed)
    n_sentences = sum(len(one.generated.segments) for one in own)
    rows = [
        ("questions", len(asked)),
        ("abstained from, not asked of the model", sum(one.generated.status == "abstained" for one in asked)),
        ("answered in the model's words", len(own)),
        ("of those: sentences given", n_sentences),
        ("sentences that it wrote and that were removed", sum(removed.values())),
        ("extractive answers in the place of its own", sum(fell.values())),
        ("**wrong figures given in its words**", sum(one.is_wrong_figure for one in asked)),
    ]
    good = [
        (name, sum(one.good(getattr(one, way)) for one in some) / len(some) if some else float("nan"))
        for some, which in ((asked, "all"), (own, "those in its words"))
        for way, name in (("extractive", f"good, extractive, {which}"), ("generated", f"good, with the model, {which}"))
    ]
    return [
        "| | |",
        "|---|---|",
        *(f"| {name} | {n} |" for name, n in rows),
        *(f"| {name} | {share:.3f} |" for name, share in good),
        f"| tokens in, out, a question asked | {_mean(asked, 'input_tokens')}, {_mean(asked, 'output_tokens')} |",
        "",
        "Why its answer was not given: " + _counted(fell) + ".",
        "",
        "What was removed: " + _counted(removed) + ".",
    ]


def _mean(asked: Sequence[Asked], name: str) -> int:
    used = [getattr(one.account.usage, name) for one in asked if one.account.usage.input_tokens]
    return round(sum(used) / len(used)) if used else 0


def _counted(counts: Counter[str | None] | Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.most_common()) or "nothing"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    parser.add_argument("--n", type=int, help="ask so many questions, spread over the set, and no more")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    writer = open_writer(settings)
    if writer is None:
        raise SettingsError("set JUDIAN_LLM to a language model; see the README")
    encoder = open_encoder(settings)
    reports = read_reports([SAMPLES])
    asker = asker_over(open_pool(reports, encoder, arguments.cache), encoder, settings)
    items = [resolved(item, reports) for item in load_gold(SAMPLE_GOLD)]
    items = items[:: max(1, len(items) // arguments.n)] if arguments.n else items
    conversation = Conversation(writer)
    asked = [asyncio.run(both_ways(asker, conversation, item)) for item in track(items)]
    lines = [
        "# With a language model",
        "",
        f"Made by `python -m eval.studies.generated --out {arguments.out}` with `{writer.model.name}`, over "
        f"{len(asked)} questions of the sample gold set.",
        "",
        *table(asked),
    ]
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
