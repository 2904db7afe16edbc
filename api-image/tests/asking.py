"""Asking the service as a client does."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from tests.serving import Served


@dataclass
class Streamed:
    """A streamed answer of POST /chat."""

    text: str
    done: dict[str, object] | None
    error: dict[str, object] | None
    status: int


def stream_chat(served: Served, message: str = "Hello") -> Streamed:
    with served.client.stream("POST", "/chat", json={"message": message, "stream": True}) as answer:
        if answer.status_code != 200:
            answer.read()
            return Streamed("", None, answer.json()["error"], answer.status_code)
        return read_events(answer)


def read_events(answer: httpx.Response) -> Streamed:
    result = Streamed("", None, None, answer.status_code)
    for line in answer.iter_lines():
        if not line.startswith("data: "):
            assert line == "" or line.startswith(":"), line
            continue
        event = json.loads(line[6:])
        assert result.done is None, "something came after the end"
        assert result.error is None, "something came after the end"
        if "delta" in event:
            result.text += event["delta"]
        elif event.get("done") is True:
            result.done = event
        else:
            result.error = event["error"]
    return result


def code_of(answer: httpx.Response) -> object:
    return answer.json()["error"]["code"]
