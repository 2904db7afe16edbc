"""Places, waiting, leaving and stopping: what happens around an answer."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from llm_api import answering, closing
from llm_api.backends.contract import Embeddings, Model
from llm_api.generation import Delta, Finished, Generation
from llm_api.settings import Settings
from tests.asking import code_of, read_events
from tests.serving import Served, serve

WAIT_S = 10


class Stage:
    """A backend that says one piece, waits until it may go on, and says the rest."""

    name = "stage"
    default_model = "stage"

    def __init__(self, pieces: int = 1, size: int = 1) -> None:
        self.begun = threading.Semaphore(0)
        self.closed = threading.Semaphore(0)
        self.closed_backend = False
        self._go = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pieces = pieces
        self._piece = "x" * size
        self.silent = False
        self.breaks = False

    async def generate(self, generation: Generation) -> AsyncGenerator[Delta | Finished, None]:
        self._loop = asyncio.get_running_loop()
        try:
            for _ in range(0 if self.silent else self._pieces):
                yield Delta(self._piece)
            self.begun.release()
            await self._go.wait()
            if self.breaks:
                raise RuntimeError("secret detail of a bug")
            yield Delta("the end")
            yield Finished("stage")
        finally:
            self.closed.release()

    def go_on(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._go.set)

    def wait_begun(self) -> None:
        assert self.begun.acquire(timeout=WAIT_S), "the backend was not asked"

    def wait_closed(self) -> None:
        assert self.closed.acquire(timeout=WAIT_S), "the backend goes on"

    async def models(self) -> tuple[Model, ...]:
        return (Model("stage"),)

    async def describe(self, model: str) -> Mapping[str, object]:
        return {}

    async def embed(self, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        self.begun.release()
        try:
            await asyncio.Event().wait()
        finally:
            self.closed.release()
        raise AssertionError

    async def close(self) -> None:
        self.closed_backend = True


def post(served: Served, body: dict[str, object], path: str = "/chat") -> socket.socket:
    """Send a request and leave the connection to the caller."""
    payload = json.dumps(body).encode()
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=WAIT_S)
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(payload)}"
    )
    connection.sendall(head.encode() + b"\r\n\r\n" + payload)
    return connection


def ask(served: Served, *, stream: bool = False) -> httpx.Response:
    return httpx.post(f"{served.url}/chat", json={"message": "Hi", "stream": stream}, trust_env=False, timeout=WAIT_S)


def in_background(pool: ThreadPoolExecutor, task: Callable[[], httpx.Response]) -> Callable[[], httpx.Response]:
    future = pool.submit(task)
    return lambda: future.result(WAIT_S)


def metric(served: Served, line_start: str) -> float:
    for line in served.client.get("/metrics").text.splitlines():
        if line.startswith(line_start):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def wait_metric(served: Served, line_start: str, value: float) -> None:
    for _ in range(1000):
        if metric(served, line_start) == value:
            return
    raise AssertionError(f"{line_start} did not become {value}")


def test_more_than_the_places_and_the_line_are_let_in() -> None:
    stage = Stage()
    settings = Settings(max_generations=1, max_waiting=1)
    with serve(settings, stage) as served, ThreadPoolExecutor() as pool:
        first = in_background(pool, lambda: ask(served))
        stage.wait_begun()
        second = in_background(pool, lambda: ask(served, stream=True))
        wait_metric(served, "llm_api_generations_waiting", 1)
        for stream in (False, True):
            third = ask(served, stream=stream)
            assert (third.status_code, code_of(third)) == (503, "overloaded")
            assert int(third.headers["retry-after"]) > 0
        assert served.client.get("/health").status_code == 200
        stage.go_on()
        assert first().status_code == 200
        assert second().status_code == 200
        wait_metric(served, "llm_api_generations_running", 0)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_client_that_leaves_keeps_its_place(stream: bool) -> None:
    stage = Stage()
    with serve(Settings(max_generations=1, max_waiting=0), stage) as served:
        for _ in range(3):
            with post(served, {"message": "Hi", "stream": stream}):
                stage.wait_begun()
            stage.wait_closed()
            wait_metric(served, "llm_api_generations_running", 0)


def test_client_that_leaves_the_line_is_served() -> None:
    stage = Stage()
    with serve(Settings(max_generations=1, max_waiting=1), stage) as served:
        with post(served, {"message": "Hi"}):
            stage.wait_begun()
            with post(served, {"message": "Hi", "stream": True}):
                wait_metric(served, "llm_api_generations_waiting", 1)
            wait_metric(served, "llm_api_generations_waiting", 0)
        stage.wait_closed()
        wait_metric(served, "llm_api_generations_running", 0)


def test_embedding_goes_on_when_the_client_has_left() -> None:
    stage = Stage()
    with serve(Settings(), stage) as served:
        with post(served, {"model": "stage", "input": "x"}, "/v1/embeddings"):
            stage.wait_begun()
        stage.wait_closed()
        wait_metric(served, "llm_api_generations_running", 0)


def test_client_that_does_not_read_keeps_its_place() -> None:
    stage = Stage(pieces=2000, size=20_000)
    with (
        serve(Settings(max_generations=1, write_timeout_s=0.2), stage) as served,
        post(served, {"message": "Hi", "stream": True}),
    ):
        stage.wait_closed()
        wait_metric(served, "llm_api_generations_running", 0)


def test_stream_is_silent_while_a_model_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "HEAD_WAIT_S", 0.02)
    monkeypatch.setattr(answering, "HEARTBEAT_S", 0.02)
    stage = Stage()
    stage.silent = True
    with (
        serve(Settings(), stage) as served,
        served.client.stream("POST", "/chat", json={"message": "Hi", "stream": True}) as answer,
    ):
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(3)] == [": waiting", "", ": waiting"]
        stage.go_on()
        rest = [line for line in lines if line.startswith("data: ")]
        assert json.loads(rest[0][6:]) == {"delta": "the end"}
        assert json.loads(rest[-1][6:])["done"] is True


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_bug_in_a_backend_shows_its_stack(stream: bool) -> None:
    stage = Stage()
    stage.breaks = True
    with serve(Settings(), stage) as served, ThreadPoolExecutor() as pool:
        asked = in_background(pool, lambda: ask(served, stream=stream))
        stage.wait_begun()
        stage.go_on()
        answer = asked()
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        if stream:
            streamed = read_events(answer)
            assert streamed.error is not None
            assert streamed.error["code"] == "internal"
        else:
            assert (answer.status_code, code_of(answer)) == (500, "internal")
        assert served.client.get("/health").status_code == 200


def test_shutdown_cuts_streams_off_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "GRACE_S", 0.05)
    stage = Stage()
    with serve(Settings(), stage) as served, ThreadPoolExecutor() as pool:
        streamed = in_background(pool, lambda: ask(served, stream=True))
        whole = in_background(pool, lambda: ask(served))
        stage.wait_begun()
        stage.wait_begun()
        served.stop()
        events = read_events(streamed())
        assert events.text == "x"
        assert events.error is not None
        assert events.error["code"] == "shutting_down"
        refused = whole()
        assert (refused.status_code, code_of(refused)) == (503, "shutting_down")
        served.thread.join(WAIT_S)
        assert not served.thread.is_alive()
        assert stage.closed_backend


def test_shutdown_cuts_an_answer_that_is_nearly_done() -> None:
    stage = Stage()
    with serve(Settings(), stage) as served, ThreadPoolExecutor() as pool:
        asked = in_background(pool, lambda: ask(served, stream=True))
        stage.wait_begun()
        served.stop()
        stage.go_on()
        events = read_events(asked())
        assert (events.text, events.error) == ("xthe end", None)
        assert events.done is not None
