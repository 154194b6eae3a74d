"""Pages photographed or scanned askew: by how much their lines are turned, and the page level.

`ridges.slope_of` tells lines that rise a little; here they may be turned by any angle. Where rows
are level, ink changes most from one to the next (Postl 1986); rules of the paper tell it as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.view import View
from inkgrad.imaging.ways import corners_of
from inkgrad.ink.page import PageInk

Doubles = NDArray[np.float64]

ASKEW = 4.0
"""Degrees by which lines are askew at least."""
_CLEAR = 1.5  # times as uneven
_LEAST = 8  # pixels that a piece of ink is long
_FILLED = 0.6  # of its box at most is the ink of letters
_FEW, _MOST = 200, 20_000  # pixels of ink that tell nothing; and that are looked at
_STEP, _FINE = 1.0, 0.125  # degrees
_ROWS = 400  # that the ink is counted in, to the longer side of the page
_MARGIN = 0.03  # of that side, around the ink


class Skew(NamedTuple):
    """By how many degrees lines fall to the right, from -45 to 45, and what tells it.

    That is how many times as uneven their rows are as those along the sides of the page.
    """

    degrees: float
    clearness: float

    @property
    def clear(self) -> bool:
        """Whether the page lies so much askew that its lines are not found as it is."""
        return abs(self.degrees) > ASKEW and self.clearness > _CLEAR


def skew_of(ink: PageInk) -> Skew:
    """That of a page's lines, whichever side is up; (0, 1) where there is hardly any ink."""
    x, y = _places(ink)
    if len(x) < _FEW:
        return Skew(0.0, 1.0)
    row = max(ink.ink.shape) / _ROWS
    rough = np.arange(-90.0, 90.0, _STEP)
    best = rough[int(np.argmax([_unevenness(x / row, y / row, angle) for angle in rough]))]
    fine = np.arange(best - _STEP, best + _STEP, _FINE)
    uneven = [_unevenness(x / row, y / row, angle) for angle in fine]
    along = max(_unevenness(x / row, y / row, angle) for angle in (0.0, 90.0))
    best = float(fine[int(np.argmax(uneven))])
    return Skew((best + 45) % 90 - 45, max(uneven) / along)


def turned_level(page: View, ink: PageInk, degrees: float) -> View:
    """A page in even light turned back by so many degrees, cut out around its ink."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y = _places(ink)
    x, y = x * cos + y * sin, y * cos - x * sin
    margin = _MARGIN * max(ink.ink.shape)
    box = (x.min() - margin, y.min() - margin, x.max() + margin, y.max() + margin)
    turned = corners_of(box)
    corners = np.stack([turned @ [cos, -sin], turned @ [sin, cos]], 1)
    scale = page.width / ink.view.width
    size = (round((box[2] - box[0]) * scale), round((box[3] - box[1]) * scale))
    paper = float(np.median(page.pixels[::8, ::8]))
    return page.straightened(ink.since(page).view.points_back(corners), size, paper)


def _places(ink: PageInk) -> tuple[Doubles, Doubles]:
    """Where some of the ink of a page is, x and y, but dirt and areas of it."""
    labels, count = connected(ink.ink)
    boxes, mass = extents(labels, count)
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    thin = (mass < _FILLED * wide * tall) & (np.maximum(wide, tall) >= _LEAST)
    y, x = np.nonzero(np.append(False, thin)[labels])
    some = slice(None, None, 1 + len(x) // _MOST)
    return x[some].astype(float), y[some].astype(float)


def _unevenness(x: Doubles, y: Doubles, degrees: float) -> float:
    """How much the ink changes from row to row along an angle."""
    angle = np.radians(degrees)
    rows = y * np.cos(angle) - x * np.sin(angle)
    sums = np.bincount((rows - rows.min()).astype(int)).astype(float)
    return float((np.diff(gaussian(sums[None], (0.0, 0.7))[0]) ** 2).sum())
