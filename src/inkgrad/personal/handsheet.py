"""A sheet with a cell for each character that somebody is to write, printed and found again.

Every cell has its character beside it, small, so that a sheet is laid by what is printed on it, and
no two places of it look alike.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.atomic import atomic_write, expect_free
from inkgrad.errors import DataError, UsageError
from inkgrad.schema import decoded

DIGITS = "0123456789"
_DOTS = 200  # an inch
_MM = _DOTS / 25.4
_PAGE = round(210 * _MM), round(297 * _MM)  # A4
_MARGIN, _HEAD = 14 * _MM, 13 * _MM
_CELL, _ASIDE = 12.5 * _MM, 4.2 * _MM  # the cell, and what its character takes beside it
_APART = 3.2 * _MM  # from row to row
_COLUMNS = int((_PAGE[0] - 2 * _MARGIN) / (_CELL + _ASIDE))
_ROWS = int((_PAGE[1] - 2 * _MARGIN - _HEAD) / (_CELL + _APART))
_LINE, _PRINT = 110, 60  # grey of the cells' edges and of characters
_MOST, _LONGEST = 60, 200  # times, and characters
_VERSION = 1
_BITS, _CHECK = 22, 12  # of the code, and of its check
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class HandSheet:
    """What is to be written: each of `characters` so many `times`, on as many pages as it takes."""

    characters: str = DIGITS
    times: int = 12

    def __post_init__(self) -> None:
        if not self.characters or len(self.characters) > _LONGEST:
            raise UsageError(
                f"characters are {len(self.characters)}, expected 1 to {_LONGEST} of them"
            )
        for character in self.characters:
            if not character.isprintable() or character.isspace():
                raise UsageError(f"character {character!r} cannot be written, expected signs")
        if len(set(self.characters)) < len(self.characters):
            raise UsageError(f"characters {self.characters!r} name one twice, expected each once")
        if not 1 <= self.times <= _MOST:
            raise UsageError(f"times are {self.times}, expected 1 to {_MOST}")

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-len(self.characters) * self.times // (_COLUMNS * _ROWS))

    def cells(self, page: int) -> Iterator[tuple[str, Box]]:
        """The characters of a page, from 0 on, each with its cell (left, top, right, bottom).

        Boxes are in pixels of `drawn`.
        """
        labels = [each for each in self.characters for _ in range(self.times)]
        on_page = _COLUMNS * _ROWS
        for place, label in enumerate(labels[page * on_page : (page + 1) * on_page]):
            row, column = divmod(place, _COLUMNS)
            left = _MARGIN + column * (_CELL + _ASIDE) + _ASIDE
            top = _MARGIN + _HEAD + row * (_CELL + _APART)
            yield label, (round(left), round(top), round(left + _CELL), round(top + _CELL))

    def code(self, page: int) -> tuple[bool, ...]:
        """Which boxes at the foot of a page are black: its number, and a check of what is asked."""
        check = zlib.crc32(self.plan.encode()) % 2**_CHECK
        bits = f"{page:0{_BITS - _CHECK}b}{check:0{_CHECK}b}"
        return tuple(bit == "1" for bit in bits)

    def drawn(self, page: int) -> NDArray[np.uint8]:
        """A page as it is printed: grey (h, w)."""
        image = Image.new("L", _PAGE, 255)
        pen = ImageDraw.Draw(image)
        small, large = (ImageFont.load_default(size) for size in (3.4 * _MM, 4.4 * _MM))
        said = f"Write each character in its cell.   Page {page + 1} of {self.pages}"
        pen.text((_MARGIN + 11 * _MM, _MARGIN - 2 * _MM), said, fill=_PRINT, font=large)
        for mark in marks():
            pen.rectangle(mark, fill=0)
        for bit, box in zip(self.code(page), code_boxes(), strict=True):
            pen.rectangle(box, outline=_PRINT, fill=0 if bit else None, width=2)
        for place, (label, (left, top, right, bottom)) in enumerate(self.cells(page), 1):
            pen.rectangle((left, top, right, bottom), outline=_LINE, width=3)
            pen.text((left - 1.2 * _MM, top), label, fill=_PRINT, font=small, anchor="rt")
            number = ImageFont.load_default(2.0 * _MM)
            pen.text((left - 1.0 * _MM, bottom), str(place), fill=_LINE, font=number, anchor="rb")
        return np.asarray(image)

    @property
    def plan(self) -> str:
        """The text of the file that says what a sheet is."""
        return json.dumps({"handsheet": _VERSION, **asdict(self)}) + "\n"


def marks() -> list[tuple[float, float, float, float]]:
    """Squares near the corners, the upper left one twice as wide; then right, lower left, right."""
    side = 4 * _MM
    edges = (_MARGIN - 4 * _MM, _MARGIN - 4 * _MM, _PAGE[0] - _MARGIN, _PAGE[1] - _MARGIN)
    left, top, right, bottom = edges
    return [
        (left, top, left + 2 * side, top + 2 * side),
        (right, top, right + side, top + side),
        (left, bottom, left + side, bottom + side),
        (right, bottom, right + side, bottom + side),
    ]


def code_boxes() -> list[Box]:
    """The boxes of the code at the foot, from left to right."""
    side, top = 2.4 * _MM, _PAGE[1] - _MARGIN
    lefts = (_PAGE[0] / 2 + (k - _BITS / 2) * 1.5 * side for k in range(_BITS))
    return [(round(x), round(top), round(x + side), round(top + side)) for x in lefts]


def write_handsheet(
    path: str | Path, characters: str = DIGITS, times: int = 12, force: bool = False
) -> HandSheet:
    """Write a sheet as PDF, to be printed, and beside it what `collect_hand` needs to know: .json.

    Raises UsageError for characters that no sheet can have, and for files that are there already.
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path}: a sheet is a PDF, expected a name that ends in .pdf")
    sheet = HandSheet(characters, times)
    plan = path.with_suffix(".json")
    for target in (path, plan):
        expect_free(target, force)
    pages = [Image.fromarray(sheet.drawn(page)) for page in range(sheet.pages)]
    written = BytesIO()
    pages[0].save(
        written, "PDF", resolution=_DOTS, save_all=True, append_images=pages[1:], title=path.stem
    )
    atomic_write(path, written.getvalue())
    atomic_write(plan, sheet.plan)
    return sheet


@dataclass(frozen=True)
class _Plan:
    """The schema of such a file."""

    handsheet: int
    characters: Annotated[str, Meta(min_length=1, max_length=_LONGEST)]
    times: Annotated[int, Meta(ge=1, le=_MOST)]


def read_handsheet(path: str | Path) -> HandSheet:
    """The sheet of such a file, or of the PDF beside it. Raises DataError for what is none."""
    path = Path(path)
    path = path.with_suffix(".json") if path.suffix.lower() == ".pdf" else path
    try:
        with path.open("rb") as file:
            text = file.read(1 << 16)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    found, _ = decoded(_Plan, text, path, DataError)
    if found.handsheet != _VERSION:
        raise DataError(f"{path}: handsheet is {found.handsheet}, expected {_VERSION}")
    return HandSheet(found.characters, found.times)
