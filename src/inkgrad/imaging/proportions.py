"""How wide a sheet of paper is for its height: by its corners in a photo, and as paper is made.

How far a sheet is foreshortened follows from its vanishing points and the camera, but a camera is
not known, and a corner that is a pixel off turns a steep sheet into a square. Most paper has the
proportions of ISO 216 or of the American letter: what is seen is weighed against those.
`benchmarks/accuracy/sheet_proportions.py` shows how far off it is with other values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from inkgrad.imaging.edges import Doubles
from inkgrad.imaging.ways import corners_of, homography

_FOCAL = 1.1  # of the longer side: what a camera is taken to have
_LIKELY = 1.5  # and it changes the form of a sheet at most so many times
_USUAL = (2**0.5, 11 / 8.5)  # long sides of paper for short ones
_OTHERS = 0.7  # of a logarithm others are from a square
_LONGEST, _STEP = 1.8, 0.005  # logarithms that are looked at


@dataclass(frozen=True)
class Beliefs:
    """What is believed of sheets: `part` of them have usual proportions, `cut` so exactly.

    What follows from the corners is `off` by that much of a logarithm, and more by so much of what
    is not seen itself.
    """

    part: float = 0.5
    cut: float = 0.02
    off: float = 0.02
    more: float = 0.4


_BELIEFS = Beliefs()


def proportion(corners: Doubles, shape: tuple[int, ...], beliefs: Beliefs = _BELIEFS) -> float:
    """Width over height of a sheet with these corners (4, 2) in a photo (h, w).

    The corners go round from the top left clockwise. It is the likeliest one, where what follows
    from the corners is off as Student's t of two degrees of freedom says.
    """
    seen, follows = _logarithms(corners, shape)
    off = beliefs.off + beliefs.more * abs(follows - seen)
    grid, usual = _usual(beliefs)
    return float(np.exp(grid[np.argmax(usual - 1.5 * np.log1p(((grid - follows) / off) ** 2))]))


def side_lengths(corners: Doubles) -> Doubles:
    """Those (4,) of the sides from each corner (4, 2) to the next, in pixels."""
    along = np.roll(corners, -1, 0) - corners
    return np.asarray(np.hypot(along[:, 0], along[:, 1]))


def _logarithms(corners: Doubles, shape: tuple[int, ...]) -> tuple[float, float]:
    """Of width over height as it is seen, and as it follows from the vanishing points.

    The two sides of a unit square have equal lengths in space (Zhang and He 2007, section 3.2).
    """
    long = side_lengths(corners)
    centred = corners - np.array(shape[::-1]) / 2
    matrix = homography(corners_of((0, 0, 1, 1)), centred) / [[1], [1], [1 / (_FOCAL * max(shape))]]
    lengths = np.linalg.norm(matrix, axis=0)
    seen = np.log((long[0] + long[2]) / (long[1] + long[3]))
    most = np.log(_LIKELY)
    follows = np.clip(np.log(lengths[0] / lengths[1]), seen - most, seen + most)
    return float(seen), float(follows)


@cache
def _usual(beliefs: Beliefs) -> tuple[Doubles, Doubles]:
    """Logarithms (n,) of proportions, and how usual each is, a logarithm but for a constant."""
    grid, part, cut = np.arange(-_LONGEST, _LONGEST, _STEP), beliefs.part, beliefs.cut
    usual = (1 - part) / _OTHERS * np.exp(-0.5 * (grid / _OTHERS) ** 2)
    for each in np.log([*_USUAL, *(1 / long for long in _USUAL)]):
        usual += part / (2 * len(_USUAL)) / cut * np.exp(-0.5 * ((grid - each) / cut) ** 2)
    return grid, np.log(usual)
