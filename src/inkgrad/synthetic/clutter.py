"""Clutter: what is on paper and is no character, for networks to learn to say so.

Dashes, blots, scribbles, noise, pieces of characters, and two of them at once: each a glyph
(28, 28) uint8, brought to the form that networks see.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.strokes import draw
from inkgrad.ink.character import cropped, to_glyph

Rng = np.random.Generator
_SIDE = 40  # pixels that clutter is drawn in before it is fitted


def clutter(count: int, characters: Images, rng: Rng) -> Images:
    """Glyphs (count, 28, 28) that are no characters, all kinds alike; pieces of `characters`."""
    made = np.empty((count, 28, 28), np.uint8)
    kinds: list[Callable[[Images, Rng], NDArray[np.uint8]]] = [
        *(_dash, _blot, _scribble, _noise, _piece, _pair)
    ]
    for i in range(count):
        made[i] = to_glyph(kinds[i % len(kinds)](characters, rng))
    return made


def _dash(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """A line, bent a little; none that stands upright, which would be a 1."""
    angle = np.radians(rng.uniform(-45, 45))
    t = np.linspace(-0.5, 0.5, 12)
    bend = rng.normal(0, 0.04) * (1 - 4 * t * t)
    x, y = t * np.cos(angle) - bend * np.sin(angle), t * np.sin(angle) + bend * np.cos(angle)
    path = np.stack([x - x.min(), y - y.min()], 1) * _SIDE
    return draw([path.astype(np.float32)], rng.uniform(2, 8))


def _blot(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """A few ellipses of ink run together, wider than high: a high one might be a broad 1."""
    y, x = np.mgrid[:_SIDE, :_SIDE] / _SIDE - 0.5
    ink = np.zeros((_SIDE, _SIDE), bool)
    for _ in range(rng.integers(1, 5)):
        v, u, a, b = *rng.normal(0, 0.12, 2), *rng.uniform(0.08, 0.35, 2)
        turn = rng.uniform(0, np.pi)
        c, s = np.cos(turn), np.sin(turn)
        along, across = (x - u) * c + (y - v) * s, (y - v) * c - (x - u) * s
        ink |= (along / a) ** 2 + (across / b) ** 2 < 1
    ink[_SIDE // 2, _SIDE // 2] = True
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if np.ptp(rows) > 1.2 * np.ptp(columns):
        ink = ink.T
    edge = gaussian(ink, rng.uniform(0.5, 2))
    return (255 * edge).astype(np.uint8)


def _scribble(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """A long way of the pen, to and fro."""
    turns = rng.normal(0, 1, (rng.integers(12, 40), 2))
    steps = gaussian(np.repeat(turns, 4, axis=0), (2.0, 0.0))
    path = np.cumsum(steps, axis=0) if rng.random() < 0.5 else steps * 8
    path -= path.min(0)
    path *= _SIDE / max(float(path.max()), 1e-3)
    return draw([path.astype(np.float32)], rng.uniform(1.5, 5))


def _noise(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """Grain, fine or coarse, over the whole field."""
    grain = gaussian(rng.normal(size=(_SIDE, _SIDE)), rng.uniform(0, 2.5))
    grain -= np.quantile(grain, rng.uniform(0.3, 0.95))
    return (255 * np.clip(grain / grain.max(), 0, 1)).astype(np.uint8)


def _piece(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """Less than half of a character, as where a field cuts through it."""
    ink = cropped(characters[rng.integers(len(characters))])
    lying = rng.random() < 0.5
    ink = ink.T if lying else ink
    kept = max(2, round(len(ink) * rng.uniform(0.2, 0.45)))
    ink = ink[:kept] if rng.random() < 0.5 else ink[-kept:]
    ink = ink.T if lying else ink
    if ink.shape[0] > 1.5 * ink.shape[1]:  # upright it might be a 1
        ink = ink.T
    return ink if ink.max() > 0 else _dash(characters, rng)


def _pair(characters: Images, rng: Rng) -> NDArray[np.uint8]:
    """Two characters side by side, or three, taken for one."""
    parts = []
    for image in characters[rng.integers(len(characters), size=rng.integers(2, 4))]:
        columns = np.flatnonzero(image.any(0))
        parts += [image[:, columns[0] : columns[-1] + 1], np.zeros((28, rng.integers(4)), np.uint8)]
    return np.concatenate(parts, axis=1)
