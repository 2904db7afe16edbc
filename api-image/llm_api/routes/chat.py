"""The tutorial's API: GET /, GET /health and POST /chat, and what POST /chat can do beyond the lesson."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.types import ASGIApp

from llm_api.answering import Answer, Answering, Timings
from llm_api.failures import Failure
from llm_api.generation import Finished, FinishReason, Generation, Message, Role
from llm_api.json_text import to_json
from llm_api.routes.direct import DirectRoute
from llm_api.routes.sampling import Options


class StatusAnswer(BaseModel):
    """The server runs."""

    message: Literal["LLM API Server"] = "LLM API Server"
    status: Literal["running"] = "running"


class HealthAnswer(BaseModel):
    """The process answers. Says nothing about the backend: that is GET /ready."""

    status: Literal["healthy"] = "healthy"


class ChatMessage(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    content: str


class ChatBody(BaseModel):
    """Either `message`, or `messages` with the conversation so far."""

    model_config = ConfigDict(extra="forbid")

    message: str | None = None
    messages: Annotated[list[ChatMessage], Field(min_length=1)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    options: Options | None = None
    stream: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> ChatBody:
        if (self.message is None) == (self.messages is None):
            raise ValueError("Give either `message` or `messages`.")
        return self

    @property
    def is_lesson(self) -> bool:
        """Whether this is the tutorial's request, which gets the tutorial's answer."""
        return self.model_fields_set == {"message"}

    def generation(self) -> Generation:
        """The same in the backends' words."""
        if self.messages is None:
            messages: tuple[Message, ...] = (Message("user", self.message or ""),)
        else:
            messages = tuple(Message(turn.role, turn.content) for turn in self.messages)
        return Generation(self.model, messages, self.options.given() if self.options else {})


class Usage(BaseModel):
    """Tokens as the backend counts them; null where it does not say."""

    prompt_tokens: int | None
    completion_tokens: int | None


class ChatTimings(BaseModel):
    """Milliseconds since the request came in."""

    total_ms: float
    first_token_ms: float | None


class ChatAnswer(BaseModel):
    """A request of `message` alone gets `response` alone, as in the tutorial; any other gets all of it."""

    response: str
    model: str | None = None
    backend: str | None = None
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    timings: ChatTimings | None = None
    backend_timings: dict[str, float] | None = None


class ChatDialect:
    """Server-sent events: `{"delta":...}` and at last `{"done":true,...}` or `{"error":{...}}`."""

    stream_media_type = "text/event-stream"
    heartbeat = b": waiting\n\n"

    def __init__(self, backend_name: str, *, lesson: bool) -> None:
        self._backend_name = backend_name
        self._lesson = lesson

    def whole(self, answer: Answer) -> bytes:
        """The `ChatAnswer`."""
        if self._lesson:
            return to_json({"response": answer.text})
        return to_json({"response": answer.text, **self._facts(answer.finished, answer.timings)})

    def opening(self) -> bytes:
        """Nothing: the first delta opens."""
        return b""

    def delta(self, text: str) -> bytes:
        """`{"delta":"text"}`"""
        return _event({"delta": text})

    def finished(self, finished: Finished, timings: Timings) -> bytes:
        """`{"done":true,"model":...,"backend":...,"usage":{...},"timings":{...}}`"""
        return _event({"done": True, **self._facts(finished, timings)})

    def failed(self, failure: Failure) -> bytes:
        """`{"error":{"code":...,"message":...}}`"""
        return _event({"error": {"code": failure.code, "message": failure.message}})

    def _facts(self, finished: Finished, timings: Timings) -> dict[str, object]:
        return {
            "model": finished.model,
            "backend": self._backend_name,
            "finish_reason": finished.reason,
            "usage": {
                "prompt_tokens": finished.prompt_tokens,
                "completion_tokens": finished.completion_tokens,
            },
            "timings": {"total_ms": timings.total_ms, "first_token_ms": timings.first_token_ms},
            "backend_timings": dict(finished.backend_timings),
        }


def _event(fields: dict[str, object]) -> bytes:
    return b"data: " + to_json(fields) + b"\n\n"


router = APIRouter(route_class=DirectRoute)
STATUS_JSON = to_json(StatusAnswer().model_dump())
HEALTH_JSON = to_json(HealthAnswer().model_dump())


@router.get("/", response_model=StatusAnswer, tags=["tutorial"])
async def root() -> Response:
    """Which server this is."""
    return Response(STATUS_JSON, media_type="application/json")


@router.get("/health", response_model=HealthAnswer, tags=["tutorial"])
async def health() -> Response:
    """Liveness: for Kubernetes, load balancers and monitoring. Never asks the backend."""
    return Response(HEALTH_JSON, media_type="application/json")


@router.post("/chat", response_model=ChatAnswer, tags=["tutorial"])
async def chat(body: ChatBody, request: Request) -> ASGIApp:
    """Answer a message or go on with a conversation.

    With `"stream": true` the answer is `text/event-stream`: `data: {"delta":"text"}` for each piece, then
    `data: {"done":true,"model":...,"backend":...,"usage":{...},"timings":{...}}`. A stream that ends without `done`
    was cut off; a failure after the head is `data: {"error":{"code":...,"message":...}}`.
    """
    answering: Answering = request.app.state.answering
    dialect = ChatDialect(answering.backend.name, lesson=body.is_lesson)
    return answering.respond(body.generation(), dialect, stream=body.stream)
