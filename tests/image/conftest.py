from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from context import build_context, machine_settings
from engine import Engine

# Written into everything private that a build is given; must not be found in what it makes.
MARK = "wharf-private-mark-5d1c"


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.fixture(scope="session")
def base(engine: Engine) -> str:
    """The base that the run names; else our own where the engine has it; else the official one."""
    own = "wharf/python-base:3.11"
    tags = {tag for image in engine.get("/images/json") for tag in image["RepoTags"] or []}
    return os.environ.get("WHARF_TEST_BASE_IMAGE") or (own if own in tags else "python:3.11-slim")


@pytest.fixture(scope="session")
def private_context() -> dict[str, bytes]:
    """The context with this machine's settings, each carrying the mark."""
    settings = machine_settings()
    bundle = settings.get("build-settings/ca.pem")
    if bundle is not None:
        settings["build-settings/ca.pem"] = f"# {MARK}\n".encode() + bundle
    pip = settings.get("build-settings/pip.conf", b"[global]\n")
    settings["build-settings/pip.conf"] = pip + f"# {MARK}\n".encode()
    return {**build_context(), **settings}


@pytest.fixture(scope="session")
def arguments(base: str) -> dict[str, str]:
    # NO_PROXY keeps pip from using a proxy that does not exist; its address is there to be searched for.
    return {"BASE_IMAGE": base, "HTTP_PROXY": f"http://user:{MARK}@proxy.invalid:3128", "NO_PROXY": "*"}


@pytest.fixture(scope="session")
def image(engine: Engine, private_context: dict[str, bytes], arguments: dict[str, str]) -> Iterator[str]:
    """api-image, built by the classic builder."""
    tag = "wharf-api-test:classic"
    engine.build(private_context, tag, arguments)
    yield tag
    engine.remove_image(tag)
