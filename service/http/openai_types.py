"""The records of OpenAI's chat protocol, as far as this service speaks it. A leaf of ``service``.

What is asked may hold any other field of the protocol (``temperature``, ``max_tokens``, ``tools``): they are for a
language model to heed, and are let pass.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from indexer.types import Record
from service.types import MAX_ID_CHARS, MAX_QUESTION_CHARS

GENERAL, EXTRACTIVE = "judian", "judian-extractive"
MODELS = (GENERAL, EXTRACTIVE)
ErrorKind = Literal["invalid_request_error", "rate_limit_error", "server_error"]
MAX_MESSAGES, MAX_PARTS = 1000, 100

Text = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
# Any other is there for nobody: a 404, not a request of the wrong form.
Model = Annotated[str, Field(max_length=MAX_ID_CHARS, json_schema_extra={"enum": list(MODELS)})]


class _Open(Record):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TextPart(_Open):
    """A part of a message that is text; there are no others here."""

    type: Literal["text"]
    text: Text


class ChatMessage(_Open):
    """What somebody said."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Text | Annotated[tuple[TextPart, ...], Field(max_length=MAX_PARTS)] | None = None

    @property
    def text(self) -> str:
        """All of it, its parts on lines of their own."""
        if isinstance(self.content, tuple):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Open):
    """``include_usage``: the tokens come in a chunk of their own before the end."""

    include_usage: StrictBool | None = None


class ChatAsked(_Open):
    """What ``POST /v1/chat/completions`` takes. The last message of the user is the question."""

    model: Model
    messages: Annotated[tuple[ChatMessage, ...], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None


class UrlCitation(Record):
    """``[start_index, end_index)`` of the message is the citation's mark, in code points; ``[start, end)`` of the
    report is the ``quote``, which ``url`` opens."""

    start_index: int
    end_index: int
    title: str
    url: str
    number: int
    citation_id: str
    report_id: str
    start: int
    end: int
    quote: str


class Annotation(Record):
    """A citation, at the first of its marks."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ChatAnswer(Record):
    """The message that answers."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: tuple[Annotation, ...] = ()


class Choice(Record):
    """The only one."""

    index: Literal[0] = 0
    message: ChatAnswer
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class TokenUsage(Record):
    """Tokens of the language model, as it counts them; 0 where none wrote."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(Record):
    """What ``POST /v1/chat/completions`` gives."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice]
    usage: TokenUsage


class ModelListed(Record):
    """A name to ask under; ``created`` is when the reports were indexed that it answers from, in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["judian"] = "judian"


class ModelList(Record):
    """What ``GET /v1/models`` gives."""

    object: Literal["list"] = "list"
    data: tuple[ModelListed, ...]


class ErrorTold(Record):
    """Why a request was not served; ``param`` is the place of it that is at fault."""

    message: str
    type: ErrorKind
    param: str | None = None
    code: str | None = None


class ChatError(Record):
    """A problem as this protocol tells it."""

    error: ErrorTold
