"""Sheets in photos: what a reader is given is the sheet alone, and what it says is of the photo.

An image in which no sheet is found is read as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.flattened import flattened
from inkgrad.reading.result import Reading

Read = TypeVar("Read", bound=Reading)


def on_sheet(grey: NDArray[np.uint8], read: Callable[[NDArray[np.uint8]], Read]) -> Read:
    """What `read` says of the sheet in an image (h, w), with its boxes where they are in that."""
    view = flattened(grey)
    if view is None:
        return read(grey)
    found = read(view.pixels)
    return replace(found, boxes=tuple(map(view.pixels_back, found.boxes)))
