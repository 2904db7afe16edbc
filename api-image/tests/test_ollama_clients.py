"""The official ollama client, pointed at the service; and what LangChain 0.0.38 sends, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import ollama
import pytest

from llm_api.settings import Settings
from tests.scripted import OLLAMA_END, answering, ndjson, ollama_piece, scripted
from tests.serving import Served, serve


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def client_of(served: Served) -> closing[ollama.Client]:
    return closing(ollama.Client(host=served.url))


@pytest.fixture
def client(served: Served) -> Iterator[ollama.Client]:
    with client_of(served) as made:
        yield made


def test_models_cannot_be_listed(client: ollama.Client) -> None:
    assert [model.model for model in client.list().models] == ["echo", "llama3"]
    assert client.show("llama3").capabilities == ["completion"]
    with pytest.raises(ollama.ResponseError) as caught:
        client.show("nope")
    assert caught.value.status_code == 404


def test_chat_cannot_be_read(client: ollama.Client) -> None:
    answer = client.chat(model="llama3", messages=[{"role": "user", "content": "안녕"}], options={"temperature": 0.1})
    assert answer.message.content == "Echo: 안녕"
    assert answer.done is True
    assert answer.done_reason == "stop"
    assert answer.eval_count == 2
    parts = list(client.chat(model="llama3", messages=[{"role": "user", "content": "a b c"}], stream=True))
    assert "".join(part.message.content or "" for part in parts) == "Echo: a b c"
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]


def test_generate_cannot_be_read(client: ollama.Client) -> None:
    assert client.generate(model="llama3", prompt="Hello", system="Be brief.").response == "Echo: Hello"
    parts = list(client.generate(model="llama3", prompt="Hello", stream=True))
    assert "".join(part.response or "" for part in parts) == "Echo: Hello"


def test_loading_a_model_echoes(client: ollama.Client) -> None:
    loaded = client.generate(model="llama3")
    assert (loaded.response, loaded.done_reason) == ("", "load")


def test_unknown_model_has_not_ollamas_error(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="There is no model `nope`") as caught:
        client.chat(model="nope", messages=[{"role": "user", "content": "x"}])
    assert caught.value.status_code == 404


def test_what_cannot_be_honoured_is_ignored_in_silence(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="template"):
        client.generate(model="llama3", prompt="x", template="{{ .Prompt }}")
    with pytest.raises(ollama.ResponseError, match="images"):
        client.chat(model="llama3", messages=[{"role": "user", "content": "x", "images": [b"abc"]}])
    with pytest.raises(ollama.ResponseError, match="format"):
        client.generate(model="llama3", prompt="x", format="json")


def test_failure_in_a_stream_is_taken_for_its_end() -> None:
    with (
        scripted(answering(ndjson(ollama_piece("half"), {"error": "out of memory"}))) as upstream,
        serve(Settings(backend="ollama", ollama_host=upstream.url)) as behind,
        client_of(behind) as client,
    ):
        text = ""
        with pytest.raises(ollama.ResponseError, match="out of memory"):  # noqa: PT012 - it comes in the middle
            for part in client.chat(model="llama3", messages=[{"role": "user", "content": "x"}], stream=True):
                text += part.message.content or ""
        assert text == "half"


def test_options_and_native_fields_are_lost_on_the_way_to_ollama() -> None:
    with (
        scripted(answering(ndjson(OLLAMA_END))) as upstream,
        serve(Settings(backend="ollama", ollama_host=upstream.url)) as behind,
        client_of(behind) as client,
    ):
        answer = client.chat(
            model="llama3",
            messages=[{"role": "user", "content": "x"}],
            options={"mirostat": 2, "num_ctx": 512},
            format="json",
            keep_alive="5m",
        )
        asked = upstream.asked[0].json()
        assert asked["options"] == {"mirostat": 2, "num_ctx": 512}
        assert (asked["format"], asked["keep_alive"]) == ("json", "5m")
        assert (answer.eval_duration, answer.load_duration) == (1_500_000, 1_000_000)


def test_what_langchain_sends_is_refused(served: Served) -> None:
    # langchain_community 0.0.38: every field is there, most of them null.
    options = {"mirostat": None, "num_ctx": None, "temperature": None, "stop": None, "top_k": None, "top_p": None}
    body: dict[str, object] = {
        "prompt": "Hello",
        "images": [],
        "model": "llama3",
        "format": None,
        "options": options,
        "system": None,
        "template": None,
        "keep_alive": None,
        "raw": None,
    }
    answer = served.client.post("/api/generate", json=body)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert "".join(line["response"] for line in lines) == "Echo: Hello"
    assert lines[-1]["done"] is True
