"""Server-sent events: the segments of an answer as they come, then the whole of it (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from indexer.errors import JudianError
from service.converse import Event
from service.http.problems import problem_of
from service.types import Answer, Given

MEDIA_TYPE = "text/event-stream"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}  # a proxy that gathers would undo it
ALIVE_S = 5.0  # proxies close a line on which nothing comes, most after a minute
ALIVE = b": \n\n"
MAX_WAITING = 16  # events that a slow client has not taken; the model waits then


def server_sent(events: AsyncGenerator[Event, None], alive_s: float = ALIVE_S) -> AsyncIterator[bytes]:
    """``segment`` for each Given, then ``done`` for the Answer, or ``problem`` where it failed on the way."""
    return kept_alive(_frames(events), alive_s)


async def kept_alive(frames: AsyncGenerator[bytes, None], alive_s: float = ALIVE_S) -> AsyncIterator[bytes]:
    """``frames``, and a comment whenever nothing came for ``alive_s`` seconds.

    They are made in a task of their own, which is cancelled when this is closed: a client that leaves ends the call to
    the model, whatever this was waiting for.
    """
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_WAITING)

    async def make() -> None:
        try:
            async with aclosing(frames):
                async for frame in frames:
                    await queue.put(frame)
        finally:
            await queue.put(None)

    making = asyncio.create_task(make())
    try:
        while True:
            try:
                frame = await asyncio.wait_for(queue.get(), alive_s)
            except TimeoutError:
                yield ALIVE
                continue
            if frame is None:
                await making  # raises what nobody foresaw
                return
            yield frame
    finally:
        making.cancel()
        while not queue.empty():  # or it would wait for room, to say that it has ended
            queue.get_nowait()


async def _frames(events: AsyncGenerator[Event, None]) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(events):
            async for event in events:
                yield _framed(event)
    except JudianError as error:
        yield _frame("problem", problem_of(error)[0].body().decode())


def _framed(event: Event) -> bytes:
    assert isinstance(event, Given | Answer)
    return _frame("segment" if isinstance(event, Given) else "done", event.model_dump_json())


def _frame(name: str, data: str) -> bytes:
    # JSON escapes its line breaks, so that the data is one line.
    return f"event: {name}\ndata: {data}\n\n".encode()
