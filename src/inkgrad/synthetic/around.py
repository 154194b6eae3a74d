"""What stands between and around the digits of a number on a form, and means nothing.

The line's height is 1, y downwards.
"""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.strokes import Stroke
from inkgrad.synthetic.wear import Rng

MARKS = ("point", "comma", "dash", "slash")
"""What may stand between digits."""


def mark(x: float, rng: Rng, given: str | None = None) -> list[Stroke]:
    """A mark after a digit, the one given or any; the line's height is 1, y downwards."""
    kind = MARKS.index(given) if given else int(rng.integers(4))
    jitter = rng.normal(0, 0.03)
    if kind == 0:
        path = [(0.05, 0.97), (0.08, 1.0)]
    elif kind == 1:
        path = [(0.08, 0.92), (0.09, 1.02), (0.0, 1.18)]
    elif kind == 2:
        path = [(0.0, 0.5 + jitter), (rng.uniform(0.15, 0.5), 0.5 - jitter)]
    else:
        path = [(0.0, 1.1), (0.3, -0.1)]
    return [np.array(path, np.float32) + np.array([x, jitter], np.float32)]


def surroundings(wide: float, rng: Rng) -> list[Stroke]:
    """What may lie around a number: a ruled line, an edge of its box, a currency sign, specks."""
    pieces: list[list[tuple[float, float]]] = []
    if rng.random() < 0.3:
        y = rng.uniform(1.05, 1.35)
        pieces.append([(rng.uniform(-0.6, 0.2), y), (wide * rng.uniform(0.7, 1.2), y)])
    if rng.random() < 0.15:
        x = rng.choice([-0.35, wide + 0.2])
        pieces.append([(x, rng.uniform(-0.4, 0.1)), (x, rng.uniform(0.9, 1.4))])
    if rng.random() < 0.15:
        x = -0.7
        pieces.append([(x + 0.4, 0.15), (x + 0.1, 0.1), (x + 0.1, 0.4), (x + 0.4, 0.6)])
        pieces.append([(x + 0.4, 0.6), (x + 0.4, 0.9), (x, 0.85)])
        pieces.append([(x + 0.25, -0.1), (x + 0.2, 1.1)])
    if rng.random() < 0.2:
        for _ in range(rng.integers(1, 4)):
            x, y = rng.uniform(-0.5, wide + 0.3), rng.uniform(-0.2, 1.2)
            pieces.append([(x, y), (x + 0.02, y + 0.02)])
    return [np.array(piece, np.float32) for piece in pieces]
