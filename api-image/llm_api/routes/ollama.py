"""Ollama's API (its docs/api.md): tags, show, version, chat, generate. Streams unless told not to, as Ollama does.

What would change the answer and cannot be honoured is refused by name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from llm_api import __version__
from llm_api.answering import Answer, Answering, Timings
from llm_api.backends.contract import Backend, Model
from llm_api.failures import Failure
from llm_api.generation import Finished, Generation, Message, Role
from llm_api.json_text import to_json
from llm_api.routes.direct import DirectRoute, json_response
from llm_api.routes.sampling import OllamaOptions

PREFIX = "/api"
NANOSECONDS_PER_MS = 1_000_000
# Fields of chat and generate that ask for what cannot be passed on.
UNSUPPORTED = frozenset({"tools", "images", "suffix", "template", "raw", "context"})
NATIVE = ("format", "keep_alive", "think")
# Ollama's names of its durations, and ours of the same.
DURATIONS = {
    "total_duration": "total_ms",
    "load_duration": "load_ms",
    "prompt_eval_duration": "prompt_eval_ms",
    "eval_duration": "eval_ms",
}

router = APIRouter(route_class=DirectRoute, prefix=PREFIX, tags=["ollama"])

ModelName = Annotated[str, Field(min_length=1, max_length=256)]


class OllamaMessage(BaseModel):
    """One turn."""

    model_config = ConfigDict(extra="allow")

    role: Role
    content: str = ""


class _OllamaBody(BaseModel):
    model_config = ConfigDict(extra="allow")

    model: ModelName
    stream: bool | None = None
    options: OllamaOptions | None = None
    format: str | dict[str, object] | None = None
    keep_alive: str | int | float | None = None
    think: bool | str | None = None

    def generation_of(self, messages: tuple[Message, ...]) -> Generation:
        """The request in the backends' words."""
        _refuse_unsupported(self.model_extra)
        native = {name: getattr(self, name) for name in NATIVE}
        return Generation(
            model=self.model,
            messages=messages,
            options=self.options.given() if self.options else {},
            # LangChain sends every field; an empty one asks for nothing.
            native={name: value for name, value in native.items() if value not in (None, "")},
        )


class OllamaChatBody(_OllamaBody):
    """The request of POST /api/chat. No messages at all load the model."""

    messages: list[OllamaMessage] = []

    def generation(self) -> Generation:
        """The request in the backends' words."""
        for message in self.messages:
            _refuse_unsupported(message.model_extra)
        return self.generation_of(tuple(Message(message.role, message.content) for message in self.messages))


class OllamaGenerateBody(_OllamaBody):
    """The request of POST /api/generate. An empty prompt loads the model."""

    prompt: str | None = None
    system: str | None = None

    def generation(self) -> Generation:
        """The request in the backends' words: a conversation of one question."""
        messages: list[Message] = []
        if self.prompt:
            if self.system:
                messages.append(Message("system", self.system))
            messages.append(Message("user", self.prompt))
        return self.generation_of(tuple(messages))


class ShowBody(BaseModel):
    """The request of POST /api/show. `name` is what older clients call `model`."""

    model: ModelName | None = None
    name: ModelName | None = None


class OllamaDialect:
    """One JSON object a line, the last one with `"done": true`.

    field  "message" for chat, "response" for generate
    """

    stream_media_type = "application/x-ndjson"
    # Ollama's own clients take every line for JSON of an answer, so nothing can be sent to keep a connection alive.
    heartbeat = b""

    def __init__(self, model: str, *, chat: bool) -> None:
        self._model = model
        self._chat = chat

    def whole(self, answer: Answer) -> bytes:
        """The one object of an answer that is not streamed."""
        return to_json(self._last(answer.text, answer.finished, answer.timings))

    def opening(self) -> bytes:
        """Nothing: the first line opens."""
        return b""

    def delta(self, text: str) -> bytes:
        """A line of text."""
        return to_json({**self._head(), **self._text(text), "done": False}) + b"\n"

    def finished(self, finished: Finished, timings: Timings) -> bytes:
        """The last line."""
        return to_json(self._last("", finished, timings)) + b"\n"

    def failed(self, failure: Failure) -> bytes:
        """A line with `error`, as Ollama itself does after status 200."""
        return to_json({"error": failure.message}) + b"\n"

    def _head(self) -> dict[str, object]:
        return {"model": self._model, "created_at": datetime.now(UTC).isoformat()}

    def _text(self, text: str) -> dict[str, object]:
        return {"message": {"role": "assistant", "content": text}} if self._chat else {"response": text}

    def _last(self, text: str, finished: Finished, timings: Timings) -> dict[str, object]:
        milliseconds = {"total_ms": timings.total_ms, **finished.backend_timings}
        numbers: dict[str, object] = {
            theirs: int(milliseconds[ours] * NANOSECONDS_PER_MS)
            for theirs, ours in DURATIONS.items()
            if ours in milliseconds
        }
        counts = {"prompt_eval_count": finished.prompt_tokens, "eval_count": finished.completion_tokens}
        numbers |= {name: count for name, count in counts.items() if count is not None}
        return {**self._head(), **self._text(text), "done_reason": finished.reason, "done": True, **numbers}


@router.get("/version", response_model=dict[str, str])
async def version() -> Response:
    """The version of this server."""
    return json_response({"version": __version__})


@router.get("/tags", response_model=dict[str, object])
async def tags(request: Request) -> Response:
    """The models that can be asked for."""
    backend: Backend = request.app.state.answering.backend
    return json_response({"models": [_listed(model) for model in await backend.models()]})


@router.post("/show", response_model=dict[str, object])
async def show(body: ShowBody, request: Request) -> Response:
    """What the backend tells of one model."""
    backend: Backend = request.app.state.answering.backend
    name = body.model or body.name
    if name is None:
        raise Failure("invalid_request", "model: Field required", param="model")
    return json_response(await backend.describe(name))


@router.post("/chat", response_model=dict[str, object])
async def chat(body: OllamaChatBody, request: Request) -> ASGIApp:
    """Answer a conversation."""
    answering: Answering = request.app.state.answering
    return answering.respond(body.generation(), OllamaDialect(body.model, chat=True), stream=body.stream is not False)


@router.post("/generate", response_model=dict[str, object])
async def generate(body: OllamaGenerateBody, request: Request) -> ASGIApp:
    """Answer a prompt."""
    answering: Answering = request.app.state.answering
    return answering.respond(body.generation(), OllamaDialect(body.model, chat=False), stream=body.stream is not False)


def _refuse_unsupported(extra: dict[str, object] | None) -> None:
    asked = next((name for name in sorted(UNSUPPORTED) if (extra or {}).get(name)), None)
    if asked is not None:
        raise Failure("unsupported_parameter", f"This server has no `{asked}`.", param=asked)


def _listed(model: Model) -> dict[str, object]:
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": model.created_at or "1970-01-01T00:00:00Z",
        "size": model.size_bytes or 0,
        "digest": model.digest or "",
        "details": dict(model.details),
    }
