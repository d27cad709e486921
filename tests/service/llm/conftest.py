"""A backend over a scripted server, asked in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from service.llm.backend import open_model
from service.llm.types import Message, Model, ModelError, Usage
from service.settings import Settings
from tests.llm_server import ScriptedServer

KEY = "sk-judian-0123456789abcdef"
MESSAGES = (Message("system", "只答一句。"), Message("user", "全市有多少所学校？"))


@dataclass
class Said:
    """What came of one call: its pieces, how it failed, and what was counted."""

    pieces: list[str]
    error: ModelError | None
    usage: Usage

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def failure(self) -> str | None:
        return self.error.failure if self.error else None


async def said_by(model: Model, messages: Sequence[Message] = MESSAGES, budget_key: str = "") -> Said:
    said = Said([], None, Usage())
    try:
        async with aclosing(model.stream(messages, said.usage, budget_key)) as pieces:
            async for piece in pieces:
                said.pieces.append(piece)
    except ModelError as error:
        said.error = error
    return said


def ask(model: Model, messages: Sequence[Message] = MESSAGES, budget_key: str = "") -> Said:
    return asyncio.run(said_by(model, messages, budget_key))


def settings_for(server: ScriptedServer, provider: str = "openai", **more: Any) -> Settings:
    address = server.base_url if provider == "openai" else server.url
    given = {"llm": f"{provider}:scripted", "llm_base_url": address, "llm_api_key": KEY, "llm_timeout_s": 5.0}
    return Settings(**{**given, **more})


@pytest.fixture(scope="session")
def opened() -> Callable[..., Model]:
    """The model of a scripted server, with more settings."""

    def opened(server: ScriptedServer, provider: str = "openai", **more: Any) -> Model:
        model = open_model(settings_for(server, provider, **more))
        assert model is not None
        return model

    return opened
