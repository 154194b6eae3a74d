"""A field of a desk, as it was read and as it stands."""

from __future__ import annotations

import re
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


APART = "#"
"""What stands between a kind and the number of a part."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


class Meanwhile(UsageError):
    """Somebody else has settled it since it was shown."""


class Nothing(UsageError):
    """There is no such field, or nothing to undo."""


Place = tuple[float, float, float, float]
"""Left, top, right, bottom on the picture of a page, in parts of its width and height."""


@dataclass(frozen=True)
class ReadField:
    """What a model read in a field: `box` is where, in the image upright as it was opened.

    `why` are the reasons to doubt it, in words; `model` is the checksum of the models that read.
    `label` is what a part of a page is called, "" for the only one; `at` is where it is shown.
    `words` are those of a line: the text, whether it is in doubt, and where it is shown. It was
    `turned` by so many quarters counter-clockwise to be read.
    """

    text: str
    confidence: float
    status: str
    box: Box | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    why: tuple[str, ...] = ()
    model: str = ""
    label: str = ""
    at: Place | None = None
    words: tuple[tuple[str, bool, Place | None], ...] = ()
    turned: int = 0


@dataclass(frozen=True)
class DeskField:
    """A field as it stands: `text` is what holds, `read` what was read last.

    `version` counts what people said of it; who settles says which one was seen. `kind` ends in
    the number of a part where its page has several: "text#3" is the third line.
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
    label: str = ""
    at: Place | None = None
    words: tuple[tuple[str, bool, Place | None], ...] = ()
    turned: int = 0


def detail_of(read: ReadField) -> str:
    """What is kept of a reading beside its columns, as JSON."""
    kept = {name: asdict(read)[name] for name in _Detail.__struct_fields__}
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
        detail.label,
        detail.at,
        detail.words,
        detail.turned,
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


def is_part(kind: str) -> bool:
    """Whether a field of that kind is one of several on its page: "text#3"."""
    return APART in kind


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked for: each once, whatever its case."""
    return sorted({word for word in _WORD.findall(text.casefold()) if word})


def storable(text: str, most: int) -> str:
    """A text as every database takes it: no NUL, no broken characters, no more than so many."""
    return text[:most].replace("\0", "").encode("utf-8", "replace").decode()
