"""Sheets in photos: what a reader is given is the sheet alone, and what it says is of the photo.

One step before reading, and one after it. An image in which no sheet is found is read as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box, Line, Page
from inkgrad.imaging.flattened import flattened
from inkgrad.imaging.view import View
from inkgrad.reading.result import Reading

Read = TypeVar("Read", bound=Reading)


def on_sheet(grey: NDArray[np.uint8], read: Callable[[NDArray[np.uint8]], Read]) -> Read:
    """What `read` says of the sheet in an image (h, w), with its boxes where they are in that."""
    view = flattened(grey)
    if view is None:
        return read(grey)
    found = read(view.pixels)
    return replace(found, boxes=tuple(box_back(view, box) for box in found.boxes))


def box_back(view: View, box: Box) -> Box:
    """The smallest upright box of whole pixels, in the image that was opened, around a box."""
    left, top, right, bottom = view.back(box)
    ends = math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)
    return max(0, ends[0]), max(0, ends[1]), max(1, ends[2]), max(1, ends[3])


def page_back(view: View, page: Page, size: tuple[int, int]) -> Page:
    """A page of a view with its places in the image that was opened, of this `size` (h, w)."""

    def box(given: Box) -> Box:
        return box_back(view, given)

    def line(given: Line) -> Line:
        words = tuple(replace(word, box=box(word.box)) for word in given.words)
        x0, y0, x1, y1 = view.points_back([given.baseline[:2], given.baseline[2:]]).ravel()
        ends = float(x0), float(y0), float(x1), float(y1)
        return replace(given, words=words, box=box(given.box), baseline=ends)

    return replace(page.changed(line, box), width=size[1], height=size[0])
