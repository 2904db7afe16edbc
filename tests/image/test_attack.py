"""A hostile page and a hostile client against the container's port, in a container with 256 MiB."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from engine import Container, Engine

GIGABYTE = 1024**3


@pytest.fixture(scope="module")
def attacked(engine: Engine, image: str) -> Iterator[Container]:
    environment = {"BODY_TIMEOUT_S": "1", "HEAD_TIMEOUT_S": "1"}
    with engine.container(image, environment=environment) as container:
        container.wait_answering()
        started = container.inspect()["State"]["StartedAt"]
        yield container
        state = container.inspect()["State"]
        assert (state["Running"], state["StartedAt"], state["OOMKilled"]) == (True, started, False)
        assert "Traceback" not in container.logs()


@pytest.fixture(autouse=True)
def healthy_after(attacked: Container) -> Iterator[None]:
    yield
    assert httpx.get(f"{attacked.url}/health", trust_env=False, timeout=10).json() == {"status": "healthy"}


def post_head(length: int) -> bytes:
    return (
        f"POST /chat HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def test_page_of_another_site_can_post(attacked: Container) -> None:
    for headers in (
        {"origin": "https://evil.example", "content-type": "text/plain"},
        {"origin": "https://evil.example", "content-type": "application/json"},
        {"origin": "null", "content-type": "application/json"},
        {"host": "evil.example", "content-type": "application/json"},
    ):
        answer = httpx.post(
            f"{attacked.url}/chat", content=b'{"message":"x"}', headers=headers, trust_env=False, timeout=10
        )
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_body_of_a_gigabyte_is_taken(attacked: Container) -> None:
    piece = b"x" * (1024 * 1024)
    with socket.create_connection(("127.0.0.1", attacked.port), timeout=30) as connection:
        connection.sendall(post_head(GIGABYTE))
        assert connection.recv(64).startswith(b"HTTP/1.1 413 ")
        with pytest.raises(OSError, match=r"."):  # noqa: PT012 - it may fail at any of the pieces
            for _ in range(1024):
                connection.sendall(piece)


def test_hundred_slow_bodies_keep_others_out(attacked: Container) -> None:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", attacked.port), timeout=30)) for _ in range(100)
        ]
        for connection in slow:
            connection.sendall(post_head(1000) + b"{")
        assert httpx.get(f"{attacked.url}/health", trust_env=False, timeout=10).status_code == 200
        for connection in slow:
            assert connection.recv(64).startswith(b"HTTP/1.1 408 ")


def test_thousand_silent_connections_keep_others_out(attacked: Container) -> None:
    with ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(socket.create_connection(("127.0.0.1", attacked.port), timeout=30))
        for _ in range(3):
            assert httpx.get(f"{attacked.url}/health", trust_env=False, timeout=10).status_code == 200


def test_nonsense_on_the_wire_breaks_it(attacked: Container) -> None:
    for nonsense in (
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", attacked.port), timeout=30) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(4096):
                    pass
            except ConnectionResetError:
                pass


def test_deep_or_wide_json_breaks_it(attacked: Container) -> None:
    for body in (b"[" * 1_000_000, b'{"message":' + b"[" * 100_000, b'{"a":1,' * 100_000, b"9" * 1_000_000):
        answer = httpx.post(
            f"{attacked.url}/chat",
            content=body,
            headers={"content-type": "application/json"},
            trust_env=False,
            timeout=30,
        )
        assert answer.status_code in {400, 422}
