"""The service on a real port, in a thread of its own: what tests ask is what clients get."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from llm_api.app import create_app
from llm_api.backends.contract import Backend
from llm_api.connections import GuardedProtocol
from llm_api.settings import Settings


class Served:
    """A running service: `url`, `port`, `client`, and `stop()` as SIGTERM would."""

    def __init__(self, server: _Server, thread: threading.Thread, port: int) -> None:
        self.server = server
        self.thread = thread
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=10)

    def stop(self) -> None:
        """Ask for a graceful shutdown, as SIGTERM would; does not wait."""
        self.server.ask_to_stop(graceful=True)


class _Server(uvicorn.Server):
    """uvicorn's server without its 200 ms of polling, which hundreds of tests would add up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._graceful = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._asked = asyncio.Event()
        self.ready.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._asked.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._graceful:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        while self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)
        await self.lifespan.shutdown()

    def ask_to_stop(self, *, graceful: bool) -> None:
        self._graceful = self._graceful or graceful
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._asked.set)


@contextmanager
def serve(settings: Settings | None = None, backend: Backend | None = None) -> Iterator[Served]:
    """Run the service as the image does, until the block is left."""
    app = create_app(settings or Settings(), backend)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=GuardedProtocol,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.ready.wait(10), "the service did not start"
    served = Served(server, thread, server.servers[0].sockets[0].getsockname()[1])
    try:
        yield served
    finally:
        served.client.close()
        server.ask_to_stop(graceful=False)
        thread.join(20)
        assert not thread.is_alive(), "the service did not stop"
