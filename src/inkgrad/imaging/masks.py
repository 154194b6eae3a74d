"""Masks: which pixels of an image (h, w) are ink. Runs, neighbours, gaps."""

from __future__ import annotations

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.imaging.windows import over_windows
from inkgrad.kernels import masks
from inkgrad.kernels.arrays import Mask as Mask
from inkgrad.kernels.masks import Counts
from inkgrad.preconditions import require


def long_runs(ink: Mask, length: int) -> Mask:
    """The runs of ink along rows that are at least so long."""
    require("ink", ink, (None, None), bool)
    return masks.long_runs(ink, length)


def counted(ink: Mask, length: int) -> Counts:
    """How many pixels of ink are among the `length` around each pixel, along its row."""
    require("ink", ink, (None, None), bool)
    if length < 1:
        raise ShapeError(f"counted got a length of {length}, expected at least 1")
    return masks.counted(ink, length)


def taller(ink: Mask) -> Mask:
    """Ink with the pixel above and the pixel below each."""
    higher = ink.copy()
    higher[1:] |= ink[:-1]
    higher[:-1] |= ink[1:]
    return higher


def beside(ink: Mask) -> Mask:
    """Ink with the four pixels beside each."""
    near = taller(ink)
    near[:, 1:] |= ink[:, :-1]
    near[:, :-1] |= ink[:, 1:]
    return near


def grown(ink: Mask) -> Mask:
    """Ink with the eight pixels around each."""
    return _grown(ink, (3, 3))


def closed(ink: Mask, size: tuple[int, int]) -> Mask:
    """Binary closing by a rectangle (h, w): gaps that do not hold it are filled."""
    down, across = (side // 2 for side in size)
    room = np.pad(ink, [(down, down), (across, across)])
    filled = ~_grown(~_grown(room, size), size, back=True)
    return filled[down : down + ink.shape[0], across : across + ink.shape[1]]


def opened(ink: Mask, size: tuple[int, int]) -> Mask:
    """Binary opening by a rectangle (h, w): what does not hold it is taken off."""
    down, across = (side // 2 for side in size)
    room = np.pad(~ink, [(down, down), (across, across)], constant_values=True)
    held = ~_grown(room, size)[down : down + ink.shape[0], across : across + ink.shape[1]]
    return _grown(held, size, back=True)


def _grown(ink: Mask, size: tuple[int, int], back: bool = False) -> Mask:
    """A rectangle of ink for every pixel of it; `back` turns the rectangle round."""
    for axis, side in enumerate(size):
        before = side // 2 if back else (side - 1) // 2
        ink = over_windows(ink, side, before, axis, np.logical_or, False)
    return ink
