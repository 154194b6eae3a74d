"""How one person writes digits that most others write otherwise: bars, flags, loops, hooks, joins.

Strokes are those of digits 1 high, from y = 0 at the top to y = 1, x from 0 on. A habit changes
strokes that someone wrote, or draws its digit from nothing where that is what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.strokes import Stroke
from inkgrad.synthetic.hand import HandShape
from inkgrad.synthetic.noughts import ROWS, nought, row

Rng = np.random.Generator
_FAR = 1.1  # heights: the pen is lifted for more
_STEEP = 0.65  # of a flag's way to the side that it goes down, at least: less is the top of a 7


@dataclass(frozen=True)
class Habits:
    """How one hand writes: how often each habit shows in a digit that may have it, 0 to 1.

    `row` is how noughts in a row hang together: one of ROWS, or nothing special.
    """

    row: str = ""
    tailed: float = 0.0  # noughts with tails, or open
    barred: float = 0.0  # sevens
    flagged: float = 0.0  # ones, some with a foot
    looped: float = 0.0  # twos
    hooked: float = 0.0  # nines that end in a hook, or are open
    capped: float = 0.0  # fives whose upper stroke stands apart, or whose bowl closes
    joined: float = 0.0  # digits to the next one

    @classmethod
    def any(cls, rng: Rng) -> Habits:
        """Some habits of a hand: each person has a few."""

        def often() -> float:
            return float(rng.uniform(0.5, 1.0)) if rng.random() < 0.4 else 0.0

        return cls(
            row=ROWS[int(rng.integers(len(ROWS)))] if rng.random() < 0.75 else "",
            tailed=often(),
            barred=often(),
            flagged=often(),
            looped=often(),
            hooked=often(),
            capped=often(),
            joined=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.25 else 0.0,
        )

    def units(self, string: NDArray[np.intp]) -> list[tuple[int, int]]:
        """What is written in one go: (first, one after the last) of the string's places."""
        units: list[tuple[int, int]] = []
        for place, c in enumerate(string):
            if self.row and units and c == 0 and string[place - 1] == 0:
                units[-1] = (units[-1][0], place + 1)
            else:
                units.append((place, place + 1))
        return units

    def written(self, c: int, count: int, shape: HandShape, rng: Rng) -> HandShape:
        """A digit of this shape, or so many noughts, as this hand writes them."""
        if count > 1:
            return HandShape.drawn(row(count, self.row, rng))
        name, change = _CHANGES.get(c, ("", None))
        often = getattr(self, name) if change else 0.0
        if change and often and rng.random() < often:
            return HandShape.drawn(change(shape.upright(), rng))
        return shape

    def joins(self, digits: Sequence[list[Stroke]], rng: Rng) -> list[Stroke]:
        """Strokes from the end of some digits to the beginning of the next, as these stand."""
        found = []
        for before, after in pairwise(digits):
            start, end = before[-1][-1], after[0][0]
            near = float(np.hypot(*(end - start))) < _FAR
            if near and self.joined and rng.random() < self.joined:
                found.append(_arc(start, end, rng.normal(0, 0.12)))
        return found


def tailed(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A nought with a tail or two, or one that does not close."""
    if rng.random() < 0.6:
        return nought(rng)
    end = strokes[-1][-1]
    away = np.array([rng.uniform(0.1, 0.5), rng.uniform(-0.2, 0.2)])
    return [*strokes[:-1], np.concatenate([strokes[-1], _arc(end, end + away, 0.1)])]


def barred(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A seven with a bar through its stem, high or low."""
    if len(strokes) > 1:  # it has one
        return strokes
    path = strokes[0]
    y = rng.uniform(0.28, 0.72)
    lower = path[path[:, 1] > 0.2]
    if not len(lower):
        return strokes
    x = float(lower[np.abs(lower[:, 1] - y).argmin(), 0])
    long, tilt = rng.uniform(0.18, 0.5, 2), rng.normal(0, 0.08)
    ends = np.array([(x - long[0], y + tilt), (x + long[1], y - tilt)])
    return [path, _arc(ends[0], ends[1], rng.normal(0, 0.04))]


def flagged(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A one with a flag at its top, long or short, and perhaps a foot."""
    side = rng.uniform(0.12, 0.6)
    down = min(0.75, side * rng.uniform(_STEEP, 1.4) + 0.04)
    lean = rng.normal(0, 0.06)
    top, bottom = np.array([side, 0.0]), np.array([side + lean, 1.0])
    flag = _arc(np.array([0.0, down]), top, rng.normal(0, 0.05))
    stem = _arc(top, bottom, rng.normal(0, 0.02))
    pen = [np.concatenate([flag, stem[1:]])]
    if rng.random() < 0.3:
        x = bottom[0] + [-rng.uniform(0.1, 0.4), rng.uniform(0.1, 0.4)]
        pen.append(_arc(np.array([x[0], 1.0]), np.array([x[1], 1 + rng.normal(0, 0.03)]), 0.0))
    return _from_zero(pen)


def looped(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A two that turns in a loop at its lower left corner."""
    path = max(strokes, key=len)
    corner = int((path[:, 1] - path[:, 0]).argmax())
    if not 2 <= corner < len(path) - 1:
        return strokes
    x, y = path[corner]
    wide, tall = rng.uniform(0.08, 0.22), rng.uniform(0.06, 0.2)
    angles = np.linspace(0, 2 * np.pi, 12)
    loop = np.stack([x - wide * np.sin(angles), y - tall * (1 - np.cos(angles))], axis=1)
    turned = np.concatenate([path[:corner], loop, path[corner + 1 :]]).astype(np.float32)
    return _from_zero([turned if stroke is path else stroke for stroke in strokes])


def hooked(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A nine whose stem ends in a hook, or whose loop is open, or both."""
    path = strokes[0]
    kind = rng.random()
    if kind < 0.6 and len(path) > 8:
        path = path[max(1, int(len(path) * rng.uniform(0.04, 0.14))) :]
    pen = [path, *strokes[1:]]
    end = pen[-1][-1]
    if kind > 0.3 and end[1] > 0.8:
        away = np.array([-rng.uniform(0.12, 0.5), -rng.uniform(0.0, 0.3)])
        pen[-1] = np.concatenate([pen[-1], _arc(end, end + away, rng.uniform(0.03, 0.15))])
    return _from_zero(pen)


def capped(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """A five whose upper stroke stands apart and is long, or whose bowl nearly closes."""
    pen = list(strokes)
    if len(pen) > 1:
        cap = min(range(len(pen)), key=lambda i: float(pen[i][:, 1].mean()))
        start = pen[cap].min(0)
        longer = np.array([rng.uniform(1.0, 1.7), 1.0])
        away = np.array([rng.uniform(0.0, 0.25), rng.uniform(-0.12, 0.06)])
        pen[cap] = ((pen[cap] - start) * longer + start + away).astype(np.float32)
    end, left = pen[0][-1], float(pen[0][:, 0].min())
    if end[1] > 0.55 and rng.random() < 0.5:
        goal = np.array([left + rng.uniform(0.08, 0.3), end[1] - rng.uniform(0.05, 0.3)])
        pen[0] = np.concatenate([pen[0], _arc(end, goal, rng.normal(0, 0.04))])
    return _from_zero(pen)


_CHANGES: dict[int, tuple[str, Callable[[list[Stroke], Rng], list[Stroke]]]] = {
    0: ("tailed", tailed),
    1: ("flagged", flagged),
    2: ("looped", looped),
    5: ("capped", capped),
    7: ("barred", barred),
    9: ("hooked", hooked),
}


def _arc(start: NDArray[np.floating], end: NDArray[np.floating], sag: float) -> Stroke:
    """From one point to another, hanging through by `sag`."""
    t = np.linspace(0, 1, 7)[:, None]
    points = start + (end - start) * t + np.array([0.0, sag]) * np.sin(np.pi * t)
    return points.astype(np.float32)


def _from_zero(strokes: list[Stroke]) -> list[Stroke]:
    """Moved so that x begins at 0."""
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    return [(stroke - np.array([left, 0.0])).astype(np.float32) for stroke in strokes]
