"""What people and printers put on a sheet and is no writing: drawings, tables, squares, graphs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkgrad.imaging.filters import gaussian
from inkgrad.synthetic.wear import Floats, Rng

Points = NDArray[np.float64]


def paper(shape: tuple[int, int], rng: Rng) -> Floats:
    return np.full(shape, rng.uniform(205, 250), np.float32)


class Penned:
    """Paper that is drawn on, in the pen of this image."""

    def __init__(self, shape: tuple[int, int], rng: Rng) -> None:
        self.rng, self.shape = rng, shape
        self.image = Image.fromarray(paper(shape, rng).astype(np.uint8))
        self.on = ImageDraw.Draw(self.image)
        self.pen, self.thick = int(rng.integers(10, 110)), int(rng.integers(2, 7))

    def line(self, points: Points, thick: int | None = None) -> None:
        path = [(float(x), float(y)) for x, y in points]
        self.on.line(path, fill=self.pen, width=thick or self.thick, joint="curve")

    def place(self, margin: float = 0.05) -> tuple[float, float]:
        h, w = self.shape
        x, y = self.rng.uniform(margin, 1 - margin, 2) * (w, h)
        return float(x), float(y)

    @property
    def grey(self) -> Floats:
        return np.asarray(self.image, np.float32)


def curve(start: tuple[float, float], size: float, rng: Rng, points: int = 14) -> Points:
    """A path that wanders about from a place, about so far."""
    ways = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.5, points))
    steps = np.stack([np.cos(ways), np.sin(ways)], 1) * size / points * rng.uniform(0.5, 1.5)
    return np.asarray(start) + np.cumsum(steps, 0)


def closed(middle: tuple[float, float], radius: float, rng: Rng, bumps: float = 0.05) -> Points:
    """A closed line around a place, as round as a hand draws it."""
    angle = np.linspace(0, 2 * np.pi, 60)
    waves = sum(
        rng.normal(0, bumps / k) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(2, 6)
    )
    flat = rng.uniform(0.6, 1.0)
    far = radius * (1 + waves)
    return np.stack([np.cos(angle) * far, np.sin(angle) * far * flat], 1) + middle


def drawing(shape: tuple[int, int], rng: Rng) -> Floats:
    """Faces, flowers, houses, trees and wandering lines."""
    sheet = Penned(shape, rng)
    for _ in range(int(rng.integers(1, 9))):
        middle, size = sheet.place(0.15), rng.uniform(0.04, 0.22) * min(shape)
        [_face, _flower, _house, _tree, _wander][int(rng.integers(5))](sheet, middle, size)
    return sheet.grey


def _face(sheet: Penned, middle: tuple[float, float], size: float) -> None:
    rng, (x, y) = sheet.rng, middle
    sheet.line(closed(middle, size, rng))
    for side in (-1, 1):
        sheet.line(closed((x + side * 0.4 * size, y - 0.2 * size), 0.12 * size, rng))
    bow = np.linspace(0.15, 0.85, 15) * np.pi
    sheet.line(np.stack([np.cos(bow), 0.8 * np.sin(bow)], 1) * 0.55 * size + middle)


def _flower(sheet: Penned, middle: tuple[float, float], size: float) -> None:
    rng, count = sheet.rng, int(sheet.rng.integers(4, 9))
    sheet.line(closed(middle, 0.3 * size, rng))
    for angle in np.arange(count) * 2 * np.pi / count:
        at = middle[0] + 0.65 * size * np.cos(angle), middle[1] + 0.65 * size * np.sin(angle)
        sheet.line(closed(at, 0.35 * size, rng))
    sheet.line(np.array([(middle[0], middle[1] + size), (middle[0] + 5, middle[1] + 2.2 * size)]))


def _house(sheet: Penned, middle: tuple[float, float], size: float) -> None:
    box = np.array([(-1, -0.5), (-1, 1), (1, 1), (1, -0.5), (-1, -0.5), (0, -1.3), (1, -0.5)])
    sheet.line(box * size + middle)
    for x in (-0.6, 0.2):
        square = np.array([(0, 0), (0.4, 0), (0.4, 0.4), (0, 0.4), (0, 0)])
        sheet.line((square + np.array((x, -0.1))) * size + middle)


def _tree(sheet: Penned, middle: tuple[float, float], size: float) -> None:
    def branch(at: Points, way: float, long: float, left: int) -> None:
        end = at + long * np.array([np.cos(way), np.sin(way)])
        sheet.line(np.array([at, end]), max(1, left))
        for turn in sheet.rng.uniform(0.2, 0.7, 2) * (-1, 1) if left else ():
            branch(end, way + turn, 0.7 * long, left - 1)

    branch(np.asarray(middle), -np.pi / 2, 0.6 * size, 5)


def _wander(sheet: Penned, middle: tuple[float, float], size: float) -> None:
    for _ in range(int(sheet.rng.integers(1, 6))):
        sheet.line(curve(middle, 2 * size, sheet.rng, 30))


def table(shape: tuple[int, int], rng: Rng) -> Floats:
    """An empty table, ruled by a printer or by a hand."""
    sheet = Penned(shape, rng)
    h, w = shape
    left, top, right, bottom = rng.uniform(0.04, 0.3, 4) * (w, h, w, h)
    right, bottom = w - right, h - bottom
    shaky = rng.uniform(0, 4) if rng.random() < 0.5 else 0.0
    rows = np.linspace(top, bottom, int(rng.integers(3, 26)))
    columns = np.sort(rng.uniform(left, right, int(rng.integers(1, 9))))
    lines = [((left, y), (right, y)) for y in rows]
    lines += [((x, top), (x, bottom)) for x in (left, *columns, right)]
    for (x0, y0), (x1, y1) in lines:
        if rng.random() < 0.08:
            continue
        path = np.linspace((x0, y0), (x1, y1), 12) + rng.normal(0, 1, (12, 2)) * shaky
        sheet.line(path, int(rng.integers(1, 4)))
    return sheet.grey


def squares(shape: tuple[int, int], rng: Rng) -> Floats:
    """Squared or dotted paper, tick boxes in rows, combs."""
    sheet, kind = Penned(shape, rng), int(rng.integers(3))
    h, w = shape
    side = float(rng.uniform(14, 60))
    gap = side * rng.uniform(1.0, 2.5)
    sheet.thick = int(rng.integers(1, 4))
    for y in np.arange(rng.uniform(20, 120), h - rng.uniform(20, 200), gap if kind else side):
        if kind == 0:
            sheet.line(np.array([(0, y), (w, y)]), sheet.thick)
            continue
        for x in np.arange(rng.uniform(20, 80) if kind == 1 else 60, w - 80, gap):
            if kind == 1 and rng.random() < 0.8:
                sheet.on.rectangle((x, y, x + side, y + side), None, sheet.pen, sheet.thick)
            elif kind == 2:
                dot = side * 0.08 + 1
                sheet.on.ellipse((x - dot, y - dot, x + dot, y + dot), sheet.pen)
    for x in np.arange(10, w, side) if kind == 0 else ():
        sheet.line(np.array([(x, 0), (x, h)]), sheet.thick)
    return sheet.grey


def signs(shape: tuple[int, int], rng: Rng) -> Floats:
    """Roots, integrals, sums, bars, braces and arrows, as of formulas, with no letter."""
    sheet = Penned(shape, rng)
    s = np.linspace(-1, 1, 20)
    forms = [
        np.stack([0.25 * np.sin(2.2 * s) * -1, s], 1),  # an integral
        np.array([(-1, 0.2), (-0.8, 0.1), (-0.6, 0.9), (-0.3, -0.9), (1.6, -0.9)]),  # a root
        np.array([(0.7, -0.8), (-0.7, -0.8), (0.1, 0), (-0.7, 0.8), (0.7, 0.8)]),  # a sum
        np.array([(-1.4, 0), (1.4, 0)]),  # a bar
        np.stack([0.3 * (1 - np.cos(1.5 * s)), s], 1),  # a bracket
        np.array([(-1.2, 0), (1.2, 0), (0.8, -0.3), (1.2, 0), (0.8, 0.3)]),  # an arrow
        np.stack([s, 0.25 * np.sin(6 * s)], 1),  # a wave
        np.array([(0, -0.8), (0.8, 0.7), (-0.8, 0.7), (0, -0.8)]),  # a triangle
    ]
    for _ in range(int(rng.integers(4, 40))):
        form, size = forms[int(rng.integers(len(forms)))], rng.uniform(15, 70)
        turned = form * rng.choice([-1, 1], 2) * size * rng.uniform(0.8, 1.3, 2)
        sheet.line(turned + rng.normal(0, 0.03 * size, turned.shape) + sheet.place())
    return sheet.grey


def logo(shape: tuple[int, int], rng: Rng) -> Floats:
    """Filled rings, stars and shields."""
    sheet = Penned(shape, rng)
    for _ in range(int(rng.integers(1, 12))):
        (x, y), size = sheet.place(0.1), rng.uniform(0.02, 0.2) * min(shape)
        corners, inner = int(rng.integers(3, 9)), rng.uniform(0.35, 1.0)
        angle = np.arange(2 * corners) * np.pi / corners + rng.uniform(0, 1)
        far = size * np.where(np.arange(2 * corners) % 2, inner, 1.0)
        star = [(x + r * np.cos(a), y + r * np.sin(a)) for r, a in zip(far, angle, strict=True)]
        sheet.on.polygon(star, sheet.pen)
        hole = size * rng.uniform(0.1, 0.5)
        sheet.on.ellipse((x - hole, y - hole, x + hole, y + hole), int(rng.integers(150, 250)))
        if rng.random() < 0.4:
            ring = (x - 1.3 * size, y - 1.3 * size, x + 1.3 * size, y + 1.3 * size)
            sheet.on.ellipse(ring, None, sheet.pen, max(2, int(0.1 * size)))
    return sheet.grey


def hatching(shape: tuple[int, int], rng: Rng) -> Floats:
    """Areas filled with strokes side by side, once or crosswise, some no higher than letters."""
    sheet = Penned(shape, rng)
    for _ in range(int(rng.integers(1, 8))):
        (x, y), wide = sheet.place(0.1), rng.uniform(0.05, 0.35) * min(shape)
        tall = np.exp(rng.uniform(np.log(0.02), np.log(0.35))) * min(shape)
        apart, lean = rng.uniform(6, 26), rng.uniform(-1, 1)
        for _ in range(int(rng.integers(1, 3))):
            for at in np.arange(0, wide, apart):
                ends = np.array([(at + x, y), (at + lean * tall + x, tall + y)])
                sheet.line(ends + rng.normal(0, 0.08 * apart, (2, 2)) * (1, 2))
            lean = -lean
    return sheet.grey


def stains(shape: tuple[int, int], rng: Rng) -> Floats:
    """Blots, rings of cups, splashes, dust, prints of fingers."""
    sheet = Penned(shape, rng)
    for _ in range(int(rng.integers(1, 6))):
        middle, size = sheet.place(0.1), rng.uniform(0.01, 0.15) * min(shape)
        kind = int(rng.integers(4))
        if kind == 0:
            sheet.on.polygon([tuple(p) for p in closed(middle, size, rng, 0.2)], sheet.pen)
        elif kind == 1:
            sheet.line(closed(middle, 2 * size, rng, 0.01), int(rng.integers(3, 16)))
        elif kind == 2:
            for _ in range(int(rng.integers(20, 200))):
                x, y = np.asarray(middle) + rng.normal(0, 2 * size, 2)
                dot = float(rng.gamma(1.0, 2.0)) + 0.5
                sheet.on.ellipse((x - dot, y - dot, x + dot, y + dot), sheet.pen)
        else:
            for radius in np.arange(6, 60, 7):
                sheet.line(closed(middle, float(radius), rng, 0.06), 2)
    return gaussian(sheet.grey, rng.uniform(0.3, 2.0))


def graph(shape: tuple[int, int], rng: Rng) -> Floats:
    """Axes with ticks, curves, bars or points, without a number."""
    sheet = Penned(shape, rng)
    h, w = shape
    left, bottom, right, top = 0.12 * w, 0.85 * h, 0.9 * w, h * rng.uniform(0.1, 0.5)
    sheet.line(np.array([(left, top), (left, bottom), (right, bottom)]))
    x = np.linspace(left, right, int(rng.integers(5, 20)))
    for at in x:
        sheet.line(np.array([(at, bottom - 8), (at, bottom + 8)]))
    for _ in range(int(rng.integers(1, 4))):
        y = bottom - (bottom - top) * (0.5 + 0.4 * np.sin(rng.uniform(1, 6) * x / w * 6))
        y += rng.normal(0, 0.04 * h, len(x))
        if rng.random() < 0.4:
            sheet.line(np.stack([x, y], 1))
        elif rng.random() < 0.5:
            for px, py in zip(x, y, strict=True):
                sheet.line(np.array([(px - 7, py - 7), (px + 7, py + 7)]))
                sheet.line(np.array([(px - 7, py + 7), (px + 7, py - 7)]))
        else:
            for px, py in zip(x, y, strict=True):
                sheet.on.rectangle((px, min(py, bottom), px + 14, bottom), None, sheet.pen, 3)
    return sheet.grey
