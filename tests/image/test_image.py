"""The image, built for real: what is in it, what is not, and how it runs."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator

import httpx
import pytest

from conftest import MARK
from context import build_context
from engine import Container, Engine, EngineError


@pytest.fixture(scope="module")
def running(engine: Engine, image: str) -> Iterator[Container]:
    with engine.container(image) as container:
        container.wait_answering()
        yield container


def get(container: Container, path: str) -> httpx.Response:
    return httpx.get(f"{container.url}{path}", trust_env=False, timeout=10)


def chat(url: str, message: str = "Hello") -> object:
    return httpx.post(f"{url}/chat", json={"message": message}, trust_env=False, timeout=30).json()


def test_hardened_container_does_not_answer_as_the_lesson(running: Container) -> None:
    assert get(running, "/").json() == {"message": "LLM API Server", "status": "running"}
    assert get(running, "/health").json() == {"status": "healthy"}
    assert chat(running.url) == {"response": "Echo: Hello"}


def test_health_check_fails_in_a_hardened_container(running: Container) -> None:
    running.wait_health("healthy")


def test_process_is_root_or_can_write(running: Container, engine: Engine, image: str) -> None:
    assert running.execute("id", "-u") == (0, "10001\n")
    with engine.container(image, ReadonlyRootfs=False) as writable:
        writable.wait_answering()
        for path in ("/app/main.py", "/app/new", "/opt/venv/new", "/opt/venv/bin/uvicorn"):
            status, _ = writable.execute("sh", "-c", f"echo x >> {path}")
            assert status != 0, path


# Modules that a start would have to compile, and functions whose byte code knows its columns.
SLOW_TO_LOAD = """
import os, sys
import fastapi, llm_api.app, main
for module in list(sys.modules.values()):
    cached = getattr(module, "__cached__", None)
    if cached and cached.startswith(("/app/", "/opt/venv/")) and not os.path.exists(cached):
        print(cached)
for made in (llm_api.app.create_app, fastapi.FastAPI.__init__):
    if any(column is not None for *_, column in made.__code__.co_positions()):
        print(made.__qualname__)
print("looked at", len(sys.modules) > 100)
"""


def test_start_compiles_modules_or_reads_byte_code_with_columns(running: Container) -> None:
    assert running.execute("python", "-c", SLOW_TO_LOAD) == (0, "looked at True\n")


def test_any_other_user_cannot_run_it(engine: Engine, image: str) -> None:
    with engine.container(image, user="123456:0") as container:
        assert chat(container.wait_answering()) == {"response": "Echo: Hello"}


def test_buildkit_builds_another_image(
    engine: Engine, private_context: dict[str, bytes], arguments: dict[str, str], image: str
) -> None:
    tag = "wharf-api-test:buildkit"
    try:
        engine.build(private_context, tag, arguments, buildkit=True)
    except EngineError as error:
        if "buildkit" in str(error).lower() and "not" in str(error).lower():
            pytest.skip(f"this engine has no BuildKit: {error}")
        raise
    try:
        configs = [engine.get(f"/images/{name}/json")["Config"] for name in (image, tag)]
        for key in ("User", "ExposedPorts", "Cmd", "WorkingDir", "Healthcheck", "Env"):
            assert configs[0][key] == configs[1][key], key
        assert_no_private_trace(engine, tag)
        with engine.container(tag) as container:
            assert chat(container.wait_answering()) == {"response": "Echo: Hello"}
    finally:
        engine.remove_image(tag)


def test_settings_of_the_network_stay_in_the_image(engine: Engine, image: str) -> None:
    assert_no_private_trace(engine, image)


def assert_no_private_trace(engine: Engine, image: str) -> None:
    found, searched = [], 0
    with tarfile.open(fileobj=io.BytesIO(engine.raw("GET", f"/images/{image}/get"))) as saved:
        for member in saved:
            content = file_content(saved, member)
            searched += len(content)
            if MARK.encode() in content or b"proxy.invalid" in content:
                found.append(member.name)
            if not content.startswith((b"{", b"[")):
                found += [f"{member.name}:{name}" for name in marked_files(content)]
    assert searched > 20_000_000, "the image was not searched"
    assert found == []
    history = json.dumps(engine.get(f"/images/{image}/history"))
    config = json.dumps(engine.get(f"/images/{image}/json"))
    for text in (history, config):
        assert MARK not in text
        assert "proxy.invalid" not in text


def file_content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(member) if member.isfile() else None
    content = opened.read() if opened else b""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def marked_files(layer: bytes) -> list[str]:
    """Files of a layer that should not be there; their contents were searched with the layer as a whole."""
    try:
        with tarfile.open(fileobj=io.BytesIO(layer)) as files:
            return [name for name in files.getnames() if "build-settings" in name or name.endswith("pip.conf")]
    except tarfile.ReadError:
        return []


def test_search_for_private_traces_finds_nothing_anywhere(
    engine: Engine, arguments: dict[str, str], image: str
) -> None:
    # The guard itself: an image that keeps its settings must not pass.
    leaky = {"Dockerfile": f"FROM {image}\nCOPY ca.pem /app/ca.pem\n".encode(), "ca.pem": MARK.encode()}
    tag = "wharf-api-test:leaky"
    engine.build(leaky, tag, {})
    try:
        with pytest.raises(AssertionError, match=r"layer|blobs"):
            assert_no_private_trace(engine, tag)
    finally:
        engine.remove_image(tag)


def test_change_of_the_code_installs_again(
    engine: Engine, private_context: dict[str, bytes], arguments: dict[str, str], image: str
) -> None:
    changed = {**private_context, "main.py": private_context["main.py"] + b"\n# changed\n"}
    tag = "wharf-api-test:changed"
    engine.build(changed, tag, arguments)
    try:
        layers = [engine.get(f"/images/{name}/json")["RootFS"]["Layers"] for name in (image, tag)]
        same = [one == other for one, other in zip(*layers, strict=True)]
        # Only the last two layers, main.py and the package, may differ.
        assert all(same[:-2])
        assert not all(same)
    finally:
        engine.remove_image(tag)


def test_wrong_setting_ends_in_a_stack(engine: Engine, image: str) -> None:
    with engine.container(image, environment={"LLM_BACKEND": "gpt"}) as container:
        assert container.wait_exit() == 1
        assert container.logs().strip() == "LLM_BACKEND takes one of echo, ollama, openai."


def test_stop_cuts_a_stream_off_or_is_killed(engine: Engine, image: str) -> None:
    with engine.container(image, environment={"ECHO_DELAY_MS": "200"}) as container:
        url = container.wait_answering()
        body = {"message": "word " * 1000, "stream": True}
        with httpx.stream("POST", f"{url}/chat", json=body, trust_env=False, timeout=30) as answer:
            lines = (line for line in answer.iter_lines() if line)
            assert "delta" in next(lines)
            container.stop()
            last = list(lines)[-1]
        assert json.loads(last.removeprefix("data: "))["error"]["code"] == "shutting_down"
        assert container.wait_exit() == 0
        assert "Traceback" not in container.logs()


def test_context_holds_what_no_build_needs() -> None:
    context = build_context()
    assert {path.split("/")[0] for path in context} == {
        *("Dockerfile", "main.py", "healthcheck.py", "llm_api", "build-settings"),
        *("requirements.txt", "requirements.tutorial.txt"),
    }
    assert sum(len(content) for content in context.values()) < 500_000
