"""HTTP to a backend: connections, time-outs, and everything that can go wrong there as a `Failure`.

Redirects are never followed: the address that was set is the one that is asked, and a key goes nowhere else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import httpx

from llm_api.failures import Failure
from llm_api.json_text import to_json

CONNECT_TIMEOUT_S = 5.0
# For questions that no model has to think about: lists, details.
LOOKUP_TIMEOUT_S = 10.0
# A line or a body beyond this is no answer of a language model.
MAX_LINE_BYTES = 32 * 1024 * 1024
MAX_QUOTED_CHARACTERS = 300
DEFAULT_RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the first piece of an answer (a model may have to be loaded) and for each next one."""

    first_token_s: float
    token_s: float


class Upstream:
    """One backend's base address.

    called       how messages name it, e.g. "Ollama at http://localhost:11434"
    use_proxies  whether HTTP_PROXY and the like hold for it
    """

    def __init__(
        self,
        base_url: str,
        *,
        called: str,
        patience: Patience,
        api_key: str = "",
        use_proxies: bool = False,
    ) -> None:
        self._called = called
        self._patience = patience
        headers = {"accept-encoding": "identity", "user-agent": "llm-api"}
        if api_key:
            headers["authorization"] = f"Bearer {api_key}"
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            follow_redirects=False,
            trust_env=use_proxies,
            timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=16, keepalive_expiry=15),
        )

    async def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, timeout_s: float = LOOKUP_TIMEOUT_S
    ) -> dict[str, object]:
        """One JSON object for one request."""
        async with aclosing(self._chunks(method, path, body, Patience(timeout_s, timeout_s))) as chunks:
            received = bytearray()
            async for chunk in chunks:
                received += chunk
                if len(received) > MAX_LINE_BYTES:
                    raise self.not_understood("an answer that is too large")
        return self.parse(bytes(received))

    async def lines(self, path: str, body: Mapping[str, object]) -> AsyncGenerator[bytes, None]:
        """POST, and the lines of the answer as they come, without their ends. An unfinished last line counts too."""
        rest = bytearray()
        searched = 0
        async with aclosing(self._chunks("POST", path, body, self._patience)) as chunks:
            async for chunk in chunks:
                rest += chunk
                while (end := rest.find(b"\n", searched)) >= 0:
                    line = bytes(rest[:end])
                    del rest[: end + 1]
                    searched = 0
                    yield line.removesuffix(b"\r")
                # What was searched is not searched again: a line that comes a byte at a time stays linear.
                searched = len(rest)
                if searched > MAX_LINE_BYTES:
                    raise self.not_understood("a line that is too long")
        if rest:
            yield bytes(rest)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def parse(self, text: bytes) -> dict[str, object]:
        """A JSON object, or the failure that it is none."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise self.not_understood("something that is not JSON") from None
        if not isinstance(value, dict):
            raise self.not_understood("JSON that is not an object")
        return value

    def not_understood(self, what: str) -> Failure:
        """The failure that the backend sent what its API does not allow."""
        return Failure("upstream_protocol", f"{self._called} sent {what}. Is this address really its API?")

    def complained(self, status: int, message: str) -> Failure:
        """The failure for an error in the backend's own words, by HTTP status."""
        quoted = _one_line(message) or f"HTTP status {status}"
        lowered = message.lower()
        if status == 404 or ("model" in lowered and "not found" in lowered):
            return Failure("model_not_found", f"{self._called} does not have that model: {quoted}", param="model")
        if "context" in lowered and any(word in lowered for word in ("length", "exceed", "size", "window")):
            return Failure(
                "context_overflow", f"The conversation is too long for the model: {quoted}", param="messages"
            )
        if status in (401, 403):
            return Failure("upstream_refused", f"{self._called} refused this server's key: {quoted}")
        if status in (400, 413, 422):
            return Failure("request_refused", f"{self._called} refused the request: {quoted}")
        return Failure("upstream_error", f"{self._called} failed: {quoted}")

    async def _chunks(
        self, method: str, path: str, body: Mapping[str, object] | None, patience: Patience
    ) -> AsyncGenerator[bytes, None]:
        request = self._client.build_request(
            method,
            path,
            content=None if body is None else to_json(body),
            headers=None if body is None else {"content-type": "application/json"},
        )
        response: httpx.Response | None = None
        try:
            async with asyncio.timeout(patience.first_token_s):
                response = await self._client.send(request, stream=True)
                if not response.is_success:
                    raise await self._refusal(response)
            parts = response.aiter_raw()
            while True:
                async with asyncio.timeout(patience.token_s):
                    chunk = await anext(parts, None)
                if chunk is None:
                    return
                yield chunk
        except TimeoutError:
            raise Failure(
                "upstream_timeout", f"{self._called} did not answer in time. It may be loading a model or overloaded."
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Failure(
                "upstream_unreachable", f"{self._called} cannot be reached. Is it running, and does it listen there?"
            ) from None
        except httpx.HTTPError:
            raise Failure("upstream_cut", f"{self._called} closed the connection before it had answered.") from None
        finally:
            if response is not None:
                await response.aclose()

    async def _refusal(self, response: httpx.Response) -> Failure:
        if response.is_redirect:
            return Failure("upstream_refused", f"{self._called} redirects elsewhere, and redirects are not followed.")
        text = bytearray()
        async for chunk in response.aiter_raw():
            text += chunk
            if len(text) > 64 * 1024:
                break
        message = error_message(bytes(text))
        if response.status_code in (429, 503):
            seconds = response.headers.get("retry-after", "")
            retry_after_s = min(int(seconds), 3600) if seconds.isdecimal() else DEFAULT_RETRY_AFTER_S
            quoted = _one_line(message) or "no reason given"
            return Failure("overloaded", f"{self._called} is busy: {quoted}", retry_after_s=retry_after_s)
        return self.complained(response.status_code, message)


def shown(base_url: str) -> str:
    """The address as messages may show it: without a user's name and password."""
    return str(httpx.URL(base_url).copy_with(username=None, password=None)).rstrip("/")


def error_message(body: bytes) -> str:
    """The message in an error's body, or "". Ollama: `{"error": "..."}`; OpenAI: `{"error": {"message": "..."}}`."""
    try:
        error = json.loads(body)["error"]
        return str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED_CHARACTERS else f"{line[:MAX_QUOTED_CHARACTERS]}..."
