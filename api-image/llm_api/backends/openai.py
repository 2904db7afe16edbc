"""Any server that speaks OpenAI's API (platform.openai.com/docs/api-reference): vLLM, llama.cpp, LM Studio, ..."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime

from llm_api.backends.contract import Embeddings, Model
from llm_api.backends.reading import mapping, objects, text, vectors, whole
from llm_api.backends.upstream import Patience, Upstream, error_message, shown
from llm_api.failures import Failure
from llm_api.generation import Delta, Finished, FinishReason, Generation
from llm_api.json_text import to_json

# Our option names (Ollama's) as OpenAI's API has them; an option that is not here has no counterpart.
OPTION_NAMES = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "num_predict": "max_tokens",
    "stop": "stop",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}


class OpenAIBackend:
    """Answers with a model behind an OpenAI-compatible address. Proxies of the environment are honoured: it may be far.

    configured_model  the default; empty takes the first that the server lists
    """

    name = "openai"

    def __init__(self, base_url: str, api_key: str, configured_model: str, patience: Patience) -> None:
        self.default_model = configured_model
        self._patience = patience
        self._upstream = Upstream(
            base_url,
            called=f"The server at {shown(base_url)}",
            patience=patience,
            api_key=api_key,
            use_proxies=True,
        )

    async def generate(self, generation: Generation) -> AsyncGenerator[Delta | Finished, None]:
        """POST /chat/completions, always streamed, with usage."""
        body = await self._body(generation)
        reason: FinishReason | None = None
        usage: Mapping[str, object] = {}
        model = str(body["model"])
        async with aclosing(self._upstream.lines("/chat/completions", body)) as lines:
            async for line in lines:
                field, _, value = line.partition(b":")
                value = value.strip()
                if field != b"data" or not value:
                    continue
                if value == b"[DONE]":
                    reason = reason or "stop"
                    break
                event = self._upstream.parse(value)
                if "error" in event:
                    raise self._upstream.complained(500, error_message(to_json(event)))
                model = text(event.get("model")) or model
                usage = mapping(event.get("usage")) or usage
                for choice in objects(event.get("choices")):
                    content = text(mapping(choice.get("delta")).get("content"))
                    if content:
                        yield Delta(content)
                    if choice.get("finish_reason"):
                        reason = "length" if choice["finish_reason"] == "length" else "stop"
        if reason is not None:
            yield Finished(
                model=model,
                reason=reason,
                prompt_tokens=whole(usage.get("prompt_tokens")),
                completion_tokens=whole(usage.get("completion_tokens")),
            )

    async def models(self) -> tuple[Model, ...]:
        """GET /models."""
        listed = await self._upstream.ask("GET", "/models")
        return tuple(
            Model(name=text(entry.get("id")), created_at=_utc(whole(entry.get("created"))))
            for entry in objects(listed.get("data"))
        )

    async def describe(self, model: str) -> Mapping[str, object]:
        """That the server has it; its API tells no more."""
        if model not in {known.name for known in await self.models()}:
            raise self._upstream.complained(404, f"model {model!r} is not in its list")
        return {"details": {"family": "openai"}, "model_info": {}, "capabilities": ["completion"]}

    async def embed(self, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        """POST /embeddings."""
        name = model or await self._default()
        answer = await self._upstream.ask(
            "POST",
            "/embeddings",
            {"model": name, "input": list(inputs), "encoding_format": "float"},
            timeout_s=self._patience.first_token_s,
        )
        rows = sorted(objects(answer.get("data")), key=lambda row: whole(row.get("index")) or 0)
        found = vectors([row.get("embedding") for row in rows])
        if len(found) != len(inputs):
            raise self._upstream.not_understood("another number of vectors than it was given texts")
        return Embeddings(name, found, whole(mapping(answer.get("usage")).get("prompt_tokens")))

    async def close(self) -> None:
        """Close the connections."""
        await self._upstream.close()

    async def _body(self, generation: Generation) -> dict[str, object]:
        body: dict[str, object] = {
            "model": generation.model or await self._default(),
            "messages": [{"role": message.role, "content": message.content} for message in generation.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        for name, value in generation.options.items():
            if name not in OPTION_NAMES:
                raise _unsupported(name)
            body[OPTION_NAMES[name]] = value
        for name, asked in generation.native.items():
            if name != "format":
                raise _unsupported(name)
            body["response_format"] = _response_format(asked)
        return body

    async def _default(self) -> str:
        if not self.default_model:
            first = next(iter(await self.models()), None)
            if first is None:
                raise Failure("model_not_found", "The backend lists no model. Name one with LLM_MODEL.", param="model")
            self.default_model = first.name
        return self.default_model


def _response_format(asked: object) -> dict[str, object]:
    if isinstance(asked, dict):
        return {"type": "json_schema", "json_schema": {"name": "answer", "schema": asked}}
    return {"type": "json_object"}


def _unsupported(name: str) -> Failure:
    return Failure("unsupported_parameter", f"The OpenAI API of the backend has no `{name}`.", param=name)


def _utc(created_s: int | None) -> str | None:
    try:
        return None if created_s is None else datetime.fromtimestamp(created_s, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
