"""Figures for Prometheus: the only door to its client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from indexer.store.snapshot import Manifest
from service.answers.generate import Account
from service.types import Answer, Rating

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What the service counts. With worker processes, ``shared`` folder holds what all of them counted.

    prometheus_client shares through files when PROMETHEUS_MULTIPROC_DIR is set before it is imported; ``judian serve
    --workers`` sets it.
    """

    def __init__(self, manifest: Callable[[], Manifest | None], n_held: Callable[[], int], shared: str | None) -> None:
        """``manifest``: of the snapshot that is served; ``n_held``: questions that run or wait."""
        self._shared = shared
        self._registry = CollectorRegistry()
        registry = None if shared else self._registry
        self._requests = Counter("judian_requests", "requests", ["method", "route", "status"], registry=registry)
        self._latency = Histogram(
            "judian_request_seconds", "time to the end of a response", ["route"], registry=registry, buckets=SECONDS
        )
        self._steps = Histogram(
            "judian_step_seconds", "time of each step of an answer", ["step"], registry=registry, buckets=SECONDS
        )
        self._answers = Counter("judian_answers", "answers", ["status", "reason"], registry=registry)
        self._fallbacks = Counter(
            "judian_fallbacks", "extractive answers in the place of generated ones", ["reason"], registry=registry
        )
        self._tokens = Counter("judian_model_tokens", "tokens of the language model", ["direction"], registry=registry)
        self._removed = Counter(
            "judian_removed_sentences", "sentences of it that their sources do not carry", ["why"], registry=registry
        )
        self._ratings = Counter("judian_feedback", "answers that people rated", ["rating"], registry=registry)
        held = Gauge(
            "judian_questions_held", "questions that run or wait", registry=registry, multiprocess_mode="livesum"
        )
        if shared:
            held.set(0)
        else:
            held.set_function(n_held)
        self._held, self._n_held = held, n_held
        exposed = CollectorRegistry() if shared else self._registry
        if shared:
            MultiProcessCollector(exposed, path=shared)  # type: ignore[no-untyped-call]
        exposed.register(_Snapshot(manifest))
        self._exposed = exposed

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is the path as the API declares it."""
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)
        if self._shared:
            self._held.set(self._n_held())

    def answer(self, answer: Answer) -> None:
        """Count an answer and the time of its steps."""
        self._answers.labels(answer.status, answer.reason or "").inc()
        if answer.fallback:
            self._fallbacks.labels(answer.fallback).inc()
        for step, ms in answer.elapsed_ms.items():
            self._steps.labels(step).observe(ms / 1000)

    def written(self, account: Account) -> None:
        """Count what a language model wrote: its tokens, and the sentences of it that were removed."""
        for direction, n in (("in", account.usage.input_tokens), ("out", account.usage.output_tokens)):
            self._tokens.labels(direction).inc(n)
        for removed in account.removed:
            self._removed.labels(removed.why).inc()

    def rated(self, rating: Rating) -> None:
        """Count what somebody said of an answer."""
        self._ratings.labels(rating).inc()

    def exposition(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self._exposed)


def forget_worker(pid: int | None, shared: str) -> None:
    """Count no more what the worker process ``pid``, which is gone, held then; its totals stay."""
    if pid is not None:
        mark_process_dead(pid, shared)  # type: ignore[no-untyped-call]


class _Snapshot(Collector):
    """Which snapshot is served, and how old it is."""

    def __init__(self, manifest: Callable[[], Manifest | None]) -> None:
        self._manifest = manifest

    def collect(self) -> Iterator[Metric]:
        manifest = self._manifest()
        if manifest is None:
            return
        served = GaugeMetricFamily("judian_snapshot_info", "the snapshot that is served", labels=["snapshot_id"])
        served.add_metric([manifest.snapshot_id], 1)
        yield served
        age = datetime.now(UTC) - datetime.fromisoformat(manifest.created_at)
        yield GaugeMetricFamily("judian_snapshot_age_seconds", "since it was made", value=age.total_seconds())
        for name, count in (("reports", manifest.n_reports), ("chunks", manifest.n_chunks)):
            yield GaugeMetricFamily(f"judian_snapshot_{name}", f"{name} of the snapshot that is served", value=count)
