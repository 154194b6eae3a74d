"""Strokes by which people cross a word out, and those under it that only look so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkgrad.imaging.strokes import Stroke
from inkgrad.synthetic.wear import Rng

SIGNS = "_-"
"""What a line says of its words, one after the other: "_" that one stands, "-" is crossed out."""

CROSSED_OUT, UNDERLINED = "crossed out", "underlined"
_POINTS = 24  # of a stroke that goes across
# Level strokes once, twice, thrice; there and back; coils; two diagonals; hatching.
_WAYS = ("level", "zigzag", "coils", "cross", "hatching")
_CHANCES = (0.55, 0.15, 0.12, 0.1, 0.08)


def crossing_out(word: list[Stroke], baseline: float, rng: Rng) -> list[Stroke]:
    """Strokes over a word whose small letters stand 1 high on a baseline; y goes down."""
    left, right, top, bottom = _reach(word, baseline, rng)
    way = str(rng.choice(_WAYS, p=_CHANCES))
    if way == "level":
        middle = baseline - rng.uniform(0.25, 0.75)
        apart = rng.uniform(0.15, 0.4)
        count = int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))
        return [
            _level(left, right, middle + (i - (count - 1) / 2) * apart, rng) for i in range(count)
        ]
    if way == "zigzag":
        turns = max(3, round((right - left) * rng.uniform(0.8, 3.0)))
        x = np.linspace(left, right, turns) + rng.normal(0, 0.08, turns)
        y = np.where(np.arange(turns) % 2, top, bottom) + rng.normal(0, 0.12, turns)
        return [_stroke(x, y)]
    if way == "coils":
        loops = max(2.0, (right - left) * rng.uniform(0.7, 1.8))
        t = np.linspace(0, 1, max(40, round(16 * loops)))
        angle = 2 * np.pi * loops * t
        high = (bottom - top) / 2 * rng.uniform(0.6, 1.0)
        x = left + (right - left) * t + rng.uniform(0.2, 0.5) * np.cos(angle)
        return [_stroke(x, (top + bottom) / 2 + high * np.sin(angle))]
    if way == "cross":
        up = _stroke(np.array([left, right]), np.array([bottom, top]) + rng.normal(0, 0.1, 2))
        down = _stroke(np.array([left, right]), np.array([top, bottom]) + rng.normal(0, 0.1, 2))
        return [up, down]
    count = max(3, round((right - left) * rng.uniform(1.0, 2.5)))
    lean = rng.uniform(-0.6, 1.2)
    return [
        _stroke(
            np.array([x - lean / 2, x + lean / 2]) + rng.normal(0, 0.06, 2),
            np.array([bottom, top]) + rng.normal(0, 0.1, 2),
        )
        for x in np.linspace(left, right, count)
    ]


def underlining(word: list[Stroke], baseline: float, rng: Rng) -> list[Stroke]:
    """A stroke, or two, under a word: nothing is crossed out by it."""
    left, right, _, _ = _reach(word, baseline, rng)
    under = baseline + rng.uniform(0.15, 0.6)
    first = _level(left, right, under, rng)
    return [first, first + np.array([0, 0.2], np.float32)] if rng.random() < 0.2 else [first]


STRIKES: dict[str, Callable[[list[Stroke], float, Rng], list[Stroke]]] = {
    CROSSED_OUT: crossing_out,
    UNDERLINED: underlining,
}
"""What is drawn over a word, or under it, by its name."""


def _reach(word: list[Stroke], baseline: float, rng: Rng) -> tuple[float, float, float, float]:
    """How far such a stroke goes: from left to right, between what heights."""
    points = np.concatenate(word)
    left = float(points[:, 0].min()) + rng.uniform(-0.5, 0.25)
    right = float(points[:, 0].max()) + rng.uniform(-0.25, 0.5)
    top, bottom = baseline - rng.uniform(0.9, 1.7), baseline + rng.uniform(-0.1, 0.5)
    return left, max(right, left + 0.4), top, bottom


def _level(left: float, right: float, y: float, rng: Rng) -> Stroke:
    """From left to right by and large, as a hand does it: tilted, bowed, a little shaken."""
    t = np.linspace(0, 1, _POINTS)
    tilt, bow = rng.normal(0, 0.05) * (right - left), rng.normal(0, 0.1)
    sway = rng.normal(0, 0.05) * np.sin(2 * np.pi * (t * rng.uniform(0.5, 4) + rng.random()))
    return _stroke(left + (right - left) * t, y + tilt * (t - 0.5) + bow * np.sin(np.pi * t) + sway)


def _stroke(x: np.ndarray, y: np.ndarray) -> Stroke:
    return np.stack([x, y], 1).astype(np.float32)
