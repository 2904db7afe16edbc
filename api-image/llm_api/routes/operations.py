"""For whoever runs the service: GET /ready, GET /info, GET /metrics."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from llm_api import __version__
from llm_api.answering import Answering
from llm_api.backends.contract import Backend
from llm_api.failures import Failure, FailureCode
from llm_api.metrics import Metrics
from llm_api.routes.direct import DirectRoute, json_response
from llm_api.settings import Settings

# Kubernetes gives a probe one second unless told otherwise; a backend that needs longer is not ready.
READY_TIMEOUT_S = 3.0

router = APIRouter(route_class=DirectRoute, tags=["operations"])


class NotReady(BaseModel):
    """Why the backend cannot answer."""

    code: FailureCode
    message: str


class ReadyAnswer(BaseModel):
    """Whether a question would be answered now."""

    status: Literal["ready", "not_ready"]
    backend: str
    model: str
    reason: NotReady | None = None


class Limits(BaseModel):
    """What the service takes; see README.md."""

    max_body_bytes: int
    max_generations: int
    max_waiting: int
    max_connections: int


class InfoAnswer(BaseModel):
    """What runs here. Holds no address and no secret."""

    name: str = "llm-api"
    version: str = __version__
    backend: str
    model: str
    api_key_required: bool
    apis: list[str] = ["tutorial", "openai", "ollama"]
    limits: Limits


@router.get("/ready", response_model=ReadyAnswer, responses={503: {"model": ReadyAnswer}})
async def ready(request: Request) -> Response:
    """Readiness: the backend can be reached and has the model. 503 with the reason when not."""
    answering: Answering = request.app.state.answering
    backend = answering.backend
    try:
        if answering.closing.begun:
            raise Failure("shutting_down", "The server is stopping.")
        await _check(backend)
    except Failure as failure:
        reason = NotReady(code=failure.code, message=failure.message)
        answer = ReadyAnswer(status="not_ready", backend=backend.name, model=backend.default_model, reason=reason)
        return json_response(answer.model_dump(), status_code=503)
    answer = ReadyAnswer(status="ready", backend=backend.name, model=backend.default_model)
    return json_response(answer.model_dump(exclude_none=True))


@router.get("/info", response_model=InfoAnswer)
async def info(request: Request) -> Response:
    """Version, backend, model and limits."""
    settings: Settings = request.app.state.settings
    backend: Backend = request.app.state.answering.backend
    answer = InfoAnswer(
        backend=backend.name,
        model=backend.default_model,
        api_key_required=bool(settings.api_key),
        limits=Limits(
            max_body_bytes=settings.max_body_bytes,
            max_generations=settings.max_generations,
            max_waiting=settings.max_waiting,
            max_connections=settings.max_connections,
        ),
    )
    return json_response(answer.model_dump())


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    counters: Metrics = request.app.state.metrics
    text, content_type = counters.exposition()
    return Response(text, media_type=content_type)


async def _check(backend: Backend) -> None:
    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            names = {model.name.removesuffix(":latest") for model in await backend.models()}
    except TimeoutError:
        raise Failure("upstream_timeout", f"The backend did not answer within {READY_TIMEOUT_S:g} s.") from None
    wanted = backend.default_model.removesuffix(":latest")
    if wanted not in names:
        hint = f" Run `ollama pull {wanted}` there." if backend.name == "ollama" else ""
        raise Failure("model_not_found", f"The backend does not have the model `{wanted}`.{hint}")
