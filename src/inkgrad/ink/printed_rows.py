"""Rows of dots, dashes or teeth: like pieces at like distances, and nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DOTS = 0.12  # of the field's height: rows of dots and dashes are thinner
_SOLID = 0.5  # part of its box that a dot or dash fills
_ROUND = 0.6  # the same where the row is as thick as it may be because it was looked at from near,
_LONG = 12  # and so many times as long
_ROW = 4  # so many alike at like distances are a row


def dotted(boxes: NDArray[np.integer], mass: NDArray[np.integer], h: int) -> bool:
    """A row of dots or dashes, close together or run into each other.

    It is low in its field, of h rows, or, looked at from near, long: made of what is no higher than
    it is wide.
    """
    left, top, right, bottom = boxes.T
    wide, tall = right - left, bottom - top
    solid = (mass >= _SOLID * wide * tall) & (tall <= 1.6 * wide) | (wide > 3 * tall)
    if not solid.all() or len(boxes) < 2:
        return False
    x, y = (left + right) / 2, (top + bottom) / 2
    if np.ptp(x) < 1:  # one above the other
        return False
    slope, level = np.polyfit(x, y, 1)
    band = float((2 * abs(y - slope * x - level) + tall).max())
    long = right.max() - left.min()
    if band <= _DOTS * h:
        return bool(long >= 8 * band)
    round_ = (mass >= _ROUND * wide * tall) & (tall <= 1.15 * wide + 1)
    return bool(long >= _LONG * band and round_.all())


def regular(boxes: NDArray[np.integer], mass: NDArray[np.integer]) -> bool:
    """Like solid pieces at like distances: teeth, dots or dashes, and nothing else."""
    if len(boxes) < _ROW:
        return False
    left, top, right, bottom = boxes[np.argsort(boxes[:, 0])].T
    wide, tall = right - left, bottom - top
    steps = np.diff((left + right) / 2)
    solid = mass >= 0.6 * (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])

    def even(values: NDArray[np.floating] | NDArray[np.integer], part: float) -> bool:
        return bool(np.ptp(values) <= max(2.0, part * float(np.mean(values))))

    return even(wide, 0.15) and even(tall, 0.08) and even(steps, 0.08) and bool(solid.all())
