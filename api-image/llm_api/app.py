"""Puts the service together."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from llm_api import __version__
from llm_api.admission import Admission
from llm_api.answering import Answering
from llm_api.backends.contract import Backend
from llm_api.backends.echo import EchoBackend
from llm_api.closing import Closing
from llm_api.edge import Edge
from llm_api.failure_bodies import failure_response
from llm_api.failures import Failure, FailureCode
from llm_api.logs import configure_logs, request_id
from llm_api.metrics import Metrics
from llm_api.routes import chat, ollama, openai, operations
from llm_api.routes.direct import direct_routes
from llm_api.settings import DEFAULT_MODEL, Settings, read_settings

HTTP_CODES: dict[int, FailureCode] = {404: "not_found", 405: "method_not_allowed"}


def create_app(settings: Settings | None = None, backend: Backend | None = None) -> Edge:
    """The service, an ASGI app.

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

    admission = Admission(settings.max_generations, settings.max_waiting)
    metrics.watch_places(lambda: admission.running, lambda: admission.waiting)
    api = FastAPI(title="LLM API", version=__version__, lifespan=lifespan)
    api.state.settings = settings
    api.state.metrics = metrics
    api.state.answering = Answering(chosen, admission, closing, metrics)
    routers = (chat.router, operations.router, openai.router, openai.by_name, ollama.router)
    for router in routers:
        api.include_router(router)
    # What FastAPI itself raises or gets raised: our own words instead of its own, for Edge never sees these.
    api.add_exception_handler(Failure, _failed)
    api.add_exception_handler(HTTPException, _http)
    return Edge(api, direct_routes(routers), settings, metrics)


def _backend(settings: Settings) -> Backend:
    if settings.backend == "echo":
        return EchoBackend(settings.model or DEFAULT_MODEL, settings.echo_delay_ms / 1000)
    # Imported only here: an HTTP client is a fifth of the time to start, and an echo needs none.
    from llm_api.backends.ollama import OllamaBackend
    from llm_api.backends.openai import OpenAIBackend
    from llm_api.backends.upstream import Patience

    patience = Patience(settings.first_token_timeout_s, settings.token_timeout_s)
    match settings.backend:
        case "ollama":
            return OllamaBackend(settings.ollama_host, settings.model or DEFAULT_MODEL, patience)
        case "openai":
            return OpenAIBackend(settings.openai_base_url, settings.openai_api_key, settings.model, patience)


async def _failed(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, Failure)
    return failure_response(request.url.path, failure, request_id.get())


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTP_CODES.get(error.status_code, "invalid_request")
    return await _failed(request, Failure(code, f"{error.detail}. See /docs for what there is."))
