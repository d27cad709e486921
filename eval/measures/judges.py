"""A language model as judge, beside the measures that need none. Optional: any LangChain chat model.

What a judge says is only worth what it agrees with: every judgement of a run comes with the share of questions on which
the judge and the measure without a model say the same, and Cohen's kappa.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from string import Template
from typing import Any, Protocol

from eval.errors import EvaluationError
from eval.gold.types import GoldItem
from eval.measures.citations import citation_precision, citation_recall
from eval.measures.score import said, statements
from eval.runs.provenance import prompt_hashes
from eval.runs.stored import Run
from eval.systems.types import Output
from indexer.types import Record
from service.types import Citation

_VERDICT = re.compile(r"\W*(yes|no|是|否)\b", re.IGNORECASE)
# The measure without a model that each judgement is compared with, question by question.
COMPARED = {
    "judge.good": "good",
    "judge.citation.recall": "citation.recall",
    "judge.citation.precision": "citation.precision",
}


class Agreement(Record):
    """How often a judge and a measure without a model say the same (each score counted as yes from 0.5 on)."""

    judged: str
    measure: str
    n: int
    agreement: float
    kappa: float | None


class Judged(Record):
    """What a judge said of a run: scores by question (``failed``: those it gave no verdict on), and its agreement with
    the measures that need no model."""

    run: str
    model: str
    prompts: Mapping[str, str]
    date: str
    scores: Mapping[str, Mapping[str, float]]
    failed: tuple[str, ...]
    agreement: tuple[Agreement, ...]


class ChatModel(Protocol):
    """What is used of a LangChain ``BaseChatModel``."""

    def invoke(self, prompt: str, /) -> Any: ...


@dataclass(frozen=True)
class Judge:
    """Asks ``model``, which should be set to temperature 0. Raises EvaluationError when it says neither yes nor no."""

    model: ChatModel

    def is_right(self, item: GoldItem, answer: str) -> bool:
        """Whether ``answer`` says what is accepted."""
        found = {"question": item.question, "accepted": item.answers, "all": item.has_key_points, "answer": answer}
        return self._ask("judge_answer.md", found)

    def supports(self, statement: str, citations: Sequence[Citation]) -> bool:
        """Whether the citations, together, support the statement (ALCE's φ)."""
        quotes = [" › ".join((c.title, *c.heading_path)) + "：" + c.quote for c in citations]
        return self._ask("judge_support.md", {"statement": statement, "passages": quotes})

    def _ask(self, prompt: str, data: dict[str, object]) -> bool:
        template = Template(files("prompts").joinpath(prompt).read_text(encoding="utf-8"))
        # As JSON, no text of a report can leave its quotation marks and stand among the instructions.
        said = str(self.model.invoke(template.substitute(data=json.dumps(data, ensure_ascii=False, indent=1))).content)
        verdict = _VERDICT.match(said)
        if not verdict:
            raise EvaluationError(f"the judge said neither yes nor no, but {said[:80]!r}; try another model")
        return verdict[1].lower() in ("yes", "是")


def judge_run(run: Run, judge: Judge, model: str = "") -> Judged:
    """What the judge says of every answered question that should be answered, and how far the measures agree.

    Raises EvaluationError for a stored run, which has no answers, and for a judge that never says yes or no.
    """
    if not run.outputs:
        raise EvaluationError(f"{run.folder} has no answers to judge; name the folder that `judian-eval run` wrote")
    found: dict[str, dict[str, float]] = {}
    failed: list[str] = []
    for name, output in run.outputs.items():
        item = run.items[name]
        if item.to_refuse or not item.answers or output.status == "abstained" or output.error is not None:
            continue
        try:
            found[name] = _of(item, output, judge)
        except EvaluationError:  # one odd reply must not cost the others
            failed.append(name)
    if failed and not found:
        raise EvaluationError(f"the judge gave no verdict that could be read, on {len(failed)} questions; try another")
    return Judged(
        run=run.name,
        model=model,
        prompts=prompt_hashes(),
        date=datetime.now(UTC).date().isoformat(),
        scores=found,
        failed=tuple(failed),
        agreement=tuple(
            agreement
            for judged, plain in COMPARED.items()
            if (agreement := _agreement(judged, plain, found, run)) is not None
        ),
    )


def kappa(a: Sequence[bool], b: Sequence[bool]) -> float | None:
    """Cohen's kappa (1960), ``(p_o - p_e) / (1 - p_e)``; None where chance alone would agree always."""
    n = len(a)
    if not n:
        return None
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    by_chance = (sum(a) * sum(b) + (n - sum(a)) * (n - sum(b))) / n**2
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def _of(item: GoldItem, output: Output, judge: Judge) -> dict[str, float]:
    scores: dict[str, float | None] = {
        "judge.good": judge.is_right(item, said(output)),
        "judge.citation.recall": citation_recall(statements(output), judge.supports),
        "judge.citation.precision": citation_precision(statements(output), judge.supports),
    }
    return {name: float(value) for name, value in scores.items() if value is not None}


def _agreement(judged: str, plain: str, found: dict[str, dict[str, float]], run: Run) -> Agreement | None:
    both = [
        (scores[judged] >= 0.5, run.scores[name].values[plain] >= 0.5)
        for name, scores in found.items()
        if judged in scores and plain in run.scores[name].values
    ]
    if not both:
        return None
    left, right = [x for x, _ in both], [y for _, y in both]
    return Agreement(
        judged=judged,
        measure=plain,
        n=len(both),
        agreement=sum(x == y for x, y in both) / len(both),
        kappa=kappa(left, right),
    )
