"""The desk by HTTP: for the page in `web/`, and for programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from msgspec import Meta
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from inkgrad.batch.inbox import Handled
from inkgrad.desk import pictures_kept
from inkgrad.desk.alike import MOST_ALIKE, alike, settle_alike
from inkgrad.desk.desk_fields import DeskField, Meanwhile, Nothing
from inkgrad.desk.desk_metrics import MEDIA_TYPE, DeskMetrics
from inkgrad.desk.double_entry import blind, contested, expect_third, to_check
from inkgrad.desk.guard import COOKIE, HEADERS, Guard
from inkgrad.desk.handing_out import as_csv, as_plain
from inkgrad.desk.interface import document
from inkgrad.desk.job_routes import JobRoutes, accepted, is_async
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.rates import error_rates
from inkgrad.desk.searching import begins
from inkgrad.desk.watched import WatchedFolder
from inkgrad.desk.worker import Busy, Worker
from inkgrad.errors import ImageError, InkgradError
from inkgrad.reading import kinds

_WEB = {"desk.js": "text/javascript", "talk.js": "text/javascript", "style.css": "text/css"}
_WEB |= dict.fromkeys(("alike.js", "checks.js", "rates.js"), "text/javascript")
_PAGES = {"checks": "checks.html", "rates": "rates.html"}
_FILES = ("application/pdf", "application/octet-stream")
_MOST_JSON, _PATIENCE = 16_384, 60.0  # bytes of a body that is no image; seconds for one to come
_MOST_READING = 80  # requests that are read or wait for it: more than a worker lets wait
_Body = TypeVar("_Body")
_Who = Annotated[str, Meta(min_length=1, max_length=60)]


class _Said(msgspec.Struct):
    who: _Who
    version: Annotated[int, Meta(ge=0)]
    seconds: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    text: Annotated[str, Meta(max_length=1000)] = ""


class _Alike(msgspec.Struct):
    who: _Who
    fields: Annotated[list[tuple[int, int]], Meta(min_length=1, max_length=MOST_ALIKE)]
    seconds: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    text: Annotated[str, Meta(max_length=1000)] = ""


class _Undone(msgspec.Struct):
    who: _Who


class _Login(msgspec.Struct):
    token: Annotated[str, Meta(max_length=1000)]


class Refused(InkgradError):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Service:
    """What a desk answers. `most_bytes` bounds what is sent to be read, `kind` is read by default.

    `double` is the part of what stands that a second person reads again, blind.

    `app` is the ASGI application.
    """

    def __init__(
        self,
        ledger: Ledger,
        worker: Worker,
        guard: Guard,
        kind: str = "zip",
        most_bytes: int = 50 * 2**20,
        double: float = 0.0,
    ) -> None:
        self.ledger, self.worker, self.guard = ledger, worker, guard
        self.kinds = kinds.names(lambda each: not each.is_page)
        self.kind, self.most_bytes = (
            kinds.named(kind, lambda each: not each.is_page).name,
            most_bytes,
        )
        self.double = double
        self._reading, self.metrics = CapacityLimiter(_MOST_READING), DeskMetrics()
        self.jobs = Jobs(ledger, self._read)
        say = "/v1/fields/{number:int}/"
        routes = [
            Route("/", self.page),
            Route("/{page:str}.html", self.page),
            Route("/web/{name}", self.web),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            Route("/health", lambda _: JSONResponse({"status": "ok"})),
            Route("/ready", self.ready),
            Route("/v1/openapi.json", lambda _: JSONResponse(document(self.kinds))),
            Route("/v1/login", self.login, methods=["POST"]),
            Route("/v1/session", self.session),
            Route("/v1/read", self.read, methods=["POST"]),
            Route("/v1/queue", self.queue),
            Route("/v1/results", self.results),
            Route("/v1/results.csv", self.table),
            Route("/v1/undo", self.undo, methods=["POST"]),
            Route("/v1/fields/{number:int}", self.field),
            Route("/v1/fields/{number:int}/alike", self.alike),
            Route("/v1/checks", self.checks),
            Route("/v1/rates", self.rates),
            Route("/v1/alike", self.settle_alike, methods=["POST"]),
            Route(say + "{picture:str}.png", self.picture),
            Route(say + "{what:str}", self.say, methods=["POST"]),
        ]
        routes[-2:-2] = [*JobRoutes(self.jobs).routes, Route("/metrics", self.measured)]
        routes.insert(-2, Route("/v1/search", self.search))
        faults: Any = {InkgradError: _told, 404: _told, 405: _told}
        self.app: ASGIApp = _Guarded(
            Starlette(routes=routes, exception_handlers=faults, lifespan=self._served),
            guard,
            self.metrics.answered,
        )

    @asynccontextmanager
    async def _served(self, _: Starlette) -> AsyncIterator[None]:
        self.jobs.begin()
        try:
            yield
        finally:
            self.jobs.end()

    def watched(
        self, folder: str | Path, noted: Callable[[Handled], object], **seconds: float
    ) -> WatchedFolder:
        """A folder whose files are read for this desk, as those that are sent."""
        most = self.most_bytes
        return WatchedFolder(folder, self.ledger, self._read, self.kind, noted, most, **seconds)

    def page(self, request: Request) -> Response:
        """The page; where no token is needed, with its cookie."""
        name = request.path_params.get("page", "")
        if name and name not in _PAGES:
            raise Refused(404, "there is nothing here")
        answer = Response(_web(_PAGES.get(name, "index.html")), media_type="text/html")
        if not self.guard.token and not self.guard.has_cookie(request.cookies.get(COOKIE, "")):
            self._give_cookie(answer)
        return answer

    def web(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _WEB:
            raise Refused(404, "there is nothing here")
        return Response(_web(name), media_type=_WEB[name])

    def ready(self, _: Request) -> Response:
        self.ledger.waiting(1)
        ready = self.worker.ready
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    def measured(self, _: Request) -> Response:
        now = {"fields_waiting": self.ledger.waiting(), "jobs_waiting": self.jobs.waiting()}
        return Response(
            self.metrics.text({**now, "ready": self.worker.ready}), media_type=MEDIA_TYPE
        )

    async def login(self, request: Request) -> Response:
        role = self.guard.role_of_token((await _body(request, _Login)).token)
        if not role:
            await asyncio.sleep(0.5)  # nobody tries many
            raise Refused(401, "that is not the token of this desk")
        answer = JSONResponse({"role": role})
        self._give_cookie(answer, role)
        return answer

    def session(self, request: Request) -> Response:
        """What the page needs to begin."""
        cookie = request.cookies.get(COOKIE, "")
        told = {"header": self.guard.header_for(cookie), "role": self.guard.role_of_cookie(cookie)}
        return JSONResponse({**told, "kinds": self.kinds, "kind": self.kind})

    async def read(self, request: Request) -> Response:
        kind = request.query_params.get("kind", self.kind)
        if kind not in self.kinds:
            raise Refused(422, f"as {kind!r} is unknown, expected one of {', '.join(self.kinds)}")
        sent = request.headers.get("content-type", "").partition(";")[0]
        if not sent.startswith("image/") and sent not in _FILES:
            raise Refused(415, f"{sent or 'nothing'} is no image, expected image/... or a PDF")
        content = await _bytes(request, self.most_bytes)
        name = request.query_params.get("name", "image")[:200]
        sha256 = await run_in_threadpool(pictures_kept.keep, self.ledger.folder, content)
        if is_async(request):
            return accepted(await run_in_threadpool(self.jobs.add, sha256, name, kind))
        # by threads of their own: whoever settles waits for nobody who is read
        found = await anyio.to_thread.run_sync(
            self._read, sha256, name, kind, limiter=self._reading
        )
        return JSONResponse({"fields": [as_plain(field) for field in found]}, 201)

    def _read(self, sha256: str, name: str, kind: str) -> list[DeskField]:
        with self.metrics.reading():
            pages = self.worker.read(sha256, name, kind)
        return [self.ledger.add(sha256, page, name, kind, read) for page, read in pages]

    def queue(self, request: Request) -> Response:
        order = request.query_params.get("order", "doubt")
        found = self.ledger.queue(order, _number(request, "count", 11, 100))
        return JSONResponse(
            {
                "fields": [as_plain(contested(self.ledger, field)) for field in found],
                "waiting": self.ledger.waiting(),
            }
        )

    def results(self, request: Request) -> Response:
        after, count = _number(request, "after", 0, 2**53), _number(request, "count", 1000, 1000)
        found = self.ledger.results(after, count)
        return JSONResponse({"fields": [as_plain(field) for field in found]})

    def search(self, request: Request) -> Response:
        text = request.query_params.get("text", "")[:1000]
        found = begins(self.ledger, text, _number(request, "count", 100, 1000))
        return JSONResponse({"fields": [as_plain(field) for field in found]})

    def table(self, _: Request) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="desk.csv"'}
        return Response(as_csv(self.ledger), media_type="text/csv", headers=headers)

    def field(self, request: Request) -> Response:
        number = request.path_params["number"]
        events = self.ledger.events(number)
        return JSONResponse({**as_plain(self.ledger.field(number)), "events": events})

    def picture(self, request: Request) -> Response:
        field = self.ledger.field(request.path_params["number"])
        name = request.path_params["picture"]
        if name not in ("line", "piece"):
            raise Refused(404, "there is nothing here")
        kind = field.kind if name == "line" else ""
        path = pictures_kept.shown(self.ledger.folder, field.sha256, field.page, kind)
        if not path.is_file():
            raise Refused(404, "there is no picture of it")
        return FileResponse(path, media_type="image/png")

    async def say(self, request: Request) -> Response:
        what, said = request.path_params["what"], await _body(request, _Said)
        number, ledger = request.path_params["number"], self.ledger
        by = (said.who, said.seconds)
        ways: dict[str, Callable[[], DeskField]] = {
            "check": lambda: ledger.check(number, said.version, said.text, *by),
            "settle": lambda: ledger.settle(number, said.version, said.text, *by),
            "skip": lambda: ledger.skip(number, said.version, *by),
            "none": lambda: ledger.none(number, said.version, *by),
        }
        if what not in ways:
            raise Refused(404, "there is nothing here")
        if what in ("settle", "none"):
            await run_in_threadpool(expect_third, ledger, number, said.who)
        done = as_plain(await run_in_threadpool(ways[what]))
        return JSONResponse({"id": number} if what == "check" else done)

    def alike(self, request: Request) -> Response:
        by = request.query_params.get("by", "reading")
        found = alike(self.ledger, request.path_params["number"], by)
        return JSONResponse({"fields": [as_plain(field) for field in found]})

    def checks(self, request: Request) -> Response:
        who, count = request.query_params.get("who", ""), _number(request, "count", 11, 100)
        found = to_check(self.ledger, self.double, who, count)
        return JSONResponse({"fields": [blind(field) for field in found], "part": self.double})

    def rates(self, _: Request) -> Response:
        return JSONResponse(msgspec.to_builtins(error_rates(self.ledger)))

    async def settle_alike(self, request: Request) -> Response:
        said = await _body(request, _Alike)
        by = (said.text, said.who, said.seconds)
        found = await run_in_threadpool(settle_alike, self.ledger, said.fields, *by)
        return JSONResponse({"fields": [as_plain(field) for field in found]})

    async def undo(self, request: Request) -> Response:
        who = (await _body(request, _Undone)).who
        return JSONResponse(as_plain(await run_in_threadpool(self.ledger.undo, who)))

    def _give_cookie(self, answer: Response, role: str = "administer") -> None:
        answer.set_cookie(COOKIE, self.guard.cookie(role), httponly=True, samesite="strict")


class _Guarded:
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


async def _bytes(request: Request, most: int) -> bytes:
    """What was sent, no more than may be and in no more time."""
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > most:
        raise Refused(413, f"{int(said):,} bytes are too many, expected {most:,} at most")
    content = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for block in request.stream():
                content += block
                if len(content) > most:
                    raise Refused(413, f"is too large, expected {most:,} bytes at most")
    except TimeoutError:
        raise Refused(408, f"took more than {_PATIENCE:.0f} seconds to come") from None
    return bytes(content)


async def _body(request: Request, kind: type[_Body]) -> _Body:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "is no JSON, expected application/json")
    try:
        return msgspec.json.decode(await _bytes(request, _MOST_JSON), type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused(422, f"does not hold together ({str(error)[:200]})") from None


def _number(request: Request, name: str, usual: int, most: int) -> int:
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 17 and int(given) <= most):
        raise Refused(422, f"{name} {given[:20]!r} cannot be, expected 0 to {most:,}")
    return int(given)


def _told(_: Request, error: Exception) -> Response:
    """An error as the answer: its status, and a line of why."""
    by_kind: dict[type[Exception], int] = {Meanwhile: 409, Nothing: 404, Busy: 429, ImageError: 422}
    status = getattr(error, "status", getattr(error, "status_code", by_kind.get(type(error), 422)))
    more = {"Retry-After": "5"} if status == 429 else None
    return JSONResponse({"error": getattr(error, "detail", str(error))}, status, more)


def _web(name: str) -> bytes:
    return (files("inkgrad.desk") / "web" / name).read_bytes()
