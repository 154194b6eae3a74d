"""Pages that lie on their side or upside down: their places as those of the image turned.

Turns are counted as np.rot90 does: quarters counter-clockwise, of the image, to have it upright.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box, Line, Page
from inkgrad.imaging.ways import Way, in_pixels, turn

Matrix = tuple[float, float, float, float, float, float]


def placed(page: Page, way: Way, size: tuple[int, int]) -> Page:
    """A page with its places where a way back leads them, in an image of this size (w, h)."""

    def box(given: Box) -> Box:
        return in_pixels(way.boxes_back(np.array(given, float)), size)

    def line(given: Line) -> Line:
        words = tuple(replace(word, box=box(word.box)) for word in given.words)
        (x0, y0), (x1, y1) = way.back(np.array(given.baseline, float).reshape(2, 2)).tolist()
        return replace(given, words=words, box=box(given.box), baseline=(x0, y0, x1, y1))

    width, height = size
    return replace(page.changed(line, box), width=width, height=height)


def as_opened(page: Page, quarters: int, width: int, height: int) -> Page:
    """A page read after so many turns, with its places where they are in the image as it is.

    That image has this width and height.
    """
    if not quarters % 4:
        return page
    opened = placed(page, turn(quarters, width, height), (width, height))
    return replace(opened, turned=(page.turned + quarters) % 4)


def upright(page: Page) -> tuple[Page, Matrix]:
    """A page with its places as on the turned image, and the way back for points counted upwards.

    The way is the matrix (a, b, c, d, e, f) of PDF (ISO 32000-1, 8.3.4): x = a x' + c y' + e and
    y = b x' + d y' + f, with y counted from the lower edge of either image.
    """
    size = (page.height, page.width) if page.turned % 2 else (page.width, page.height)
    way = turn(page.turned, page.width, page.height)
    upwards = _upwards(page.height) @ way.matrix @ _upwards(size[1])
    (a, c, e), (b, d, f) = (upwards[:2] + 0.0).tolist()  # no zero has a sign
    return as_opened(page, -page.turned % 4, *size), (a, b, c, d, e, f)


def _upwards(height: int) -> NDArray[np.float64]:
    """Places of an image so high whose y is counted from its other edge."""
    return np.array([[1.0, 0, 0], [0, -1, height], [0, 0, 1]])
