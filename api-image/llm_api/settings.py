"""The settings, all from the environment, read once at start. A wrong one stops the start with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

BackendName = Literal["echo", "ollama", "openai"]
LogFormat = Literal["human", "json"]

DEFAULT_OLLAMA_HOST = "http://localhost:11434"
DEFAULT_MODEL = "llama3"


class SettingsError(ValueError):
    """An environment variable holds what cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """See README.md, "Settings", for each variable. Durations are seconds, sizes are bytes."""

    backend: BackendName = "echo"
    model: str = ""
    ollama_host: str = DEFAULT_OLLAMA_HOST
    openai_base_url: str = ""
    openai_api_key: str = ""
    api_key: str = ""
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    max_body_bytes: int = 4 * 1024 * 1024
    body_timeout_s: float = 30.0
    write_timeout_s: float = 30.0
    max_generations: int = 8
    max_waiting: int = 32
    max_connections: int = 512
    head_timeout_s: float = 10.0
    first_token_timeout_s: float = 900.0
    token_timeout_s: float = 120.0
    echo_delay_ms: int = 0
    log_format: LogFormat = "human"


DEFAULTS = Settings()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises `SettingsError`.

    An empty variable counts as not set, because that is what compose files and forms leave behind.
    """
    read = _Environment(environment)
    ollama_host = read.text("OLLAMA_HOST")
    backend = read.choice("LLM_BACKEND", get_args(BackendName), "ollama" if ollama_host else "echo")
    openai_base_url = read.text("OPENAI_BASE_URL")
    if backend == "openai" and not openai_base_url:
        raise SettingsError("LLM_BACKEND=openai needs OPENAI_BASE_URL, e.g. http://host.docker.internal:8080/v1.")
    api_key = read.text("API_KEY")
    if read.choice("REQUIRE_API_KEY", ("true", "false"), "false") == "true" and not api_key:
        raise SettingsError("REQUIRE_API_KEY=true needs API_KEY: whoever reaches this port could use the model.")
    if api_key and (not api_key.isascii() or not api_key.isprintable() or " " in api_key):
        raise SettingsError("API_KEY takes printable ASCII characters without spaces.")
    return Settings(
        backend=cast(BackendName, backend),
        model=read.text("LLM_MODEL"),
        ollama_host=_base_url("OLLAMA_HOST", _with_ollama_defaults(ollama_host or DEFAULT_OLLAMA_HOST)),
        openai_base_url=_base_url("OPENAI_BASE_URL", openai_base_url) if openai_base_url else "",
        openai_api_key=read.text("OPENAI_API_KEY"),
        api_key=api_key,
        allowed_hosts=tuple(host.lower() for host in read.words("ALLOWED_HOSTS")),
        allowed_origins=tuple(origin.lower().rstrip("/") for origin in read.words("ALLOWED_ORIGINS")),
        max_body_bytes=read.whole("MAX_BODY_BYTES", DEFAULTS.max_body_bytes, at_least=1024),
        body_timeout_s=read.seconds("BODY_TIMEOUT_S", DEFAULTS.body_timeout_s),
        write_timeout_s=read.seconds("WRITE_TIMEOUT_S", DEFAULTS.write_timeout_s),
        max_generations=read.whole("MAX_GENERATIONS", DEFAULTS.max_generations, at_least=1),
        max_waiting=read.whole("MAX_WAITING", DEFAULTS.max_waiting, at_least=0),
        max_connections=read.whole("MAX_CONNECTIONS", DEFAULTS.max_connections, at_least=2),
        head_timeout_s=read.seconds("HEAD_TIMEOUT_S", DEFAULTS.head_timeout_s),
        first_token_timeout_s=read.seconds("FIRST_TOKEN_TIMEOUT_S", DEFAULTS.first_token_timeout_s),
        token_timeout_s=read.seconds("TOKEN_TIMEOUT_S", DEFAULTS.token_timeout_s),
        echo_delay_ms=read.whole("ECHO_DELAY_MS", DEFAULTS.echo_delay_ms, at_least=0),
        log_format=cast(LogFormat, read.choice("LOG_FORMAT", get_args(LogFormat), DEFAULTS.log_format)),
    )


def _with_ollama_defaults(host: str) -> str:
    # Ollama's own variable may be a bare host, a host with a port, or 0.0.0.0 for a server's own use.
    if "://" not in host:
        named_port = host.rpartition("]")[2].count(":") > 0
        host = f"http://{host}" if named_port else f"http://{host}:11434"
    return host.replace("//0.0.0.0", "//127.0.0.1", 1)


def _base_url(variable: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
        parts.port  # noqa: B018 - reading it raises for a port that is no number
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{variable} takes an address like http://host.docker.internal:11434.")
    return value.rstrip("/")


class _Environment:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, variable: str) -> str:
        return self._variables.get(variable, "").strip()

    def words(self, variable: str) -> list[str]:
        return [word for word in self.text(variable).replace(",", " ").split() if word]

    def choice(self, variable: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(variable).lower() or default
        if value not in choices:
            raise SettingsError(f"{variable} takes one of {', '.join(choices)}.")
        return value

    def whole(self, variable: str, default: int, *, at_least: int) -> int:
        try:
            value = int(self.text(variable) or default)
        except ValueError:
            value = at_least - 1
        if value < at_least:
            raise SettingsError(f"{variable} takes a whole number of at least {at_least}.")
        return value

    def seconds(self, variable: str, default: float) -> float:
        try:
            value = float(self.text(variable) or default)
        except ValueError:
            value = 0.0
        if not 0 < value < 1e6:
            raise SettingsError(f"{variable} takes a number of seconds above 0.")
        return value
