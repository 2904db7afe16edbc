"""Routes that FastAPI describes and that are answered without its machinery.

FastAPI's own way from a path to an answer costs more than the echo, its log line and its metrics together. A
`DirectRoute` stands in the description like any other route; `Edge` finds it by method and path and calls `answer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_type_hints

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from llm_api.failures import Failure
from llm_api.json_text import to_json

Body = TypeVar("Body", bound=BaseModel)


class DirectRoute(APIRoute):
    """A fixed path. Its function takes `body` (a model), `request`, both or none, and returns an ASGI response."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        hints = get_type_hints(endpoint)
        self._body_type: type[BaseModel] | None = hints.get("body")
        self._takes_request = "request" in hints

    async def answer(self, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        """Answer a request whose whole body was read. Raises `Failure`."""
        arguments: dict[str, object] = {}
        if self._body_type is not None:
            arguments["body"] = parse_body(self._body_type, body)
        if self._takes_request:
            arguments["request"] = Request(scope, receive)
        response = await self.endpoint(**arguments)
        await response(scope, receive, send)


def direct_routes(routers: Iterable[APIRouter]) -> dict[tuple[str, str], DirectRoute]:
    """All direct routes of these routers by method and path."""
    return {
        (method, route.path): route
        for router in routers
        for route in router.routes
        if isinstance(route, DirectRoute)
        for method in route.methods or ()
    }


def json_response(value: object, status_code: int = 200) -> Response:
    """Any JSON value as a response."""
    return Response(to_json(value), status_code=status_code, media_type="application/json")


def parse_body(body_type: type[Body], body: bytes) -> Body:
    """The body as this model. The failure names the first field that is wrong and never repeats its value."""
    try:
        return body_type.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        raise Failure("invalid_json", "The body is not JSON.")
    where = ".".join(str(part) for part in first["loc"])
    what = str(first["msg"]).removeprefix("Value error, ")
    raise Failure("invalid_request", f"{where}: {what}" if where else what, param=where or None)
