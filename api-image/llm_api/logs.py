"""Log lines on stdout, for people or as JSON. What comes from outside is escaped: no request can forge a line."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextvars import ContextVar

from llm_api.settings import LogFormat

request_id: ContextVar[str] = ContextVar("request_id", default="-")

logger = logging.getLogger("llm_api")
access_logger = logging.getLogger("llm_api.access")


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


def log_access(method: str, path: str, status: int, total_ms: float, client: str) -> None:
    """One line a request. The query is left out: it may hold what should not be in a log."""
    if access_logger.isEnabledFor(logging.INFO):
        fields = {"method": method, "path": path, "status": status, "total_ms": round(total_ms, 1), "client": client}
        access_logger.info("request", extra={"fields": fields})


class HumanLines(logging.Formatter):
    """`2026-01-31T12:00:00Z INFO request method=POST path=/chat status=200 total_ms=3.1 client=172.17.0.1 id=4f1c`"""

    def format(self, record: logging.LogRecord) -> str:
        parts = [_utc(record.created), record.levelname, _one_line(record.getMessage())]
        parts += [f"{name}={_word(value)}" for name, value in _fields(record).items()]
        parts.append(f"id={request_id.get()}")
        line = " ".join(parts)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """The same as one JSON object a line; a stack stands in `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _utc(record.created),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **_fields(record),
            "request_id": request_id.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = getattr(record, "fields", {})
    return fields


def _utc(created_s: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created_s))


def _one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _word(value: object) -> str:
    text = _one_line(str(value))
    return text.replace(" ", "\\x20")
