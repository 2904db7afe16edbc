"""From a request for an answer to bytes on the wire, whole or streamed, in whichever API's words.

An `AnswerResponse` is an ASGI response: what happens between a client and a backend, in one place.

- A place among the running answers is taken before anything is asked of the backend, and always given back.
- A failure before the first byte becomes a proper HTTP status; a later one becomes the API's own error event.
- When the client goes away the backend's generator is closed at once, and with it the connection upstream.
- When the process ends, the answer has `closing.GRACE_S` to finish and then ends with `shutting_down`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Scope, Send

from llm_api.admission import Admission
from llm_api.backends.contract import Backend, Embeddings
from llm_api.closing import Closing
from llm_api.failures import Failure
from llm_api.generation import Delta, Finished, Generation
from llm_api.leaving import ClientGone, UntilOver
from llm_api.logs import logger
from llm_api.metrics import Metrics

# A backend that has said nothing for so long is loading a model: send the head, so that no proxy or client gives up.
HEAD_WAIT_S = 5.0
# Below the idle time-outs of common proxies (nginx: 60 s).
HEARTBEAT_S = 15.0
QUEUED_EVENTS = 256


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the request came in. `first_token_ms` is None when there was no token."""

    total_ms: float
    first_token_ms: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    text: str
    finished: Finished
    timings: Timings


class Dialect(Protocol):
    """How one API writes an answer. Each method returns the bytes to send; empty bytes are not sent."""

    @property
    def stream_media_type(self) -> str:
        """The content type of a stream."""

    @property
    def heartbeat(self) -> bytes:
        """What may be sent while nothing happens."""

    def whole(self, answer: Answer) -> bytes:
        """The JSON body of an answer that is not streamed."""

    def opening(self) -> bytes:
        """Before the first delta."""

    def delta(self, text: str) -> bytes:
        """One piece of text."""

    def finished(self, finished: Finished, timings: Timings) -> bytes:
        """The end."""

    def failed(self, failure: Failure) -> bytes:
        """The end, when it is a failure after the head was sent."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What every answer shares."""

    backend: Backend
    admission: Admission
    closing: Closing
    metrics: Metrics

    def respond(self, generation: Generation, dialect: Dialect, *, stream: bool) -> AnswerResponse:
        """The response to return from a route."""
        return AnswerResponse(self, generation, dialect, stream=stream)

    async def embed(self, receive: Receive, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        """Vectors for texts, in a place among the answers. Raises `ClientGone` when the client left meanwhile."""
        async with UntilOver(receive, self.closing), self.admission:
            return await self.backend.embed(model, inputs)


class AnswerResponse:
    """Generates when called, as an ASGI app. Raises `Failure` while no byte was sent."""

    def __init__(self, answering: Answering, generation: Generation, dialect: Dialect, *, stream: bool) -> None:
        self._answering = answering
        self._generation = generation
        self._dialect = dialect
        self._stream = stream
        self._started_s = time.perf_counter()
        self._first_token_s: float | None = None
        self._head_sent = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        failure: Failure | None = None
        try:
            async with UntilOver(receive, self._answering.closing), self._answering.admission:
                await (self._send_stream(send) if self._stream else self._send_whole(send))
        except ClientGone:
            return
        except Failure as raised:
            failure = raised
        except Exception:
            if not self._head_sent:
                raise
            logger.exception("unexpected error in an answer")
            failure = Failure("internal", "Something went wrong in the server. Its log has the details.")
        if failure is not None:
            if not self._head_sent:
                raise failure
            self._answering.metrics.count_failure(failure.code)
            logger.warning("answer failed", extra={"fields": {"code": failure.code, "reason": failure.message}})
            await send({"type": "http.response.body", "body": self._dialect.failed(failure), "more_body": False})

    async def _send_whole(self, send: Send) -> None:
        parts: list[str] = []
        finished: Finished | None = None
        async with aclosing(self._answering.backend.generate(self._generation)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    self._note_token()
                    parts.append(event.text)
                else:
                    finished = event
        if finished is None:
            raise cut_off()
        body = self._dialect.whole(Answer("".join(parts), finished, self._finish(finished)))
        await self._send_head(send, body_bytes=len(body))
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _send_stream(self, send: Send) -> None:
        queue: asyncio.Queue[Delta | Finished | BaseException] = asyncio.Queue(QUEUED_EVENTS)
        producer = asyncio.create_task(_produce(self._answering.backend.generate(self._generation), queue))
        try:
            while True:
                event = await self._next(queue, send)
                chunks: list[bytes] = []
                # What has queued up meanwhile goes out in one write.
                while isinstance(event, Delta):
                    self._note_token()
                    chunks.append(self._dialect.delta(event.text))
                    if queue.empty():
                        break
                    event = queue.get_nowait()
                if isinstance(event, Finished):
                    chunks.append(self._dialect.finished(event, self._finish(event)))
                elif isinstance(event, BaseException) and not chunks:
                    raise event
                await self._send_head(send)
                over = isinstance(event, Finished)
                await send({"type": "http.response.body", "body": b"".join(chunks), "more_body": not over})
                if over:
                    return
                if isinstance(event, BaseException):
                    raise event
        finally:
            producer.cancel()
            await asyncio.wait({producer})

    async def _next(
        self, queue: asyncio.Queue[Delta | Finished | BaseException], send: Send
    ) -> Delta | Finished | BaseException:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S if self._head_sent else HEAD_WAIT_S) as wait:
                    return await queue.get()
            except TimeoutError:
                if not wait.expired():
                    raise
                await self._send_head(send)
                if self._dialect.heartbeat:
                    await send({"type": "http.response.body", "body": self._dialect.heartbeat, "more_body": True})

    async def _send_head(self, send: Send, *, body_bytes: int | None = None) -> None:
        if self._head_sent:
            return
        headers: list[tuple[bytes, bytes]]
        if body_bytes is None:
            media_type = self._dialect.stream_media_type.encode()
            # The last one asks nginx not to collect the stream.
            headers = [
                (b"content-type", media_type),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ]
        else:
            headers = [(b"content-type", b"application/json"), (b"content-length", str(body_bytes).encode())]
        self._head_sent = True
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        opening = self._dialect.opening() if body_bytes is None else b""
        if opening:
            await send({"type": "http.response.body", "body": opening, "more_body": True})

    def _note_token(self) -> None:
        if self._first_token_s is None:
            self._first_token_s = time.perf_counter()
            self._answering.metrics.observe_first_token(self._first_token_s - self._started_s)

    def _finish(self, finished: Finished) -> Timings:
        self._answering.metrics.count_tokens(finished.prompt_tokens, finished.completion_tokens)
        first = self._first_token_s
        return Timings(
            total_ms=_milliseconds(time.perf_counter() - self._started_s),
            first_token_ms=None if first is None else _milliseconds(first - self._started_s),
        )


async def _produce(
    events: AsyncGenerator[Delta | Finished, None], queue: asyncio.Queue[Delta | Finished | BaseException]
) -> None:
    over = False
    try:
        async with aclosing(events):
            async for event in events:
                over = isinstance(event, Finished)
                await queue.put(event)
    except Exception as raised:  # handed to the reader, who raises it
        await queue.put(raised)
    else:
        if not over:
            await queue.put(cut_off())


def cut_off() -> Failure:
    """The failure of an answer that ended without its end."""
    return Failure("upstream_cut", "The backend ended the answer before it was finished. Ask again.")


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
