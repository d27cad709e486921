"""A busy server is asked again when it says, and every failure is one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from eval.errors import SystemFailed
from judian.client import ClientError, Refused

MAX_TRIES = 5
MAX_WAIT_S = 60.0  # asked to wait longer than this, it is more honest to fail

T = TypeVar("T")


def patiently(once: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> tuple[T, float]:
    """What ``once`` returns, and the milliseconds that it took.

    A server that is busy (one that says when to come back) is asked again, at most MAX_TRIES times in all; the time is
    that of the last try. Raises SystemFailed for every other ClientError.
    """
    for left in reversed(range(MAX_TRIES)):
        began = time.perf_counter()
        try:
            return once(), 1000 * (time.perf_counter() - began)
        except Refused as error:
            if error.retry_after_s is None or error.retry_after_s > MAX_WAIT_S or not left:
                raise SystemFailed(str(error)) from error
            sleep(error.retry_after_s)
        except ClientError as error:
            raise SystemFailed(str(error)) from error
    raise AssertionError("the last try returns or raises")
