"""What every request passes before a route sees it, and every answer on its way out.

In this order: request id, Host, Origin, API key, content type, body. A refusal costs nothing but reading the head.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import re
import time
from collections.abc import Mapping
from itertools import count
from secrets import token_hex

from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from llm_api.failure_bodies import failure_response
from llm_api.failures import Failure
from llm_api.leaving import ClientGone
from llm_api.logs import AccessLog, logger, request_id
from llm_api.metrics import Metrics
from llm_api.routes.direct import DirectRoute
from llm_api.settings import Settings

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
HOST = re.compile(rb"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
# Probes carry no key, and these tell nothing but that the server runs.
OPEN_PATHS = frozenset({"/", "/health", "/ready"})
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
# How an engine and its desktops name the machine that containers run on.
HOST_NAMES = frozenset({"localhost", "host.docker.internal", "gateway.docker.internal", "host.containers.internal"})
# So much of a body that is too large is read and thrown away: most clients read no answer before they have sent all.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_S = 5.0
# The image's own HEALTHCHECK, which would otherwise write most of the log.
PROBE_AGENT = b"healthcheck"
NO_CONTENT_LENGTH = -1
CLIENT_CLOSED_REQUEST = 499


class Edge:
    """The service: what uvicorn calls.

    api         FastAPI, for the description of the API and for what has no direct route
    direct      the direct routes by method and path
    """

    def __init__(
        self, api: FastAPI, direct: Mapping[tuple[str, str], DirectRoute], settings: Settings, metrics: Metrics
    ) -> None:
        self.api = api
        self._direct = direct
        self._settings = settings
        self._metrics = metrics
        self._access_log = AccessLog(settings.log_format)
        self._known_hosts: dict[bytes, bool] = {}
        self._id_prefix = token_hex(4)
        self._ids = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.api(scope, receive, send)
            self._access_log.flush()
            return
        started_s = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given_id = headers.get(b"x-request-id", b"")
        own_id = given_id.decode() if REQUEST_ID.fullmatch(given_id) else f"{self._id_prefix}{next(self._ids):08x}"
        request_id.set(own_id)
        exchange = _Exchange(send, own_id, self._settings.write_timeout_s)
        route = self._direct.get((scope["method"], scope["path"]))
        failure: Failure | None = None
        try:
            self._check_head(scope, headers)
            body = b""
            if scope["method"] in BODY_METHODS:
                body = await self._read_body(headers, receive)
            if route is not None:
                scope["app"] = self.api
                await route.answer(scope, receive, exchange.send, body)
            else:
                await self.api(scope, _replay(body, receive), exchange.send)
        except Failure as raised:
            failure = raised
        except ClientGone:
            pass  # noted below as 499; there is nobody to answer
        except _ReaderTooSlowError:
            logger.warning("client does not read", extra={"fields": {"timeout_s": self._settings.write_timeout_s}})
        except Exception:
            logger.exception("unexpected error")
            failure = Failure("internal", "Something went wrong in the server. Its log has the details.")
        finally:
            if failure is not None:
                await self._refuse(scope, receive, exchange, failure)
            pattern = route.path if route is not None else getattr(scope.get("route"), "path", "none")
            self._note(scope, headers, pattern, exchange.status, time.perf_counter() - started_s)

    def _check_head(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        host = headers.get(b"host", b"")
        known = self._known_hosts.get(host)
        if known is None:
            known = self._is_own_host(host)
            if len(self._known_hosts) < 256:
                self._known_hosts[host] = known
        if not known:
            raise Failure(
                "host_refused",
                "This server does not answer to that host name. If it is yours, add it to ALLOWED_HOSTS.",
            )
        origin = headers.get(b"origin")
        if origin is not None and not self._is_own_origin(origin, host):
            raise Failure(
                "origin_refused",
                "Pages of other sites may not use this server. If the site is yours, add it to ALLOWED_ORIGINS.",
            )
        if self._settings.api_key and scope["path"] not in OPEN_PATHS:
            self._check_key(headers)
        if scope["method"] in BODY_METHODS:
            media_type = headers.get(b"content-type", b"").split(b";", 1)[0].strip().lower()
            if media_type != b"application/json":
                raise Failure("unsupported_media_type", "Send JSON, with the header Content-Type: application/json.")

    def _is_own_host(self, host_header: bytes) -> bool:
        # A foreign page reaches this port only under a name of its own domain (DNS rebinding). An address is no such
        # name, and neither is one without a dot, as containers have in their networks.
        name = _host_name(host_header)
        if name is None:
            return False
        if name in HOST_NAMES or name.endswith(".localhost") or name in self._settings.allowed_hosts:
            return True
        if "*" in self._settings.allowed_hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return "." not in name
        return True

    def _is_own_origin(self, origin: bytes, host: bytes) -> bool:
        text = origin.decode("latin-1").lower()
        if text in self._settings.allowed_origins:
            return True
        # The page that this server itself served: /docs.
        return text == f"http://{host.decode('latin-1').lower()}"

    def _check_key(self, headers: Mapping[bytes, bytes]) -> None:
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        given = token.strip() if scheme.lower() == b"bearer" else headers.get(b"x-api-key", b"")
        if not hmac.compare_digest(given, self._settings.api_key.encode()):
            raise Failure("unauthorized", "Send the API key of this server as `Authorization: Bearer <key>`.")

    async def _read_body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """The whole body. Raises `ClientGone` when the client leaves before it was sent."""
        limit = self._settings.max_body_bytes
        announced = _content_length(headers)
        too_large = Failure("body_too_large", f"The body is larger than the {limit} bytes that this server takes.")
        if announced > limit:
            if announced <= DRAIN_BYTES:
                await _drain(receive, announced)
            raise too_large
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._settings.body_timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    part = message.get("body", b"")
                    size += len(part)
                    if size > limit:
                        break
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise Failure("body_timeout", "The body did not arrive in time.") from None
        parts.clear()
        await _drain(receive, DRAIN_BYTES - size)
        raise too_large

    async def _refuse(self, scope: Scope, receive: Receive, exchange: _Exchange, failure: Failure) -> None:
        if exchange.status is not None:
            return
        self._metrics.count_failure(failure.code)
        response = failure_response(scope["path"], failure, exchange.request_id)
        if scope["method"] in BODY_METHODS:
            # Part of the body may still be on its way and would be taken for the next request.
            response.headers["connection"] = "close"
        await response(scope, receive, exchange.send)

    def _note(
        self, scope: Scope, headers: Mapping[bytes, bytes], route: str, status: int | None, seconds: float
    ) -> None:
        status = CLIENT_CLOSED_REQUEST if status is None else status
        method = scope["method"]
        self._metrics.count_request(method if method in KNOWN_METHODS else "other", route, status, seconds)
        if headers.get(b"user-agent") == PROBE_AGENT and status == 200:
            return
        client = scope.get("client")
        self._access_log.write(method, scope["path"], status, seconds * 1000, client[0] if client else "-")


class _ReaderTooSlowError(Exception):
    """The client left its answer unread for the whole write time-out."""


class _Exchange:
    """One answer on its way out: adds our headers, notes the status, and gives up on a client that does not read."""

    def __init__(self, send: Send, request_id: str, write_timeout_s: float) -> None:
        self.request_id = request_id
        self.status: int | None = None
        self._send = send
        self._write_timeout_s = write_timeout_s

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                (b"x-request-id", self.request_id.encode()),
                (b"x-content-type-options", b"nosniff"),
            ]
        elif message.get("more_body", False):
            try:
                async with asyncio.timeout(self._write_timeout_s) as wait:
                    await self._send(message)
            except TimeoutError:
                if not wait.expired():
                    raise
                raise _ReaderTooSlowError from None
            return
        await self._send(message)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _drain(receive: Receive, at_most_bytes: int) -> None:
    left = at_most_bytes
    try:
        async with asyncio.timeout(DRAIN_S):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message["body"])
    except TimeoutError:
        return


def _content_length(headers: Mapping[bytes, bytes]) -> int:
    value = headers.get(b"content-length", b"")
    return int(value) if value.isdigit() else NO_CONTENT_LENGTH


def _host_name(host_header: bytes) -> str | None:
    """The name in a Host header without port, lower case; None when there is none."""
    match = HOST.fullmatch(host_header)
    return match["name"].decode().lower().strip("[]").rstrip(".") or None if match else None
