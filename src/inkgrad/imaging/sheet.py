"""The sheet of paper in a photo: where its four corners are.

Of the quadrilaterals that straight edges make it is the likeliest one, unless it is likelier that
there is none, as in what fills its image like a scan.
"""

from __future__ import annotations

from typing import NamedTuple

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


class Candidates(NamedTuple):
    """The corners (4, 2) of what may be the sheet in a photo, the likeliest first.

    Those that are likelier one than that there is none; and the doubtful others, for who can tell
    a sheet by what is on it.
    """

    likely: list[Doubles]
    doubtful: list[Doubles]


def find_corners(grey: NDArray[np.uint8]) -> Doubles | None:
    """The corners (4, 2) of a sheet in a grey photo (h, w), from the top left; None without one."""
    return next(iter(candidates(grey).likely), None)


def candidates(grey: NDArray[np.uint8]) -> Candidates:
    """What may be the sheet in a grey photo (h, w); corners go from the top left clockwise."""
    scale = min(1.0, SEEN / max(grey.shape))
    image = logarithm(rescaled(grey, scale))
    corners = quadrilaterals(image, CANDIDATES)
    odds = log_odds(corners, image)
    ordered = [_from_top_left(corners[i] / scale) for i in np.argsort(-odds, kind="stable")]
    likely = int((odds > 0).sum())
    return Candidates(ordered[:likely], ordered[likely:])


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
