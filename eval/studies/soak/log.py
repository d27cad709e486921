"""What was sent, how long it took and how it ended; safe to write from several threads."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.types import Record

N_TOLD = 20  # faults that are shown; all are counted
SETTLES_S = 0.5  # after the end of a worker, until whoever spoke to it has noticed


@dataclass(frozen=True)
class Lost:
    """A request whose connection ended before its answer."""

    route: str
    began: float
    ended: float
    why: str


class Route(Record):
    """Requests to one route: how many failed, how many were lost with a killed worker, and the time to a whole
    response."""

    requests: int
    errors: int
    lost_with_workers: int
    p50_ms: float
    p99_ms: float


@dataclass
class Log:
    """``kills`` are the times from which and until which a worker was being killed."""

    kills: list[tuple[float, float]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    _ms: dict[str, list[float]] = field(default_factory=dict)
    _errors: Counter[str] = field(default_factory=Counter)
    _lost: list[Lost] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, route: str, began: float, ended: float) -> None:
        with self._lock:
            self._ms.setdefault(route, []).append((ended - began) * 1000)

    def lost(self, route: str, began: float, ended: float, why: str) -> None:
        with self._lock:
            self._lost.append(Lost(route, began, ended, why))

    def fault(self, route: str, told: str) -> None:
        """A response that is not what it should be."""
        with self._lock:
            self._errors[route] += 1
            self._tell(f"{route}: {told}")

    def wrong(self, route: str, told: str) -> None:
        """An answer that says what its snapshot does not hold."""
        self.fault(route, told)
        self.count("wrong")

    def count(self, name: str, n: int = 1) -> None:
        with self._lock:
            self.counts[name] += n

    def routes(self) -> dict[str, Route]:
        """What became of all requests so far, by route."""
        with self._lock:
            ms = {name: sorted(times) for name, times in self._ms.items()}
            errors, lost = self._errors.copy(), list(self._lost)
        return {
            name: Route(
                requests=len(ms.get(name, ())) + sum(one.route == name for one in lost),
                errors=errors[name] + sum(one.route == name and not self.was_killed(one) for one in lost),
                lost_with_workers=sum(one.route == name and self.was_killed(one) for one in lost),
                p50_ms=_percentile(ms.get(name, ()), 0.5),
                p99_ms=_percentile(ms.get(name, ()), 0.99),
            )
            for name in sorted({*ms, *(one.route for one in lost)})
        }

    @property
    def n_errors(self) -> int:
        """Responses that are not what they should be, wrong answers, and requests lost without a cause."""
        with self._lock:
            return self._errors.total() + sum(not self.was_killed(one) for one in self._lost)

    def faults(self) -> tuple[str, ...]:
        """The first of what went wrong, as it was told."""
        with self._lock:
            lost = [f"{one.route}: lost ({one.why})" for one in self._lost if not self.was_killed(one)]
            return (*self.told, *lost)[:N_TOLD]

    def was_killed(self, lost: Lost) -> bool:
        """Whether a worker was killed while the request was under way."""
        return any(lost.began <= until + SETTLES_S and lost.ended >= since for since, until in self.kills)

    def _tell(self, what: str) -> None:
        self.told = [*self.told, what][:N_TOLD]
        sys.stderr.write(what[:1000] + "\n")


def _percentile(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(share * len(times)))], 1) if times else 0.0
