"""Limits that only the protocol below ASGI can keep: how many connections, and how long and large a request's head.

The Dockerfile gives it to uvicorn as UVICORN_HTTP.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from llm_api.closing import Closing
from llm_api.settings import DEFAULTS, Settings

# What nginx and Node allow in all: 4 x 8 KiB and 16 KiB.
MAX_HEAD_BYTES = 32 * 1024
HEAD_TOO_LARGE = "The request's head is too large."


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a time limit and a size limit on each request's head and a limit on connections.

    At the limit a new connection takes the place of the one that has been without a request for longest, so that silent
    connections cannot keep anyone out. When all are at work the new one is closed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings = self.app_state.get("settings")
        self._settings = settings if isinstance(settings, Settings) else DEFAULTS
        self._head_bytes = 0
        self._in_head = True
        self._head_timer: asyncio.TimerHandle | None = None
        self.quiet_since_s = self.loop.time()

    @property
    def idle(self) -> bool:
        """No request is under way: nothing was sent yet, a head is incomplete, or the last answer is out."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._arm_head_timer()
        if len(self.connections) > self._settings.max_connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._head_timer is None:
                self._arm_head_timer()
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(HEAD_TOO_LARGE)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            raise HttpParserError(HEAD_TOO_LARGE)  # which uvicorn answers with 400
        self._in_head = False
        self._head_bytes = 0
        self._disarm_head_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True

    def on_response_complete(self) -> None:
        self.quiet_since_s = self.loop.time()
        super().on_response_complete()

    def shutdown(self) -> None:
        closing = self.app_state.get("closing")
        if isinstance(closing, Closing):
            closing.begin()
        super().shutdown()

    def _make_room(self) -> None:
        others = [c for c in self.connections if isinstance(c, GuardedProtocol) and c is not self and c.idle]
        victim = min(others, key=lambda c: c.quiet_since_s, default=self)
        victim.transport.abort()

    def _arm_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(self._settings.head_timeout_s, self._head_timed_out)

    def _disarm_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_timed_out(self) -> None:
        self._head_timer = None
        if self.idle and not self.transport.is_closing():
            self.transport.abort()
