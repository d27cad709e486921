"""When work must be done: whoever waits for it gives up then, and the thread it holds is wanted by others.

Nothing ends a thread from outside, so the steps of an answer look at the clock themselves, between one and the next.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from service.errors import TookTooLong

T = TypeVar("T")

_until: ContextVar[float] = ContextVar("until", default=math.inf)  # as time.monotonic tells it; of this thread's work


def ending_at(until: float, work: Callable[[], T]) -> T:
    """What ``work`` returns or raises; its steps end it once ``time.monotonic()`` is past ``until``."""
    before = _until.set(until)
    try:
        check()
        return work()
    finally:
        _until.reset(before)


def check() -> None:
    """Raises TookTooLong where nobody waits any more for what is done here; costs less than a microsecond."""
    if time.monotonic() > _until.get():
        raise TookTooLong("no answer in time (JUDIAN_TIMEOUT_S); try again, or ask something shorter")
