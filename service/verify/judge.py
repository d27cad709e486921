"""A second opinion, from a model: it may lower a verdict, and never raise one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.verify.types import Source, Verdict


class Judge(Protocol):
    """Whoever judges whether sources carry a sentence, such as a model of entailment; none ships."""

    async def lowers(self, sentence: str, sources: Sequence[Source]) -> bool:
        """Whether ``sources`` do not carry ``sentence``, so that it may not pass as supported."""


async def judged(verdict: Verdict, sentence: str, sources: Sequence[Source], judge: Judge) -> Verdict:
    """``verdict``, or ``not_found`` where it was ``supported`` and ``judge`` lowers it. No other verdict is put before
    the judge: there is nothing that it may do with it."""
    if verdict.outcome != "supported" or not await judge.lowers(sentence, sources):
        return verdict
    return verdict.model_copy(update={"outcome": "not_found", "reason": "judge"})
