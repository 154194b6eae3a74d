"""Which way up the pixels of an image are, and whether they are square; and how to mend both."""

from __future__ import annotations

import struct
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
Dots = tuple[float, float]
BROKEN = (OSError, EOFError, ValueError, SyntaxError, TypeError, KeyError, struct.error)
"""What Pillow raises for what is truncated, broken or not known."""

LEAST_DOTS, MOST_DOTS = 20.0, 5000.0  # to the inch: others are not believed
_ORIENTATION = 274  # EXIF
_SQUARE, _LONGEST = 1.1, 4.0  # a fax has pixels up to twice as high as wide; this is a mistake
_NO_UNIT = 1  # of a TIFF's resolution: it says of which form the pixels are
_Side = TypeVar("_Side")


def orientation_of(image: Image.Image) -> int:
    """The orientation by EXIF's numbers, 1 for upright and for what is none or cannot be read."""
    try:
        said = image.getexif().get(_ORIENTATION, 1)
    except BROKEN:
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def dots_of(image: Image.Image) -> Dots | None:
    """Dots to the inch across and down, as the image is stored, if it says so and that can be."""
    dots = _pair(image.info.get("dpi"))
    known = dots is not None and all(LEAST_DOTS <= side <= MOST_DOTS for side in dots)
    return dots if known else None


def form_of(image: Image.Image) -> Dots | None:
    """Two numbers that are to each other as the dots across and down; None where not known."""
    info = image.info
    if info.get("jfif_unit") == 0:
        return _pair(info.get("jfif_density"))
    if "aspect" in info:  # of a PNG without a unit
        return _pair(info["aspect"])
    if getattr(image, "tag_v2", {}).get(296) == _NO_UNIT:
        return _pair(info.get("resolution"))
    return dots_of(image)


def upright(pixels: Bytes, orientation: int) -> Bytes:
    """Pixels (h, w) or (h, w, 3) turned as the orientation says that they are to be."""
    if orientation in (5, 7):
        pixels = np.swapaxes(pixels, 0, 1)
    turned = {
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1],
        8: np.rot90(pixels, 1),
    }.get(orientation, pixels)
    return np.ascontiguousarray(turned)


def swapped(pair: tuple[_Side, _Side], orientation: int) -> tuple[_Side, _Side]:
    """What belongs to the sides of the stored image, for those of the upright one."""
    return pair if orientation < 5 else (pair[1], pair[0])


def square_size(width: int, height: int, form: Dots | None, most: int) -> tuple[int, int]:
    """The size that makes the pixels square: the coarser side longer, within `most` pixels."""
    if form is None or min(form) <= 0:
        return width, height
    ratio = form[0] / form[1]
    if not _SQUARE <= max(ratio, 1 / ratio) <= _LONGEST:
        return width, height
    larger = (width, round(height * ratio)) if ratio > 1 else (round(width / ratio), height)
    if larger[0] * larger[1] <= most:
        return larger
    smaller = (round(width / ratio), height) if ratio > 1 else (width, round(height * ratio))
    return max(1, smaller[0]), max(1, smaller[1])


def resized(pixels: Bytes, size: tuple[int, int]) -> Bytes:
    """Pixels brought to this size (width, height)."""
    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def _pair(said: Any) -> Dots | None:
    try:
        across, down = (float(side) for side in said)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 0 < across < float("inf") and 0 < down < float("inf") else None
