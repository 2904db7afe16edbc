"""Log lines on stdout, for people or as JSON. What comes from outside is escaped: no request can forge a line."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache

from llm_api.settings import LogFormat

request_id: ContextVar[str] = ContextVar("request_id", default="-")

logger = logging.getLogger("llm_api")
# Short enough that nobody who follows the log sees it.
GATHER_S = 0.02


def configure_logs(log_format: LogFormat) -> None:
    """Send our own lines and uvicorn's to stdout in one format."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines() if log_format == "json" else HumanLines())
    logging.raiseExceptions = False
    for name in ("llm_api", "uvicorn"):
        log = logging.getLogger(name)
        log.handlers = [handler]
        log.setLevel(logging.INFO)
        log.propagate = False
    uvicorn_errors = logging.getLogger("uvicorn.error")
    uvicorn_errors.handlers = []
    uvicorn_errors.propagate = True
    # httpx would log each upstream address, query and all.
    logging.getLogger("httpx").setLevel(logging.WARNING)


class AccessLog:
    """One line a request, in the same two forms.

    Written past `logging`, which would cost more than an echo, and together with the lines of the next moment: each
    write wakes the engine, which reads it.
    """

    def __init__(self, log_format: LogFormat) -> None:
        self._line = _json_line if log_format == "json" else _human_line
        self._lines: list[str] = []

    def write(self, method: str, path: str, status: int, total_ms: float, client: str) -> None:
        """Note one request. The query is left out: it may hold what should not be in a log."""
        fields = {"method": method, "path": path, "status": status, "total_ms": round(total_ms, 1), "client": client}
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_S, self.flush)
        self._lines.append(self._line(time.time(), "INFO", "request", fields))

    def flush(self) -> None:
        """Write what was gathered."""
        lines, self._lines = self._lines, []
        if lines:
            with suppress(OSError, ValueError):  # nobody reads the log any more; the answers were given all the same
                sys.stdout.write("\n".join([*lines, ""]))


class HumanLines(logging.Formatter):
    """`2026-01-31T12:00:00Z INFO request method=POST path=/chat status=200 total_ms=3.1 client=172.17.0.1 id=4f1c`"""

    def format(self, record: logging.LogRecord) -> str:
        line = _human_line(record.created, record.levelname, record.getMessage(), _fields(record))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """The same as one JSON object a line; a stack stands in `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        if record.exc_info:
            fields = {**fields, "exception": self.formatException(record.exc_info)}
        return _json_line(record.created, record.levelname, record.getMessage(), fields)


def _human_line(created_s: float, level: str, message: str, fields: Mapping[str, object]) -> str:
    words = " ".join([f"{name}={_word(value)}" for name, value in fields.items()])
    return f"{_utc(int(created_s))} {level} {_one_line(message)} {words}{' ' if words else ''}id={request_id.get()}"


def _json_line(created_s: float, level: str, message: str, fields: Mapping[str, object]) -> str:
    head = {"time": _utc(int(created_s)), "level": level.lower(), "message": message}
    return json.dumps({**head, **fields, "request_id": request_id.get()}, default=str)


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    fields: Mapping[str, object] = getattr(record, "fields", {})
    return fields


@lru_cache(maxsize=4)
def _utc(created_s: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created_s))


def _one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _word(value: object) -> str:
    return _one_line(str(value)).replace(" ", "\\x20")
