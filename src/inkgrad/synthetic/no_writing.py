"""Images on which nothing is written, of twelve kinds, from a seed: what a reader must not read.

Textures, drawings, empty tables, squares, signs without letters, scenes, logos, bars, hatching,
stains, graphs and scribbles, on paper as a scanner or a telephone sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkgrad.imaging.filters import gaussian, resized
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.synthetic.desks import DESKS, desk
from inkgrad.synthetic.unwritten_sheets import (
    Penned,
    curve,
    drawing,
    graph,
    hatching,
    logo,
    paper,
    signs,
    squares,
    stains,
    table,
)
from inkgrad.synthetic.wear import Floats, Rng

SIZE = (1170, 900)  # rows and columns of one that stands upright
_LYING = 0.4  # part of the images that are wider than high


@dataclass(frozen=True)
class Unwritten:
    """A grey image (h, w), uint8, without writing, and of which kind it is."""

    grey: NDArray[np.uint8]
    kind: str


def unwritten(rng: Rng, kind: str | None = None) -> Unwritten:
    """An image without writing, of any of `KINDS` or of one; the same generator, the same one."""
    kind = kind or KINDS[int(rng.integers(len(KINDS)))]
    shape = SIZE[::-1] if rng.random() < _LYING else SIZE
    return Unwritten(_seen(_MADE[kind](shape, rng), rng), kind)


def _seen(room: Floats, rng: Rng) -> NDArray[np.uint8]:
    """As a scanner sees it, or a telephone: light from one side, a lens, noise."""
    h, w = room.shape
    if rng.random() < 0.5:
        corners = np.asarray(rng.uniform(0.6, 1.0, (2, 2)), np.float32)
        room = room * resized(corners, (h, w)) / corners.max()
    room = gaussian(room, rng.uniform(0.3, 1.0))
    noise = rng.standard_normal((h, w), np.float32) * np.float32(rng.uniform(0.5, 4))
    return np.asarray((room + noise).clip(0, 255), np.uint8)


def _texture(shape: tuple[int, int], rng: Rng) -> Floats:
    """Paper with fibres and folds, or a desk and nothing on it."""
    if rng.random() < 0.6:
        return desk(DESKS[int(rng.integers(len(DESKS)))], shape, rng.uniform(200, 245), rng)
    room = paper(shape, rng)
    room += gaussian(rng.standard_normal(shape, np.float32), rng.uniform(1, 5)) * rng.uniform(5, 60)
    fibres = Penned(shape, rng)
    fibres.pen = int(rng.integers(120, 190))
    for _ in range(int(rng.integers(0, 120))):
        fibres.line(curve(fibres.place(0), rng.uniform(8, 60), rng), 1)
    room = np.minimum(room, fibres.grey)
    for _ in range(int(rng.integers(0, 4))):  # folds: darker on one side
        at, axis = rng.uniform(0.2, 0.8), int(rng.integers(2))
        along = np.arange(shape[axis]) / shape[axis] - at
        fold = -rng.uniform(5, 45) * np.exp(-np.abs(along) * 120) * np.sign(along)
        room += fold[:, None] if axis == 0 else fold[None]
    return room


def _scene(shape: tuple[int, int], rng: Rng) -> Floats:
    """A photo of outdoors, or of things in a room: areas of light and dark with soft edges."""
    h, w = shape
    room = np.linspace(rng.uniform(140, 240), rng.uniform(60, 160), h)[:, None] * np.ones((1, w))
    room = room.astype(np.float32)
    y = np.arange(h)[:, None]
    for _ in range(int(rng.integers(1, 4))):
        hills = gaussian(rng.normal(0, 1, (1, w)), (0, rng.uniform(20, 120)))[0]
        edge = h * rng.uniform(0.3, 0.9) + hills / max(float(hills.std()), 1e-3) * 0.06 * h
        grass = rng.uniform(20, 180) + gaussian(rng.standard_normal(shape, np.float32), 2) * 40
        room = np.where(y > edge[None], grass, room)
    image = Image.fromarray(room.clip(0, 255).astype(np.uint8))
    on = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 7))):
        x, top = rng.uniform(0, w), rng.uniform(0.1, 0.7) * h
        wide, tall = rng.uniform(0.04, 0.25) * w, rng.uniform(0.1, 0.5) * h
        shade, light = rng.integers(10, 245, 2).tolist()
        if rng.random() < 0.4:
            on.ellipse((x, top, x + wide, top + wide), shade)
            continue
        on.rectangle((x, top, x + wide, top + tall), shade)
        step = max(14.0, wide / rng.uniform(2, 7))
        for wy in np.arange(top + step / 2, top + tall - step / 2, step):
            for wx in np.arange(x + step / 3, x + wide - step / 2, step):
                on.rectangle((wx, wy, wx + step / 2, wy + step / 2), light)
    return gaussian(np.asarray(image), rng.uniform(0.5, 3))


def _bars(shape: tuple[int, int], rng: Rng) -> Floats:
    """Barcodes and codes of squares."""
    room = paper(shape, rng)
    for _ in range(int(rng.integers(1, 6))):
        unit = int(rng.integers(2, 8))
        if rng.random() < 0.5:
            bits = np.repeat(rng.random(int(rng.integers(30, 95))) < 0.5, unit)[None]
            code = np.repeat(bits, int(rng.integers(30, 200)), 0)
        else:
            code = np.kron(rng.random((25, 25)) < 0.5, np.ones((unit, unit), bool))
        if rng.random() < 0.3:
            code = code.T
        top, left = (int(rng.integers(n - 40)) for n in shape)
        place = room[top : top + code.shape[0], left : left + code.shape[1]]
        place[code[: place.shape[0], : place.shape[1]]] = rng.uniform(5, 60)
    return room


def _scribbles(shape: tuple[int, int], rng: Rng) -> Floats:
    """Loops, zigzags, spirals and waves of a pen that is tried out."""
    room, t = paper(shape, rng), np.linspace(0, 1, 300)
    pen, thick = rng.uniform(10, 110), rng.uniform(2, 6)
    for _ in range(int(rng.integers(1, 10))):
        size, wide, turns = rng.uniform(10, 60), rng.uniform(60, 500), rng.uniform(4, 25)
        around = 2 * np.pi * turns * t
        paths = [
            (t * wide + size * np.cos(around), size * np.sin(around)),
            (t * wide, size * (2 * np.abs((turns * t) % 1 - 0.5))),
            (t * size * 2 * np.cos(around), t * size * 2 * np.sin(around)),
            (t * wide, 0.4 * size * np.sin(around)),
        ]
        path: Stroke = np.stack(paths[int(rng.integers(4))], 1).astype(np.float32)
        path -= path.min(0)
        ink = draw([path], thick)
        top, left = (int(rng.integers(n - 60)) for n in shape)
        place = room[top : top + ink.shape[0], left : left + ink.shape[1]]
        part = ink[: place.shape[0], : place.shape[1]] / np.float32(255)
        place += part * (np.float32(pen) - place)
    return room


_MADE: dict[str, Callable[[tuple[int, int], Rng], Floats]] = {
    "texture": _texture,
    "drawing": drawing,
    "table": table,
    "squares": squares,
    "signs": signs,
    "scene": _scene,
    "logo": logo,
    "bars": _bars,
    "hatching": hatching,
    "stains": stains,
    "graph": graph,
    "scribbles": _scribbles,
}
KINDS = tuple(_MADE)
"""The kinds of images without writing."""
