"""What may stand in a file that is read, said as a type, and looked at where the file is read.

A schema is a TypedDict, a dataclass or any other type of plain values. Whoever reads a file gets
values of that type, or the caller's own error in one line; nothing after it has to ask again.
docs/decisions/0011 says why msgspec does the work.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from inkgrad.errors import InkgradError

Kind = TypeVar("Kind")

Count = Annotated[int, Meta(ge=0, le=2**53)]
"""A whole number from 0 on, as large as a float holds exactly."""
Part = Annotated[float, Meta(ge=0, le=1)]
"""A part or a probability."""
Positive = Annotated[float, Meta(gt=0, le=1e9)]
"""A number above 0 that one can calculate with."""
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]
"""A number that is neither infinite nor none."""
Checksum = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 as it is written; it becomes a part of the names of files."""
Scalar = bool | int | Finite | str | None
"""One plain value."""


def decoded(
    kind: type[Kind], text: str | bytes, name: object, error: type[InkgradError]
) -> tuple[Kind, Any]:
    """The JSON in a file, and the same with whatever else stands there that the schema has not.

    Raises `error`, beginning with `name`, for what is no JSON or does not fit.
    """
    try:
        everything = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise error(f"{name}: does not hold together ({_short(fault)})") from None
    return checked(kind, everything, name, error), everything


def checked(kind: type[Kind], value: object, name: object, error: type[InkgradError]) -> Kind:
    """A plain value as the schema has it. Raises `error`, beginning with `name`, for another.

    Of an object, what the schema does not name is left out.
    """
    try:
        return msgspec.convert(value, kind)
    except (msgspec.MsgspecError, InkgradError, ValueError, RecursionError) as fault:
        raise error(f"{name}: does not hold together ({_short(fault)})") from None


def _short(fault: Exception) -> str:
    said = " ".join(str(fault).split())
    return said if len(said) <= 200 else f"{said[:200]}..."
