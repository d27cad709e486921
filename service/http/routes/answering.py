"""What each route that answers does with a question: asks, counts, and ends when nobody reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import Request

from service.answers.generate import Account
from service.ask import Asker
from service.converse import Event
from service.http.edges import budget_key, note
from service.http.routes.state import State
from service.types import Answer, Question

LEFT = 499  # the status of a response that nobody reads


async def answering(
    question: Question, asker: Asker, service: State, request: Request, account: Account
) -> AsyncGenerator[Event, None]:
    """The segments of the answer, then the answer, told to the log and the metrics; ``account`` is filled. Raises
    BadQuestion before any of them."""
    note(request.scope, question=question.question)
    payer = budget_key(request.scope)
    prepared = await service.conversation.prepare(asker, question, service.pool.run, account, payer)
    events = service.conversation.events(asker, question, prepared, account, payer)
    return _counted(events, account, service, request)


async def unless_left(events: AsyncGenerator[Event, None], request: Request) -> Answer | None:
    """The whole answer; a client that leaves meanwhile ends the call to the model, and there is none."""

    async def whole() -> Answer:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise AssertionError("an answer ends with itself")

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    answer, leaving = asyncio.create_task(whole()), asyncio.create_task(left())
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        leaving.cancel()


async def _counted(
    events: AsyncGenerator[Event, None], account: Account, service: State, request: Request
) -> AsyncGenerator[Event, None]:
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Answer):
                    note(request.scope, outcome=event.fallback or event.reason or event.status)
                    service.metrics.answer(event)
                yield event
    finally:
        service.metrics.written(account)
