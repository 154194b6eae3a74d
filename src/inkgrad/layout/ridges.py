"""Where lines of writing run: ridges of ink blurred far along the writing and little across it.

The ink is darkest along the middle of each line, also where that rises or bends a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import gaussian, highest
from inkgrad.imaging.masks import grown
from inkgrad.imaging.regions import connected
from inkgrad.layout.pieces import Pieces

Doubles = NDArray[np.float64]
Reals = NDArray[np.floating]

_SMALL = 0.28  # of a letter's height: smaller pieces are dots, commas or dirt
_ACROSS, _ALONG = 0.3, 2.5  # blur, in letters' heights
_RIDGE = 12  # pixels of a letter's height where ridges are looked for
_APART = 8.0  # letters' heights between pieces of one line at most
_SHARED = 0.45  # part of a ridge's ink in pieces that another one shares: then they are one line
_TALLEST = 6.0  # letters' heights between ridges through the same letters
_MOST = 300  # ridges of a page: beyond, the weaker ones are noise
_SINGLE = 2.4  # letters' heights: what is lower holds one line
_STEEPEST = 0.15  # of a page that is turned


@dataclass(eq=False)
class Ridge:
    """The middle of a line of writing: y over x, by a curve of at most second degree."""

    curve: Doubles
    first: float
    last: float
    mass: float

    def at(self, x: float | Doubles) -> Doubles:
        """The rows at these columns. Beyond its ends it goes on as it was there."""
        inside = np.clip(x, self.first, self.last)
        slope = np.polyval(np.polyder(self.curve), inside) if len(self.curve) > 1 else 0.0
        y: Doubles = np.polyval(self.curve, inside) + slope * (x - inside)
        return y


def find_ridges(pieces: Pieces, shape: tuple[int, ...], letter: float) -> list[Ridge]:
    """The ridges on a page of this shape (h, w), one for each line of writing."""
    if shape[0] < _SINGLE * letter:  # no room for two
        y = float(np.average(pieces.y, weights=pieces.mass))
        return [Ridge(np.array([y]), 0.0, float(shape[1]), 1.0)]
    slope = slope_of(pieces)
    found = _of_blurred(pieces, shape, letter, slope)
    return _merged(_trimmed(found, pieces), pieces, letter)


def slope_of(pieces: Pieces) -> float:
    """How much the page is turned: the slope along which rows of ink are the most uneven."""
    weights = np.minimum(pieces.mass, 2000).astype(float)
    height = max(2.0, float(np.median(pieces.tall)) / 3)
    best, found = -1.0, 0.0
    for slope in np.linspace(-_STEEPEST, _STEEPEST, 121):
        rows = (pieces.y - slope * pieces.x) / height
        sums = np.bincount((rows - rows.min()).astype(int), weights)
        worth = float((gaussian(sums[None], (0.0, 1.0)) ** 2).sum())
        worth *= 1 - 0.3 * abs(slope) / _STEEPEST
        if worth > best:
            best, found = worth, float(slope)
    return found


def _of_blurred(pieces: Pieces, shape: tuple[int, ...], letter: float, slope: float) -> list[Ridge]:
    """Ridges of blurred ink, each piece counting by its height, not by how thick its pen is."""
    step = max(1.0, letter / _RIDGE)
    h, w = int(shape[0] / step) + 2, int(shape[1] / step) + 2
    # The page is sheared level: rows move down by as much as it rises.
    lift = slope * w if slope > 0 else 0.0
    room = np.zeros((int(h + abs(slope) * w) + 2, w), np.float32)
    counted = pieces.take((pieces.tall >= _SMALL * letter) | (pieces.wide >= _SMALL * letter))
    # A tall piece is most likely tall for its tails: its middle counts most.
    middles = (counted.y - slope * counted.x) / step + lift
    halves = np.minimum(counted.tall / step / 2, 0.6 * _RIDGE)
    tops = np.maximum(0, np.round(middles - halves)).astype(int)
    bottoms = np.maximum(1, np.round(middles + halves) + 1).astype(int)
    lefts, rights = np.round(counted.left / step), np.round(counted.right / step) + 1
    for top, bottom, left, right in zip(
        tops, bottoms, lefts.astype(int), rights.astype(int), strict=True
    ):
        room[top:bottom, left:right] += 1.0
    blurred = gaussian(room, (_ACROSS * _RIDGE, _ALONG * _RIDGE), reach=2.0)
    peaks = blurred == highest(blurred, _RIDGE + 1, axis=0)
    peaks &= blurred > 0.12 * float(np.quantile(blurred[peaks], 0.95))
    labels, _ = connected(grown(peaks))
    ys, xs = np.nonzero(peaks)
    order = np.argsort(labels[ys, xs], kind="stable")
    ends = np.flatnonzero(np.diff(labels[ys, xs][order])) + 1
    found = []
    for part in np.split(order, ends):
        y, x = ys[part], xs[part]
        if len(x) >= 0.5 * _RIDGE:
            weights = blurred[y, x].astype(float)
            real_y = (y - lift + slope * x) * step
            found.append(_fitted(x * step, real_y, weights, letter, slope))
    return found


def _fitted(x: Reals, y: Reals, weights: Reals, letter: float, slope: float) -> Ridge:
    """A ridge through points: the longer it is, the more it may bend."""
    long = float(x.max() - x.min())
    degree = 2 if long > 14 * letter else 1 if long > 5 * letter else 0
    curve = np.polyfit(x, y, degree, w=weights)
    if degree == 0:  # too short to tell: it lies as the page does
        curve = np.array([slope, curve[0] - slope * float(x.mean())])
    return Ridge(curve, float(x.min()), float(x.max()), float(weights.sum()))


def _trimmed(ridges: list[Ridge], pieces: Pieces) -> list[Ridge]:
    """Ridges no longer than the ink that they go through: blur reaches beyond it."""
    kept = []
    for ridge in ridges:
        y = ridge.at(pieces.x)
        through = (pieces.top <= y) & (y < pieces.bottom)
        through &= (ridge.first <= pieces.x) & (pieces.x <= ridge.last)
        if through.any():
            ridge.first = float(pieces.left[through].min())
            ridge.last = float(pieces.right[through].max())
            kept.append(ridge)
    return kept


def _merged(ridges: list[Ridge], pieces: Pieces, letter: float) -> list[Ridge]:
    """Ridges of one line as one: those in a row, and those through the same large letters."""
    waiting = sorted(ridges, key=lambda r: -r.mass)[:_MOST]
    kept: list[Ridge] = []
    while waiting:
        a = waiting.pop(0)
        again = True
        while again:
            again = False
            for b in waiting:
                if _in_a_row(a, b, letter) or _through_the_same(a, b, pieces, letter):
                    waiting.remove(b)
                    if min(a.last, b.last) <= max(a.first, b.first):
                        a.curve = _through(a, b, letter)
                    a.first, a.last = min(a.first, b.first), max(a.last, b.last)
                    again = True
                    break
        kept.append(a)
    return kept


def _in_a_row(a: Ridge, b: Ridge, letter: float) -> bool:
    gap = max(a.first, b.first) - min(a.last, b.last)
    if gap < -letter or gap > _APART * letter:
        return False
    x = (max(a.first, b.first) + min(a.last, b.last)) / 2
    return abs(float(a.at(x) - b.at(x))) < 0.55 * letter


def _through(a: Ridge, b: Ridge, letter: float) -> Doubles:
    """A curve through both."""
    xs = [np.linspace(r.first, r.last, 24) for r in (a, b)]
    x, y = np.concatenate(xs), np.concatenate([r.at(x) for r, x in zip((a, b), xs, strict=True)])
    weights = np.repeat([max(r.last - r.first, 1.0) ** 0.5 for r in (a, b)], 24)
    curve: Doubles = np.polyfit(x, y, 1 if np.ptp(x) < 14 * letter else 2, w=weights)
    return curve


def _through_the_same(a: Ridge, b: Ridge, pieces: Pieces, letter: float) -> bool:
    """Whether much of the ink under the shorter one lies in pieces that the other goes through."""
    first, last = max(a.first, b.first), min(a.last, b.last)
    short = min((a, b), key=lambda r: r.last - r.first)
    if last - first < 0.5 * (short.last - short.first):
        return False
    if abs(float(a.at((first + last) / 2) - b.at((first + last) / 2))) > _TALLEST * letter:
        return False
    here = pieces.take((short.first <= pieces.x) & (pieces.x <= short.last))
    in_a, in_b = ((here.top <= r.at(here.x)) & (r.at(here.x) < here.bottom) for r in (a, b))
    of_one, shared = here.wide[in_a | in_b].sum(), here.wide[in_a & in_b].sum()
    return bool(of_one > 0 and shared > _SHARED * of_one)
