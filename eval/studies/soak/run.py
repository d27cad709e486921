"""The whole of a soak: who does what when, and what is kept of it."""

from __future__ import annotations

import os
import platform
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from eval.quality import SAMPLES
from eval.runs.provenance import commit
from eval.studies.soak.attacks import Attacker, run
from eval.studies.soak.log import Log, Route
from eval.studies.soak.readers import Reader
from eval.studies.soak.server import WORKERS, Server, is_alive
from eval.studies.soak.truth import Truth
from indexer.types import Record

SAMPLE_S = 10.0
SETTLED_S = 300.0  # by then every path was taken and the allocator has what it needs
WINDOW_S = 60.0  # memory is the median over this long: a switch holds two snapshots for a moment
MAX_GROWTH = 0.05


@dataclass(frozen=True)
class Plan:
    """How long, how much, how often. ``rate`` are requests of all ``readers`` together in a second; a reader's answer
    and what it asks about it are one piece of work, and the requests of bad clients are not among them."""

    seconds: float
    readers: int = 4
    rate: float = 10.0
    publish_s: float = 60.0
    keys_s: float = 60.0
    kill_s: float = 240.0
    report_s: float = 60.0


class SoakRun(Record):
    """A kept run of ``eval.studies.soak``. ``counts``: what was done to the server, and how
    often it refused (503) for want of room or time, which is no error; ``wrong``: answers that say what
    their snapshot does not hold; ``errors``: those, responses that are not what they should be and requests that were
    lost; ``lost_with_workers``: lost while a worker was killed that may have held them. ``rss_mib``: memory of the
    worker that was never killed; ``settled`` after five minutes, ``end`` at the end, each a median over a minute, and
    ``growth`` what the second is above the first. ``cores`` is that worker's CPU time by the time of the run."""

    command: str
    commit: str
    python: str
    date: str
    n_cpus: int
    seconds: float
    workers: int
    readers: int
    requests: int
    answers: int
    wrong: int
    errors: int
    lost_with_workers: int
    tracebacks: int
    counts: dict[str, int]
    routes: dict[str, Route]
    faults: tuple[str, ...]
    cores: float
    rss_mib_settled: float
    rss_mib_end: float
    growth: float
    rss_mib_supervisor: tuple[float, float]
    rss_mib: tuple[float, ...]


def soak(plan: Plan, folder: Path, command: str, keep: Callable[[SoakRun], None] = lambda _: None) -> SoakRun:
    """What ``plan`` found; ``folder`` is for what is kept only as long. ``keep`` is given what there is every while."""
    reports = folder / "reports"
    shutil.copytree(SAMPLES, reports)
    log = Log()
    server = Server(folder, reports, folder / "index", log)
    stop = threading.Event()
    threads: list[threading.Thread] = []
    rss: list[tuple[float, float]] = []
    try:
        truth = Truth(folder / "index")
        readers = [Reader(server.base, lambda: server.secret, truth, log, seed) for seed in range(plan.readers)]
        supervisor = server.rss_mib(server.process.pid)
        began = time.monotonic()
        cpu = server.cpu_s(server.eldest)
        threads += _started(plan, server, readers, log, stop)

        def so_far() -> SoakRun:
            seconds = time.monotonic() - began
            return _told(command, plan, log, server, seconds, server.cpu_s(server.eldest) - cpu, supervisor, rss)

        reported = 0
        while (now := time.monotonic() - began) < plan.seconds:
            if server.process.poll() is not None:
                raise SystemExit(f"the server ended with {server.process.returncode} after {now:.0f} s")
            if not is_alive(server.eldest):
                log.fault("server", "a worker ended that nobody killed")
                server.eldest = server.first_worker()
            rss.append((now, server.rss_mib(server.eldest)))
            if now >= (reported + 1) * plan.report_s:
                reported += 1
                keep(so_far())
            time.sleep(min(SAMPLE_S, plan.seconds / 10))
        stop.set()
        for thread in threads:
            thread.join()
        return so_far()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        server.close()


def _started(
    plan: Plan, server: Server, readers: Sequence[Reader], log: Log, stop: threading.Event
) -> list[threading.Thread]:
    attacker = [Attacker(server.port, lambda: server.secret, log, seed) for seed in range(3)]
    work: list[Callable[[], object]] = [
        *(lambda reader=reader: reader.run(plan.readers / plan.rate, stop) for reader in readers),
        lambda: run(attacker[0].half_open, 5, stop, log),
        lambda: run(attacker[1].malformed, 1, stop, log),
        lambda: run(attacker[2].slow, 1, stop, log),
        lambda: run(attacker[2].slow, 1, stop, log),
        lambda: _every(plan.publish_s, server.publish, stop, log),
        lambda: _every(plan.keys_s, server.change_key, stop, log),
        lambda: _every(plan.kill_s, server.kill_worker, stop, log),
    ]
    threads = [threading.Thread(target=does, daemon=True) for does in work]
    for thread in threads:
        thread.start()
    return threads


def _every(seconds: float, do: Callable[[], None], stop: threading.Event, log: Log) -> None:
    """``do`` at each multiple of ``seconds``; one that takes longer leaves some out."""
    began = time.monotonic()
    while not stop.wait(seconds - (time.monotonic() - began) % seconds):
        try:
            do()
        except Exception as error:
            log.fault("operator", f"{type(error).__name__}: {error}")


def _told(
    command: str,
    plan: Plan,
    log: Log,
    server: Server,
    seconds: float,
    cpu_s: float,
    supervisor: float,
    rss: Sequence[tuple[float, float]],
) -> SoakRun:
    routes = log.routes()
    settled = _rss_at(rss, min(SETTLED_S, seconds / 2))
    at_end = _rss_at(rss, seconds - WINDOW_S / 2)
    tracebacks = server.n_tracebacks()
    return SoakRun(
        command=command,
        commit=commit(),
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        n_cpus=os.cpu_count() or 0,
        seconds=round(seconds, 1),
        workers=WORKERS,
        readers=plan.readers,
        requests=sum(route.requests for route in routes.values()),
        answers=log.counts["answers"],
        wrong=log.counts["wrong"],
        errors=log.n_errors + tracebacks,
        lost_with_workers=sum(route.lost_with_workers for route in routes.values()),
        tracebacks=tracebacks,
        counts={name: n for name, n in sorted(log.counts.items()) if name not in ("answers", "wrong")},
        routes=routes,
        faults=log.faults(),
        cores=round(cpu_s / seconds, 3),
        rss_mib_settled=settled,
        rss_mib_end=at_end,
        growth=round(at_end / settled - 1, 4),
        rss_mib_supervisor=(round(supervisor, 1), round(server.rss_mib(server.process.pid), 1)),
        rss_mib=tuple(round(mib, 1) for _, mib in rss),
    )


def _rss_at(rss: Sequence[tuple[float, float]], second: float) -> float:
    near = [mib for when, mib in rss if abs(when - second) <= WINDOW_S / 2]
    return round(median(near or [rss[-1][1]]), 1)
