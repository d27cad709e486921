"""A bounded queue before a few threads: what is too much is refused at once, not made to wait for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from service.deadline import ending_at
from service.errors import Overloaded, TookTooLong

T = TypeVar("T")


class Pool:
    """Runs ``threads`` pieces of work at once; ``max_queued`` more may wait."""

    def __init__(self, threads: int, max_queued: int, timeout_s: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._room = threads + max_queued
        self._timeout_s = timeout_s
        self._n_held = 0
        self._lock = threading.Lock()

    @property
    def n_held(self) -> int:
        """Pieces of work that run or wait."""
        return self._n_held

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises.

        Raises Overloaded when the queue is full, TookTooLong after ``timeout_s``, waiting included; work that has begun
        by then ends at its next look at the clock (``service.deadline``), and is counted until then.
        """
        with self._lock:
            if self._n_held >= self._room:
                raise Overloaded(f"{self._n_held} questions are waiting already; try again in a second")
            self._n_held += 1
        future = self._executor.submit(ending_at, time.monotonic() + self._timeout_s, work)
        future.add_done_callback(self._release)
        waited_for = asyncio.wrap_future(future)
        waited_for.add_done_callback(_look_at)
        try:
            return await asyncio.wait_for(asyncio.shield(waited_for), self._timeout_s)
        except TimeoutError:
            if future.done() and not future.cancelled():
                return future.result()  # it ended, with a time-out of its own or just now
            future.cancel()
            raise TookTooLong(
                f"no answer within {self._timeout_s:g} s (JUDIAN_TIMEOUT_S); try again, or ask something shorter"
            ) from None

    def close(self) -> None:
        """Take no more work; what waits is dropped, what runs is left to end."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _release(self, _: Future[Any]) -> None:
        with self._lock:
            self._n_held -= 1


def _look_at(done: asyncio.Future[Any]) -> None:
    """Work that was given up ends with an error that nobody waits for, which asyncio would log with a traceback."""
    if not done.cancelled():
        done.exception()
