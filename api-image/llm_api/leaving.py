"""The two ends that no answer chooses: its client leaves, or the process stops."""

from __future__ import annotations

import asyncio
from types import TracebackType

from starlette.types import Receive

from llm_api.closing import Closing
from llm_api.failures import Failure

# Most echoes are over by then and never need the task that watches the client.
WATCH_AFTER_S = 0.05


class ClientGone(Exception):  # noqa: N818 - an event, not an error
    """The client closed its connection while its answer was being made."""


class UntilOver:
    """`async with UntilOver(receive, closing):` cancels what is inside when the client leaves or the process stops.

    The first raises `ClientGone`, the second `Failure` `shutting_down`.
    """

    def __init__(self, receive: Receive, closing: Closing) -> None:
        self._receive = receive
        self._closing = closing
        self._client_gone = False
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._deadline = asyncio.timeout(None)
        await self._deadline.__aenter__()
        self._closing.watch(self._deadline)
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_S, self._begin_watching)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        self._closing.forget(self._deadline)
        try:
            await self._deadline.__aexit__(kind, error, trace)
        except TimeoutError:
            if self._client_gone:
                raise ClientGone from None
            raise Failure(
                "shutting_down", "The server is stopping. Ask again when it is back.", retry_after_s=5
            ) from None

    def _begin_watching(self) -> None:
        self._watcher = asyncio.create_task(self._watch_client())

    async def _watch_client(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._client_gone = True
        self._deadline.reschedule(0)
