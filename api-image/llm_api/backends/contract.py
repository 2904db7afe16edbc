"""What every backend does. The routes know this and no backend."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from llm_api.generation import Delta, Finished, Generation


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a backend can use. `details` holds what the backend itself tells of it, in its own shape."""

    name: str
    created_at: str | None = None
    size_bytes: int | None = None
    digest: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector for each input, in its order."""

    model: str
    vectors: tuple[tuple[float, ...], ...]
    prompt_tokens: int | None = None


class Backend(Protocol):
    """A source of answers. Every method raises `Failure` for what can be expected to go wrong."""

    @property
    def name(self) -> str:
        """What LLM_BACKEND calls it."""

    @property
    def default_model(self) -> str:
        """The model that answers when a request names none."""

    def generate(self, generation: Generation) -> AsyncGenerator[Delta | Finished, None]:
        """Answer: deltas as they come, then exactly one `Finished`. Closing the generator stops the work upstream."""

    async def models(self) -> tuple[Model, ...]:
        """The models that can be asked for."""

    async def describe(self, model: str) -> Mapping[str, object]:
        """What the backend tells of one model, in the shape of Ollama's /api/show."""

    async def embed(self, model: str | None, inputs: tuple[str, ...]) -> Embeddings:
        """Vectors for texts."""

    async def close(self) -> None:
        """Release connections. Nothing is asked of the backend afterwards."""
