"""Jobs by HTTP: how one stands, and how it goes on, told as it happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from inkgrad.desk.jobs import ENDED, DeskJob, Jobs
from inkgrad.desk.waiting_room import Busy

_EVERY, _ALIVE = 0.1, 15.0  # seconds between two looks, and between two signs of life
_MOST_TOLD = 100  # streams at once


def is_async(request: Request) -> bool:
    """Whether whoever asks would rather not wait: `Prefer: respond-async` (RFC 7240)."""
    said = ",".join(request.headers.getlist("prefer")).split(",")
    return "respond-async" in (each.partition(";")[0].strip().lower() for each in said)


def accepted(job: DeskJob) -> Response:
    """The answer to who does not wait: where the job is."""
    headers = {"Location": f"/v1/jobs/{job.id}", "Preference-Applied": "respond-async"}
    return JSONResponse(_plain(job), 202, headers)


class JobRoutes:
    """What is answered of the jobs of a desk."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self._told = jobs, 0
        self.routes = [
            Route("/v1/jobs/{number:int}", self.job),
            Route("/v1/jobs/{number:int}/events", self.events),
        ]

    def job(self, request: Request) -> Response:
        """How a job stands."""
        return JSONResponse(_plain(self.jobs.job(request.path_params["number"])))

    async def events(self, request: Request) -> Response:
        """The same as server-sent events, one for each change, until it has ended."""
        number = request.path_params["number"]
        await run_in_threadpool(self.jobs.job, number)  # that it is there
        if self._told >= _MOST_TOLD:
            raise Busy(f"{self._told} streams are told of jobs, expected fewer: try again")
        return StreamingResponse(self._changes(number), media_type="text/event-stream")

    async def _changes(self, number: int) -> AsyncIterator[bytes]:
        self._told += 1
        try:
            last, said = None, time.monotonic()
            while last is None or last.state not in ENDED:
                job = await run_in_threadpool(self.jobs.job, number)
                if job != last:
                    last, said = job, time.monotonic()
                    content = msgspec.json.encode(_plain(job))
                    yield b"event: " + job.state.encode() + b"\ndata: " + content + b"\n\n"
                elif time.monotonic() - said > _ALIVE:
                    said = time.monotonic()
                    yield b": still there\n\n"
                else:
                    await asyncio.sleep(_EVERY)
        finally:
            self._told -= 1


def _plain(job: DeskJob) -> dict[str, Any]:
    return dict(msgspec.to_builtins(job))
