"""What a language model makes of the answers: extractive beside generated, over one gold set, question by question. ::

    export JUDIAN_LLM=openai:NAME JUDIAN_LLM_BASE_URL=http://127.0.0.1:8080/v1
    python -m eval.studies.generated --out eval/results/generated.json

The model is whichever is configured; the kept run says which. Of a gold set and its reports (``eval.quality.pools``):
how many answers are the model's own, why the others are not, what was removed of what it wrote, and whether what was
given is right. Two counts say whether a wrong figure reached anyone: the figures that were given in its words and stand
in no sentence cited for them, and the number questions where what was given holds no accepted figure. A model on a CPU
is slow: ``--minutes`` ends the run with the questions that were asked, drawn by lot.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import track

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures.citations import faithful_figures
from eval.measures.score import is_right, statements
from eval.quality import pools
from eval.runs.provenance import commit, cpu, prompt_hashes
from eval.studies.pools import open_pool, read_reports
from eval.systems.in_process import output_of
from indexer.chinese.figures import numbers
from indexer.types import Record
from service.answers.generate import Account, Writer
from service.ask import Asker
from service.converse import Conversation
from service.errors import SettingsError
from service.open import asker_over, open_encoder, open_writer
from service.settings import Settings
from service.types import Answer, Question

SEED = 20261127
# Settings that are kept with a run: none that holds a key or an address.
SHOWN = frozenset(
    f"JUDIAN_LLM{name}" for name in ("_PARAMETERS", "_CONTEXT_CHARS", "_JUDGE", "_TIMEOUT_S", "_FAILURES")
)


class GeneratedRun(Record):
    """A kept run of ``eval.studies.generated``. Shares are of ``n``, or of the ``n_own``; times are medians."""

    command: str
    commit: str
    date: str
    model: str
    prompts: Mapping[str, str]
    settings: Mapping[str, str]  # of the model
    encoder: str
    cpu: str
    load: float  # of the machine at the end, over a minute
    pool: str
    n_gold: int  # questions of the gold set, of which n were asked
    n: int
    n_abstained: int  # the reports decide on that; the model is not asked
    n_own: int  # answers given in the model's words
    n_given: int  # sentences of those
    n_figures: int  # figures in those
    n_unfaithful: int  # of which stand in no sentence cited for them
    removed: Mapping[str, int]  # sentences that it wrote, by why they were removed
    fallback: Mapping[str, int]  # extractive answers in the place of its own, by why
    n_numbers: int  # number questions that were answered in its words
    n_wrong: int  # of which the answer holds no accepted figure
    n_wrong_extractive: int  # the same of the extractive answers to those questions
    good_extractive: float
    good: float
    good_own_extractive: float | None  # of the questions that were answered in its words
    good_own: float | None
    input_tokens: float  # a question that it was asked
    output_tokens: float
    extractive_ms: float  # of the questions that it was asked
    ms: float


@dataclass(frozen=True)
class Asked:
    """One question both ways."""

    item: GoldItem
    extractive: Answer
    generated: Answer
    account: Account

    @property
    def is_own(self) -> bool:
        """Whether the answer is given in the model's words."""
        return self.generated.mode == "generated"

    def good(self, answer: Answer) -> float:
        return is_right(self.item, output_of(self.item, answer))


def ask_by_lot(asker: Asker, writer: Writer, gold: Sequence[GoldItem], minutes: float = float("inf")) -> list[Asked]:
    """The questions of ``gold`` both ways, in an order drawn by lot; none is begun after so many ``minutes``."""
    conversation, asked, end = Conversation(writer), list[Asked](), time.monotonic() + 60 * minutes
    for item in track(random.Random(SEED).sample(gold, len(gold))):
        if time.monotonic() > end:
            break
        asked.append(both_ways(asker, conversation, item))
    return asked


def both_ways(asker: Asker, conversation: Conversation, item: GoldItem) -> Asked:
    """``item`` asked of the rules alone, and with the model."""
    account, question = Account(), Question(question=item.question)
    return Asked(item, asker.ask(question), conversation.ask(asker, question, account), account)


def measured(asked: Sequence[Asked]) -> dict[str, object]:
    """What a run keeps of its questions."""
    own = [one for one in asked if one.is_own]
    figures = [one for one in own if one.item.type == "number"]
    given = [found for one in own for found in statements(output_of(one.item, one.generated))]
    n_faithful = sum((faithful_figures([one]) or 0.0) * len(numbers(one.text)) for one in given)
    n_figures = sum(len(numbers(one.text)) for one in given)
    written = [one for one in asked if one.account.usage.input_tokens]
    return {
        "n": len(asked),
        "n_abstained": sum(one.generated.status == "abstained" for one in asked),
        "n_own": len(own),
        "n_given": len(given),
        "n_figures": n_figures,
        "n_unfaithful": n_figures - round(n_faithful),
        "removed": Counter(removed.why for one in asked for removed in one.account.removed),
        "fallback": Counter(str(one.generated.fallback) for one in asked if one.generated.fallback),
        "n_numbers": len(figures),
        "n_wrong": sum(one.good(one.generated) == 0 for one in figures),
        "n_wrong_extractive": sum(one.good(one.extractive) == 0 for one in figures),
        "good_extractive": _mean([one.good(one.extractive) for one in asked]),
        "good": _mean([one.good(one.generated) for one in asked]),
        "good_own_extractive": _mean([one.good(one.extractive) for one in own]) if own else None,
        "good_own": _mean([one.good(one.generated) for one in own]) if own else None,
        "input_tokens": _mean([one.account.usage.input_tokens for one in written]),
        "output_tokens": _mean([one.account.usage.output_tokens for one in written]),
        "extractive_ms": _median([one.extractive.elapsed_ms["total"] for one in written]),
        "ms": _median([one.generated.elapsed_ms["total"] for one in written]),
    }


def _mean(values: Sequence[float]) -> float:
    return round(statistics.fmean(values), 4) if values else 0.0


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--pool", default="samples", help="a gold set with its reports, as `eval.quality` names it")
    parser.add_argument("--out", type=Path, default=Path("eval/results/generated.json"))
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no question after so many")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    writer = open_writer(settings)
    if writer is None:
        raise SettingsError("set JUDIAN_LLM to a language model; see the README")
    pool = next(found for found in pools(arguments.shared) if found.name == arguments.pool)
    encoder = open_encoder(settings)
    reports = read_reports(pool.folders)
    asker = asker_over(open_pool(reports, encoder, arguments.cache), encoder, settings)
    gold = [resolved(item, reports) for item in load_gold(pool.gold)]
    made_by = commit()  # as it is now: the run may outlast a change of the checkout
    asked = ask_by_lot(asker, writer, gold, arguments.minutes)
    run = GeneratedRun.model_validate(
        measured(asked)
        | {
            "command": f"python -m eval.studies.generated --pool {pool.name} --minutes {arguments.minutes:g}",
            "commit": made_by,
            "date": datetime.now(UTC).date().isoformat(),
            "model": writer.model.name,
            "prompts": prompt_hashes(),
            "settings": {name: value for name, value in os.environ.items() if name in SHOWN},
            "encoder": encoder.fingerprint,
            "cpu": cpu(),
            "load": round(os.getloadavg()[0], 1),
            "pool": pool.name,
            "n_gold": len(gold),
        }
    )
    arguments.out.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(table(run))


def table(run: GeneratedRun) -> str:
    """A run as a table: how the answers came about, and beside each other what they are worth."""
    rows = (
        ("questions asked, of the gold set", f"{run.n} of {run.n_gold}"),
        ("abstained from, and so not asked of the model", run.n_abstained),
        ("answers given in the model's words", run.n_own),
        ("sentences in those", run.n_given),
        ("figures in those", run.n_figures),
        ("**of which stand in no sentence cited for them**", run.n_unfaithful),
        ("number questions among those", run.n_numbers),
        ("**of which the answer holds no right figure**", f"{run.n_wrong} (extractive {run.n_wrong_extractive})"),
        ("sentences that it wrote and that were removed", sum(run.removed.values())),
        ("extractive answers in the place of its own", sum(run.fallback.values())),
        ("good, extractive", _share(run.good_extractive)),
        ("good, with the model", _share(run.good)),
        ("good where it is in the model's words, extractive and with the model",
         f"{_share(run.good_own_extractive)}, {_share(run.good_own)}"),
        ("tokens in and out, a question", f"{run.input_tokens:.0f}, {run.output_tokens:.0f}"),
        ("ms a question that the model was asked, extractive and with it", f"{run.extractive_ms:.0f}, {run.ms:.0f}"),
    )  # fmt: skip
    settings = " ".join(f"{name}={value}" for name, value in sorted(run.settings.items()))
    return "\n".join(
        (
            "| | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in rows),
            "",
            f"Why its answer was not given: {_counted(run.fallback)}. What was removed: {_counted(run.removed)}.",
            "",
            f"`{settings} {run.command}` with `{run.model}`, commit {run.commit}, {run.date}; "
            f"{run.cpu}, load {run.load}.",
        )
    )


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: -item[1])) or "nothing"


if __name__ == "__main__":
    main()
