"""Pages that lie on their side or upside down: turned for reading, and their places turned back.

Turns are counted as np.rot90 does: quarters counter-clockwise, of the image, to have it upright.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkgrad.reading.language import Language
from inkgrad.reading.page import Box, Line, Page, Word
from inkgrad.reading.paper import PageInk

SURE = 0.55  # of a page whose words are as sure as this nobody asks whether it lies otherwise
BETTER = 1.5  # times as much has to be read for a page to be turned
_UNKNOWN = 0.4  # what a word counts that is in no list
Matrix = tuple[float, float, float, float, float, float]


def turned(ink: PageInk, quarters: int) -> PageInk:
    """The ink of a page as that of the turned page."""
    return PageInk(
        np.ascontiguousarray(np.rot90(ink.strength, quarters)),
        np.ascontiguousarray(np.rot90(ink.ink, quarters)),
        np.ascontiguousarray(np.rot90(ink.rules, quarters)),
        ink.scale,
    )


def legible(words: Sequence[Word], language: Language | None) -> tuple[float, float]:
    """How many letters were read, each as sure as its word is; and that in parts of all letters.

    Numbers and words of the list count most: also upside down, most ink looks like some letters.
    """
    letters = [len(word.text) for word in words]
    known = [
        word.text.isdigit() or (language is not None and language.knows(word.text))
        for word in words
    ]
    counted = sum(
        n * word.confidence * (1.0 if k else _UNKNOWN)
        for word, n, k in zip(words, letters, known, strict=True)
    )
    return counted, counted / max(1, sum(letters))


def as_opened(page: Page, quarters: int, width: int, height: int) -> Page:
    """A page read after so many turns, with its places where they are in the image as it is.

    That image has this width and height.
    """
    if not quarters % 4:
        return page

    def point(x: float, y: float) -> tuple[float, float]:
        if quarters % 4 == 1:
            return width - y, x
        return (width - x, height - y) if quarters % 4 == 2 else (y, height - x)

    def box(given: Box) -> Box:
        (x0, y0), (x1, y1) = point(*given[:2]), point(*given[2:])
        return int(min(x0, x1)), int(min(y0, y1)), int(max(x0, x1)), int(max(y0, y1))

    def line(given: Line) -> Line:
        words = tuple(replace(word, box=box(word.box)) for word in given.words)
        ends = (*point(*given.baseline[:2]), *point(*given.baseline[2:]))
        return replace(given, words=words, box=box(given.box), baseline=ends)

    turns = (page.turned + quarters) % 4
    return replace(page.changed(line, box), width=width, height=height, turned=turns)


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
