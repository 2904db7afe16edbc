"""What is asked of a language model and what comes back, in the words of no particular API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "load", "unload"]
OptionValue = str | int | float | bool | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One answer that a backend shall generate.

    model     the model's name; None asks for the backend's default
    messages  the conversation, oldest first
    options   sampling options under Ollama's names (temperature, top_p, num_predict, seed, stop, ...)
    native    fields of Ollama's API that only a backend which speaks it understands (format, keep_alive, ...)
    """

    model: str | None
    messages: tuple[Message, ...]
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    native: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer's text; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer; a stream without it was cut off.

    model              the name of the model that answered
    prompt_tokens      tokens read; None where the backend does not say
    completion_tokens  tokens written; None where the backend does not say
    backend_timings    the backend's own durations in milliseconds, e.g. {"load_ms": 812.4, "eval_ms": 93.1}
    """

    model: str
    reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    backend_timings: Mapping[str, float] = field(default_factory=dict)
