"""Numbers for Prometheus.

They are counted in plain numbers, and take the library's shape only when somebody asks: the library is a tenth of the
time to start, and its counters cost more than an echo.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from llm_api.failures import FailureCode

if TYPE_CHECKING:
    from prometheus_client import Metric

# From an echo to a large model's whole answer.
DURATION_BUCKETS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)


class Durations:
    """Seconds, sorted into the buckets: how many fell into each, and their sum."""

    __slots__ = ("counts", "sum_s")

    def __init__(self) -> None:
        self.counts = [0] * (len(DURATION_BUCKETS_S) + 1)
        self.sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """One more. A bound belongs to its own bucket (Prometheus: `le`)."""
        self.counts[bisect_left(DURATION_BUCKETS_S, seconds)] += 1
        self.sum_s += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Each bound with how many were at most that long."""
        bounds = [*(str(bound) for bound in DURATION_BUCKETS_S), "+Inf"]
        return [(bound, float(count)) for bound, count in zip(bounds, accumulate(self.counts), strict=True)]


class Metrics:
    """The counters. Labels come from our own fixed lists, never from a request: no client can make more series."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._request_seconds: dict[str, Durations] = {}
        self._first_token_seconds = Durations()
        self._failures: Counter[FailureCode] = Counter()
        self._tokens = {"prompt": 0, "completion": 0}
        self._running: Callable[[], float] = float
        self._waiting: Callable[[], float] = float

    def watch_places(self, running: Callable[[], float], waiting: Callable[[], float]) -> None:
        """Where the two gauges are read, whenever somebody asks."""
        self._running = running
        self._waiting = waiting

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests[method, route, status] += 1
        durations = self._request_seconds.get(route)
        if durations is None:
            durations = self._request_seconds[route] = Durations()
        durations.observe(seconds)

    def count_failure(self, code: FailureCode) -> None:
        """One request failed."""
        self._failures[code] += 1

    def observe_first_token(self, seconds: float) -> None:
        """An answer began so long after its request."""
        self._first_token_seconds.observe(seconds)

    def count_tokens(self, prompt: int | None, completion: int | None) -> None:
        """An answer ended. None: the backend does not say."""
        self._tokens["prompt"] += prompt or 0
        self._tokens["completion"] += completion or 0

    def exposition(self) -> tuple[bytes, str]:
        """All of it as Prometheus reads it, and the content type that says so."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry), CONTENT_TYPE_LATEST

    def collect(self) -> Iterator[Metric]:
        """What the registry asks its collectors for."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        requests = CounterMetricFamily("llm_api_requests", "Requests answered.", labels=("method", "route", "status"))
        for (method, route, status), count in self._requests.items():
            requests.add_metric((method, route, str(status)), count)
        yield requests
        lengths = HistogramMetricFamily(
            "llm_api_request_seconds", "From the request's head to the end of its answer.", labels=("route",)
        )
        for route, durations in self._request_seconds.items():
            lengths.add_metric((route,), durations.buckets(), durations.sum_s)
        yield lengths
        first = self._first_token_seconds
        yield HistogramMetricFamily(
            "llm_api_first_token_seconds",
            "From the request to the first token.",
            buckets=first.buckets(),
            sum_value=first.sum_s,
        )
        yield GaugeMetricFamily("llm_api_generations_running", "Answers being generated now.", self._running())
        yield GaugeMetricFamily("llm_api_generations_waiting", "Requests waiting for a place.", self._waiting())
        failures = CounterMetricFamily("llm_api_failures", "Requests that failed, by code.", labels=("code",))
        for code, count in self._failures.items():
            failures.add_metric((code,), count)
        yield failures
        tokens = CounterMetricFamily("llm_api_tokens", "Tokens, as backends count.", labels=("kind",))
        for kind, count in self._tokens.items():
            tokens.add_metric((kind,), count)
        yield tokens
