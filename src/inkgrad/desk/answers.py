"""What requests to a desk hold, checked, and what is answered where something is wrong."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from inkgrad.desk.alike import MOST_ALIKE
from inkgrad.desk.desk_fields import Meanwhile, Nothing
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import ImageError, InkgradError

_MOST_JSON, _PATIENCE = 16_384, 60.0  # bytes of a body that is no image; seconds for one to come
_Body = TypeVar("_Body")
_Who = Annotated[str, Meta(min_length=1, max_length=60)]


class Said(msgspec.Struct):
    """What a person says of a field."""

    who: _Who
    version: Annotated[int, Meta(ge=0)]
    seconds: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    text: Annotated[str, Meta(max_length=1000)] = ""


class SaidOfAlike(msgspec.Struct):
    """What a person says of several fields at once."""

    who: _Who
    fields: Annotated[list[tuple[int, int]], Meta(min_length=1, max_length=MOST_ALIKE)]
    seconds: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    text: Annotated[str, Meta(max_length=1000)] = ""


class Undone(msgspec.Struct):
    """Who takes the last word back."""

    who: _Who


class Login(msgspec.Struct):
    """The token that lets somebody in."""

    token: Annotated[str, Meta(max_length=1000)]


class Refused(InkgradError):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


async def bytes_of(request: Request, most: int) -> bytes:
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


async def body_of(request: Request, kind: type[_Body]) -> _Body:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "is no JSON, expected application/json")
    try:
        return msgspec.json.decode(await bytes_of(request, _MOST_JSON), type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused(422, f"does not hold together ({str(error)[:200]})") from None


def whole_number(request: Request, name: str, usual: int, most: int) -> int:
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 17 and int(given) <= most):
        raise Refused(422, f"{name} {given[:20]!r} cannot be, expected 0 to {most:,}")
    return int(given)


def told(_: Request, error: Exception) -> Response:
    """An error as the answer: its status, and a line of why."""
    by_kind: dict[type[Exception], int] = {Meanwhile: 409, Nothing: 404, Busy: 429, ImageError: 422}
    status = getattr(error, "status", getattr(error, "status_code", by_kind.get(type(error), 422)))
    more = {"Retry-After": "5"} if status == 429 else None
    return JSONResponse({"error": getattr(error, "detail", str(error))}, status, more)


def web_file(name: str) -> bytes:
    return (files("inkgrad.desk") / "web" / name).read_bytes()
