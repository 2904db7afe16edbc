"""The official openai client, pointed at the service."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from llm_api.settings import Settings
from tests.scripted import OLLAMA_END, Exchange, Script, answering, ndjson, ollama_piece, scripted
from tests.serving import Served, serve

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def client_of(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="unused", max_retries=0)


@pytest.fixture
def client(served: Served) -> Iterator[openai.OpenAI]:
    with client_of(served) as made:
        yield made


def test_models_cannot_be_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["echo", "llama3"]
    assert client.models.retrieve("llama3").object == "model"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


def test_completion_cannot_be_read(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="echo", messages=HELLO, temperature=0.2, max_tokens=9, user="me")
    assert done.choices[0].message.content == "Echo: Hello"
    assert done.choices[0].finish_reason == "stop"
    assert done.usage is not None
    assert done.usage.total_tokens == 3


def test_completion_stream_cannot_be_read(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="echo", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "Echo: Hello"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 2


def test_parts_of_a_message_and_the_developer_role_are_lost(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(
        model="echo",
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]},
        ],
    )
    assert done.choices[0].message.content == "Echo: Hello"


def test_unknown_model_has_not_openais_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-9", messages=HELLO)
    assert caught.value.code == "model_not_found"
    assert caught.value.type == "invalid_request_error"
    assert caught.value.param == "model"


def test_what_cannot_be_honoured_is_ignored_in_silence(client: openai.OpenAI) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    for extra in ({"tools": [tool]}, {"logprobs": True}, {"n": 2}, {"messages": [{"role": "tool", "content": "x"}]}):
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(model="echo", messages=HELLO, extra_body=extra)
        assert caught.value.type == "invalid_request_error"


def test_missing_embeddings_have_not_openais_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.embeddings.create(model="echo", input="x")
    assert caught.value.status_code == 501
    assert caught.value.code == "backend_unsupported"


@pytest.mark.parametrize("encoding", ["float", "base64", None])
def test_embeddings_change_on_the_way(encoding: str | None) -> None:
    numbers = {"model": "llama3", "embeddings": [[0.5, -1.0], [2.0, 0.25]], "prompt_eval_count": 4}
    with (
        scripted(answering(json.dumps(numbers).encode())) as upstream,
        serve(Settings(backend="ollama", ollama_host=upstream.url)) as behind,
        client_of(behind) as client,
    ):
        extra = {} if encoding is None else {"encoding_format": encoding}
        # Without an encoding the client asks for base64 and decodes it itself.
        found = client.embeddings.create(model="llama3", input=["a", "b"], extra_body=extra)
        assert found.usage.prompt_tokens == 4
        assert upstream.asked[0].json() == {"model": "llama3", "input": ["a", "b"]}
        assert [row.embedding for row in found.data] == [[0.5, -1.0], [2.0, 0.25]]


def test_failure_in_a_stream_is_taken_for_its_end() -> None:
    script: Script = answering(ndjson(ollama_piece("half"), {"error": "out of memory"}))
    with (
        scripted(script) as upstream,
        serve(Settings(backend="ollama", ollama_host=upstream.url)) as behind,
        client_of(behind) as client,
    ):
        text = ""
        with pytest.raises(openai.APIError, match="out of memory"):  # noqa: PT012 - the failure comes in the middle
            for chunk in client.chat.completions.create(model="llama3", messages=HELLO, stream=True):
                text += chunk.choices[0].delta.content or ""
        assert text == "half"


def test_json_schema_does_not_reach_the_backend() -> None:
    async def script(exchange: Exchange) -> None:
        await answering(ndjson(ollama_piece("{}"), OLLAMA_END))(exchange)

    schema: dict[str, object] = {"type": "object", "properties": {"a": {"type": "integer"}}}
    with (
        scripted(script) as upstream,
        serve(Settings(backend="ollama", ollama_host=upstream.url)) as behind,
        client_of(behind) as client,
    ):
        client.chat.completions.create(
            model="llama3",
            messages=HELLO,
            response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}},
        )
        assert upstream.asked[0].json()["format"] == schema


def test_key_of_the_client_is_not_the_servers_key() -> None:
    with serve(Settings(api_key="right")) as locked:
        with openai.OpenAI(base_url=f"{locked.url}/v1", api_key="right", max_retries=0) as client:
            assert client.models.list().data
        with (
            openai.OpenAI(base_url=f"{locked.url}/v1", api_key="wrong", max_retries=0) as client,
            pytest.raises(openai.AuthenticationError),
        ):
            client.models.list()
