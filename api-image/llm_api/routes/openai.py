"""OpenAI's API (platform.openai.com/docs/api-reference): models, chat completions, embeddings.

What would change the answer and cannot be honoured is refused by name; what would not is ignored.
"""

from __future__ import annotations

import base64
import struct
import time
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from starlette.types import ASGIApp

from llm_api.answering import Answer, Answering, Timings
from llm_api.backends.contract import Backend, Model
from llm_api.failure_bodies import failure_fields
from llm_api.failures import Failure
from llm_api.generation import Finished, Generation, Message, OptionValue, Role
from llm_api.json_text import to_json
from llm_api.logs import request_id
from llm_api.routes.direct import DirectRoute, json_response
from llm_api.routes.sampling import StopText

PREFIX = "/v1"
# Fields of chat completions that ask for what no backend here can give.
UNSUPPORTED = frozenset(
    {
        "tools",
        "functions",
        "function_call",
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "audio",
        "prediction",
        "web_search_options",
    }
)

router = APIRouter(route_class=DirectRoute, prefix=PREFIX, tags=["openai"])
# A direct route has no variable in its path.
by_name = APIRouter(prefix=PREFIX, tags=["openai"])


class TextPart(BaseModel):
    """A piece of a message. Only text can be understood."""

    type: Literal["text"]
    text: str


class CompletionMessage(BaseModel):
    """One turn. `developer` is what newer clients call `system`."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    def message(self) -> Message:
        """The same in the backends' words."""
        role: Role = "system" if self.role == "developer" else self.role
        if isinstance(self.content, list):
            return Message(role, "".join(part.text for part in self.content))
        return Message(role, self.content or "")


class StreamOptions(BaseModel):
    """Whether a last chunk tells the usage."""

    include_usage: bool = False


class JsonSchema(BaseModel):
    """The schema that the answer must follow."""

    json_schema: Annotated[dict[str, object] | None, Field(alias="schema")] = None


class ResponseFormat(BaseModel):
    """Text, any JSON, or JSON that follows a schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    def native(self) -> dict[str, object]:
        """Ollama's `format`."""
        if self.type == "text":
            return {}
        schema = self.json_schema.json_schema if self.json_schema else None
        return {"format": schema if self.type == "json_schema" and schema else "json"}


class CompletionBody(BaseModel):
    """The request of POST /v1/chat/completions."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, Field(min_length=1, max_length=256)]
    messages: Annotated[list[CompletionMessage], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    temperature: Annotated[FiniteFloat, Field(ge=0, le=2)] | None = None
    top_p: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    stop: StopText | Annotated[list[StopText], Field(max_length=16)] | None = None
    seed: Annotated[int, Field(ge=-(2**31), lt=2**32)] | None = None
    presence_penalty: Annotated[FiniteFloat, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[FiniteFloat, Field(ge=-2, le=2)] | None = None
    response_format: ResponseFormat | None = None

    def generation(self) -> Generation:
        """The same in the backends' words."""
        asked = next((name for name in sorted(UNSUPPORTED) if (self.model_extra or {}).get(name)), None)
        if asked is not None:
            raise Failure("unsupported_parameter", f"This server has no `{asked}`.", param=asked)
        options: dict[str, OptionValue | None] = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "num_predict": self.max_completion_tokens or self.max_tokens,
            "stop": [self.stop] if isinstance(self.stop, str) else self.stop,
            "seed": self.seed,
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
        }
        return Generation(
            model=self.model,
            messages=tuple(message.message() for message in self.messages),
            options={name: value for name, value in options.items() if value is not None},
            native=self.response_format.native() if self.response_format else {},
        )


class EmbeddingsBody(BaseModel):
    """The request of POST /v1/embeddings. Lists of token numbers are not taken."""

    model: Annotated[str, Field(min_length=1, max_length=256)]
    input: str | Annotated[list[str], Field(min_length=1, max_length=2048)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: None = None


class CompletionDialect:
    """`chat.completion`, and `chat.completion.chunk` events that end with `[DONE]`."""

    stream_media_type = "text/event-stream"
    heartbeat = b": waiting\n\n"

    def __init__(self, model: str, *, include_usage: bool) -> None:
        self._id = f"chatcmpl-{request_id.get()}"
        self._created_s = int(time.time())
        self._model = model
        self._include_usage = include_usage

    def whole(self, answer: Answer) -> bytes:
        """The `chat.completion`."""
        message = {"role": "assistant", "content": answer.text}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": _finish_reason(answer.finished),
        }
        return to_json(
            {
                "id": self._id,
                "object": "chat.completion",
                "created": self._created_s,
                "model": answer.finished.model,
                "choices": [choice],
                "usage": _usage(answer.finished),
            }
        )

    def opening(self) -> bytes:
        """The chunk that names the role."""
        return self._chunk({"role": "assistant", "content": ""})

    def delta(self, text: str) -> bytes:
        """A chunk of text."""
        return self._chunk({"content": text})

    def finished(self, finished: Finished, timings: Timings) -> bytes:
        """The chunk with the reason, the usage if it was asked for, and `[DONE]`."""
        events = self._chunk({}, _finish_reason(finished))
        if self._include_usage:
            events += _event({**self._head(), "choices": [], "usage": _usage(finished)})
        return events + b"data: [DONE]\n\n"

    def failed(self, failure: Failure) -> bytes:
        """An event with `error`, and no `[DONE]`."""
        return _event(failure_fields(f"{PREFIX}/", failure, request_id.get()))

    def _chunk(self, delta: dict[str, object], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event({**self._head(), "choices": [choice]})

    def _head(self) -> dict[str, object]:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created_s,
            "model": self._model,
        }


@router.get("/models", response_model=dict[str, object])
async def models(request: Request) -> Response:
    """The models that can be asked for."""
    backend: Backend = request.app.state.answering.backend
    return json_response({"object": "list", "data": [_listed(model, backend.name) for model in await backend.models()]})


@by_name.get("/models/{model:path}")
async def model_by_name(model: str, request: Request) -> dict[str, object]:
    """One of them."""
    backend: Backend = request.app.state.answering.backend
    for known in await backend.models():
        if model in (known.name, known.name.removesuffix(":latest")):
            return _listed(known, backend.name)
    raise Failure("model_not_found", f"There is no model `{model}` here.", param="model")


@router.post("/chat/completions", response_model=dict[str, object])
async def chat_completions(body: CompletionBody, request: Request) -> ASGIApp:
    """Answer a conversation."""
    answering: Answering = request.app.state.answering
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    dialect = CompletionDialect(body.model, include_usage=include_usage)
    return answering.respond(body.generation(), dialect, stream=bool(body.stream))


@router.post("/embeddings", response_model=dict[str, object])
async def embeddings(body: EmbeddingsBody, request: Request) -> Response:
    """Vectors for texts, as numbers or as base64 of little-endian 32-bit floats."""
    answering: Answering = request.app.state.answering
    inputs = (body.input,) if isinstance(body.input, str) else tuple(body.input)
    found = await answering.embed(request.receive, body.model, inputs)
    rows = [
        {"object": "embedding", "index": index, "embedding": _encoded(vector, body.encoding_format)}
        for index, vector in enumerate(found.vectors)
    ]
    tokens = found.prompt_tokens or 0
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    answer = {"object": "list", "data": rows, "model": found.model, "usage": usage}
    return json_response(answer)


def _encoded(vector: tuple[float, ...], encoding: Literal["float", "base64"]) -> str | list[float]:
    if encoding == "float":
        return list(vector)
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _listed(model: Model, owner: str) -> dict[str, object]:
    return {"id": model.name, "object": "model", "created": 0, "owned_by": owner}


def _finish_reason(finished: Finished) -> str:
    return "length" if finished.reason == "length" else "stop"


def _usage(finished: Finished) -> dict[str, object] | None:
    prompt, completion = finished.prompt_tokens, finished.completion_tokens
    if prompt is None or completion is None:
        return None
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _event(fields: dict[str, object]) -> bytes:
    return b"data: " + to_json(fields) + b"\n\n"
