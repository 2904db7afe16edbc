"""Podman, for which `docker build` has no say in what a Dockerfile may hold."""

from __future__ import annotations

import os

import httpx
import pytest

from conftest import MARK
from engine import HARDENED, Engine
from podman import own_podman

pytestmark = pytest.mark.skipif("WHARF_TEST_PODMAN" not in os.environ, reason="Podman is not installed")


def test_podman_cannot_build_or_run_it(base: str, private_context: dict[str, bytes], arguments: dict[str, str]) -> None:
    with own_podman() as podman:
        podman.load(None, base)
        with podman.service() as address:
            engine = Engine(address)
            tag = "localhost/wharf-api-test:podman"
            engine.build(private_context, tag, {**arguments, "BASE_IMAGE": f"localhost/{base}"})
            assert MARK not in podman.run("history", "--no-trunc", tag)
            with engine.container(tag, **HARDENED) as container:
                url = container.wait_answering()
                assert httpx.get(f"{url}/health", trust_env=False, timeout=10).json() == {"status": "healthy"}
                answer = httpx.post(f"{url}/chat", json={"message": "Hello"}, trust_env=False, timeout=30)
                assert answer.json() == {"response": "Echo: Hello"}
            engine.close()
