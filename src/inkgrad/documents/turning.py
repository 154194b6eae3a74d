"""Pages that lie on their side or upside down: turned for reading, and their places turned back.

Turns are counted as np.rot90 does: quarters counter-clockwise, of the image, to have it upright.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inkgrad.documents.page import Box, Line, Page
from inkgrad.ink.page import PageInk

Matrix = tuple[float, float, float, float, float, float]


def turned(ink: PageInk, quarters: int) -> PageInk:
    """The ink of a page as that of the turned page."""
    return PageInk(
        np.ascontiguousarray(np.rot90(ink.strength, quarters)),
        np.ascontiguousarray(np.rot90(ink.ink, quarters)),
        np.ascontiguousarray(np.rot90(ink.rules, quarters)),
        ink.scale,
    )


def box_back(box: Box, quarters: int, width: int, height: int) -> Box:
    """A box found after so many turns, where it is in the image as it is, of this size."""
    (x0, y0), (x1, y1) = (_back(*end, quarters, width, height) for end in (box[:2], box[2:]))
    return int(min(x0, x1)), int(min(y0, y1)), int(max(x0, x1)), int(max(y0, y1))


def as_opened(page: Page, quarters: int, width: int, height: int) -> Page:
    """A page read after so many turns, with its places where they are in the image as it is.

    That image has this width and height.
    """
    if not quarters % 4:
        return page

    def box(given: Box) -> Box:
        return box_back(given, quarters, width, height)

    def line(given: Line) -> Line:
        words = tuple(replace(word, box=box(word.box)) for word in given.words)
        left, right = given.baseline[:2], given.baseline[2:]
        ends = (
            *_back(*left, quarters, width, height),
            *_back(*right, quarters, width, height),
        )
        return replace(given, words=words, box=box(given.box), baseline=ends)

    turns = (page.turned + quarters) % 4
    return replace(page.changed(line, box), width=width, height=height, turned=turns)


def _back(x: float, y: float, quarters: int, width: int, height: int) -> tuple[float, float]:
    places = (x, y), (width - y, x), (width - x, height - y), (y, height - x)
    return places[quarters % 4]


def upright(page: Page) -> tuple[Page, Matrix]:
    """A page with its places as on the turned image, and the way back for points counted upwards.

    The way is the matrix (a, b, c, d, e, f) of PDF (ISO 32000-1, 8.3.4): x = a x' + c y' + e and
    y = b x' + d y' + f, with y counted from the lower edge of either image.
    """
    w, h = page.width, page.height
    size = (h, w) if page.turned % 2 else (w, h)
    ways: list[Matrix] = [
        *((1, 0, 0, 1, 0, 0), (0, -1, 1, 0, 0, h), (-1, 0, 0, -1, w, h), (0, 1, -1, 0, w, 0)),
    ]
    return as_opened(page, -page.turned % 4, *size), ways[page.turned]
