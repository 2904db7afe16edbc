"""An upstream that does what a test tells it: any bytes, any cut, and it knows when it was left."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

WAIT_S = 10


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


class Exchange:
    """One request and the connection that it came on."""

    def __init__(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked = asked
        self._reader = reader
        self._writer = writer

    async def head(self, status: int = 200, **headers: str) -> None:
        """The head of a chunked answer, the connection's last."""
        lines = [f"HTTP/1.1 {status} Scripted", "transfer-encoding: chunked", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join(lines).encode() + b"\r\n\r\n")

    async def chunk(self, part: bytes) -> None:
        await self.raw(f"{len(part):x}\r\n".encode() + part + b"\r\n")

    async def end(self) -> None:
        await self.raw(b"0\r\n\r\n")

    async def raw(self, part: bytes) -> None:
        self._writer.write(part)
        await self._writer.drain()

    async def until_left(self) -> None:
        """Wait until the other side has closed the connection."""
        with suppress(ConnectionError):
            while await self._reader.read(1024):
                pass


Script = Callable[[Exchange], Awaitable[None]]


@dataclass
class Upstream:
    """The running upstream."""

    url: str
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    def wait_left(self) -> None:
        """Wait until a script has seen the other side leave."""
        assert self.left.wait(WAIT_S), "the connection upstream was not closed"


@contextmanager
def scripted(script: Script, host: str = "127.0.0.1") -> Iterator[Upstream]:
    """Serve each request by `script`; the connection is cut where it returns."""
    upstream = Upstream("")
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *rest = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, path, _ = first.split(" ")
            asked = Asked(method, path, headers, body)
            upstream.asked.append(asked)
            exchange = Exchange(asked, reader, writer)
            await script(exchange)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, host, 0)
        upstream.port = server.sockets[0].getsockname()[1]
        upstream.url = f"http://127.0.0.1:{upstream.port}"
        ready.set()
        await stop.wait()
        server.close()
        serving = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        # A transport that the loop did not see close warns in whichever test collects it.
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    assert ready.wait(WAIT_S)
    try:
        yield upstream
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(WAIT_S)
        loop.close()


def ndjson(*events: dict[str, object]) -> bytes:
    return b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events)


def ollama_piece(text: str) -> dict[str, object]:
    return {"model": "llama3", "message": {"role": "assistant", "content": text}, "done": False}


OLLAMA_END: dict[str, object] = {
    "model": "llama3",
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "total_duration": 5_000_000,
    "load_duration": 1_000_000,
    "prompt_eval_count": 7,
    "prompt_eval_duration": 2_000_000,
    "eval_count": 3,
    "eval_duration": 1_500_000,
}


def openai_piece(text: str) -> bytes:
    event = {"model": "served", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


OPENAI_END = (
    b'data: {"model":"served","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    b'data: {"model":"served","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\n'
    b"data: [DONE]\n\n"
)


def answering(body: bytes, *, sizes: int | None = None) -> Script:
    """A script that sends this body with status 200, in pieces of `sizes` bytes."""

    async def script(exchange: Exchange) -> None:
        await exchange.head()
        for start in range(0, len(body), sizes or len(body) or 1):
            await exchange.chunk(body[start : start + (sizes or len(body))])
        await exchange.end()

    return script


def refusing(status: int, body: bytes, **headers: str) -> Script:
    """A script that answers with this status and body."""

    async def script(exchange: Exchange) -> None:
        await exchange.head(status, **headers)
        await exchange.chunk(body)
        await exchange.end()

    return script
