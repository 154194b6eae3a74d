"""What a sheet lies on when it is photographed: wood, cloth, stone, a desk as light as paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from inkgrad.imaging.filters import gaussian, resized
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.synthetic.wear import Floats, Rng

_APART = (12, 45)  # grey levels of a nearly alike desk from its paper
_DARK, _MEDIUM = (15, 70), (70, 190)
_FARTHER = 25  # grey levels of any other desk from its paper, at least


def desk(kind: str, shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    """A desk (h, w) of one of `DESKS`, in grey levels, for paper as bright as `paper`."""
    return _MADE[kind](shape, paper, rng)


def clutter(room: Floats, rng: Rng) -> None:
    """Things that lie about, drawn into the room: pens, cups, other papers, cards."""
    h, w = room.shape
    for _ in range(int(rng.integers(3, 9))):
        thing = [_card, _pen, _cup][int(rng.integers(3))](min(h, w), rng)
        top, left = (int(rng.integers(-thing.shape[0] // 2, h)), int(rng.integers(-40, w)))
        y, x = max(0, -top), max(0, -left)
        part = thing[y:, x:][: h - max(0, top), : w - max(0, left)]
        place = room[max(0, top) :, max(0, left) :][: part.shape[0], : part.shape[1]]
        covered = part >= 0
        place[covered] = part[covered]


def _even(shape: tuple[int, int], level: float, rng: Rng) -> Floats:
    """One colour, hardly uneven, with grain."""
    large, fine = rng.normal(0, 1, (6, 8)), rng.standard_normal(shape, np.float32)
    room = level + resized(large, shape) * rng.uniform(0, 5)
    room += gaussian(fine, rng.uniform(0, 1.5)) * rng.uniform(0.5, 8)
    return room.astype(np.float32)


def _plain(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    return _even(shape, _level(paper, _MEDIUM, rng), rng)


def _alike(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    apart = rng.uniform(*_APART)
    level = paper - apart if rng.random() < 0.7 or paper + apart > 250 else paper + apart
    return _even(shape, level, rng)


def _dark(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    return _even(shape, rng.uniform(*_DARK), rng)


def _wood(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    """Grain that runs along boards, with the gaps between them."""
    h = shape[0]
    coarse = rng.standard_normal((max(4, h // 3), 12), np.float32)
    grain = gaussian(resized(coarse, shape), (rng.uniform(0.5, 3.0), 6.0))
    grain *= rng.uniform(6, 22) / max(float(grain.std()), 1e-3)
    room = _level(paper, (50, 175), rng) + grain
    board = int(h * rng.uniform(0.15, 0.6))
    for y in range(int(rng.integers(board)), h, board):
        room[y : y + max(1, h // 300)] *= rng.uniform(0.4, 0.8)
    lying = np.ascontiguousarray(room.astype(np.float32))
    return lying if rng.random() < 0.5 else resized(lying.T, shape)


def _cloth(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    """A weave, or a check."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    size = rng.uniform(2, 40)
    threads = np.sin(x / size * 2 * np.pi) * np.sin(y / size * 2 * np.pi)
    if rng.random() < 0.4:
        threads = np.sign(np.sin(x / size)) + np.sign(np.sin(y / size))
    woven = gaussian(threads, 1.0) * rng.uniform(5, 25)
    return (_even(shape, _level(paper, _MEDIUM, rng), rng) + woven).astype(np.float32)


def _stone(shape: tuple[int, int], paper: float, rng: Rng) -> Floats:
    """Spots of several sizes, as of granite or carpet."""
    room = _even(shape, _level(paper, _MEDIUM, rng), rng)
    for _ in range(3):
        grain = gaussian(rng.standard_normal(shape, np.float32), rng.uniform(1, 6))
        room += grain * rng.uniform(4, 14) / max(float(grain.std()), 1e-3)
    return room


def _level(paper: float, among: tuple[float, float], rng: Rng) -> float:
    """A grey level of these, and well apart from the paper's."""
    low, high = among
    level = rng.uniform(low, high)
    return float(level if abs(level - paper) > _FARTHER else paper - _FARTHER - rng.uniform(0, 40))


def _card(side: int, rng: Rng) -> Floats:
    """A card or a sheet, its edges straight, turned; -1 where it is not."""
    h, w = (side * rng.uniform(0.06, 0.35, 2)).astype(int) + 4
    thing = np.full((h, w), rng.uniform(20, 245), np.float32)
    if rng.random() < 0.5:
        thing[h // 4 : h // 4 + max(1, h // 20), w // 6 : -w // 6] = rng.uniform(10, 240)
    return _turned(thing, rng)


def _pen(side: int, rng: Rng) -> Floats:
    long, thick = side * rng.uniform(0.2, 0.5), max(2, side * rng.uniform(0.01, 0.03))
    thing = np.full((int(thick) + 1, int(long)), rng.uniform(5, 235), np.float32)
    thing[: max(1, int(thick) // 4)] += 30
    return _turned(thing, rng)


def _cup(side: int, rng: Rng) -> Floats:
    """A round thing, with a ring of another brightness."""
    radius = side * rng.uniform(0.05, 0.14)
    circle = np.linspace(0, 2 * np.pi, 90)
    path: Stroke = (radius * np.stack([np.cos(circle), np.sin(circle)], 1) + radius).astype(
        np.float32
    )
    ring = draw([path], max(2.0, 0.15 * radius)).astype(np.float32) / 255
    y, x = np.mgrid[: ring.shape[0], : ring.shape[1]] - np.array(ring.shape)[:, None, None] / 2
    inside = x**2 + y**2 < radius**2
    thing = np.where(inside, rng.uniform(10, 240), -1.0)
    return np.where(ring > 0.5, rng.uniform(10, 240), thing).astype(np.float32)


def _turned(thing: Floats, rng: Rng) -> Floats:
    flat = Image.fromarray(thing)
    return np.asarray(flat.rotate(float(rng.uniform(0, 180)), expand=True, fillcolor=-1))


_MADE: dict[str, Callable[[tuple[int, int], float, Rng], Floats]] = {
    "plain": _plain,
    "alike": _alike,
    "dark": _dark,
    "wood": _wood,
    "cloth": _cloth,
    "stone": _stone,
}
DESKS = tuple(_MADE)
"""The kinds of desks."""
