"""Straight edges in an image: lines on whose two sides it is not equally bright.

They are found by voting (Duda and Hart 1972): a pixel votes for the line through it that is
square to its gradient. A stroke or a rule has the same paper on both of its sides and is no edge;
how far one is an edge is said for every place along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.sampling import nearest
from inkgrad.kernels.arrays import Floats

Doubles = NDArray[np.float64]
Real = TypeVar("Real", np.float32, np.float64)

_TURNS = 120  # directions in a full turn that are told apart
_SPREAD = (-1, 0, 1)  # and so many of them beside its own that a pixel votes for
_SMOOTH = 1.5  # pixels
# A gradient counts by what it is against those around it, at most so many times: a faint edge on an
# even desk as much as a clear one on wood.
_AROUND, _FAINT, _MOST = 12.0, 0.002, 3.0
_STRONG = 0.9  # part of the pixels whose gradient is too weak to vote
_APART = (3, 6)  # steps of direction, and pixels, within which there is but one line
_CLOSE = (3.0, 2.0)  # pixels from a line of those that it is fitted to, again and again,
_SQUARE, _FEW = 0.98, 12  # their gradient as near to its normal (a cosine), and no fewer
# Pixels beside a line between which its two sides are compared: near to it, and far enough for a
# rule of a form to be past, where this part of the difference has to be there at least, and so many
# times it count.
_BANDS, _LASTING, _FARTHER = ((1.5, 5.0), (6.0, 9.0)), 0.2, 1.5
_ALONG = 3.0  # pixels along it over which that is averaged


@dataclass(frozen=True)
class Edge:
    """The line x cos(angle) + y sin(angle) = `far`; its normal points to where it is brighter.

    `steps` (n,) say how much brighter, at the places `first` + i along it: (-sin, cos) is along.
    """

    angle: float
    far: float
    first: float
    steps: Floats

    @property
    def normal(self) -> Doubles:
        return np.array([np.cos(self.angle), np.sin(self.angle)])


def find_edges(image: Floats, most: int) -> list[Edge]:
    """The straightest edges in an image (h, w), at most so many, the strongest first."""
    smooth = gaussian(image, _SMOOTH)
    down, across = (np.asarray(np.gradient(smooth, axis=axis)) for axis in (0, 1))
    size: Floats = np.asarray(np.hypot(down, across), np.float32)
    size /= gaussian(size, _AROUND) + np.float32(_FAINT)
    y, x = np.nonzero(size > np.quantile(size[::2, ::2], _STRONG))
    strength: Floats = np.minimum(size[y, x], np.float32(_MOST))
    turn: Doubles = np.arctan2(down[y, x], across[y, x]) * _TURNS / (2 * np.pi)
    reach = int(np.hypot(*image.shape)) + 2
    votes = np.zeros(_TURNS * 2 * reach)
    for beside in _SPREAD:
        bins = np.round(turn + beside).astype(int) % _TURNS
        angle = bins * 2 * np.pi / _TURNS
        far = np.round(x * np.cos(angle) + y * np.sin(angle)).astype(int) + reach
        votes += np.bincount(bins * 2 * reach + far, strength, len(votes))
    room = gaussian(votes.reshape(_TURNS, 2 * reach), (0.7, 1.0))
    voters = x, y, turn * 2 * np.pi / _TURNS, strength
    lines = (_fitted(*voters, *peak) for peak in _peaks(room, reach, most))
    return [_edge_at(smooth, angle, far) for angle, far in lines]


def _fitted(
    x: NDArray[np.intp],
    y: NDArray[np.intp],
    turns: Doubles,
    strength: Floats,
    angle: float,
    far: float,
) -> tuple[float, float]:
    """A line through the pixels near to it whose gradients are square to it."""
    for wide in _CLOSE:
        off = x * np.cos(angle) + y * np.sin(angle) - far
        near = np.flatnonzero(np.abs(off) < wide)
        near = near[np.cos(turns[near] - angle) > _SQUARE]
        if len(near) < _FEW:
            break
        weights = strength[near] / strength[near].sum()
        along = y[near] * np.cos(angle) - x[near] * np.sin(angle)
        middle = float(weights @ along)
        spread = float(weights @ (along - middle) ** 2)
        slope = float(weights @ ((along - middle) * off[near])) / max(spread, 1.0)
        at = float(weights @ off[near])
        # off = at + slope (along - middle): the same line, turned by the slope.
        turned = angle - np.arctan(slope)
        centre = np.array(
            [
                (far + at) * np.cos(angle) - middle * np.sin(angle),
                (far + at) * np.sin(angle) + middle * np.cos(angle),
            ]
        )
        angle, far = turned, float(centre @ (np.cos(turned), np.sin(turned)))
    return angle, far


def _peaks(room: Floats, reach: int, most: int) -> list[tuple[float, float]]:
    """The lines with the most votes, none beside a stronger one."""
    found = []
    turns, wide = _APART
    left = room.copy()
    for _ in range(most):
        place = int(left.argmax())
        turn, far = divmod(place, room.shape[1])
        if left[turn, far] <= 0:
            break
        found.append((turn * 2 * np.pi / _TURNS, float(far - reach)))
        rows = np.arange(turn - turns, turn + turns + 1) % _TURNS
        left[rows[:, None], np.arange(max(0, far - wide), min(far + wide, room.shape[1] - 1))] = 0
    return found


def _edge_at(smooth: Floats, angle: float, far: float) -> Edge:
    """A line, and how much brighter it is on the side of its normal along all of the image."""
    h, w = smooth.shape
    normal = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-np.sin(angle), np.cos(angle)])
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)]) @ along
    places = np.arange(np.floor(corners.min()), np.ceil(corners.max()) + 1)
    found = []
    for band in _BANDS:
        sides = []
        for sign in (1, -1):
            offsets = far + sign * np.linspace(*band, 4)
            points = places[:, None, None] * along + offsets[:, None] * normal
            values, inside = nearest(smooth, points)
            sides.append(np.where(inside.all(1), values.mean(1), np.nan))
        steps = np.nan_to_num(sides[0] - sides[1])
        found.append(gaussian(steps[None].astype(np.float32), (0.0, _ALONG))[0])
    return Edge(angle, far, float(places[0]), lasting(*found))


def lasting(near: NDArray[Real], farther: NDArray[Real]) -> NDArray[Real]:
    """How much brighter one side is near a line, where it is so farther off as well; else 0."""
    there = farther > _LASTING * near
    return np.where(there, np.minimum(near, _FARTHER * farther), near.dtype.type(0))
