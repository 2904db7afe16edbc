"""What a hostile page, a careless client or a flood meets before any route does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from llm_api.settings import Settings
from tests.asking import code_of
from tests.serving import Served, serve

CHAT = {"message": "Hello"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(Settings(max_body_bytes=4096, body_timeout_s=0.3, head_timeout_s=0.3)) as running:
        yield running


@pytest.fixture(scope="module")
def locked() -> Iterator[Served]:
    settings = Settings(
        api_key="k-123", allowed_hosts=("api.example.com",), allowed_origins=("https://app.example.com",)
    )
    with serve(settings) as running:
        yield running


def raw(served: Served, *parts: bytes) -> bytes:
    """Everything that the server sends back for these bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            pass
        return received


def post_head(served: Served, length: int, **headers: str) -> bytes:
    lines = ["POST /chat HTTP/1.1", "host: localhost", "content-type: application/json", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def healthy(served: Served) -> None:
    assert httpx.get(f"{served.url}/health", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "evil.example:8000", "a b", "@", ""]
)
def test_page_reaches_the_server_by_rebinding_its_own_name(served: Served, host: str) -> None:
    for path in ("/", "/health", "/chat", "/v1/models", "/api/tags", "/metrics"):
        answer = served.client.get(path, headers={"host": host})
        assert answer.status_code == 403, path


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
        "192.168.0.7:8000",
        "my-llm-api:8000",
        "x.localhost",
    ],
)
def test_own_names_are_refused(served: Served, host: str) -> None:
    assert served.client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "", "https://127.0.0.1:{port}"],
)
def test_page_of_another_origin_may_ask(served: Served, origin: str) -> None:
    for path, body in (("/chat", CHAT), ("/v1/chat/completions", {}), ("/api/chat", {})):
        answer = served.client.post(path, json=body, headers={"origin": origin.format(port=served.port)})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_own_page_may_not_ask(served: Served) -> None:
    answer = served.client.post("/chat", json=CHAT, headers={"origin": served.url})
    assert answer.status_code == 200


def test_preflight_is_granted(served: Served) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = served.client.options("/chat", headers=headers)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_named_hosts_and_origins_are_refused(locked: Served) -> None:
    headers = {"host": "API.example.com", "origin": "https://app.example.com", "authorization": "Bearer k-123"}
    assert locked.client.post("/chat", json=CHAT, headers=headers).status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_simple_cross_site_post_is_parsed(served: Served, media_type: str) -> None:
    answer = served.client.post("/chat", content=b'{"message":"x"}', headers={"content-type": media_type})
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "path", ["/chat", "/info", "/metrics", "/v1/models", "/api/tags", "/docs", "/openapi.json", "/x"]
)
@pytest.mark.parametrize(
    "key", [{}, {"authorization": "Bearer k-12"}, {"authorization": "Basic k-123"}, {"x-api-key": "é"}]
)
def test_path_is_open_without_the_key(locked: Served, path: str, key: dict[str, str]) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in key.items()]
    answer = locked.client.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "key", [{"authorization": "Bearer k-123"}, {"authorization": "bearer k-123"}, {"x-api-key": "k-123"}]
)
def test_right_key_is_refused(locked: Served, key: dict[str, str]) -> None:
    assert locked.client.get("/info", headers=key).status_code == 200


@pytest.mark.parametrize("path", ["/", "/health", "/ready"])
def test_probe_needs_the_key(locked: Served, path: str) -> None:
    assert locked.client.get(path).status_code == 200


def test_body_over_the_limit_is_read_into_memory(served: Served) -> None:
    big = b'{"message":"' + b"x" * 10_000_000 + b'"}'
    headers = {"content-type": "application/json"}
    answer = served.client.post("/chat", content=big, headers=headers)
    assert (answer.status_code, code_of(answer)) == (413, "body_too_large")
    chunked = served.client.post("/chat", content=iter([big]), headers=headers)
    assert (chunked.status_code, code_of(chunked)) == (413, "body_too_large")
    healthy(served)


def test_body_of_a_gigabyte_is_waited_for(served: Served) -> None:
    assert b" 413 " in raw(served, post_head(served, 1_000_000_000)).split(b"\r\n")[0]


def test_half_sent_body_holds_the_connection(served: Served) -> None:
    assert b" 408 " in raw(served, post_head(served, 100), b'{"mess').split(b"\r\n")[0]
    healthy(served)


def test_client_that_leaves_in_its_body_breaks_the_server(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(post_head(served, 100) + b'{"mess')
    healthy(served)


@pytest.mark.parametrize("part", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: localhost\r\n"])
def test_half_sent_head_holds_the_connection(served: Served, part: bytes) -> None:
    assert raw(served, part) == b""
    healthy(served)


def test_head_that_comes_a_byte_at_a_time_holds_the_connection(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        received: bytes | None = None
        connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ")
        connection.settimeout(0.02)
        for _ in range(500):
            try:
                connection.sendall(b"x")
                received = connection.recv(1)
                break
            except TimeoutError:
                continue
            except ConnectionError:
                received = b""
                break
    assert received == b""


def test_endless_head_fills_the_memory(served: Served) -> None:
    head = b"GET /health HTTP/1.1\r\nhost: localhost\r\nx-filler: "
    for size, ending in ((40_000, b"\r\n\r\n"), (200_000, b"\r\n\r\n"), (10_000_000, b"")):
        with suppress(ConnectionError):
            answer = raw(served, head + b"x" * size + ending)
            assert b" 200 " not in answer.split(b"\r\n")[0]
        healthy(served)


def test_endless_head_is_read_until_its_time_is_up() -> None:
    with serve(Settings(head_timeout_s=1000)) as patient, suppress(ConnectionError):
        assert b" 200 " not in raw(patient, b"GET /health HTTP/1.1\r\nx-filler: " + b"x" * 200_000)


def test_second_request_on_a_connection_is_lost(served: Served) -> None:
    both = (
        b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\nGET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )
    answer = raw(served, both)
    assert answer.count(b"HTTP/1.1 200") == 2
    assert b"LLM API Server" in answer


def test_silent_connections_keep_others_out() -> None:
    with serve(Settings(max_connections=20)) as running, ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
        for _ in range(3):
            healthy(running)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b"[" * 2000, "invalid_json"),
        (b"[]", "invalid_request"),
        (b'"x"', "invalid_request"),
        (b"null", "invalid_request"),
        (b"{}", "invalid_request"),
        (b'{"message":1}', "invalid_request"),
        (b'{"message":null}', "invalid_request"),
        (b'{"message":"a","messages":[{"role":"user","content":"b"}]}', "invalid_request"),
        (b'{"messages":[]}', "invalid_request"),
        (b'{"messages":[{"role":"boss","content":"b"}]}', "invalid_request"),
        (b'{"message":"a","stream":"maybe"}', "invalid_request"),
        (b'{"message":"a","options":{"temperature":NaN}}', "invalid_request"),
        (b'{"message":"a","options":{"temperature":1e999}}', "invalid_request"),
        (b'{"message":"a","options":{"temperature":"hot"}}', "invalid_request"),
        (b'{"message":"a","options":{"unknown":1}}', "invalid_request"),
        (b'{"message":"a","model":""}', "invalid_request"),
        (b'{"message":' + b"9" * 3000 + b"}", "invalid_request"),
    ],
)
def test_bad_body_is_an_internal_error_or_passes(served: Served, body: bytes, code: str) -> None:
    answer = served.client.post("/chat", content=body, headers={"content-type": "application/json"})
    assert code_of(answer) == code, answer.text
    assert answer.status_code == (400 if code == "invalid_json" else 422)
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "not_found"),
        ("GET", "/chat", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("GET", "/../../etc/passwd", 404, "not_found"),
        ("GET", "/%00", 404, "not_found"),
    ],
)
def test_unknown_path_has_no_typed_failure(served: Served, method: str, path: str, status: int, code: str) -> None:
    answer = served.client.request(method, path, json={} if method == "POST" else None)
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_unknown_model_is_echoed(served: Served) -> None:
    answer = served.client.post("/chat", json={"message": "a", "model": "gpt-9"})
    assert (answer.status_code, code_of(answer)) == (404, "model_not_found")
