"""The guard: when a backend rests and is tried again, what a key may use, and how many run at once."""

from __future__ import annotations

import asyncio
import datetime
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from service.llm.backend import open_model
from service.llm.guard import LONGEST_ASKED_FOR_S, LONGEST_REST_S, Guard, guarded
from service.llm.types import Failure, Message, ModelError, Usage
from service.settings import Settings
from tests.llm_server import ScriptedServer, status
from tests.service.llm.conftest import MESSAGES, ask, said_by, settings_for

N_ASKED = sum(len(message.text) for message in MESSAGES)


@dataclass
class Scripted:
    """Fails as told, or says ``text`` one character a piece; counts who asked."""

    script: list[ModelError | str]
    n_asked: int = 0
    hold: asyncio.Event | None = None
    usage: Usage = field(default_factory=Usage)
    name: str = "scripted:model"

    async def stream(
        self, messages: Sequence[Message], usage: Usage, budget_key: str = ""
    ) -> AsyncGenerator[str, None]:
        assert messages
        assert budget_key is not None
        self.n_asked += 1
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, ModelError):
            raise said
        for piece in said:
            if self.hold is not None:
                await self.hold.wait()
            yield piece
        usage.input_tokens += self.usage.input_tokens
        usage.output_tokens += self.usage.output_tokens


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


def error(failure: Failure, retry_after_s: float | None = None) -> ModelError:
    return ModelError(failure, failure, retry_after_s)


@pytest.mark.parametrize(
    ("script", "outcomes", "n_asked"),
    [
        ([error("failed")], ["failed"] * 3 + ["resting"] * 2, 3),
        ([error("timed_out"), error("cut"), error("malformed")], ["timed_out", "cut", "malformed", "resting"], 3),
        ([error("failed"), error("failed"), "好", error("failed")], ["failed", "failed", None, "failed", "failed"], 5),
        ([error("unreachable")], ["unreachable", "resting"], 1),
        ([error("key_refused")], ["key_refused", "resting"], 1),
        ([error("rate_limited")], ["rate_limited"] * 3 + ["resting"], 3),
        ([error("rate_limited", 9.0)], ["rate_limited", "resting"], 1),
        ([error("refused")], ["refused"] * 5, 5),
        ([error("too_long")], ["too_long"] * 5, 5),
        ([error("empty")], ["empty"] * 5, 5),
        (
            [error("failed"), error("failed"), error("refused"), error("failed")],
            ["failed", "failed", "refused", "failed"],
            4,
        ),
    ],
)
def test_when_a_backend_rests(script: list[ModelError | str], outcomes: list[str | None], n_asked: int) -> None:
    model = Scripted(list(script))
    guard = Guard(model, n_failures=3, clock=Clock())
    assert [ask(guard).failure for _ in outcomes] == outcomes
    assert model.n_asked == n_asked


def test_it_rests_longer_each_time_and_is_found_alive_by_itself() -> None:
    clock, model = Clock(), Scripted([error("unreachable")])
    guard = Guard(model, rest_s=5.0, clock=clock)
    rests = []
    for _ in range(8):
        assert ask(guard).failure == "unreachable"
        rests.append(guard.health().rests_for_s)
        assert ask(guard).failure == "resting"
        clock.pass_(rests[-1])
    assert rests == [min(5.0 * 2**n, LONGEST_REST_S) for n in range(8)]
    assert guard.health().last_failure == "unreachable"
    model.script = ["好"]
    assert ask(guard).text == "好"
    assert (guard.health().rests_for_s, guard.health().n_failed, guard.health().last_failure) == (0.0, 0, None)
    model.script = [error("unreachable")]
    ask(guard)
    assert guard.health().rests_for_s == 5.0


def test_it_says_how_long_the_rest_still_takes() -> None:
    clock = Clock()
    guard = Guard(Scripted([error("unreachable")]), rest_s=5.0, clock=clock)
    ask(guard)
    clock.pass_(2.0)
    turned_away = ask(guard).error
    assert turned_away is not None
    assert turned_away.retry_after_s == 3.0


@pytest.mark.parametrize(("asked_for", "rest"), [(60.0, 60.0), (1.0, 5.0), (1e9, LONGEST_ASKED_FOR_S)])
def test_it_rests_as_long_as_the_server_asks_for(asked_for: float, rest: float) -> None:
    guard = Guard(Scripted([error("rate_limited", asked_for)]), rest_s=5.0, clock=Clock())
    ask(guard)
    assert guard.health().rests_for_s == rest


def test_one_question_tries_it_and_the_others_are_turned_away() -> None:
    async def several() -> list[str | None]:
        model.hold = asyncio.Event()
        tries = asyncio.create_task(said_by(guard))
        await asyncio.sleep(0.01)
        others = [(await said_by(guard)).failure for _ in range(3)]
        model.hold.set()
        return [*others, (await tries).failure, (await said_by(guard)).failure]

    clock, model = Clock(), Scripted([error("unreachable"), "好"])
    guard = Guard(model, clock=clock)
    ask(guard)
    clock.pass_(5.0)
    assert asyncio.run(several()) == ["resting"] * 3 + [None, None]
    assert model.n_asked == 3


@pytest.mark.parametrize(("n_pieces", "then"), [(0, "好好"), (1, "好好")])
def test_whoever_tries_it_may_leave(n_pieces: int, then: str) -> None:
    async def leaves() -> None:
        model.hold = asyncio.Event()
        if n_pieces:
            model.hold.set()
        async with aclosing(guard.stream(MESSAGES, Usage())) as pieces:
            if n_pieces:
                await anext(pieces)
            else:
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(anext(pieces), 0.01)
        model.hold.set()
        assert (await said_by(guard)).text == then

    clock, model = Clock(), Scripted([error("unreachable"), "好好"])
    guard = Guard(model, clock=clock)
    ask(guard)
    clock.pass_(5.0)
    asyncio.run(leaves())
    assert guard.health().rests_for_s == 0.0


def test_calls_that_began_before_the_rest_make_it_no_longer_and_do_not_end_it() -> None:
    async def at_once() -> None:
        model.hold = asyncio.Event()
        slow = asyncio.create_task(said_by(guard))
        await asyncio.sleep(0.01)
        failures = [error("unreachable")] * 4
        model.script = [*failures]
        assert [said.failure for said in await asyncio.gather(*(said_by(guard) for _ in range(4)))].count(
            "resting"
        ) == 3
        assert guard.health().rests_for_s == 5.0
        model.hold.set()
        assert (await slow).text == "好"
        assert guard.health().rests_for_s == 5.0

    model = Scripted(["好"])
    guard = Guard(model, rest_s=5.0, clock=Clock())
    asyncio.run(at_once())


@pytest.mark.parametrize(
    ("usage", "used"),
    [
        (Usage(100, 20), 120),
        (Usage(), N_ASKED + 2),  # a token a character where the backend does not say
    ],
)
def test_a_key_has_its_tokens_and_each_day_anew(usage: Usage, used: int) -> None:
    day = datetime.date(2026, 1, 1)
    model = Scripted(["好的"], usage=usage)
    guard = Guard(model, tokens_per_key=used + 1, today=lambda: day)
    assert [ask(guard, budget_key="a").failure for _ in range(3)] == [None, None, "budget"]
    assert guard.used("a") == 2 * used
    assert ask(guard, budget_key="b").failure is None
    assert model.n_asked == 3
    day += datetime.timedelta(days=1)
    assert guard.used("a") == 0
    assert ask(guard, budget_key="a").failure is None


def test_a_call_that_is_left_is_paid_for() -> None:
    async def leaves() -> None:
        async with aclosing(guard.stream(MESSAGES, Usage(), "a")) as pieces:
            await anext(pieces)

    guard = Guard(Scripted(["好的"], usage=Usage(100, 20)))
    asyncio.run(leaves())
    assert guard.used("a") == N_ASKED + 1


def test_calls_for_one_question_may_share_what_they_count() -> None:
    async def twice() -> None:
        usage = Usage()
        for _ in range(2):
            async with aclosing(guard.stream(MESSAGES, usage, "a")) as pieces:
                assert [piece async for piece in pieces] == ["好"]
        assert usage == Usage(200, 40)

    guard = Guard(Scripted(["好"], usage=Usage(100, 20)))
    asyncio.run(twice())
    assert guard.used("a") == 240


def test_a_call_that_asks_nothing_is_free() -> None:
    guard = Guard(Scripted([error("unreachable")]))
    ask(guard, budget_key="a")
    ask(guard, budget_key="a")
    assert guard.used("a") == 0


def test_only_so_many_calls_run_at_once() -> None:
    async def several() -> list[str]:
        model.hold = asyncio.Event()
        calls = [asyncio.create_task(said_by(guard)) for _ in range(5)]
        await asyncio.sleep(0.15)
        assert model.n_asked == 2
        model.hold.set()
        return sorted([str(said.failure) for said in await asyncio.gather(*calls)])

    model = Scripted(["好"])
    guard = Guard(model, n_at_once=2, wait_s=0.05)
    assert asyncio.run(several()) == ["None", "None", "busy", "busy", "busy"]
    assert ask(guard).failure is None  # the places are free again


def test_a_call_waits_shortly_for_a_place() -> None:
    async def several() -> list[str | None]:
        model.hold = asyncio.Event()
        calls = [asyncio.create_task(said_by(guard)) for _ in range(3)]
        await asyncio.sleep(0.03)
        model.hold.set()
        return [(await call).failure for call in calls]

    model = Scripted(["好"])
    guard = Guard(model, n_at_once=1, wait_s=5.0)
    assert asyncio.run(several()) == [None] * 3


def test_a_cancelled_call_gives_its_place_back() -> None:
    async def cancelled() -> None:
        model.hold = asyncio.Event()
        call = asyncio.create_task(said_by(guard))
        await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        model.hold.set()
        assert (await said_by(guard)).failure is None

    model = Scripted(["好"])
    guard = Guard(model, n_at_once=1, wait_s=0.0)
    asyncio.run(cancelled())


def test_many_threads_with_loops_of_their_own() -> None:
    def several() -> None:
        for _ in range(20):
            outcomes.append(ask(guard, budget_key="a").failure)

    outcomes: list[str | None] = []
    guard = Guard(Scripted(["好"], usage=Usage(1, 1)), n_at_once=4)
    threads = [threading.Thread(target=several) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [None] * 160
    assert guard.used("a") == 160 * 2


def test_a_real_backend_rests_and_is_found_alive() -> None:
    clock = Clock()
    with ScriptedServer(status(503, "30"), "好") as server:
        settings = settings_for(server)
        model = open_model(settings)
        assert model is not None
        guard = Guard(model, clock=clock)
        assert [ask(guard).failure, ask(guard).failure] == ["failed", "resting"]
        clock.pass_(30.0)
        assert ask(guard).text == "好"
        assert len(server.requests) == 2


def test_the_bounds_are_those_of_the_settings() -> None:
    assert guarded(None, Settings()) is None
    model = Scripted([error("failed")], usage=Usage(1, 1))
    guard = guarded(model, Settings(llm_failures=2, llm_rest_s=7.0, llm_tokens_per_key=1))
    assert guard is not None
    assert [ask(guard).failure for _ in range(3)] == ["failed", "failed", "resting"]
    assert 6.0 < guard.health().rests_for_s <= 7.0
    assert guard.name == "scripted:model"
