"""The container in front of a real Ollama with a real model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from engine import Container, Engine
from ollama_server import MODEL, real_ollama

pytestmark = pytest.mark.skipif("WHARF_TEST_OLLAMA" not in os.environ, reason="no Ollama can be had here")


@pytest.fixture(scope="module")
def answering(engine: Engine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Container, str]]:
    """The container, and the same Ollama's own address."""
    gateway = engine.get("/networks/bridge")["IPAM"]["Config"][0]["Gateway"]
    with real_ollama(tmp_path_factory.mktemp("ollama"), gateway) as direct:
        environment = {"OLLAMA_HOST": f"http://host.docker.internal:{urlsplit(direct).port}"}
        host = {"ExtraHosts": ["host.docker.internal:host-gateway"]}
        with engine.container(image, environment=environment, **host) as container:
            container.wait_answering()
            yield container, direct


def ask(url: str, body: dict[str, object]) -> httpx.Response:
    return httpx.post(url, json=body, trust_env=False, timeout=120)


def test_real_model_is_not_ready_or_answers_otherwise_than_directly(answering: tuple[Container, str]) -> None:
    container, direct = answering
    ready = httpx.get(f"{container.url}/ready", trust_env=False, timeout=30)
    assert (ready.status_code, ready.json()["backend"], ready.json()["model"]) == (200, "ollama", MODEL)
    messages = [{"role": "user", "content": "What is the capital of France?"}]
    own = ask(f"{direct}/api/chat", {"model": MODEL, "messages": messages, "stream": False}).json()
    lesson = ask(f"{container.url}/chat", {"message": "What is the capital of France?"}).json()
    assert lesson == {"response": own["message"]["content"]}
    assert "Paris" in lesson["response"]


def test_real_stream_lacks_its_end_or_its_numbers(answering: tuple[Container, str]) -> None:
    container, _ = answering
    body = {"messages": [{"role": "user", "content": "Count to three."}], "stream": True}
    text = ask(f"{container.url}/chat", body).text
    events = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
    *deltas, last = events
    assert len(deltas) > 1
    assert last["done"] is True
    # The model may end with a token that has no text.
    assert 0 < len(deltas) <= last["usage"]["completion_tokens"] <= 24
    assert last["usage"]["prompt_tokens"] > 0


def test_unknown_model_of_a_real_ollama_is_a_server_error(answering: tuple[Container, str]) -> None:
    container, _ = answering
    refused = ask(f"{container.url}/chat", {"message": "x", "model": "no-such-model"})
    assert refused.status_code == 404, refused.text
    unready = httpx.get(f"{container.url}/health", trust_env=False, timeout=30)
    assert unready.json() == {"status": "healthy"}
