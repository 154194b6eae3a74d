"""Masks: which pixels of an image (h, w) are ink. Runs, neighbours, gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.compiled import compiled
from inkgrad.errors import ShapeError
from inkgrad.preconditions import require

Mask = NDArray[np.bool_]
Counts = NDArray[np.int32]


def long_runs(ink: Mask, length: int) -> Mask:
    """The runs of ink along rows that are at least so long."""
    require("ink", ink, (None, None), bool)
    return _long_runs(ink, length)


@compiled
def _long_runs(ink: Mask, length: int) -> Mask:
    found = np.zeros_like(ink)
    h, w = ink.shape
    for y in range(h):
        row, begin = ink[y], 0
        for x in range(w):
            if not row[x]:
                if x - begin >= length:
                    found[y, begin:x] = True
                begin = x + 1
        if w - begin >= length:
            found[y, begin:w] = True
    return found


def counted(ink: Mask, length: int) -> Counts:
    """How many pixels of ink are among the `length` around each pixel, along its row."""
    require("ink", ink, (None, None), bool)
    if length < 1:
        raise ShapeError(f"counted got a length of {length}, expected at least 1")
    return _counted(ink, length)


@compiled
def _counted(ink: Mask, length: int) -> Counts:
    h, w = ink.shape
    counts = np.empty((h, w), np.int32)
    before, after = length // 2, length - length // 2
    for y in range(h):
        count = 0
        for x in range(min(after - 1, w)):
            count += ink[y, x]
        for x in range(w):
            if x + after <= w:
                count += ink[y, x + after - 1]
            if x > before:
                count -= ink[y, x - before - 1]
            counts[y, x] = count
    return counts


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
        ink = ink.swapaxes(0, axis)
        before = (side - 1) // 2 if back else side // 2
        out = ink.copy()
        for step in range(1, before + 1):
            out[:-step] |= ink[step:]
        for step in range(1, side - before):
            out[step:] |= ink[:-step]
        ink = out.swapaxes(0, axis)
    return ink
