"""The guard before the desk: asked of every request, and its headers on every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from inkgrad.desk.guard import COOKIE, HEADERS, Guard


class Guarded:
    """Asks the guard before anything else, and puts its headers on every answer."""

    def __init__(self, app: ASGIApp, guard: Guard, answered: Callable[[int], None]) -> None:
        self.app, self.guard, self.answered = app, guard, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        cookie = request.cookies.get(COOKIE, "")
        fault = self.guard.fault(request.method, request.headers, cookie, request.url.path)
        if fault and fault[0] == 401 and _open(request):
            fault = None

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.answered(message["status"])
                given = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *given]}
            await send(message)

        if fault:
            refused = JSONResponse({"error": fault[1]}, fault[0])
            await refused(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)


def _open(request: Request) -> bool:
    """Whether that is for everybody: the empty page and how to enter, and signs of life."""
    path = request.url.path
    if path == "/v1/login":
        return request.headers.get("content-type", "").startswith("application/json")
    return path in ("/", "/health", "/ready", "/favicon.ico") or path.startswith("/web/")
