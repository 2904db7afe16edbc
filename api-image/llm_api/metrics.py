"""Numbers for Prometheus, kept in a registry of this app's own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from llm_api.failures import FailureCode

CONTENT_TYPE = CONTENT_TYPE_LATEST
# From an echo to a large model's whole answer.
DURATION_BUCKETS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900)


class Metrics:
    """The counters. Labels come from our own fixed lists, never from a request: no client can make more series."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "llm_api_requests_total", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "llm_api_request_seconds",
            "From the request's head to the end of its answer.",
            ("route",),
            buckets=DURATION_BUCKETS_S,
            registry=self._registry,
        )
        self._first_token_seconds = Histogram(
            "llm_api_first_token_seconds",
            "From the request to the first token.",
            buckets=DURATION_BUCKETS_S,
            registry=self._registry,
        )
        self._running = Gauge("llm_api_generations_running", "Answers being generated now.", registry=self._registry)
        self._waiting = Gauge("llm_api_generations_waiting", "Requests waiting for a place.", registry=self._registry)
        self._failures = Counter(
            "llm_api_failures_total", "Requests that failed, by code.", ("code",), registry=self._registry
        )
        tokens = Counter("llm_api_tokens_total", "Tokens, as backends count.", ("kind",), registry=self._registry)
        self._prompt_tokens = tokens.labels("prompt")
        self._completion_tokens = tokens.labels("completion")
        # Finding a labelled counter costs more than counting, so those in use are kept.
        self._in_use: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def watch_places(self, running: Callable[[], float], waiting: Callable[[], float]) -> None:
        """Where the two gauges are read, whenever somebody asks."""
        self._running.set_function(running)
        self._waiting.set_function(waiting)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        key = (method, route, status)
        found = self._in_use.get(key)
        if found is None:
            found = self._requests.labels(method, route, str(status)), self._request_seconds.labels(route)
            self._in_use[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def count_failure(self, code: FailureCode) -> None:
        """One request failed."""
        self._failures.labels(code).inc()

    def observe_first_token(self, seconds: float) -> None:
        """An answer began so long after its request."""
        self._first_token_seconds.observe(seconds)

    def count_tokens(self, prompt: int | None, completion: int | None) -> None:
        """An answer ended. None: the backend does not say."""
        if prompt:
            self._prompt_tokens.inc(prompt)
        if completion:
            self._completion_tokens.inc(completion)

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self._registry)
