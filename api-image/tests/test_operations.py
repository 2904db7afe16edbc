"""Settings, logs, metrics, the description of the API, the image's health check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from llm_api.app import create_app
from llm_api.settings import Settings, SettingsError, read_settings
from tests.serving import serve

HERE = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("environment", "backend", "ollama_host"),
    [
        ({}, "echo", "http://localhost:11434"),
        ({"OLLAMA_HOST": ""}, "echo", "http://localhost:11434"),
        ({"OLLAMA_HOST": "http://host.docker.internal:11434/"}, "ollama", "http://host.docker.internal:11434"),
        ({"OLLAMA_HOST": "ollama"}, "ollama", "http://ollama:11434"),
        ({"OLLAMA_HOST": "ollama:80"}, "ollama", "http://ollama:80"),
        ({"OLLAMA_HOST": "[::1]"}, "ollama", "http://[::1]:11434"),
        ({"OLLAMA_HOST": "0.0.0.0:1"}, "ollama", "http://127.0.0.1:1"),
        ({"OLLAMA_HOST": "http://x:1", "LLM_BACKEND": "echo"}, "echo", "http://x:1"),
        ({"LLM_BACKEND": "OLLAMA"}, "ollama", "http://localhost:11434"),
        ({"LLM_BACKEND": "openai", "OPENAI_BASE_URL": "http://x/v1"}, "openai", "http://localhost:11434"),
    ],
)
def test_environment_chooses_another_backend(environment: dict[str, str], backend: str, ollama_host: str) -> None:
    settings = read_settings(environment)
    assert (settings.backend, settings.ollama_host) == (backend, ollama_host)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"LLM_BACKEND": "gpt"}, "LLM_BACKEND"),
        ({"LLM_BACKEND": "openai"}, "OPENAI_BASE_URL"),
        ({"OLLAMA_HOST": "ftp://x"}, "OLLAMA_HOST"),
        ({"OLLAMA_HOST": "http://x:port"}, "OLLAMA_HOST"),
        ({"OLLAMA_HOST": "http://"}, "OLLAMA_HOST"),
        ({"MAX_GENERATIONS": "0"}, "MAX_GENERATIONS"),
        ({"MAX_BODY_BYTES": "many"}, "MAX_BODY_BYTES"),
        ({"BODY_TIMEOUT_S": "nan"}, "BODY_TIMEOUT_S"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"REQUIRE_API_KEY": "true"}, "API_KEY"),
        ({"API_KEY": "two words"}, "API_KEY"),
    ],
)
def test_wrong_setting_is_taken(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(environment)


def test_wrong_setting_stops_the_start_with_a_stack() -> None:
    command = [sys.executable, "-c", "import main"]
    started = subprocess.run(
        command, cwd=HERE, env={"LLM_BACKEND": "gpt"}, capture_output=True, text=True, check=False, timeout=30
    )
    assert started.returncode == 1
    assert started.stderr.strip() == "LLM_BACKEND takes one of echo, ollama, openai."


def test_request_forges_a_log_line(capfd: pytest.CaptureFixture[str]) -> None:
    with serve() as served:
        served.client.get("/a%0A2026-01-01%20INFO%20forged%1b[31m", headers={"x-request-id": "seen-42"})
    lines = [line for line in capfd.readouterr().out.splitlines() if "seen-42" in line]
    assert len(lines) == 1
    assert "path=/a\\n2026-01-01\\x20INFO\\x20forged\\x1b[31m status=404" in lines[0]
    assert lines[0].endswith(" id=seen-42")


def test_json_log_line_is_not_json(capfd: pytest.CaptureFixture[str]) -> None:
    with serve(Settings(log_format="json", api_key="s3cret")) as served:
        headers = {"x-request-id": "seen-43", "authorization": "Bearer s3cret"}
        served.client.post("/chat?q=private", json={"message": "private"}, headers=headers)
    out = capfd.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    line = next(line for line in lines if line["request_id"] == "seen-43")
    assert (line["method"], line["path"], line["status"], line["level"]) == ("POST", "/chat", 200, "info")
    assert "s3cret" not in out
    assert "private" not in out


def test_health_checks_fill_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    with serve() as served:
        probe = [sys.executable, "-IS", str(HERE / "healthcheck.py"), str(served.port)]
        assert subprocess.run(probe, check=False, timeout=10).returncode == 0
        served.client.get("/health")
    assert capfd.readouterr().out.count("path=/health") == 1
    assert subprocess.run(probe, check=False, timeout=10).returncode == 1


def test_metrics_count_nothing_or_grow_with_every_path() -> None:
    with serve() as served:
        served.client.post("/chat", json={"message": "a b"})
        for path in ("/x1", "/x2", "/chat"):
            served.client.get(path)
        served.client.request("PROPFIND", "/x3")
        answer = served.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    assert 'llm_api_requests_total{method="POST",route="/chat",status="200"} 1.0' in lines
    assert 'llm_api_requests_total{method="GET",route="none",status="404"} 2.0' in lines
    assert 'llm_api_requests_total{method="other",route="none",status="404"} 1.0' in lines
    assert 'llm_api_tokens_total{kind="completion"} 3.0' in lines
    assert "/x1" not in answer.text


def test_info_tells_an_address_or_a_secret() -> None:
    settings = Settings(backend="ollama", ollama_host="http://secret.example:1", openai_api_key="sk-secret")
    with serve(settings) as served:
        answer = served.client.get("/info")
    assert "secret" not in answer.text
    assert answer.json()["model"] == "llama3"
    assert answer.json()["limits"]["max_generations"] == 8


def test_committed_description_differs_from_the_api() -> None:
    described = json.loads((HERE / "openapi.json").read_text())
    assert described == create_app(Settings()).api.openapi(), "run: python -m llm_api.describe > openapi.json"
