"""The end of the process: who is still answering is told, and gets a few seconds to finish."""

from __future__ import annotations

import asyncio

# Less than uvicorn's own nine seconds, which are less than what an engine waits before it kills.
GRACE_S = 5.0


class Closing:
    """Deadlines of the answers under way; `begin` makes all of them, and all that come later, end soon."""

    def __init__(self) -> None:
        self.begun = False
        self._deadlines: set[asyncio.Timeout] = set()

    def watch(self, deadline: asyncio.Timeout) -> None:
        """Let the shutdown shorten this deadline."""
        self._deadlines.add(deadline)
        if self.begun:
            self._shorten(deadline)

    def forget(self, deadline: asyncio.Timeout) -> None:
        """The answer is over."""
        self._deadlines.discard(deadline)

    def begin(self) -> None:
        """Called once for each open connection when the server shuts down; only the first call counts."""
        if not self.begun:
            self.begun = True
            for deadline in self._deadlines:
                self._shorten(deadline)

    @staticmethod
    def _shorten(deadline: asyncio.Timeout) -> None:
        deadline.reschedule(asyncio.get_running_loop().time() + GRACE_S)
