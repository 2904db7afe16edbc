"""Both HTTP backends against an upstream that misbehaves in every way that was thought of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from llm_api.backends import upstream as upstream_module
from llm_api.settings import Settings
from tests.asking import Streamed, code_of, stream_chat
from tests.scripted import (
    OLLAMA_END,
    OPENAI_END,
    Exchange,
    Script,
    Upstream,
    answering,
    ndjson,
    ollama_piece,
    openai_piece,
    refusing,
    scripted,
)
from tests.serving import Served, serve

OLLAMA_ANSWER = ndjson(ollama_piece("안녕"), ollama_piece(", 🙂 world"), OLLAMA_END)
OPENAI_ANSWER = openai_piece("안녕") + openai_piece(", 🙂 world") + OPENAI_END
TEXT = "안녕, 🙂 world"

Kind = Callable[[str], Settings]


def ollama(url: str, **more: float) -> Settings:
    return Settings(backend="ollama", ollama_host=url, **more)  # type: ignore[arg-type]


def openai(url: str, **more: float) -> Settings:
    return Settings(backend="openai", openai_base_url=url, openai_api_key="sk-1", model="served", **more)  # type: ignore[arg-type]


BOTH = pytest.mark.parametrize(
    ("kind", "pieces", "end"),
    [
        (ollama, ndjson(ollama_piece("안녕"), ollama_piece(", 🙂 world")), ndjson(OLLAMA_END)),
        (openai, openai_piece("안녕") + openai_piece(", 🙂 world"), OPENAI_END),
    ],
    ids=["ollama", "openai"],
)


@contextmanager
def behind(script: Script, kind: Callable[..., Settings], **more: float) -> Iterator[tuple[Served, Upstream]]:
    with scripted(script) as upstream, serve(kind(upstream.url, **more)) as served:
        yield served, upstream


def healthy(served: Served) -> None:
    assert served.client.get("/health").status_code == 200


@BOTH
@pytest.mark.parametrize("sizes", [None, 1, 7], ids=["whole", "split-at-every-byte", "split-at-7"])
def test_text_changes_with_how_the_bytes_arrive(kind: Kind, pieces: bytes, end: bytes, sizes: int | None) -> None:
    with behind(answering(pieces + end, sizes=sizes), kind) as (served, _):
        streamed = stream_chat(served)
        assert streamed.text == TEXT
        assert streamed.done is not None
        assert streamed.done["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
        assert served.client.post("/chat", json={"message": "Hello"}).json() == {"response": TEXT}


@BOTH
def test_two_events_in_one_chunk_with_blank_lines_lose_text(kind: Kind, pieces: bytes, end: bytes) -> None:
    noisy = b"\n\n" + pieces.replace(b"\n", b"\r\n") + b"\n" + end
    with behind(answering(noisy), kind) as (served, _):
        assert stream_chat(served).text == TEXT


@BOTH
def test_answer_without_its_end_is_taken_for_whole(kind: Kind, pieces: bytes, end: bytes) -> None:
    with behind(answering(pieces), kind) as (served, _):
        streamed = stream_chat(served)
        assert streamed.text == TEXT
        assert streamed.done is None
        assert streamed.error is not None
        assert streamed.error["code"] == "upstream_cut"
        whole = served.client.post("/chat", json={"message": "Hello"})
        assert (whole.status_code, code_of(whole)) == (502, "upstream_cut")


@BOTH
def test_connection_cut_in_the_middle_of_a_line_is_taken_for_whole(kind: Kind, pieces: bytes, end: bytes) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.chunk(pieces + end[:20])

    with behind(script, kind) as (served, _):
        streamed = stream_chat(served)
        assert streamed.text == TEXT
        assert streamed.error is not None
        assert streamed.error["code"] == "upstream_cut"
        healthy(served)


@BOTH
def test_connection_cut_before_the_head_has_no_status(kind: Kind, pieces: bytes, end: bytes) -> None:
    async def script(exchange: Exchange) -> None:
        pass

    with behind(script, kind) as (served, _):
        answer = served.client.post("/chat", json={"message": "Hello"})
        assert (answer.status_code, code_of(answer)) == (502, "upstream_cut")


@BOTH
@pytest.mark.parametrize("garbage", [b"<html>", b"[1]", b"[" * 100_000, b"\xff\xfe", b'{"a":' + b"9" * 5000 + b"}"])
def test_garbage_from_upstream_is_an_internal_error(kind: Kind, pieces: bytes, end: bytes, garbage: bytes) -> None:
    line = garbage + b"\n" if kind is ollama else b"data: " + garbage + b"\n\n"
    with behind(answering(pieces + line + end), kind) as (served, _):
        streamed = stream_chat(served)
        assert streamed.error is not None
        assert streamed.error["code"] == "upstream_protocol"
        assert streamed.text == TEXT


@BOTH
def test_wrong_types_from_upstream_are_an_internal_error(kind: Kind, pieces: bytes, end: bytes) -> None:
    odd = (
        ndjson({"message": []}, {"message": {"content": 4}}, {"done": "yes", "eval_count": True})
        if kind is ollama
        else b'data: {"choices":[1,{"delta":7},{}],"usage":[]}\n\ndata: {"choices":{},"model":3}\n\n'
    )
    with behind(answering(odd + pieces + end), kind) as (served, _):
        assert stream_chat(served).text == TEXT


@BOTH
def test_line_of_a_megabyte_is_refused(kind: Kind, pieces: bytes, end: bytes) -> None:
    long = "가" * 400_000
    body = ndjson(ollama_piece(long)) if kind is ollama else openai_piece(long)
    with behind(answering(body + end, sizes=60_000), kind) as (served, _):
        assert stream_chat(served).text == long


@BOTH
def test_endless_line_fills_the_memory(kind: Kind, pieces: bytes, end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.head()
        while True:
            await exchange.chunk(b"x" * 65536)

    monkeypatch.setattr(upstream_module, "MAX_LINE_BYTES", 1024 * 1024)
    with behind(script, kind) as (served, _):
        answer = served.client.post("/chat", json={"message": "Hello"})
        assert (answer.status_code, code_of(answer)) == (502, "upstream_protocol")


@BOTH
def test_error_after_status_200_is_taken_for_text(kind: Kind, pieces: bytes, end: bytes) -> None:
    line = (
        ndjson({"error": "llama runner exited"})
        if kind is ollama
        else b'data: {"error":{"message":"llama runner exited"}}\n\n'
    )
    with behind(answering(pieces + line), kind) as (served, _):
        streamed = stream_chat(served)
        assert streamed.text == TEXT
        assert streamed.error is not None
        assert streamed.error["code"] == "upstream_error"
        assert "llama runner exited" in str(streamed.error["message"])
    with behind(answering(line), kind) as (served, _):
        assert stream_chat(served).status == 502


@BOTH
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, b'{"error":"model \'nope\' not found"}', (404, "model_not_found")),
        (404, b'{"error":{"message":"no such model"}}', (404, "model_not_found")),
        (400, b'{"error":"bad option"}', (400, "request_refused")),
        (400, b'{"error":{"message":"maximum context length exceeded"}}', (400, "context_overflow")),
        (401, b"", (502, "upstream_refused")),
        (500, b"<html>oops</html>", (502, "upstream_error")),
        (503, b'{"error":"server busy"}', (503, "overloaded")),
    ],
)
def test_status_of_upstream_becomes_another_failure(
    kind: Kind, pieces: bytes, end: bytes, status: int, body: bytes, expected: tuple[int, str]
) -> None:
    with behind(refusing(status, body), kind) as (served, _):
        for stream in (False, True):
            answer = served.client.post("/chat", json={"message": "Hello", "stream": stream})
            assert (answer.status_code, code_of(answer)) == expected
            assert ("retry-after" in answer.headers) == (status == 503)


@BOTH
def test_redirect_is_followed_with_the_key(kind: Kind, pieces: bytes, end: bytes) -> None:
    with (
        scripted(answering(pieces + end)) as elsewhere,
        behind(refusing(307, b"", location=elsewhere.url), kind) as (served, _),
    ):
        answer = served.client.post("/chat", json={"message": "Hello"})
        assert (answer.status_code, code_of(answer)) == (502, "upstream_refused")
        assert elsewhere.asked == []


@BOTH
def test_absent_upstream_is_an_internal_error(kind: Kind, pieces: bytes, end: bytes) -> None:
    with scripted(answering(b"")) as gone:
        url = gone.url
    with serve(kind(url)) as served:
        answer = served.client.post("/chat", json={"message": "Hello"})
        assert (answer.status_code, code_of(answer)) == (502, "upstream_unreachable")
        ready = served.client.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["reason"]["code"] == "upstream_unreachable"
        healthy(served)


@BOTH
def test_upstream_that_never_answers_is_waited_for_without_end(kind: Kind, pieces: bytes, end: bytes) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.until_left()

    with behind(script, kind, first_token_timeout_s=0.1) as (served, _):
        answer = served.client.post("/chat", json={"message": "Hello"})
        assert (answer.status_code, code_of(answer)) == (504, "upstream_timeout")


@BOTH
def test_upstream_that_stops_in_the_middle_is_waited_for_without_end(kind: Kind, pieces: bytes, end: bytes) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.chunk(pieces)
        await exchange.until_left()

    with behind(script, kind, token_timeout_s=0.1) as (served, _):
        streamed: Streamed = stream_chat(served)
        assert streamed.text == TEXT
        assert streamed.error is not None
        assert streamed.error["code"] == "upstream_timeout"


@BOTH
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("head", [True, False], ids=["in-the-middle", "before-the-first-token"])
def test_upstream_goes_on_when_the_client_has_left(
    kind: Kind, pieces: bytes, end: bytes, stream: bool, head: bool
) -> None:
    async def script(exchange: Exchange) -> None:
        if head:
            await exchange.head()
            await exchange.chunk(pieces)
        started.set()
        await exchange.until_left()
        upstream.left.set()

    import threading

    started = threading.Event()
    with behind(script, kind) as (served, upstream):
        leave_after(served, {"message": "Hello", "stream": stream}, started)
        upstream.wait_left()
        healthy(served)


def leave_after(served: Served, body: dict[str, object], started: object) -> None:
    import socket
    import threading

    assert isinstance(started, threading.Event)
    payload = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            + f"content-length: {len(payload)}\r\n\r\n".encode()
            + payload
        )
        assert started.wait(10)


def test_ollama_is_asked_something_else_than_was_meant() -> None:
    with behind(answering(OLLAMA_ANSWER), ollama) as (served, upstream):
        options = {"temperature": 0.5, "num_ctx": 2048, "stop": ["END"], "seed": 7}
        turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "안녕"}]
        answer = served.client.post("/chat", json={"messages": turns, "model": "qwen3:8b", "options": options}).json()
        (asked,) = upstream.asked
        assert (asked.method, asked.path) == ("POST", "/api/chat")
        assert asked.json() == {"model": "qwen3:8b", "messages": turns, "stream": True, "options": options}
        assert answer["backend_timings"] == {
            "total_ms": 5.0,
            "load_ms": 1.0,
            "prompt_eval_ms": 2.0,
            "eval_ms": 1.5,
        }
        assert answer["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
        served.client.post("/chat", json={"message": "Hello"})
        assert upstream.asked[1].json()["model"] == "llama3"


def test_openai_is_asked_something_else_than_was_meant() -> None:
    with behind(answering(OPENAI_ANSWER), openai) as (served, upstream):
        options = {"temperature": 0.5, "num_predict": 20, "stop": ["END"]}
        served.client.post("/chat", json={"message": "Hi", "options": options})
        (asked,) = upstream.asked
        assert (asked.method, asked.path) == ("POST", "/chat/completions")
        assert asked.headers["authorization"] == "Bearer sk-1"
        assert asked.json() == {
            "model": "served",
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.5,
            "max_tokens": 20,
            "stop": ["END"],
        }


def test_option_that_the_backend_cannot_honour_is_dropped_in_silence() -> None:
    with behind(answering(OPENAI_ANSWER), openai) as (served, upstream):
        answer = served.client.post("/chat", json={"message": "Hi", "options": {"num_ctx": 4096}})
        assert (answer.status_code, code_of(answer)) == (400, "unsupported_parameter")
        assert answer.json()["error"]["param"] == "num_ctx"
        assert upstream.asked == []


@pytest.mark.parametrize(
    ("names", "status"), [(["llama3:latest"], 200), (["llama3"], 200), (["llama3:70b"], 503), ([], 503)]
)
def test_ready_without_the_model(names: list[str], status: int) -> None:
    listed = json.dumps({"models": [{"name": name} for name in names]}).encode()
    with behind(answering(listed), ollama) as (served, _):
        answer = served.client.get("/ready")
        assert answer.status_code == status
        assert answer.json()["status"] == ("ready" if status == 200 else "not_ready")
        if status == 503:
            assert answer.json()["reason"]["code"] == "model_not_found"


def test_password_in_the_address_is_shown_in_a_message() -> None:
    with serve(ollama("http://user:hunter2@127.0.0.1:9")) as served:
        assert "hunter2" not in served.client.post("/chat", json={"message": "Hello"}).text


def test_openai_backend_without_a_model_asks_for_none() -> None:
    async def script(exchange: Exchange) -> None:
        if exchange.asked.path == "/models":
            await answering(b'{"data":[{"id":"first"},{"id":"second"}]}')(exchange)
        else:
            await answering(OPENAI_ANSWER)(exchange)

    def unnamed(url: str) -> Settings:
        return Settings(backend="openai", openai_base_url=url)

    with behind(script, unnamed) as (served, upstream):
        served.client.post("/chat", json={"message": "Hello"})
        assert upstream.asked[-1].json()["model"] == "first"
