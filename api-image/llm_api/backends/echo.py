"""The backend that needs no model: it answers `Echo: ` and what it was told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping

from llm_api.backends.contract import Embeddings, Model
from llm_api.failures import Failure
from llm_api.generation import Delta, Finished, Generation

# A word with the space before it, never more than eight characters, so that Korean and long words stream too.
PIECE = re.compile(r"\s*\S{1,8}|\s+")


class EchoBackend:
    """Repeats the last user message.

    It answers to two names: `echo`, and the model that the service is set to, so that a client written for Ollama
    (`model="llama3"`) can be tried without one.
    """

    name = "echo"
    default_model = "echo"

    def __init__(self, configured_model: str, piece_delay_s: float) -> None:
        self._names = {"echo", configured_model}
        self._piece_delay_s = piece_delay_s

    async def generate(self, generation: Generation) -> AsyncGenerator[Delta | Finished, None]:
        """Stream the echo in small pieces. Tokens are counted as words: there is no tokenizer to ask."""
        model = self._known(generation.model)
        if generation.native:
            field = next(iter(generation.native))
            raise Failure("unsupported_parameter", f"The echo backend does not know `{field}`.", param=field)
        if not generation.messages:
            yield Finished(model, "load")
            return
        heard = next((m.content for m in reversed(generation.messages) if m.role == "user"), "")
        answer = f"Echo: {heard}"
        for piece in PIECE.findall(answer):
            if self._piece_delay_s:
                await asyncio.sleep(self._piece_delay_s)
            yield Delta(piece)
        yield Finished(
            model=model,
            prompt_tokens=sum(len(m.content.split()) for m in generation.messages),
            completion_tokens=len(answer.split()),
        )

    async def models(self) -> tuple[Model, ...]:
        """Both names."""
        return tuple(Model(name) for name in sorted(self._names))

    async def describe(self, model: str) -> Mapping[str, object]:
        """That it is an echo."""
        self._known(model)
        return {"details": {"format": "echo", "family": "echo"}, "model_info": {}, "capabilities": ["completion"]}

    async def embed(self, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        """An echo has no meaning to measure."""
        raise Failure("backend_unsupported", "The echo backend has no embeddings. Set LLM_BACKEND=ollama or openai.")

    async def close(self) -> None:
        """There is nothing to release."""

    def _known(self, model: str | None) -> str:
        if model is None:
            return self.default_model
        if model.removesuffix(":latest") not in self._names:
            names = ", ".join(sorted(self._names))
            raise Failure(
                "model_not_found", f"There is no model `{model}` here. The echo backend has: {names}.", param="model"
            )
        return model
