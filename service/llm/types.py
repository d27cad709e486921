"""A language model as the service sees it. A leaf of ``service``: no model library is named here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from indexer.errors import JudianError

Failure = Literal[
    "unreachable",  # no connection
    "key_refused",  # 401, 403
    "rate_limited",  # 429
    "failed",  # 5xx, or any other refusal
    "timed_out",  # no whole answer in time
    "cut",  # the stream ended before its end
    "malformed",  # not what the protocol says
    "too_long",  # more tokens than were asked for
    "empty",  # nothing, or nothing but blanks
    "refused",  # this question alone: too long for the model, or against its rules
    "budget",  # the key's tokens are used up
    "resting",  # it failed shortly before, and is not asked yet
    "busy",  # it answers as many questions as it may at once
]


class ModelError(JudianError):
    """The model gave no answer. ``failure`` says which kind; the text is for the operator and holds no secret.

    ``detail`` is what the backend said, which may repeat what it was sent: it is for whoever tries the backend out, and
    for no log.
    """

    def __init__(self, failure: Failure, message: str, retry_after_s: float | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.failure = failure
        self.retry_after_s = retry_after_s
        self.detail = detail


@dataclass(frozen=True)
class Message:
    """One message to a model. Text of a report stands in ``user`` messages alone, as data."""

    role: Literal["system", "user"]
    text: str


@dataclass
class Usage:
    """Tokens of one call, as the backend counts them; 0 where it does not say."""

    input_tokens: int = 0
    output_tokens: int = 0


class Model(Protocol):
    """Writes text. Safe to use for several questions at once."""

    @property
    def name(self) -> str:
        """As configured, such as ``openai:qwen-plus``."""

    def stream(self, messages: Sequence[Message], usage: Usage, budget_key: str = "") -> AsyncGenerator[str, None]:
        """The answer, piece by piece; ``usage`` is filled as it goes, for the account of ``budget_key``.

        Raises ModelError. Closing the iterator (``aclose``) ends the call to the backend at once.
        """
