"""What each route that answers does with a question: asks, counts, and ends when nobody reads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import Request

from service.answers.generate import Account
from service.ask import Asker
from service.converse import Event
from service.errors import BadQuestion, KeptError
from service.http.asgi import Scope
from service.http.edges import budget_key, channel_of, note
from service.http.routes.state import State
from service.kept import Kept, new_id
from service.types import Answer, Filters, Question

LEFT = 499  # the status of a response that nobody reads

log = logging.getLogger("judian.answering")


async def answering(
    question: Question,
    asker: Asker,
    service: State,
    scope: Scope,
    account: Account,
    answer_id: str | None = None,
) -> AsyncGenerator[Event, None]:
    """The segments of the answer, then the answer, told to the log and the metrics, and kept where answers are;
    ``account`` is filled. ``scope``: of the request; ``answer_id``: of a kept one, of ``new_id``. Raises BadQuestion
    before any of them."""
    note(scope, question=question.question)
    payer = budget_key(scope)
    channel = channel_of(scope)
    if channel is not None and not channel.generated:
        if question.mode == "generated":
            raise BadQuestion("this channel answers with quotations alone; ask with mode `auto` or `extractive`")
        question = question.model_copy(update={"mode": "extractive"})
    prepared = await service.conversation.prepare(asker, question, service.pool.run, account, payer)
    events = service.conversation.events(asker, question, prepared, account, payer)
    if channel is None:  # whose page could neither show what is kept nor rate it: that is for keys
        events = _kept(events, question, service, answer_id or new_id())
    return _counted(events, account, service, scope)


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
    events: AsyncGenerator[Event, None], account: Account, service: State, scope: Scope
) -> AsyncGenerator[Event, None]:
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Answer):
                    note(scope, outcome=event.fallback or event.reason or event.status)
                    service.metrics.answer(event)
                yield event
    finally:
        service.metrics.written(account)


async def _kept(
    events: AsyncGenerator[Event, None], question: Question, service: State, answer_id: str
) -> AsyncGenerator[Event, None]:
    """``events``, the answer as it is kept, where any is."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer) and service.kept is not None:
                answer = event.model_copy(update={"answer_id": answer_id})
                yield await _keep(service.kept, answer, question.filters) or event
            else:
                yield event


async def _keep(kept: Kept, answer: Answer, filters: Filters) -> Answer | None:
    """The answer as it is kept. None where it cannot be: then it is given all the same, without an address."""
    try:
        return await asyncio.to_thread(kept.keep, answer, filters)
    except KeptError as error:
        log.error("an answer was given and not kept: %s", error)
        return None
