"""A printed page of cells to write into: what stands on it, and how it is known again.

Every cell has what is to be written beside or above it, small, so that a page is laid by what is
printed on it, and no two places of it look alike. A code at its foot says which page of which
sheet it is.
"""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

DOTS = 200  # an inch
MM = DOTS / 25.4
PAGE = round(210 * MM), round(297 * MM)  # A4
MARGIN, HEAD = 14 * MM, 13 * MM
VERSION = 1
LINE, PRINT = 110, 60  # grey of the cells' edges and of characters
_BITS, _CHECK = 22, 12  # of the code, and of its check
Box = tuple[int, int, int, int]


class WritingSheet(ABC):
    """What is to be written, on as many pages as it takes."""

    asked = ""  # what stands at the head of a page
    on_page: int
    """How many cells a page has."""

    @property
    @abstractmethod
    def labels(self) -> Sequence[str]:
        """What is to be written in each cell."""

    @property
    @abstractmethod
    def facts(self) -> Mapping[str, object]:
        """What the file that says what a sheet is holds, beside its version."""

    @abstractmethod
    def box(self, place: int) -> Box:
        """The cell (left, top, right, bottom) at a place of a page, in pixels of `drawn`."""

    @abstractmethod
    def letter(self, pen: ImageDraw.ImageDraw, place: int, label: str) -> None:
        """Print what is to be written in a cell, and its number, near it."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-len(self.labels) // self.on_page)

    def cells(self, page: int) -> Iterator[tuple[str, Box]]:
        """What is to be in the cells of a page, from 0 on, each with its cell."""
        labels = self.labels[page * self.on_page : (page + 1) * self.on_page]
        for place, label in enumerate(labels):
            yield label, self.box(place)

    def code(self, page: int) -> tuple[bool, ...]:
        """Which boxes at the foot of a page are black: its number, and a check of what is asked."""
        check = zlib.crc32(self.plan.encode()) % 2**_CHECK
        bits = f"{page:0{_BITS - _CHECK}b}{check:0{_CHECK}b}"
        return tuple(bit == "1" for bit in bits)

    def drawn(self, page: int) -> NDArray[np.uint8]:
        """A page as it is printed: grey (h, w)."""
        image = Image.new("L", PAGE, 255)
        pen = ImageDraw.Draw(image)
        said = f"{self.asked}   Page {page + 1} of {self.pages}"
        large = ImageFont.load_default(4.4 * MM)
        pen.text((MARGIN + 11 * MM, MARGIN - 2 * MM), said, fill=PRINT, font=large)
        for mark in marks():
            pen.rectangle(mark, fill=0)
        for bit, box in zip(self.code(page), code_boxes(), strict=True):
            pen.rectangle(box, outline=PRINT, fill=0 if bit else None, width=2)
        for place, (label, box) in enumerate(self.cells(page)):
            pen.rectangle(box, outline=LINE, width=3)
            self.letter(pen, place, label)
        return np.asarray(image)

    @property
    def plan(self) -> str:
        """The text of the file that says what a sheet is."""
        return json.dumps({"handsheet": VERSION, **self.facts}) + "\n"


def marks() -> list[tuple[float, float, float, float]]:
    """Squares near the corners, the upper left one twice as wide; then right, lower left, right."""
    side = 4 * MM
    edges = (MARGIN - 4 * MM, MARGIN - 4 * MM, PAGE[0] - MARGIN, PAGE[1] - MARGIN)
    left, top, right, bottom = edges
    return [
        (left, top, left + 2 * side, top + 2 * side),
        (right, top, right + side, top + side),
        (left, bottom, left + side, bottom + side),
        (right, bottom, right + side, bottom + side),
    ]


def code_boxes() -> list[Box]:
    """The boxes of the code at the foot, from left to right."""
    side, top = 2.4 * MM, PAGE[1] - MARGIN
    lefts = (PAGE[0] / 2 + (k - _BITS / 2) * 1.5 * side for k in range(_BITS))
    return [(round(x), round(top), round(x + side), round(top + side)) for x in lefts]
