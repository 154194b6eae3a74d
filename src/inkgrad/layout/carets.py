"""Carets: two straight strokes that meet, and point to where something is to be put in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask

_STRAIGHT = 0.12  # of a caret's longer side: its ink lies this near to the two strokes, nearly all
_NEARLY = 0.93
_DRAWN = 0.85  # part of each stroke that has ink
_SHORTER = 0.45  # of the longer stroke's height is the shorter one at least
_FLATTEST, _STEEPEST = 0.35, 3.0  # times as high as wide
_POINTS = 24


class Caret(NamedTuple):
    """Where the tip of a caret is, (x, y) in pixels, and whether it points up."""

    x: float
    y: float
    up: bool


def caret_in(ink: Mask) -> Caret | None:
    """The caret that a piece of ink (h, w), cut out to its edges, is; else None."""
    h, w = ink.shape
    if min(h, w) < 4 or not _FLATTEST <= h / w <= _STEEPEST:
        return None
    up = _upward(ink)
    if up is not None:
        return Caret(*up, True)
    down = _upward(ink[::-1])
    return Caret(down[0], h - 1 - down[1], False) if down else None


def _upward(ink: Mask) -> tuple[float, float] | None:
    """The tip (x, y) of two straight strokes that go down from it to the left and the right."""
    h, w = ink.shape
    ys, xs = np.nonzero(ink)
    tip = np.array([xs[ys <= 0.08 * h].mean(), 0.0])
    if not 0.15 * w < tip[0] < 0.85 * w:
        return None
    feet = []
    for side in (xs <= max(1, 0.12 * w), xs >= min(w - 2, 0.88 * w)):
        feet.append(np.array([xs[side].mean(), ys[side].max()]))
    if min(foot[1] for foot in feet) < _SHORTER * max(foot[1] for foot in feet):
        return None
    pen = np.count_nonzero(ink) / sum(float(np.hypot(*(foot - tip))) for foot in feet)
    points = np.stack([xs, ys], 1).astype(float)
    inside = (tip + feet[0] + feet[1]) / 3  # a triangle is no caret, nor is an A
    below = (feet[0] + feet[1]) / 2
    to_inside, to_below = _apart(np.stack([inside, below]), points)
    if to_inside <= 0.5 * pen or to_below <= 0.2 * w:
        return None
    strokes = [np.linspace(tip, foot, _POINTS) for foot in feet]
    near = pen / 2 + _STRAIGHT * max(h, w)
    if np.mean(_apart(points, np.concatenate(strokes)) <= near) < _NEARLY:
        return None
    drawn = min(np.mean(_apart(stroke, points) <= near) for stroke in strokes)
    return (float(tip[0]), 0.0) if drawn >= _DRAWN else None


def _apart(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each of some points (n, 2) is from the nearest of others (m, 2)."""
    distances: NDArray[np.float64] = np.sqrt(((points[:, None] - others[None]) ** 2).sum(-1).min(1))
    return distances
