"""``/v1/ask`` and ``/v1/search``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from service.answers.generate import Account
from service.converse import Event
from service.http.edges import budget_key, note
from service.http.events import HEADERS, MEDIA_TYPE, server_sent
from service.http.routes.state import Ready, Service, State
from service.types import Answer, Question, SearchAnswer, SearchQuestion

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post(
    "/ask",
    response_model=Answer,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
async def ask(question: Question, asker: Ready, service: Service, request: Request) -> Answer | Response:
    """Answer a question; every sentence of the answer has a citation that resolves.

    With ``stream``, server-sent events: `segment` for each sentence, item or cell, once it is verified, with its
    citations, then `done` with the whole answer, which counts. `problem` where it failed on the way.
    """
    note(request.scope, question=question.question)
    account, payer = Account(), budget_key(request.scope)
    prepared = await service.conversation.prepare(asker, question, service.pool.run, account, payer)
    events = service.conversation.events(asker, question, prepared, account, payer)
    answering = _counted(events, account, service, request)
    if question.stream:
        return StreamingResponse(server_sent(answering), media_type=MEDIA_TYPE, headers=HEADERS)
    return await _unless_left(answering, request)


@router.post("/search")
async def search(question: SearchQuestion, asker: Ready, service: Service, request: Request) -> SearchAnswer:
    """Retrieval alone: the passages with their scores."""
    note(request.scope, question=question.question)
    return await service.pool.run(lambda: asker.search(question))


async def _counted(
    answering: AsyncGenerator[Event, None], account: Account, service: State, request: Request
) -> AsyncGenerator[Event, None]:
    """The same, with the answer and what it took told to the log and the metrics."""
    try:
        async with aclosing(answering):
            async for event in answering:
                if isinstance(event, Answer):
                    note(request.scope, outcome=event.fallback or event.reason or event.status)
                    service.metrics.answer(event)
                yield event
    finally:
        service.metrics.written(account)


async def _unless_left(answering: AsyncGenerator[Event, None], request: Request) -> Answer | Response:
    """The whole answer; a client that leaves meanwhile ends the call to the model."""

    async def whole() -> Answer:
        async with aclosing(answering):
            async for event in answering:
                if isinstance(event, Answer):
                    return event
        raise AssertionError("an answer ends with itself")

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    answer, leaving = asyncio.create_task(whole()), asyncio.create_task(left())
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else Response(status_code=499)  # nobody reads it
    finally:
        answer.cancel()
        leaving.cancel()
