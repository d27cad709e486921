"""What ``Client`` and ``AsyncClient`` have in common: their methods, each stated once as a call of
``judian.client.calls``; and when a service is asked again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from functools import wraps
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

import judian.client.calls as calls
from judian.client.calls import Call, Event
from judian.client.errors import Refused
from service.types import Answer

MAX_WAIT_S = 60.0  # a service that asks to wait longer is not waited for
P = ParamSpec("P")
T = TypeVar("T")


class Waits(ABC):
    """Sends calls, and waits."""

    @abstractmethod
    def sent(self, call: Call[T]) -> T: ...

    @abstractmethod
    def streamed(self, call: Call[Answer]) -> Generator[Event, None, None]: ...


class Awaits(ABC):
    """Sends calls, for who awaits."""

    @abstractmethod
    async def sent(self, call: Call[T]) -> T: ...

    @abstractmethod
    def streamed(self, call: Call[Answer]) -> AsyncGenerator[Event, None]: ...


class Method(Generic[P, T]):
    """A method that takes what ``call`` takes, sends that, and gives what it reads: awaited by ``Awaits``."""

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    @overload
    def __get__(self, client: None, kind: type[object]) -> Self: ...
    @overload
    def __get__(self, client: Waits, kind: type[object]) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaits, kind: type[object]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Waits | Awaits | None, kind: type[object]) -> Any:
        return self if client is None else _bound(self._call, client.sent)


class Stream(Generic[P]):
    """A method that gives events as they come: as an asynchronous generator by ``Awaits``."""

    def __init__(self, call: Callable[P, Call[Answer]]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    @overload
    def __get__(self, client: None, kind: type[object]) -> Self: ...
    @overload
    def __get__(self, client: Waits, kind: type[object]) -> Callable[P, Generator[Event, None, None]]: ...
    @overload
    def __get__(self, client: Awaits, kind: type[object]) -> Callable[P, AsyncGenerator[Event, None]]: ...
    def __get__(self, client: Waits | Awaits | None, kind: type[object]) -> Any:
        return self if client is None else _bound(self._call, client.streamed)


def _bound(call: Callable[P, Call[T]], send: Callable[[Call[T]], Any]) -> Callable[P, Any]:
    @wraps(call)
    def method(*given: P.args, **named: P.kwargs) -> Any:
        return send(call(*given, **named))

    return method


class Methods:
    """The methods that are one call each. Whatever cannot be asked is an InvalidRequest, and not sent."""

    ask = Method(calls.ask)
    stream = Stream(calls.stream)
    search = Method(calls.search)
    report = Method(calls.report)
    text = Method(calls.text)
    find = Method(calls.find)
    original = Method(calls.original)
    citation = Method(calls.citation)
    verify = Method(calls.verify)
    verify_sentence = Method(calls.verify_sentence)
    feedback = Method(calls.feedback)


def pause_s(error: Refused, tries_left: int) -> float:
    """The seconds until the service wants to be asked again. Raises ``error`` where it does not, or no try is left."""
    if error.retry_after_s is None or error.retry_after_s > MAX_WAIT_S or not tries_left:
        raise error
    return error.retry_after_s
