"""``/v1/chat/completions`` and ``/v1/models``: for software that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse

from indexer.errors import JudianError
from service.answers.generate import Account
from service.converse import Event
from service.errors import UnknownModel
from service.http.completions import Told, question_of, usage_of
from service.http.events import HEADERS, MEDIA_TYPE, kept_alive
from service.http.openai_types import (
    MODELS,
    ChatAnswer,
    ChatAsked,
    ChatCompletion,
    ChatError,
    Choice,
    ModelList,
    ModelListed,
)
from service.http.openapi import PROBLEMS
from service.http.problems import chat_error, problem_of
from service.http.routes.answering import LEFT, answering, unless_left
from service.http.routes.state import Ready, Service
from service.kept import new_id
from service.types import MAX_ID_CHARS, Answer, Given

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": told["description"], "model": ChatError} for status, told in PROBLEMS.items()
}
router = APIRouter(prefix="/v1", tags=["openai"], responses=ERRORS)
DONE = b"data: [DONE]\n\n"


@router.get("/models")
def models(asker: Ready) -> ModelList:
    """The models: `judian`, with a language model where one is configured, and `judian-extractive`, without."""
    created = int(datetime.fromisoformat(asker.snapshot.manifest.created_at).timestamp())
    return ModelList(data=tuple(ModelListed(id=name, created=created) for name in MODELS))


@router.get("/models/{model_id}")
def model(model_id: Annotated[str, Path(max_length=MAX_ID_CHARS)], asker: Ready) -> ModelListed:
    """One of the models."""
    held = next((held for held in models(asker).data if held.id == model_id), None)
    if held is None:
        raise UnknownModel(f"there is no model {model_id!r}; /v1/models lists those there are")
    return held


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
async def chat(asked: ChatAsked, asker: Ready, service: Service, request: Request) -> ChatCompletion | Response:
    """Answer the last message of the user, as `/v1/ask` does; the citations are annotations of the message.

    Instructions, and parameters of a language model, change nothing.
    """
    question, account, answer_id = question_of(asked), Account(), new_id()
    events = await answering(question, asker, service, request.scope, account, answer_id)
    told = Told(str(request.base_url))
    head: dict[str, Any] = {
        "id": f"chatcmpl-{answer_id}",  # where answers are kept, what stands behind the prefix finds this one
        "created": int(time.time()),
        "model": asked.model,
    }
    if asked.stream:
        with_usage = asked.stream_options is not None and bool(asked.stream_options.include_usage)
        frames = _frames(events, told, head, account, with_usage)
        return StreamingResponse(kept_alive(frames), media_type=MEDIA_TYPE, headers=HEADERS)
    answer = await unless_left(events, request)
    if answer is None:
        return Response(status_code=LEFT)
    told.whole(answer)
    message = ChatAnswer(content=told.text, annotations=tuple(told.annotations))
    return ChatCompletion(**head, choices=(Choice(message=message),), usage=usage_of(account))


async def _frames(
    events: AsyncGenerator[Event, None], told: Told, head: dict[str, Any], account: Account, with_usage: bool
) -> AsyncGenerator[bytes, None]:
    """A chunk for each piece of the text, one with the annotations, one that stops; or an error; then `[DONE]`."""

    def chunk(delta: dict[str, Any] | None, stops: bool = False, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": "stop" if stops else None}
        usage = {"usage": None} if with_usage else {}  # in every chunk, the protocol says
        choices = [] if delta is None else [choice]
        return _data({**head, "object": "chat.completion.chunk", "choices": choices, **usage, **more})

    yield chunk({"role": "assistant", "content": ""})
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Given) and (piece := told.given(event)):
                    yield chunk({"content": piece})
                if isinstance(event, Answer):
                    yield chunk({"content": told.whole(event)})
    except JudianError as error:
        yield _data(chat_error(problem_of(error)[0]).model_dump())
    else:
        if told.annotations:
            yield chunk({"annotations": [held.model_dump() for held in told.annotations]})
        yield chunk({}, stops=True)
        if with_usage:
            yield chunk(None, usage=usage_of(account).model_dump())
    yield DONE


def _data(told: dict[str, Any]) -> bytes:
    # JSON escapes its line breaks, so that the data is one line.
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n".encode()
