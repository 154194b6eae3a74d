"""The sheet of paper in a photo: where its four corners are.

Of the quadrilaterals that straight edges make it is the likeliest one, unless it is likelier that
there is none, as in what fills its image like a scan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.edges import Doubles
from inkgrad.imaging.filters import rescaled
from inkgrad.imaging.quads import SEEN, quadrilaterals
from inkgrad.imaging.sheet_odds import log_odds
from inkgrad.kernels.arrays import Floats

CANDIDATES = 24
"""Quadrilaterals that are compared."""
_DARK = 12.0  # grey levels added before the logarithm: light is a factor, noise is none


def logarithm(seen: Floats) -> Floats:
    """Of the brightness of an image that is `SEEN` pixels long: edges in shadow are as clear."""
    return np.asarray(np.log(seen + np.float32(_DARK)))


def find_corners(grey: NDArray[np.uint8]) -> Doubles | None:
    """The corners (4, 2) of a sheet in a grey photo (h, w), from the top left; None without one."""
    return next(iter(likely_corners(grey, 1)), None)


def likely_corners(grey: NDArray[np.uint8], most: int, *, doubtful: bool = False) -> list[Doubles]:
    """The corners of what may be the sheet, the likeliest first.

    Only of what is likelier one than no sheet at all, or also of what is doubtful, for who can tell
    a sheet by what is on it.
    """
    scale = min(1.0, SEEN / max(grey.shape))
    image = logarithm(rescaled(grey, scale))
    corners = quadrilaterals(image, CANDIDATES)
    odds = log_odds(corners, image)
    order = np.argsort(-odds, kind="stable")[:most]
    return [_from_top_left(corners[i] / scale) for i in order if doubtful or odds[i] > 0]


def _from_top_left(corners: Doubles) -> Doubles:
    """Corners clockwise as they are seen; the first side is the level one on top."""
    middle = corners.mean(0)
    angles = np.arctan2(*(corners - middle).T[::-1])
    ordered = corners[np.argsort(angles)]
    tops = (ordered + np.roll(ordered, -1, 0))[:, 1]
    along = np.roll(ordered, -1, 0) - ordered
    level = np.abs(np.arctan2(along[:, 1], along[:, 0])) < np.radians(45)
    start = int(np.where(level, tops, np.inf).argmin()) if level.any() else int(tops.argmin())
    return np.roll(ordered, -start, 0)
