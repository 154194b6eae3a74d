"""The desk by HTTP: for the page in `web/`, and for programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from inkgrad.batch.inbox import Handled
from inkgrad.batch.sorting import Plan
from inkgrad.desk import form_kinds, pictures_kept
from inkgrad.desk.alike import alike, settle_alike
from inkgrad.desk.answers import (
    Login,
    Refused,
    Said,
    SaidOfAlike,
    Undone,
    body_of,
    bytes_of,
    told,
    web_file,
    whole_number,
)
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.desk_metrics import MEDIA_TYPE, DeskMetrics
from inkgrad.desk.desk_pieces import put, spoken_of
from inkgrad.desk.double_entry import blind, contested, expect_third, to_check
from inkgrad.desk.guard import COOKIE, Guard
from inkgrad.desk.guarded import Guarded
from inkgrad.desk.handing_out import as_csv, as_plain
from inkgrad.desk.interface import document
from inkgrad.desk.job_routes import JobRoutes, accepted, is_async
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.piece_routes import PieceRoutes
from inkgrad.desk.rates import error_rates
from inkgrad.desk.readers_at_once import DeskReader
from inkgrad.desk.searching import begins
from inkgrad.desk.watched import WatchedFolder
from inkgrad.errors import InkgradError, UsageError
from inkgrad.reading import kinds

_WEB = {"desk.js": "text/javascript", "talk.js": "text/javascript", "style.css": "text/css"}
_WEB |= dict.fromkeys(
    ("alike.js", "checks.js", "rates.js", "piece.js", "search.js", "api.js"), "text/javascript"
)
_PAGES = {name: f"{name}.html" for name in ("checks", "rates", "piece", "search", "api")}
_FILES = ("application/pdf", "application/octet-stream")
_MOST_READING = 80  # requests that are read or wait for it: more than a worker lets wait


class Service:
    """What a desk answers. `most_bytes` bounds what is sent to be read, `kind` is read by default.

    `double` is the part of what stands that a second person reads again, blind. So many jobs are
    done `at_once`. By a `plan` each ZIP code has its bin.

    `app` is the ASGI application.
    """

    def __init__(
        self,
        ledger: Ledger,
        worker: DeskReader,
        guard: Guard,
        kind: str = "zip",
        most_bytes: int = 50 * 2**20,
        double: float = 0.0,
        at_once: int = 1,
        plan: Plan | None = None,
    ) -> None:
        self.ledger, self.worker, self.guard = ledger, worker, guard
        self.kinds = [*kinds.names(), *form_kinds.names(ledger.folder)]
        if kind not in self.kinds:
            raise UsageError(f"as {kind!r} is unknown, expected one of {', '.join(self.kinds)}")
        self.kind, self.most_bytes = kind, most_bytes
        self.double, self.plan = double, plan
        self._reading, self.metrics = CapacityLimiter(_MOST_READING), DeskMetrics()
        self.jobs = Jobs(ledger, self._read, threads=at_once)
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
            Route(say + "line.png", self.line),
            Route(say + "piece.jpg", self.piece),
            Route(say + "{what:str}", self.say, methods=["POST"]),
        ]
        more = [*JobRoutes(self.jobs).routes, *PieceRoutes(ledger).routes]
        routes[-3:-3] = [*more, Route("/metrics", self.measured), Route("/v1/search", self.search)]
        faults: Any = {InkgradError: told, 404: told, 405: told}
        self.app: ASGIApp = Guarded(
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
        answer = Response(web_file(_PAGES.get(name, "index.html")), media_type="text/html")
        if not self.guard.token and not self.guard.has_cookie(request.cookies.get(COOKIE, "")):
            self._give_cookie(answer)
        return answer

    def web(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _WEB:
            raise Refused(404, "there is nothing here")
        return Response(web_file(name), media_type=_WEB[name])

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
        role = self.guard.role_of_token((await body_of(request, Login)).token)
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
        content = await bytes_of(request, self.most_bytes)
        name = request.query_params.get("name", "image")[:200]
        sha256 = await run_in_threadpool(pictures_kept.keep, self.ledger.folder, content)
        if is_async(request):
            return accepted(await run_in_threadpool(self.jobs.add, sha256, name, kind))
        # by threads of their own: whoever settles waits for nobody who is read
        found = await anyio.to_thread.run_sync(
            self._read, sha256, name, kind, limiter=self._reading
        )
        return JSONResponse({"fields": [self._plain(field) for field in found]}, 201)

    def _read(self, sha256: str, name: str, kind: str) -> list[DeskField]:
        if known := spoken_of(self.ledger, sha256, kind):
            return known
        with self.metrics.reading():
            parts = self.worker.read(sha256, name, kind)
        return put(self.ledger, (sha256, name, kind), parts)

    def queue(self, request: Request) -> Response:
        order = request.query_params.get("order", "doubt")
        found = self.ledger.queue(order, whole_number(request, "count", 11, 100))
        return JSONResponse(
            {
                "fields": [self._plain(contested(self.ledger, field)) for field in found],
                "waiting": self.ledger.waiting(),
            }
        )

    def results(self, request: Request) -> Response:
        after, count = (
            whole_number(request, "after", 0, 2**53),
            whole_number(request, "count", 1000, 1000),
        )
        found = self.ledger.results(after, count)
        return JSONResponse({"fields": [self._plain(field) for field in found]})

    def search(self, request: Request) -> Response:
        text = request.query_params.get("text", "")[:1000]
        found = begins(self.ledger, text, whole_number(request, "count", 100, 1000))
        return JSONResponse({"fields": [self._plain(field) for field in found]})

    def table(self, _: Request) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="desk.csv"'}
        return Response(as_csv(self.ledger, self.plan), media_type="text/csv", headers=headers)

    def field(self, request: Request) -> Response:
        number = request.path_params["number"]
        events = self.ledger.events(number)
        return JSONResponse({**self._plain(self.ledger.field(number)), "events": events})

    def line(self, request: Request) -> Response:
        field = self.ledger.field(request.path_params["number"])
        return self._picture(field, field.kind, "image/png")

    def piece(self, request: Request) -> Response:
        return self._picture(self.ledger.field(request.path_params["number"]), "", "image/jpeg")

    def _picture(self, field: DeskField, kind: str, media_type: str) -> Response:
        path = pictures_kept.shown(self.ledger.folder, field.sha256, field.page, kind)
        if not path.is_file():
            raise Refused(404, "there is no picture of it")
        return FileResponse(path, media_type=media_type)

    async def say(self, request: Request) -> Response:
        what, said = request.path_params["what"], await body_of(request, Said)
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
        done = self._plain(await run_in_threadpool(ways[what]))
        return JSONResponse({"id": number} if what == "check" else done)

    def alike(self, request: Request) -> Response:
        by = request.query_params.get("by", "reading")
        found = alike(self.ledger, request.path_params["number"], by)
        return JSONResponse({"fields": [self._plain(field) for field in found]})

    def checks(self, request: Request) -> Response:
        who, count = request.query_params.get("who", ""), whole_number(request, "count", 11, 100)
        found = to_check(self.ledger, self.double, who, count)
        return JSONResponse({"fields": [blind(field) for field in found], "part": self.double})

    def rates(self, _: Request) -> Response:
        return JSONResponse(msgspec.to_builtins(error_rates(self.ledger)))

    async def settle_alike(self, request: Request) -> Response:
        said = await body_of(request, SaidOfAlike)
        by = (said.text, said.who, said.seconds)
        found = await run_in_threadpool(settle_alike, self.ledger, said.fields, *by)
        return JSONResponse({"fields": [self._plain(field) for field in found]})

    async def undo(self, request: Request) -> Response:
        who = (await body_of(request, Undone)).who
        return JSONResponse(self._plain(await run_in_threadpool(self.ledger.undo, who)))

    def _plain(self, field: DeskField) -> dict[str, Any]:
        return as_plain(field, self.plan)

    def _give_cookie(self, answer: Response, role: str = "administer") -> None:
        answer.set_cookie(COOKIE, self.guard.cookie(role), httponly=True, samesite="strict")
