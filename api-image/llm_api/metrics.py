"""Numbers for Prometheus, kept in a registry of this app's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
# From an echo to a large model's whole answer.
DURATION_BUCKETS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900)


class Metrics:
    """The counters. Labels come from our own fixed lists, never from a request: no client can make more series."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "llm_api_requests_total", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "llm_api_request_seconds",
            "From the request's head to the end of its answer.",
            ("route",),
            buckets=DURATION_BUCKETS_S,
            registry=self.registry,
        )
        self.first_token_seconds = Histogram(
            "llm_api_first_token_seconds",
            "From the request to the first token.",
            buckets=DURATION_BUCKETS_S,
            registry=self.registry,
        )
        self.generations = Gauge("llm_api_generations_running", "Answers being generated now.", registry=self.registry)
        self.waiting = Gauge(
            "llm_api_generations_waiting", "Requests waiting for a free place.", registry=self.registry
        )
        self.failures = Counter(
            "llm_api_failures_total", "Requests that failed, by code.", ("code",), registry=self.registry
        )
        self.tokens = Counter(
            "llm_api_tokens_total", "Tokens as the backend counts them.", ("kind",), registry=self.registry
        )

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self.registry)
