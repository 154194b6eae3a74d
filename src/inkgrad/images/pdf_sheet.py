"""One sheet of an opened PDF: how many dots to the inch show what is on it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

DOTS = 300.0  # to the inch, for what has no pixels of its own
MOST_PIXELS = 60_000_000  # of a page; larger ones are shown with fewer dots
_FEWEST = 10.0  # dots to the inch: with fewer nothing can be read
_SMALLEST = 1.0  # points: no page has a shorter side
_FILLS = 0.03  # of a side may be left on each edge by an image that fills the page
_MOST_OBJECTS, _DEEPEST = 5000, 4  # that are looked at
_HIDDEN = 3  # how text is shown that nobody is to see
_UNSEEN = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})


class Outside(ValueError):
    """A page whose size or place lets nothing be seen; the message goes on from "a page that"."""


@dataclass(frozen=True)
class _Thing:
    """Something on a page: its object, that on the page itself which it is in, if it lies across.

    `top` is the same object where it is in no other.
    """

    raw: Any
    top: Any
    across: bool

    @property
    def kind(self) -> int:
        return int(pdfium.FPDFPageObj_GetType(self.raw))

    @property
    def seen(self) -> bool:
        is_text = self.kind == pdfium.FPDF_PAGEOBJ_TEXT
        return not is_text or pdfium.FPDFTextObj_GetTextRenderMode(self.raw) != _HIDDEN


def density(page: pypdfium2.PdfPage) -> float:
    """Dots to the inch at which to show a page, of at most 60 megapixels.

    An image that fills it, with nothing else to be seen, is shown pixel by pixel; where its pixels
    are not square, with as many dots as the finer side has. Anything else takes 300.

    Raises Outside for a page that is too small or too large to be one.
    """
    width, height = page.get_size()
    if not (width >= _SMALLEST and height >= _SMALLEST):  # nor where they are no numbers
        raise Outside(f"is {width:.3g} x {height:.3g} points, expected at least 1 x 1")
    dots = DOTS
    image = _only_image(page)
    if image and _fills(page, image):
        across, down = _pixels(page, image)
        # a little less, since what is begun of a pixel is a whole one
        dots = 72 * max((across - 0.01) / width, (down - 0.01) / height)
    most = 72 * (MOST_PIXELS / (width * height)) ** 0.5
    if most < _FEWEST:
        raise Outside(f"is {width / 72:,.0f} x {height / 72:,.0f} inches, expected a sheet")
    return min(dots, most)


def expect_something(page: pypdfium2.PdfPage, pixels: Any) -> None:
    """Raises Outside for a page that shows nothing because all that is on it lies beside it."""
    data = memoryview(pixels).cast("B")
    block = bytes([255]) * 2**16
    if any(data[i : i + len(block)] != block[: len(data) - i] for i in range(0, len(data), 2**16)):
        return
    left, bottom, right, top = page.get_bbox()
    boxes = [box for thing in _things(page, 0) if (box := _bounds(thing.raw))]
    beside = [b for b in boxes if b[2] < left or b[0] > right or b[3] < bottom or b[1] > top]
    if boxes and len(beside) == len(boxes):
        raise Outside(
            f"shows nothing: all on it lies outside of {left:g} {bottom:g} {right:g} {top:g}"
        )


def _only_image(page: pypdfium2.PdfPage) -> _Thing | None:
    """The image that is all there is to see."""
    count = pdfium.FPDFPage_GetAnnotCount(page)
    if count > len(_UNSEEN) + 64 or not all(_unseen(page, i) for i in range(count)):
        return None
    found = None
    for looked, thing in enumerate(_things(page, _DEEPEST)):
        if looked >= _MOST_OBJECTS:
            return None
        if not thing.seen:
            continue
        if found or thing.kind != pdfium.FPDF_PAGEOBJ_IMAGE:
            return None
        found = thing
    return found


def _unseen(page: pypdfium2.PdfPage, index: int) -> bool:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    if not annotation:
        return True
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    pdfium.FPDFPage_CloseAnnot(annotation)
    return kind in _UNSEEN


def _things(page: pypdfium2.PdfPage, depth: int) -> Iterator[_Thing]:
    """What is on a page; forms are gone into as deep as this, and are things where no more."""
    for i in range(pdfium.FPDFPage_CountObjects(page)):
        raw = pdfium.FPDFPage_GetObject(page, i)
        yield from _inside(_Thing(raw, raw, _across(raw)), depth)


def _inside(thing: _Thing, depth: int) -> Iterator[_Thing]:
    if thing.kind != pdfium.FPDF_PAGEOBJ_FORM or depth <= 0:
        yield thing
        return
    for i in range(pdfium.FPDFFormObj_CountObjects(thing.raw)):
        raw = pdfium.FPDFFormObj_GetObject(thing.raw, i)
        yield from _inside(_Thing(raw, thing.top, thing.across ^ _across(raw)), depth - 1)


def _across(raw: Any) -> bool:
    """Whether an object is turned by about a quarter where it is put."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, matrix):
        return False
    return bool(abs(matrix.b) + abs(matrix.c) > abs(matrix.a) + abs(matrix.d))


def _bounds(raw: Any) -> tuple[float, float, float, float] | None:
    box = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(raw, *box):
        return None
    left, bottom, right, top = (side.value for side in box)
    return left, bottom, right, top


def _fills(page: pypdfium2.PdfPage, image: _Thing) -> bool:
    bounds = _bounds(image.top)
    if bounds is None:
        return False
    left, bottom, right, top = page.get_bbox()
    x, y = _FILLS * (right - left), _FILLS * (top - bottom)
    near = [abs(a - b) for a, b in zip(bounds, (left, bottom, right, top), strict=True)]
    return near[0] <= x and near[1] <= y and near[2] <= x and near[3] <= y


def _pixels(page: pypdfium2.PdfPage, image: _Thing) -> tuple[int, int]:
    """How many pixels of the image go across the page as it is shown, and down."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image.raw, width, height)
    size = int(width.value), int(height.value)
    on_its_side = image.across ^ (pdfium.FPDFPage_GetRotation(page) % 2 == 1)
    return (size[1], size[0]) if on_its_side else size
