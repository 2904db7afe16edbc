"""A failure in the words of the API that was asked: ours, OpenAI's under /v1/, Ollama's under /api/."""

from __future__ import annotations

from starlette.responses import Response

from llm_api.failures import Failure
from llm_api.json_text import to_json


def failure_response(path: str, failure: Failure, request_id: str) -> Response:
    """The response to a failed request of this path."""
    return Response(
        to_json(failure_fields(path, failure, request_id)),
        status_code=_status(path, failure),
        headers=failure.headers,
        media_type="application/json",
    )


def _status(path: str, failure: Failure) -> int:
    # Both other APIs answer 400 where FastAPI, and with it the tutorial, answers 422.
    foreign = path.startswith(("/v1/", "/api/"))
    return 400 if foreign and failure.code == "invalid_request" else failure.status


def failure_fields(path: str, failure: Failure, request_id: str) -> dict[str, object]:
    """The body as fields. OpenAI's shape: platform.openai.com/docs/guides/error-codes; Ollama's: docs/api.md."""
    if path.startswith("/v1/"):
        kind = "server_error" if failure.status >= 500 else "invalid_request_error"
        return {
            "error": {"message": failure.message, "type": kind, "param": failure.param, "code": failure.code},
        }
    if path.startswith("/api/"):
        return {"error": failure.message}
    fields: dict[str, object] = {"code": failure.code, "message": failure.message, "request_id": request_id}
    if failure.param is not None:
        fields["param"] = failure.param
    return {"error": fields}
