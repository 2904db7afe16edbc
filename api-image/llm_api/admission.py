"""How many answers are generated at once, and how many requests may wait for their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from llm_api.failures import Failure
from llm_api.metrics import Metrics

# A model needs seconds for an answer; trying again sooner only adds load.
RETRY_AFTER_S = 5


class Admission:
    """At most `max_running` at work and `max_waiting` in line, first come first served; the next is refused."""

    def __init__(self, max_running: int, max_waiting: int, metrics: Metrics) -> None:
        self._places = asyncio.Semaphore(max_running)
        self._max_waiting = max_waiting
        self._waiting = 0
        self._metrics = metrics

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None, None]:
        """Hold one place while inside. Raises `Failure` `overloaded` when the line is full."""
        if self._places.locked():
            await self._wait_in_line()
        else:
            await self._places.acquire()
        self._metrics.generations.inc()
        try:
            yield
        finally:
            self._metrics.generations.dec()
            self._places.release()

    async def _wait_in_line(self) -> None:
        if self._waiting >= self._max_waiting:
            raise Failure(
                "overloaded",
                "The server is busy with other answers. Try again in a few seconds.",
                retry_after_s=RETRY_AFTER_S,
            )
        self._waiting += 1
        self._metrics.waiting.inc()
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
            self._metrics.waiting.dec()
