"""The files of a desk in its folder: those that came, and what a browser shows of them.

Each is called by the checksum of what came: no name from outside becomes a path. They are

    files/ab/abcd...              as it came
    shown/ab/abcd...-2.jpg        its second page, upright: a JPEG is written in a tenth of the time
    shown/ab/abcd...-2-zip.png    the line on it that was read
    shown/ab/abcd...-2-text-3.png the third line of a text; -2-text.json is all of it
"""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.atomic import atomic_write
from inkgrad.documents.page import Box
from inkgrad.errors import DataError

_CHECKSUM, _KIND = re.compile("[0-9a-f]{64}"), re.compile(r"[\w-]+(\.[\w-]+)*(#\d+)?")
_SHOWN = re.compile(r"shown/[0-9a-f]{2}/[0-9a-f]{64}-\d+[\w.-]*\.(jpg|png|json)")
_WIDEST, _MARGIN = 2000, 0.7  # pixels of a picture; paper around a line, in parts of its height


def keep(folder: Path, content: bytes) -> str:
    """Put what came into the folder, once; its checksum."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = came(folder, sha256)
    if not path.exists():
        atomic_write(path, content)
    return sha256


def came(folder: Path, sha256: str) -> Path:
    """Where a file is as it came."""
    return _within(folder / "files", sha256) / sha256


def shown(folder: Path, sha256: str, page: int, kind: str = "") -> Path:
    """Where the picture of a page is, or that of the field of a kind on it."""
    if kind and not _KIND.fullmatch(kind):
        raise DataError(f"{kind!r}: is no name of a kind, expected letters")
    field = f"-{kind}".replace("#", "-") + ".png" if kind else ".jpg"
    return _within(folder / "shown", sha256) / f"{sha256}-{int(page)}{field}"


def draw_page(folder: Path, sha256: str, page: int, picture: NDArray[np.uint8]) -> None:
    """Write the picture (h, w) of a page, upright."""
    atomic_write(shown(folder, sha256, page), _coded(picture, "JPEG", quality=85))


def draw_part(folder: Path, sha256: str, page: int, kind: str, picture: NDArray[np.uint8]) -> None:
    """Write the picture (h, w) of a field on a page, or of a part: "text#3"."""
    atomic_write(shown(folder, sha256, page, kind), _coded(picture, "PNG", compress_level=3))


def write_document(folder: Path, sha256: str, page: int, kind: str, document: str) -> None:
    """Keep the document that the lines of a page are lines of."""
    atomic_write(document_at(folder, sha256, page, kind), document)


def document_at(folder: Path, sha256: str, page: int, kind: str) -> Path:
    """Where the document of a page of text is."""
    return shown(folder, sha256, page, kind).with_suffix(".json")


def among(folder: Path, name: str) -> Path:
    """A file of the folder by its place there, as another machine wrote it; DataError for others.

    >>> among(Path("desk"), "../secret")
    Traceback (most recent call last):
    inkgrad.errors.DataError: '../secret': is no picture of a desk
    """
    if not _SHOWN.fullmatch(name):
        raise DataError(f"{name!r}: is no picture of a desk")
    return folder / name


def cut_out(grey: NDArray[np.uint8], line: Box | None) -> NDArray[np.uint8]:
    """The part of a page (h, w) around a box, with paper around it; all of it where none is."""
    if line is None:
        return grey
    left, top, right, bottom = line
    margin = int(_MARGIN * max(8, min(bottom - top, right - left))) + 1
    return grey[
        max(0, top - margin) : max(1, bottom + margin),
        max(0, left - 2 * margin) : max(1, right + 2 * margin),
    ]


def _within(folder: Path, sha256: str) -> Path:
    if not _CHECKSUM.fullmatch(sha256):
        raise DataError(f"{sha256!r}: is no checksum, expected 64 digits of SHA-256")
    return folder / sha256[:2]


def _coded(grey: NDArray[np.uint8], layout: str, **how: int) -> bytes:
    image, out = Image.fromarray(np.ascontiguousarray(grey)), io.BytesIO()
    image.thumbnail((_WIDEST, _WIDEST))
    image.save(out, layout, **how)
    return out.getvalue()
