"""A field of a desk, as it was read and as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from inkgrad.documents.page import Box
from inkgrad.errors import UsageError

STATES = ("open", "accepted", "settled", "none")
"""What a field is: waiting for a person, read surely enough, settled, or said not to be there."""

COLUMNS = """
  f.id, p.sha256, p.page, p.name, p.arrived, f.kind, f.state, f.text, f.version, r.text AS read,
  r.confidence, r.status, r.detail, r.model
  FROM fields f JOIN pieces p ON p.id = f.piece JOIN readings r ON r.id = f.reading
"""
"""What `field_of` takes, after SELECT."""


class Meanwhile(UsageError):
    """Somebody else has settled it since it was shown."""


class Nothing(UsageError):
    """There is no such field, or nothing to undo."""


@dataclass(frozen=True)
class ReadField:
    """What a model read in a field: `box` is where, in the image upright as it was opened.

    `why` are the reasons to doubt it, in words; `model` is the checksum of the models that read.
    """

    text: str
    confidence: float
    status: str
    box: Box | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    why: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True)
class DeskField:
    """A field as it stands: `text` is what holds, `read` what was read last.

    `version` counts what people said of it; who settles says which one was seen.
    """

    id: int
    sha256: str
    page: int
    name: str
    arrived: float
    kind: str
    state: str
    text: str
    version: int
    read: ReadField


class _Detail(msgspec.Struct):
    """The part of a reading that nothing asks for by itself."""

    box: tuple[int, int, int, int] | None
    alternatives: tuple[tuple[str, float], ...]
    why: tuple[str, ...]


def detail_of(read: ReadField) -> str:
    """What is kept of a reading beside its columns, as JSON."""
    kept = {name: asdict(read)[name] for name in ("box", "alternatives", "why")}
    return msgspec.json.encode(kept).decode()


def field_of(row: Mapping[str, Any]) -> DeskField:
    """The field that a row of `COLUMNS` holds."""
    detail = msgspec.json.decode(row["detail"], type=_Detail)
    read = ReadField(
        row["read"],
        row["confidence"],
        row["status"],
        detail.box,
        detail.alternatives,
        detail.why,
        row["model"],
    )
    return DeskField(
        row["id"],
        row["sha256"],
        row["page"],
        row["name"],
        row["arrived"],
        row["kind"],
        row["state"],
        row["text"],
        row["version"],
        read,
    )


def storable(text: str, most: int) -> str:
    """A text as every database takes it: no NUL, no broken characters, no more than so many."""
    return text[:most].replace("\0", "").encode("utf-8", "replace").decode()
