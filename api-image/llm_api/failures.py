"""Every expected failure, as a code with its HTTP status. Anything else is a bug: 500 `internal`."""

from __future__ import annotations

from typing import Literal

FailureCode = Literal[
    "invalid_json",
    "invalid_request",
    "unsupported_parameter",
    "not_found",
    "method_not_allowed",
    "unauthorized",
    "host_refused",
    "origin_refused",
    "unsupported_media_type",
    "body_too_large",
    "body_timeout",
    "overloaded",
    "shutting_down",
    "model_not_found",
    "context_overflow",
    "backend_unsupported",
    "request_refused",
    "upstream_unreachable",
    "upstream_refused",
    "upstream_error",
    "upstream_protocol",
    "upstream_cut",
    "upstream_timeout",
    "internal",
]

STATUS: dict[FailureCode, int] = {
    "invalid_json": 400,
    "invalid_request": 422,
    "unsupported_parameter": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "unauthorized": 401,
    "host_refused": 403,
    "origin_refused": 403,
    "unsupported_media_type": 415,
    "body_too_large": 413,
    "body_timeout": 408,
    "overloaded": 503,
    "shutting_down": 503,
    "model_not_found": 404,
    "context_overflow": 400,
    "backend_unsupported": 501,
    "request_refused": 400,
    "upstream_unreachable": 502,
    "upstream_refused": 502,
    "upstream_error": 502,
    "upstream_protocol": 502,
    "upstream_cut": 502,
    "upstream_timeout": 504,
    "internal": 500,
}


class Failure(Exception):  # noqa: N818 - a word of the whole product
    """An expected failure.

    code           what happened, for programs
    message        what happened and what to do, for people; holds no secret and no stack
    param          the field of the request that is at fault, where there is one
    retry_after_s  seconds after which trying again makes sense
    """

    def __init__(
        self, code: FailureCode, message: str, *, param: str | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.code: FailureCode = code
        self.message = message
        self.param = param
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int:
        """The HTTP status of this failure."""
        return STATUS[self.code]

    @property
    def headers(self) -> dict[str, str]:
        """Extra response headers: Retry-After and WWW-Authenticate where they belong."""
        headers: dict[str, str] = {}
        if self.retry_after_s is not None:
            headers["retry-after"] = str(self.retry_after_s)
        if self.code == "unauthorized":
            headers["www-authenticate"] = "Bearer"
        return headers
