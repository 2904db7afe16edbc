"""Puts the service together."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from llm_api import __version__
from llm_api.admission import Admission
from llm_api.answering import Answering
from llm_api.backends.contract import Backend
from llm_api.backends.echo import EchoBackend
from llm_api.backends.ollama import OllamaBackend
from llm_api.backends.openai import OpenAIBackend
from llm_api.backends.upstream import Patience
from llm_api.closing import Closing
from llm_api.edge import Edge
from llm_api.failures import Failure, FailureCode
from llm_api.logs import configure_logs
from llm_api.metrics import Metrics
from llm_api.routes import chat, ollama, openai, operations
from llm_api.settings import DEFAULT_MODEL, Settings, read_settings

HTTP_CODES: dict[int, FailureCode] = {404: "not_found", 405: "method_not_allowed"}
NOT_JSON = "The body is not JSON."


def create_app(settings: Settings | None = None, backend: Backend | None = None) -> FastAPI:
    """The ASGI app.

    settings  from the environment when not given
    backend   as the settings say when not given
    """
    settings = settings or read_settings(os.environ)
    configure_logs(settings.log_format)
    metrics = Metrics()
    chosen = backend or _backend(settings)
    closing = Closing()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, object], None]:
        yield {"closing": closing, "settings": settings}
        await chosen.close()

    app = FastAPI(title="LLM API", version=__version__, lifespan=lifespan)
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.answering = Answering(
        chosen, Admission(settings.max_generations, settings.max_waiting, metrics), closing, metrics
    )
    for routes in (chat, operations, openai, ollama):
        app.include_router(routes.router)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Edge, settings=settings, metrics=metrics)
    return app


def _backend(settings: Settings) -> Backend:
    patience = Patience(settings.first_token_timeout_s, settings.token_timeout_s)
    match settings.backend:
        case "echo":
            return EchoBackend(settings.model or DEFAULT_MODEL, settings.echo_delay_ms / 1000)
        case "ollama":
            return OllamaBackend(settings.ollama_host, settings.model or DEFAULT_MODEL, patience)
        case "openai":
            return OpenAIBackend(settings.openai_base_url, settings.openai_api_key, settings.model, patience)


async def _invalid(_: Request, error: Exception) -> Response:
    """What is wrong with which field, in one sentence; the value itself is not repeated."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        raise Failure("invalid_json", NOT_JSON)
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    what = str(first["msg"]).removeprefix("Value error, ")
    raise Failure("invalid_request", f"{where}: {what}" if where else what, param=where or None)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        raise Failure("invalid_json", NOT_JSON)  # FastAPI's word for a body that json.loads gave up on
    code = HTTP_CODES.get(error.status_code, "invalid_request")
    raise Failure(code, f"{error.detail}. See /docs for what there is.")
