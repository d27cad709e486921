"""What keeps the service from harm by its language model: a backend that fails rests, so that questions do not wait for
it one by one; a key has so many tokens a day; and only so many calls run at once.

All of it is counted in this process. With several worker processes each has its own count: a failing backend is found
out by each, and the bounds on calls and tokens hold for each by itself.
"""

from __future__ import annotations

import asyncio
import datetime
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from service.llm.failures import told
from service.llm.types import Failure, Message, Model, ModelError, Usage
from service.settings import Settings

# After these one failure is enough: the next call would fare no better.
HOPELESS: frozenset[Failure] = frozenset(("unreachable", "key_refused"))
# These say something of the question, or of this service, and nothing of the backend.
NOT_ITS_FAULT: frozenset[Failure] = frozenset(("refused", "too_long", "empty", "budget", "resting", "busy"))
LONGEST_REST_S = 300.0
LONGEST_ASKED_FOR_S = 3600.0  # of a Retry-After that asks for more
WAIT_S = 1.0
LOOK_EVERY_S = 0.02


def guarded(model: Model | None, settings: Settings) -> Guard | None:
    """``model`` with the bounds of ``settings``; None where there is none."""
    if model is None:
        return None
    return Guard(
        model,
        n_failures=settings.llm_failures,
        rest_s=settings.llm_rest_s,
        tokens_per_key=settings.llm_tokens_per_key,
        n_at_once=settings.llm_calls,
    )


@dataclass
class Health:
    """Of the backend, as this process has found it. ``rests_for_s``: until a question tries it again."""

    n_failed: int = 0
    rests_for_s: float = 0.0
    last_failure: Failure | None = None


class Guard:
    """A ``Model`` that is asked only while that makes sense. For any number of threads, tasks and event loops.

    ``n_failures`` in a row, or one that leaves no hope, and it rests for ``rest_s`` seconds; each time that it fails
    again when it is tried, for twice as long, up to five minutes. The first question after a rest tries it; others are
    turned away meanwhile. ``tokens_per_key`` a day (UTC; 0: no bound) is what a key may use: the call that goes over it
    is the last. ``n_at_once`` calls run, others wait for ``wait_s``.
    """

    def __init__(
        self,
        model: Model,
        n_failures: int = 3,
        rest_s: float = 5.0,
        tokens_per_key: int = 0,
        n_at_once: int = 8,
        wait_s: float = WAIT_S,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime.date] = lambda: datetime.datetime.now(datetime.UTC).date(),
    ) -> None:
        self._model = model
        self._n_failures = n_failures
        self._rest_s = rest_s
        self._tokens_per_key = tokens_per_key
        self._n_at_once = n_at_once
        self._wait_s = wait_s
        self._clock = clock
        self._today = today
        self._lock = threading.Lock()
        self._n_running = 0
        self._n_failed = 0  # in a row
        self._n_rests = 0  # in a row
        self._rests_until: float | None = None
        self._tried = False  # one question is finding out whether the rest may end
        self._last: Failure | None = None
        self._day = today()
        self._used: dict[str, int] = {}

    @property
    def name(self) -> str:
        return self._model.name

    def health(self) -> Health:
        """What is known of the backend now."""
        with self._lock:
            rests_for_s = 0.0 if self._rests_until is None else max(0.0, self._rests_until - self._clock())
            return Health(self._n_failed, rests_for_s, self._last)

    def used(self, budget_key: str) -> int:
        """Tokens that ``budget_key`` has used today."""
        with self._lock:
            self._new_day()
            return self._used.get(budget_key, 0)

    async def stream(
        self, messages: Sequence[Message], usage: Usage, budget_key: str = ""
    ) -> AsyncGenerator[str, None]:
        """See ``Model``. Raises ModelError ``resting``, ``budget`` or ``busy`` without asking the backend."""
        tries = await self._admitted(budget_key)
        n_chars, before = 0, replace(usage)  # which may hold what earlier calls for the same question took
        try:
            async with aclosing(self._model.stream(messages, usage, budget_key)) as pieces:
                async for piece in pieces:
                    n_chars += len(piece)
                    yield piece
        except ModelError as error:
            if error.failure in NOT_ITS_FAULT:
                self._lives(tries)
            else:
                self._failed(error, tries)
            raise
        except BaseException:  # whoever asked has left
            if n_chars:
                self._lives(tries)
            elif tries:
                self._not_tried()
            raise
        else:
            self._lives(tries)
        finally:
            self._leave()
            spent = Usage(usage.input_tokens - before.input_tokens, usage.output_tokens - before.output_tokens)
            self._pay(budget_key, messages, spent, n_chars)

    async def _admitted(self, budget_key: str) -> bool:
        """Take a place among the calls that run; whether this is the call that tries a backend which has rested.

        It looks for a place again and again, since tasks of several loops may wait. Raises ModelError.
        """
        end = time.monotonic() + self._wait_s
        while True:
            with self._lock:
                self._check(budget_key)
                if self._n_running < self._n_at_once:
                    self._n_running += 1
                    tries = self._rests_until is not None
                    self._tried = self._tried or tries
                    return tries
            if time.monotonic() >= end:
                raise told("busy")
            await asyncio.sleep(LOOK_EVERY_S)

    def _check(self, budget_key: str) -> None:
        self._new_day()
        if self._tokens_per_key and self._used.get(budget_key, 0) >= self._tokens_per_key:
            raise told("budget")
        if self._rests_until is not None:
            left_s = self._rests_until - self._clock()
            if left_s > 0 or self._tried:
                error = told("resting")
                error.retry_after_s = max(0.0, left_s)
                raise error

    def _leave(self) -> None:
        with self._lock:
            self._n_running -= 1

    def _lives(self, tries: bool) -> None:
        """The backend answered. One that rests is found alive by the call that tries it, not by one from before."""
        with self._lock:
            if tries or self._rests_until is None:
                self._n_failed = self._n_rests = 0
                self._rests_until, self._last = None, None
            self._tried = self._tried and not tries

    def _failed(self, error: ModelError, tries: bool) -> None:
        with self._lock:
            self._tried = self._tried and not tries
            self._n_failed += 1
            self._last = error.failure
            asked_s = min(error.retry_after_s or 0.0, LONGEST_ASKED_FOR_S)
            if self._rests_until is not None and not tries:  # it began before the rest did
                self._rests_until = max(self._rests_until, self._clock() + asked_s)
            elif asked_s or tries or error.failure in HOPELESS or self._n_failed >= self._n_failures:
                rest_s = max(asked_s, min(self._rest_s * 2**self._n_rests, LONGEST_REST_S))
                self._n_rests += 1
                self._rests_until = self._clock() + rest_s

    def _not_tried(self) -> None:
        with self._lock:
            self._tried = False

    def _pay(self, budget_key: str, messages: Sequence[Message], spent: Usage, n_chars: int) -> None:
        """Count what the call took; where the backend does not say, also because the call was ended before it could,
        a token a character, which is about what Chinese takes."""
        asked = spent.input_tokens or (sum(len(message.text) for message in messages) if n_chars else 0)
        written = spent.output_tokens or n_chars
        with self._lock:
            self._new_day()
            self._used[budget_key] = self._used.get(budget_key, 0) + asked + written

    def _new_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day = today
            self._used.clear()
