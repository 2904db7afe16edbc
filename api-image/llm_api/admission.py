"""How many answers are generated at once, and how many requests may wait for their turn."""

from __future__ import annotations

import asyncio

from llm_api.failures import Failure

# A model needs seconds for an answer; trying again sooner only adds load.
RETRY_AFTER_S = 5


class Admission:
    """At most `max_running` at work and `max_waiting` in line, first come first served; the next is refused.

    `async with admission:` holds one place; it raises `Failure` `overloaded` when the line is full.
    """

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._places = asyncio.Semaphore(max_running)
        self._max_waiting = max_waiting
        self.running = 0
        self.waiting = 0

    async def __aenter__(self) -> None:
        if self._places.locked():
            await self._wait_in_line()
        else:
            await self._places.acquire()
        self.running += 1

    async def __aexit__(self, *_: object) -> None:
        self.running -= 1
        self._places.release()

    async def _wait_in_line(self) -> None:
        if self.waiting >= self._max_waiting:
            raise Failure(
                "overloaded",
                "The server is busy with other answers. Try again in a few seconds.",
                retry_after_s=RETRY_AFTER_S,
            )
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
