"""Sampling options under Ollama's names, as POST /chat and Ollama's API take them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from llm_api.generation import OptionValue

StopText = Annotated[str, Field(min_length=1)]


class Options(BaseModel):
    """The options that have a meaning for more than one backend. null counts as not given."""

    model_config = ConfigDict(extra="forbid", strict=True)

    temperature: Annotated[FiniteFloat, Field(ge=0, le=10)] | None = None
    top_p: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    min_p: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    seed: Annotated[int, Field(ge=-(2**31), lt=2**32)] | None = None
    num_predict: Annotated[int, Field(ge=-2, le=10_000_000)] | None = None
    num_ctx: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    stop: Annotated[list[StopText], Field(max_length=16)] | None = None
    repeat_penalty: Annotated[FiniteFloat, Field(ge=0, le=10)] | None = None
    presence_penalty: Annotated[FiniteFloat, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[FiniteFloat, Field(ge=-2, le=2)] | None = None

    def given(self) -> dict[str, OptionValue]:
        """Those that were given, for a `Generation`."""
        return self.model_dump(exclude_none=True)


class OllamaOptions(Options):
    """The same and whatever else Ollama may know: numbers, words, switches and lists of words."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, FiniteFloat | int | bool | str | list[str] | None]
