"""How a question ended in a run, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from eval.gold.types import GoldItem
from eval.measures.score import said
from eval.page.overlap import first_rank
from eval.systems.types import Output
from indexer.chinese.figures import holds
from service.types import Reason

Outcome = Literal["right", "partly", "wrong", "refused", "failed", "unjudged"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MEANINGS: Mapping[Outcome, str] = {
    "right": "all that a good answer holds, or the refusal that was due",
    "partly": "some of the key points",
    "wrong": "answered, and nothing of it right",
    "refused": "refused although the reports answer it",
    "failed": "no answer, because something failed",
    "unjudged": "the gold set says which reports are relevant, and not what they answer",
}
_REFUSED_AS: Mapping[Reason | None, str] = {
    "not_in_reports": "as not in the reports",
    "masked_in_source": "as masked in the source",
    "ambiguous": "as ambiguous",
    None: "without a reason",
}


def outcome(values: Mapping[str, float]) -> Outcome:
    """What the scores of a question say of it; each question has exactly one outcome."""
    if values.get("failed"):
        return "failed"
    if "good" not in values:
        return "unjudged"
    good = values["good"]
    if good >= 1:
        return "right"
    if good > 0:
        return "partly"
    return "refused" if values.get("refused") else "wrong"


def why(item: GoldItem, output: Output) -> str:
    """One sentence or two of reason, from the answer itself."""
    if output.error is not None:
        return f"No answer: {output.error}"
    refused = output.status == "abstained"
    if item.to_refuse:
        return _of_one_to_refuse(item, output) if refused else f"Answered, although {_to_refuse_because(item)}."
    if refused:
        refusal = "Refused, although the reports answer it"
        how = f" ({_REFUSED_AS[output.reason]})" if output.reason else ""
        return f"{refusal}{how}.{_retrieved(item, output)}"
    words = said(output)
    found = [answer for answer in item.answers if holds(words, answer)]
    if item.has_key_points:
        missing = [answer for answer in item.answers if answer not in found]
        if not found:
            return f"Answered, but none of {len(item.answers)} key points stands in it.{_retrieved(item, output)}"
        if missing:
            return f"{len(found)} of {len(item.answers)} key points; missing: {_quoted(missing)}."
        return f"{len(found)} of {len(found)} key points stand in it."
    if not item.answers:
        return "Answered, but the gold set accepts no answer."
    if found:
        return f"The accepted answer {_quoted(found[:1])} stands in it."
    return f"Answered, but no accepted answer stands in it.{_retrieved(item, output)}"


def _of_one_to_refuse(item: GoldItem, output: Output) -> str:
    due = "masked_in_source" if item.type == "masked" else "not_in_reports"
    if output.reason == due:
        return f"Rightly refused: {_to_refuse_because(item)}."
    return f"Rightly refused, but {_REFUSED_AS[output.reason]}: {_to_refuse_because(item)}."


def _to_refuse_because(item: GoldItem) -> str:
    return "the source masks what is asked for" if item.type == "masked" else "the reports do not answer it"


def _retrieved(item: GoldItem, output: Output) -> str:
    """Whether it was the search that missed; nothing where the ranking, or the place of the evidence, is not known."""
    places = [place for found in item.spans for place in found]
    if not output.ranking or not places:
        return ""
    rank = first_rank(output.ranking, places)
    if rank is None:
        return f" None of the {len(output.ranking)} passages retrieved holds evidence."
    return f" Evidence was retrieved at rank {rank}."


def _quoted(texts: list[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
