"""Places of a form that look like nothing near them, and where they are in an image of it.

A place is a square of print. It is found by its correlation coefficient with each place around that
where it is expected; what is written does not look like print, and a row of cells looks like itself
a cell further on, so neither is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import gaussian, highest
from inkgrad.kernels.arrays import Floats

Points = NDArray[np.float64]

_HALF = 16  # pixels: half a side of a square
_MOST, _TRIED = 60, 150  # squares, and places that are looked at for them
_APART = 14  # pixels between them
_PEAK = 5  # pixels around a place within which it is the clearest
_STRUCTURE = 0.02  # of the strongest: less has no corner in it
_LIKE = 0.85  # correlation with another place nearby from which on it could be mistaken
_BESIDE = 3  # pixels from a place that are still that place
_FOUND = 0.45  # correlation from which on a square counts as found
_WASTE = 1e-4  # variance of a square without anything in it


@dataclass(frozen=True)
class Landmarks:
    """n squares of a form's print (h, w): their middles (n, 2) as (x, y), and their pixels."""

    places: Points
    squares: Floats

    @classmethod
    def of(cls, form: Floats, reach: int) -> Landmarks:
        """Those that nothing within `reach` pixels looks like."""
        edge = _HALF + reach + 1
        places = _corners(form, edge)
        squares = np.array([_around(form, place, 0) for place in places], np.float32)
        if not len(squares):
            return cls(np.zeros((0, 2)), np.zeros((0, 2 * _HALF, 2 * _HALF), np.float32))
        worth = _correlations(squares, np.stack([_around(form, each, reach) for each in places]))
        middle = slice(reach - _BESIDE, reach + _BESIDE + 1)
        worth[:, middle, middle] = 0
        own = np.flatnonzero(worth.max((1, 2)) < _LIKE)[:_MOST]
        return cls(places[own].astype(float), squares[own])

    def found_in(self, image: Floats, reach: int) -> tuple[Points, NDArray[np.float64]]:
        """Where each is in an image (h, w) that lies almost as the form does: places and weights.

        It is looked for within `reach` pixels; the weight is 0 where it is not found.
        """
        found, weights = self.places.copy(), np.zeros(len(self.places))
        if not len(found):
            return found, weights
        rooms = np.stack([_around(image, each, reach) for each in self.places.astype(int)])
        for i, worth in enumerate(_correlations(self.squares, rooms)):
            row, column = divmod(int(worth.argmax()), worth.shape[1])
            if worth[row, column] >= _FOUND and 0 < row < 2 * reach and 0 < column < 2 * reach:
                across = _peak(worth[row, column - 1 : column + 2])
                down = _peak(worth[row - 1 : row + 2, column])
                found[i] += column - reach + across, row - reach + down
                weights[i] = worth[row, column]
        return found, weights


def _corners(form: Floats, edge: int) -> NDArray[np.intp]:
    """Places (n, 2) of print that changes in both directions, the clearest first, none at an edge.

    None lies beside another one.
    """
    corners = _cornered(form)
    h, w = form.shape
    places: list[tuple[int, int]] = []
    if min(h, w) > 2 * edge:
        corners[:edge], corners[h - edge :] = 0, 0
        corners[:, :edge], corners[:, w - edge :] = 0, 0
        least = max(_STRUCTURE * float(corners.max()), 1e-9)
        peaks = highest(highest(corners, 2 * _PEAK + 1, 0), 2 * _PEAK + 1, 1)
        rows, columns = np.nonzero((corners >= peaks) & (corners > least))
        free = np.ones((h, w), bool)
        for i in np.argsort(-corners[rows, columns], kind="stable"):
            y, x = int(rows[i]), int(columns[i])
            if free[y, x] and len(places) < _TRIED:
                free[max(0, y - _APART) : y + _APART + 1, max(0, x - _APART) : x + _APART + 1] = 0
                places.append((x, y))
    return np.array(places, np.intp).reshape(-1, 2)


def _cornered(form: Floats) -> Floats:
    """How much print changes in both directions around each pixel (Shi and Tomasi 1994)."""
    down, across = (np.asarray(np.gradient(form, axis=axis), np.float32) for axis in (0, 1))
    pairs = ((across, across), (down, down), (across, down))
    xx, yy, xy = (gaussian(a * b, _HALF / 3) for a, b in pairs)
    return np.asarray((xx + yy - np.hypot(xx - yy, 2 * xy)) / 2, np.float32)


def _around(image: Floats, place: NDArray[np.intp], reach: int) -> Floats:
    """The pixels that a square within reach of a place may lie on; what is not there is paper."""
    edge = _HALF + reach
    h, w = image.shape
    room = np.zeros((2 * edge, 2 * edge), np.float32)
    x, y = int(place[0]), int(place[1])
    top, left = max(0, y - edge), max(0, x - edge)
    part = image[top : min(h, y + edge), left : min(w, x + edge)]
    at = top - (y - edge), left - (x - edge)
    room[at[0] : at[0] + part.shape[0], at[1] : at[1] + part.shape[1]] = part
    return room


def _correlations(squares: Floats, rooms: Floats) -> Floats:
    """The correlation coefficients (n, r, r) of each square with every place of its room."""
    side, whole = squares.shape[1], rooms.shape[1]
    count, places = side * side, whole - side + 1
    centred = squares - squares.mean((1, 2), keepdims=True)
    shape = (whole, whole)
    spectrum = np.fft.rfft2(rooms) * np.conj(np.fft.rfft2(centred, shape))
    products = np.fft.irfft2(spectrum, shape)[:, :places, :places]
    sums = _sums(rooms, side)
    spread = _sums(rooms**2, side) - sums**2 / count
    own = np.maximum((centred**2).sum((1, 2), dtype=np.float64), count * _WASTE)
    size = np.sqrt(np.maximum(spread, count * _WASTE) * own[:, None, None])
    return np.asarray(products / size, np.float32)


def _sums(rooms: Floats, side: int) -> NDArray[np.float64]:
    """The sum of every square of so many pixels, by sums from the first corner on."""
    whole = np.pad(rooms.astype(np.float64).cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    rows = whole[:, side:] - whole[:, :-side]
    return np.asarray(rows[:, :, side:] - rows[:, :, :-side])


def _peak(three: Floats) -> float:
    """Where a parabola through three values is highest, from the middle one."""
    a, b, c = map(float, three)
    bent = a - 2 * b + c
    return 0.0 if bent >= -1e-9 else float(np.clip((a - c) / (2 * bent), -0.5, 0.5))
