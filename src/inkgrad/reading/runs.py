"""Runs of ink along rows: what ruled lines and edges of boxes are told by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.compiled import compiled

Mask = NDArray[np.bool_]


@compiled
def long_runs(ink: Mask, length: int) -> Mask:
    """The runs of ink along rows that are at least so long."""
    found = np.zeros_like(ink)
    for y in range(ink.shape[0]):
        begin = 0
        for x in range(ink.shape[1] + 1):
            if x == ink.shape[1] or not ink[y, x]:
                if x - begin >= length:
                    found[y, begin:x] = True
                begin = x + 1
    return found


def taller(ink: Mask) -> Mask:
    """Ink with the pixel above and the pixel below each."""
    higher = ink.copy()
    higher[1:] |= ink[:-1]
    higher[:-1] |= ink[1:]
    return higher
