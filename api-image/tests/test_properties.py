"""No request, however odd, breaks the service; and no text changes in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asking import read_events
from tests.serving import Served, serve

QUICK = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
JSON_HEADERS = {"content-type": "application/json"}
POSTS = ["/chat", "/v1/chat/completions", "/v1/embeddings", "/api/chat", "/api/generate", "/api/show"]
FIELDS = st.sampled_from(
    [
        *("message", "messages", "model", "options", "stream", "role", "content", "temperature", "stop", "seed"),
        *("prompt", "input", "format", "tools", "n", "type", "text", "stream_options", "response_format", "num_ctx"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["user", "echo", "llama3", "json", "text"]),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4), max_leaves=12
)
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text()}), min_size=1
)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


@pytest.mark.parametrize("path", POSTS)
@QUICK
@given(body=st.dictionaries(FIELDS, VALUES, max_size=6))
def test_odd_request_is_an_internal_error(served: Served, path: str, body: dict[str, object]) -> None:
    answer = served.client.post(path, content=json.dumps(body), headers=JSON_HEADERS)
    assert answer.status_code in {200, 400, 404, 422, 501}, answer.text
    if answer.status_code != 200:
        assert answer.json()["error"]


@QUICK
@given(message=st.text())
def test_any_text_is_echoed_as_it_is(served: Served, message: str) -> None:
    whole = served.client.post("/chat", json={"message": message})
    assert whole.json() == {"response": f"Echo: {message}"}
    with served.client.stream("POST", "/chat", json={"message": message, "stream": True}) as answer:
        streamed = read_events(answer)
    assert streamed.text == f"Echo: {message}"
    assert streamed.done is not None


@QUICK
@given(messages=MESSAGES)
def test_any_conversation_echoes_its_last_user(served: Served, messages: list[dict[str, str]]) -> None:
    heard = next((turn["content"] for turn in reversed(messages) if turn["role"] == "user"), "")
    answer = served.client.post("/chat", json={"messages": messages})
    assert answer.json()["response"] == f"Echo: {heard}"


@QUICK
@given(body=st.binary(max_size=300))
def test_any_bytes_are_an_internal_error(served: Served, body: bytes) -> None:
    for path in POSTS:
        assert served.client.post(path, content=body, headers=JSON_HEADERS).status_code in {400, 422}


def test_half_of_a_surrogate_pair_is_an_internal_error(served: Served) -> None:
    answer = served.client.post("/chat", content=b'{"message":"\\ud800"}', headers=JSON_HEADERS)
    assert answer.status_code == 400
