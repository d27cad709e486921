"""Server-sent events: their form, the comments that keep a line alive, and that leaving ends what makes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from service.converse import Event
from service.errors import TookTooLong
from service.http.events import ALIVE, server_sent
from service.types import Answer, Given, Question, Segment

GIVEN = Given(segment=Segment(text="第一行\n第二行", citations=(1,)), citations=())


@pytest.fixture(scope="module")
def answer(sample_asker: Any) -> Answer:
    found: Answer = sample_asker.ask(Question(question="澜川市2022年粮食总产量是多少？"))
    return found


async def _frames(events: AsyncGenerator[Event, None], alive_s: float = 60) -> list[bytes]:
    return [frame async for frame in server_sent(events, alive_s)]


def test_segments_then_the_answer(answer: Answer) -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield GIVEN
        yield answer

    first, last = asyncio.run(_frames(events()))
    assert first == f"event: segment\ndata: {GIVEN.model_dump_json()}\n\n".encode()
    assert first.count(b"\n") == 3  # the line breaks of the text are escaped
    assert Answer.model_validate_json(last.removeprefix(b"event: done\ndata: ")) == answer


def test_a_line_on_which_nothing_comes_is_kept_alive(answer: Answer) -> None:
    async def events() -> AsyncGenerator[Event, None]:
        await asyncio.sleep(0.1)
        yield answer

    *alive, last = asyncio.run(_frames(events(), 0.02))
    assert set(alive) == {ALIVE}
    assert len(alive) >= 2
    assert last.startswith(b"event: done")


def test_a_failure_on_the_way_is_a_problem() -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield GIVEN
        raise TookTooLong("no answer within 1 s")

    _, last = asyncio.run(_frames(events()))
    kind, _, data = last.decode().partition("\ndata: ")
    assert kind == "event: problem"
    assert json.loads(data)["status"] == 503


def test_what_nobody_foresaw_is_raised() -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield GIVEN
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(_frames(events()))


def test_leaving_while_others_wait_leaves_nothing_behind() -> None:
    async def events() -> AsyncGenerator[Event, None]:
        while True:
            yield GIVEN

    async def leave() -> None:
        frames = server_sent(events())
        await anext(frames)
        await asyncio.sleep(0.05)  # as many wait as may
        await frames.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.05)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(leave())


@pytest.mark.parametrize("before", [0, 1])
def test_leaving_ends_what_makes_them(answer: Answer, before: int) -> None:
    ended = asyncio.Event()

    async def events() -> AsyncGenerator[Event, None]:
        try:
            for _ in range(before):
                yield GIVEN
            await asyncio.sleep(60)
            yield answer
        finally:
            ended.set()

    async def leave() -> None:
        frames = server_sent(events(), 0.01)
        for _ in range(before + 1):
            await anext(frames)
        await frames.aclose()  # type: ignore[attr-defined]
        await asyncio.wait_for(ended.wait(), 1)

    asyncio.run(leave())
