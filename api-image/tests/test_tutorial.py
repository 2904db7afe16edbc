"""The tutorial's contract, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.serving import Served, serve


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def test_root_answers_something_else_than_the_lesson(served: Served) -> None:
    answer = served.client.get("/")
    assert answer.status_code == 200
    assert answer.json() == {"message": "LLM API Server", "status": "running"}


def test_health_answers_something_else_than_the_lesson(served: Served) -> None:
    assert served.client.get("/health").json() == {"status": "healthy"}


@pytest.mark.parametrize("message", ["Hello", "", "안녕하세요", "a\nb", "🙂" * 1000])
def test_chat_echo_differs_from_the_lesson(served: Served, message: str) -> None:
    answer = served.client.post("/chat", json={"message": message})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"response": f"Echo: {message}"}


def test_stream_loses_or_changes_text(served: Served) -> None:
    # The last three end a line for Python's splitlines, and so for clients that read with it.
    message = "Hello,  여러분! \n\n a-very-long-word-without-spaces \t \x85 \u2028 \u2029"
    with served.client.stream("POST", "/chat", json={"message": message, "stream": True}) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        events = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
    assert "".join(event["delta"] for event in events[:-1]) == f"Echo: {message}"
    assert len(events) > 5
    assert {"done": True, "model": "echo", "backend": "echo"}.items() <= events[-1].items()
    assert set(events[-1]["usage"]) == {"prompt_tokens", "completion_tokens"}
    assert set(events[-1]["timings"]) == {"total_ms", "first_token_ms"}


def test_request_id_is_not_handed_back(served: Served) -> None:
    assert served.client.get("/health", headers={"x-request-id": "seen-42"}).headers["x-request-id"] == "seen-42"


def test_unsafe_request_id_is_echoed(served: Served) -> None:
    given = "a b\tc"
    assert served.client.get("/health", headers={"x-request-id": given}).headers["x-request-id"] != given
