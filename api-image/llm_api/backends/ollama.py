"""Ollama over its native HTTP API (its docs/api.md): /api/chat, /api/tags, /api/show, /api/embed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import cast, get_args

from llm_api.backends.contract import Embeddings, Model
from llm_api.backends.reading import mapping, number, objects, text, vectors, whole
from llm_api.backends.upstream import Patience, Upstream, shown
from llm_api.generation import Delta, Finished, FinishReason, Generation

NANOSECONDS_PER_MS = 1_000_000
DURATIONS = {
    "total_ms": "total_duration",
    "load_ms": "load_duration",
    "prompt_eval_ms": "prompt_eval_duration",
    "eval_ms": "eval_duration",
}


class OllamaBackend:
    """Answers with a model of an Ollama server. It is never asked through a proxy: it is near."""

    name = "ollama"

    def __init__(self, base_url: str, default_model: str, patience: Patience) -> None:
        self.default_model = default_model
        self._patience = patience
        self._upstream = Upstream(base_url, called=f"Ollama at {shown(base_url)}", patience=patience)

    async def generate(self, generation: Generation) -> AsyncGenerator[Delta | Finished, None]:
        """POST /api/chat, always streamed. An `error` line after status 200 is a failure like any other."""
        body: dict[str, object] = {
            **generation.native,
            "model": generation.model or self.default_model,
            "messages": [{"role": message.role, "content": message.content} for message in generation.messages],
            "stream": True,
            "options": dict(generation.options),
        }
        async with aclosing(self._upstream.lines("/api/chat", body)) as lines:
            async for line in lines:
                if not line.strip():
                    continue
                event = self._upstream.parse(line)
                if "error" in event:
                    raise self._upstream.complained(500, str(event["error"]))
                content = text(mapping(event.get("message")).get("content"))
                if content:
                    yield Delta(content)
                if event.get("done") is True:
                    yield _finished(event, str(body["model"]))
                    return

    async def models(self) -> tuple[Model, ...]:
        """GET /api/tags."""
        listed = await self._upstream.ask("GET", "/api/tags")
        return tuple(
            Model(
                name=text(entry.get("name")),
                created_at=text(entry.get("modified_at")) or None,
                size_bytes=whole(entry.get("size")),
                digest=text(entry.get("digest")) or None,
                details=mapping(entry.get("details")),
            )
            for entry in objects(listed.get("models"))
        )

    async def describe(self, model: str) -> Mapping[str, object]:
        """POST /api/show, as it is."""
        return await self._upstream.ask("POST", "/api/show", {"model": model})

    async def embed(self, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        """POST /api/embed."""
        name = model or self.default_model
        answer = await self._upstream.ask(
            "POST", "/api/embed", {"model": name, "input": list(inputs)}, timeout_s=self._patience.first_token_s
        )
        found = vectors(answer.get("embeddings"))
        if len(found) != len(inputs):
            raise self._upstream.not_understood("another number of vectors than it was given texts")
        return Embeddings(name, found, whole(answer.get("prompt_eval_count")))

    async def close(self) -> None:
        """Close the connections."""
        await self._upstream.close()


def _finished(event: Mapping[str, object], model: str) -> Finished:
    reason = text(event.get("done_reason"))
    timings = {name: number(event.get(field)) for name, field in DURATIONS.items()}
    return Finished(
        model=text(event.get("model")) or model,
        reason=cast(FinishReason, reason) if reason in get_args(FinishReason) else "stop",
        prompt_tokens=whole(event.get("prompt_eval_count")),
        completion_tokens=whole(event.get("eval_count")),
        backend_timings={
            name: round(nanoseconds / NANOSECONDS_PER_MS, 3)
            for name, nanoseconds in timings.items()
            if nanoseconds is not None
        },
    )
