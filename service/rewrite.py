"""The question as it is looked up: a follow-up completed from the conversation, a question in another language in
Chinese. By a language model where there is one, and by rules where there is none or what it says will not do.

A model that completes a question could slip in a year, a figure or a place that nobody named, and the answer to that
would be true and wrong: what it writes may hold no figure and no place that the conversation does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from indexer.chinese.divisions import divisions_in
from indexer.chinese.figures import numbers
from indexer.chinese.folding import fold
from service.follow_up import turns_of
from service.llm.data import fenced_turns
from service.llm.prompts import Prompts
from service.llm.types import Message, Model, ModelError, Usage
from service.types import Question
from service.understand import language

MAX_TURNS = 4  # of the conversation that a model is shown
MAX_ANSWER_CHARS = 300  # of each answer in it
MAX_GROWTH = 120  # characters that a rewritten question may have more than the longest it was made from


@dataclass(frozen=True)
class Rewriter:
    """Rewrites questions with ``model``."""

    model: Model
    prompts: Prompts

    async def standalone(self, question: Question, usage: Usage, budget_key: str = "") -> str | None:
        """The last question of the conversation by itself; the question where it is complete already; None where the
        model does not do what it was asked."""
        turns = [(turn.question, turn.answer[:MAX_ANSWER_CHARS]) for turn in turns_of(question.history)[-MAX_TURNS:]]
        template = self.prompts.rewrite(language(fold(question.question)))
        messages = template.messages(history=fenced_turns(turns), question=question.question)
        said = await self._line(messages, usage, budget_key)
        given = [question.question, *(text for turn in turns for text in turn)]
        return said if said is not None and adds_nothing(said, given) else None

    async def translated(self, question: str, usage: Usage, budget_key: str = "") -> str | None:
        """``question`` in Chinese, or None where the model does not do what it was asked."""
        messages = self.prompts.translate(language(fold(question))).messages(question=question)
        said = await self._line(messages, usage, budget_key)
        if said is None or language(fold(said)) != "zh" or sorted(numbers(said)) != sorted(numbers(question)):
            return None
        return said if len(said) <= len(question) + MAX_GROWTH else None

    async def _line(self, messages: Sequence[Message], usage: Usage, budget_key: str) -> str | None:
        """The one line that the model writes, or None where it writes none, or more."""
        spent = Usage()
        pieces: list[str] = []
        try:
            async with aclosing(self.model.stream(messages, spent, budget_key)) as coming:
                pieces = [piece async for piece in coming]
        except ModelError:
            return None
        finally:
            usage.input_tokens += spent.input_tokens
            usage.output_tokens += spent.output_tokens
        lines = "".join(pieces).strip().splitlines()
        return lines[0].strip() or None if len(lines) == 1 else None


def adds_nothing(said: str, given: Sequence[str]) -> bool:
    """Whether ``said`` names no figure and no place that stands in none of the texts that were ``given``, and is not
    much longer than the longest of them."""
    together = "\n".join(given)
    places = set(divisions_in(fold(said))) - set(divisions_in(fold(together)))
    return (
        any(char.isalnum() for char in said)
        and set(numbers(said)) <= set(numbers(together))
        and not any(place not in fold(together) for place in places)
        and len(said) <= max(map(len, given)) + MAX_GROWTH
    )
