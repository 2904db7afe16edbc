"""Other people's programs against the container, and the container against a backend on this machine."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.scripted import OLLAMA_END, answering, ndjson, ollama_piece, scripted

from engine import Container, Engine

# The lesson's line, unchanged but for the address.
LANGCHAIN = """
from langchain_community.llms import Ollama
llm = Ollama(model="llama3", base_url="http://127.0.0.1:8000")
print(llm.invoke("Hello"))
print("|".join(llm.stream("a b c")))
"""
JAVASCRIPT_CLIENTS = ("openai@7.57.0", "ollama@0.6.4")
HOST_NAME = {"ExtraHosts": ["host.docker.internal:host-gateway"]}


@pytest.fixture(scope="module")
def echo(engine: Engine, image: str) -> Iterator[Container]:
    with engine.container(image) as container:
        container.wait_answering()
        yield container


@pytest.fixture(scope="module")
def lesson(engine: Engine, private_context: dict[str, bytes], arguments: dict[str, str]) -> Iterator[str]:
    """The same service on the lesson's own versions, LangChain among them."""
    tag = "wharf-api-test:lesson"
    engine.build(
        private_context, tag, {**arguments, "REQUIREMENTS": "requirements.tutorial.txt", "UVICORN_HTTP": "auto"}
    )
    yield tag
    engine.remove_image(tag)


def test_lessons_own_versions_cannot_be_built_or_run(engine: Engine, lesson: str) -> None:
    with engine.container(lesson) as container:
        url = container.wait_answering()
        answer = httpx.post(f"{url}/chat", json={"message": "Hello"}, trust_env=False, timeout=30)
        assert answer.json() == {"response": "Echo: Hello"}
        status, output = container.execute("python", "-c", "import fastapi, uvicorn; print(fastapi.__version__)")
        assert (status, output.strip()) == (0, "0.109.0")


def test_lessons_langchain_line_cannot_ask(engine: Engine, image: str, lesson: str, echo: Container) -> None:
    # LangChain runs in the lesson's image, in the network of the container that answers.
    with engine.container(
        lesson, command=["python", "-c", LANGCHAIN], NetworkMode=f"container:{echo.id}", PortBindings={}
    ) as asking:
        assert asking.wait_exit() == 0, asking.logs()
        whole, streamed = asking.logs().strip().splitlines()[-2:]
    assert whole == "Echo: Hello"
    assert streamed.replace("|", "") == "Echo: a b c"
    assert streamed.count("|") >= 3


@pytest.fixture(scope="module")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official JavaScript clients."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine")
    folder = tmp_path_factory.mktemp("javascript")
    command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", *JAVASCRIPT_CLIENTS]
    subprocess.run(command, cwd=folder, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return folder


def run_javascript(folder: Path, program: str, url: str) -> object:
    (folder / "program.mjs").write_text(program)
    ran = subprocess.run(
        ["node", "program.mjs", url], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_openais_javascript_client_cannot_ask(javascript: Path, echo: Container) -> None:
    program = """
    import OpenAI from 'openai';
    const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'unused', maxRetries: 0 });
    const messages = [{ role: 'user', content: 'Hello' }];
    const whole = await client.chat.completions.create({ model: 'echo', messages });
    let streamed = '';
    let usage = null;
    const stream = await client.chat.completions.create({
      model: 'echo', messages, stream: true, stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    const models = [];
    for await (const model of client.models.list()) models.push(model.id);
    const failure = await client.chat.completions.create({ model: 'nope', messages }).catch((error) => error);
    console.log(JSON.stringify({
      whole: whole.choices[0].message.content, streamed, total: usage.total_tokens, models,
      failure: [failure.status, failure.code],
    }));
    """
    assert run_javascript(javascript, program, echo.url) == {
        "whole": "Echo: Hello",
        "streamed": "Echo: Hello",
        "total": 3,
        "models": ["echo", "llama3"],
        "failure": [404, "model_not_found"],
    }


def test_ollamas_javascript_client_cannot_ask(javascript: Path, echo: Container) -> None:
    program = """
    import { Ollama } from 'ollama';
    const ollama = new Ollama({ host: process.argv[2] });
    const messages = [{ role: 'user', content: 'Hello' }];
    const whole = await ollama.chat({ model: 'llama3', messages });
    let streamed = '';
    for await (const part of await ollama.chat({ model: 'llama3', messages, stream: true })) {
      streamed += part.message.content;
    }
    const generated = await ollama.generate({ model: 'llama3', prompt: 'Hello' });
    const models = (await ollama.list()).models.map((model) => model.name);
    const failure = await ollama.chat({ model: 'nope', messages }).catch((error) => error);
    console.log(JSON.stringify({
      whole: whole.message.content, streamed, generated: generated.response, models,
      failure: [failure.status_code, failure.message.includes('nope')],
    }));
    """
    assert run_javascript(javascript, program, echo.url) == {
        "whole": "Echo: Hello",
        "streamed": "Echo: Hello",
        "generated": "Echo: Hello",
        "models": ["echo", "llama3"],
        "failure": [404, True],
    }


def test_backend_on_this_machine_cannot_be_reached_by_name(engine: Engine, image: str) -> None:
    script = answering(ndjson(ollama_piece("from the host"), OLLAMA_END))
    with scripted(script, host="0.0.0.0") as upstream:
        environment = {"OLLAMA_HOST": f"http://host.docker.internal:{upstream.port}"}
        with engine.container(image, environment=environment, **HOST_NAME) as container:
            url = container.wait_answering()
            answer = httpx.post(f"{url}/chat", json={"message": "Hello"}, trust_env=False, timeout=30)
            assert answer.json() == {"response": "from the host"}


def test_backend_on_this_machine_cannot_be_reached_with_host_networking(engine: Engine, image: str) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 8000)) == 0:
            pytest.skip("port 8000 of this machine is in use")
    with scripted(answering(ndjson(ollama_piece("from the host"), OLLAMA_END))) as upstream:
        environment = {"OLLAMA_HOST": upstream.url}
        with engine.container(image, environment=environment, NetworkMode="host", PortBindings={}) as container:
            url = container.wait_answering("http://127.0.0.1:8000")
            answer = httpx.post(f"{url}/chat", json={"message": "Hello"}, trust_env=False, timeout=30)
            assert answer.json() == {"response": "from the host"}
