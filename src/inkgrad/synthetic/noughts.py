"""Noughts as people write them fast: with tails, open at the top, several of them in one go.

Strokes are those of digits 1 high, from y = 0 at the top to y = 1, x from 0 on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.strokes import Stroke

Rng = np.random.Generator
ROWS = ("coil", "top", "bottom", "middle", "apart", "barred")
"""How the noughts of a row hang together: as one spiral, joined at the top, at the bottom or in the
middle by strokes, not at all, or small ones with a bar over, through or under all of them."""

_POINTS = 22  # to a nought
_TURN = 2 * np.pi


def nought(rng: Rng) -> list[Stroke]:
    """One nought, in one stroke: it begins and ends somewhere at its top, closed or open."""
    wide = rng.uniform(0.4, 0.95)
    begin, turns = rng.normal(0, 0.5), rng.uniform(0.84, 1.12)
    angles = begin + np.linspace(0, turns * _TURN, _POINTS)
    shrink = np.linspace(1, rng.uniform(0.85, 1.05), _POINTS)
    loop = _around(angles, 0.5 * wide * shrink, 0.5 * shrink)
    return _settled([_turned(_with_tails(loop, rng), rng).astype(np.float32)])


def row(count: int, kind: str, rng: Rng) -> list[Stroke]:
    """So many noughts of one hand, hanging together in one of the ways of ROWS."""
    wide, step = rng.uniform(0.4, 0.9), rng.uniform(0.85, 1.5)
    if kind in ("coil", "top", "bottom"):
        return _smaller(_settled(_in_one_go(count, kind, wide, step, rng)), 1.0, rng)
    if kind == "barred":
        step = rng.uniform(0.8, 1.25)
    strokes = _one_by_one(count, wide, step, rng)
    if kind == "middle":
        strokes += _links(count, wide, step, rng)
    elif kind == "barred":
        strokes += _bars(wide * (1 + (count - 1) * step), rng)
    return _smaller(_settled(strokes), 0.0 if kind == "barred" else 1.0, rng)


def _one_by_one(count: int, wide: float, step: float, rng: Rng) -> list[Stroke]:
    """Noughts side by side, one hand's: about as wide as each other."""
    strokes = []
    for place, size in enumerate(1 + rng.normal(0, 0.07, count)):
        down = rng.normal(0, 0.05)
        for stroke in nought(rng):
            across = wide / (float(stroke[:, 0].max()) + 1e-3)
            moved = stroke * [across * size, size] + [place * wide * step, down]
            strokes.append(moved.astype(np.float32))
    return strokes


def _links(count: int, wide: float, step: float, rng: Rng) -> list[Stroke]:
    """Strokes from each nought to the next, at half their height or so."""
    found = []
    for place in range(count - 1):
        y, x = rng.uniform(0.3, 0.7), place * wide * step
        reach = rng.uniform(0.1, 0.5) * wide
        ends = [(x + wide - reach, y), (x + wide * step + reach, y + rng.normal(0, 0.08))]
        found.append(np.array(ends, np.float32))
    return found


def _bars(wide: float, rng: Rng) -> list[Stroke]:
    """A line or two over, through or under noughts that are so wide together."""
    height = rng.choice([rng.uniform(-0.3, -0.08), rng.uniform(0.3, 0.7), 1.2, 1.35])
    before, after = rng.normal(0, 0.15, 2)
    return [
        np.array([(before, y), (wide + after, y + rng.normal(0, 0.06))], np.float32)
        for y in height + 0.22 * np.arange(1 + int(rng.random() < 0.25))
    ]


def _smaller(strokes: list[Stroke], bottom: float, rng: Rng) -> list[Stroke]:
    """Half of the time smaller than other digits: standing where they do, or hanging."""
    if rng.random() < 0.5:
        return strokes
    size, hold = rng.uniform(0.5, 1.0), bottom if rng.random() < 0.7 else 1 - bottom
    held = np.array([0.0, hold * (1 - size)])
    return [(stroke * size + held).astype(np.float32) for stroke in strokes]


def _in_one_go(count: int, kind: str, wide: float, step: float, rng: Rng) -> list[Stroke]:
    """Loops without lifting the pen: it moves on all the time, or at the end of each loop alone."""
    moving = 1.0 if kind == "coil" else rng.uniform(0.15, 0.4)  # part of a loop
    phase = np.pi if kind == "bottom" else 0.0
    step *= 0.85 if kind == "coil" else 1.0
    turns = np.linspace(0, count - rng.uniform(0.0, 0.12), _POINTS * count)
    whole, part = np.floor(turns), turns % 1
    on = np.clip((part - (1 - moving)) / moving, 0, 1)
    closed = 1.0  # part of a loop's way after which it is closed
    if kind != "coil":
        on, closed = on * on * (3 - 2 * on), 1 - moving * rng.uniform(0.2, 1.0)
    sizes = 1 + np.interp(turns, np.arange(count + 1), rng.normal(0, 0.08, count + 1))
    angles = phase + (whole + np.minimum(part / closed, 1)) * _TURN
    path = _around(angles, 0.5 * wide * sizes, 0.5 * sizes)
    ahead = np.where(whole < count - 1, on, 0.0)
    path[:, 0] += (whole + ahead) * wide * step
    dip = rng.normal(0, 0.1)
    path[:, 1] += dip * np.sin(np.pi * ahead)
    if rng.random() < 0.2:  # the other way round
        path[:, 0] = (whole + ahead) * wide * step * 2 - path[:, 0]
    return [_with_tails(path, rng).astype(np.float32)]


def _around(
    angles: NDArray[np.float64], across: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points of a loop around (0, 0.5) from its top on, to the left first."""
    return np.stack([-across * np.sin(angles), 0.5 - down * np.cos(angles)], axis=1)


def _with_tails(path: NDArray[np.float64], rng: Rng) -> NDArray[np.float64]:
    """A stroke into a loop, and one out of it, each now and then; short, so that no 6 comes out."""
    if rng.random() < 0.3:
        away = [rng.uniform(-0.35, 0.35), rng.uniform(-0.22, 0.12)]
        path = np.concatenate([_curve(path[0] + away, path[0], rng), path])
    if rng.random() < 0.4:
        away = [rng.uniform(0.08, 0.55), rng.uniform(-0.2, 0.3)]
        if rng.random() < 0.25:  # back into the loop
            away = [rng.uniform(-0.25, 0.15), rng.uniform(0.1, 0.4)]
        path = np.concatenate([path, _curve(path[-1], path[-1] + away, rng)])
    return path


def _curve(start: NDArray[np.float64], end: NDArray[np.float64], rng: Rng) -> NDArray[np.float64]:
    t = np.linspace(0, 1, 6)[:, None]
    sag = np.array([0.0, rng.normal(0, 0.08)])
    curved: NDArray[np.float64] = start + (end - start) * t + sag * np.sin(np.pi * t)
    return curved


def _turned(path: NDArray[np.float64], rng: Rng) -> NDArray[np.float64]:
    angle = rng.normal(0, 0.12)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: NDArray[np.float64] = path @ turn
    return turned


def _settled(strokes: list[Stroke]) -> list[Stroke]:
    """Moved so that x begins at 0."""
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    return [(stroke - [left, 0.0]).astype(np.float32) for stroke in strokes]
