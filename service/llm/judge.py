"""A second opinion on a sentence, by the model itself: it may take a sentence away, and give none back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from service.llm.data import Numbered, fenced
from service.llm.prompts import Prompts
from service.llm.types import Model, ModelError, Usage
from service.types import Language
from service.verify import Source

YES = ("yes", "是")


@dataclass(frozen=True)
class ModelJudge:
    """A ``Judge`` that asks ``model``; what it does not clearly affirm is not carried, nor anything when it fails."""

    model: Model
    prompts: Prompts
    language: Language
    usage: Usage
    budget_key: str = ""

    async def lowers(self, sentence: str, sources: Sequence[Source]) -> bool:
        numbered = (
            Numbered(number, source.text, " › ".join((source.title, *source.heading_path)))
            for number, source in enumerate(sources, start=1)
        )
        messages = self.prompts.judge(self.language).messages(statement=sentence, sentences=fenced(numbered))
        spent = Usage()
        try:
            async with aclosing(self.model.stream(messages, spent, self.budget_key)) as pieces:
                said = "".join([piece async for piece in pieces])
        except ModelError:
            return True
        finally:
            self.usage.input_tokens += spent.input_tokens
            self.usage.output_tokens += spent.output_tokens
        return not said.strip().casefold().startswith(YES)
