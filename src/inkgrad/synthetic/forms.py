"""Fields as forms print them, empty or filled: boxes, combs, lines, dots, brackets, signs before.

What is printed is thin, straight and regular, or type; scanners skew it, blur it and compress it.
Readers are measured on these: nothing is written in an empty one, whatever it looks like.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.data.dataset import Images
from inkgrad.imaging.filters import gaussian, resized
from inkgrad.ink.character import cropped
from inkgrad.synthetic.wear import Floats, Rng

KINDS = (
    *("plain", "box", "cells", "comb", "teeth", "line", "dots", "dashes", "brackets"),
    *("parentheses", "dollar", "number", "date"),
)
"""What a field has for people to write on."""

Cell = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Form:
    """The print (h, w) of a field, 0..1, and the cells that its characters are written in."""

    print: Floats
    cells: list[Cell]


def form(kind: str, count: int, rng: Rng) -> Form:
    """A field of one of KINDS for so many characters."""
    h = int(rng.integers(44, 130))
    pitch = h * rng.uniform(0.55, 0.95)
    left, thick = h * rng.uniform(0.1, 0.5), max(1, round(h * rng.uniform(0.012, 0.04)))
    before = h * 0.9 if kind in ("dollar", "number") else 0.0
    w = round(2 * left + before + count * pitch)
    room = Image.new("L", (4 * w, 4 * h))
    pen = _Pen(ImageDraw.Draw(room), thick, rng)
    top, low = h * rng.uniform(0.08, 0.15), h * rng.uniform(0.82, 0.92)
    first, last = left + before, left + before + count * pitch
    marks: dict[str, Callable[[], None]] = {
        "plain": lambda: None,
        "box": lambda: pen.box(first, top, last, low),
        "cells": lambda: pen.comb(first, last, top, low, count, closed=True),
        "comb": lambda: pen.comb(first, last, low - h * rng.uniform(0.12, 0.7), low, count),
        "teeth": lambda: pen.teeth(first, last, low - h * rng.uniform(0.3, 0.7), low, count),
        "line": lambda: pen.line(first, low, last, low),
        "dots": lambda: pen.dots(first, last, low, h * rng.uniform(0.05, 0.1)),
        "dashes": lambda: pen.dashes(first, last, low, h * rng.uniform(0.1, 0.25)),
        "brackets": lambda: pen.brackets(first - h * 0.05, last + h * 0.05, top, low),
        "parentheses": lambda: pen.type(("(", ")"), (first, last), top, low),
        "dollar": lambda: pen.type(("$",), (left,), h * 0.25, low),
        "number": lambda: pen.type((str(rng.choice(["No.", "Nr.", "#"])),), (left,), h * 0.3, low),
        "date": lambda: pen.date(first, last, h * 0.3, low, count),
    }
    marks[kind]()
    if kind in ("dollar", "number") and rng.random() < 0.6:
        pen.line(first, low, last, low)
    small = np.asarray(room.resize((w, h), Image.Resampling.BOX), np.float32) / np.float32(255)
    inner, floor = top + 0.06 * h, low - 0.05 * h
    cells = [(first + i * pitch, inner, first + (i + 1) * pitch, floor) for i in range(count)]
    return Form(small, cells)


@dataclass(frozen=True)
class _Pen:
    """Draws what is printed, at four times its size."""

    draw: ImageDraw.ImageDraw
    thick: int
    rng: Rng

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        half = 2 * self.thick
        self.draw.rectangle((4 * x0 - half, 4 * y0 - half, 4 * x1 + half, 4 * y1 + half), fill=255)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for y in (y0, y1):
            self.line(x0, y, x1, y)
        for x in (x0, x1):
            self.line(x, y0, x, y1)

    def teeth(self, x0: float, x1: float, y0: float, y1: float, count: int) -> None:
        for x in np.linspace(x0, x1, count + 1):
            self.line(x, y0, x, y1)

    def comb(
        self, x0: float, x1: float, y0: float, y1: float, count: int, closed: bool = False
    ) -> None:
        self.teeth(x0, x1, y0, y1, count)
        for y in (y0, y1) if closed else (y1,):
            self.line(x0, y, x1, y)

    def dots(self, x0: float, x1: float, y: float, step: float) -> None:
        radius = 4 * max(0.6, step * self.rng.uniform(0.15, 0.3))
        for x in 4 * np.arange(x0, x1, step):
            self.draw.ellipse((x - radius, 4 * y - radius, x + radius, 4 * y + radius), fill=255)

    def dashes(self, x0: float, x1: float, y: float, step: float) -> None:
        for x in np.arange(x0, x1 - 0.6 * step, step):
            self.line(x, y, x + 0.6 * step, y)

    def brackets(self, x0: float, x1: float, y0: float, y1: float) -> None:
        foot = (y1 - y0) * self.rng.uniform(0.1, 0.25)
        for x, inward in ((x0, x0 + foot), (x1, x1 - foot)):
            self.line(x, y0, x, y1)
            for y in (y0, y1):
                self.line(min(x, inward), y, max(x, inward), y)

    def type(self, texts: Sequence[str], xs: Sequence[float], y0: float, y1: float) -> None:
        font = ImageFont.load_default(4 * (y1 - y0))
        for text, x in zip(texts, xs, strict=True):
            self.draw.text((4 * x, 4 * y1), text, fill=255, font=font, anchor="ls")

    def date(self, x0: float, x1: float, y0: float, y1: float, count: int) -> None:
        """Blanks parted by slashes: __/__/____."""
        part = (x1 - x0) / 8
        for begin, end in ((0.0, 1.6), (2.4, 4.0), (4.8, 8.0)):
            self.line(x0 + begin * part, y1, x0 + end * part, y1)
        lean = (y1 - y0) * self.rng.uniform(0.2, 0.4)
        for x in (x0 + 2.0 * part, x0 + 4.4 * part):
            ends = (4 * (x + lean / 2), 4 * y0, 4 * (x - lean / 2), 4 * y1)
            self.draw.line(ends, fill=255, width=4 * self.thick)


def scanned(printed: Floats, written: Floats | None, rng: Rng) -> NDArray[np.uint8]:
    """Print and writing (h, w), each 0..1, as a grey image: skewed, blurred, grained, a JPEG."""
    paper, strong = rng.uniform(200, 250), rng.uniform(60, 190)
    ink = strong * printed
    if written is not None:  # a pen is not much lighter than what it writes on
        ink = np.maximum(ink, max(rng.uniform(90, 190), 0.8 * strong) * written)
    skewed = Image.fromarray(ink).rotate(
        float(rng.normal(0, 0.4)), Image.Resampling.BILINEAR, fillcolor=0
    )
    light = np.linspace(0, rng.uniform(0, 25), ink.shape[1], dtype=np.float32)
    grey = paper - light - gaussian(np.asarray(skewed), rng.choice([0.0, 0.6, 1.2, 1.8]))
    grey += rng.normal(0, rng.uniform(0, 4), ink.shape)
    image = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=int(rng.integers(25, 90)))
        image = Image.open(file)
    return np.asarray(image)


def empty(kind: str, count: int, rng: Rng) -> NDArray[np.uint8]:
    """A grey image of such a field in which nothing is written."""
    return scanned(form(kind, count, rng).print, None, rng)


def filled(
    kind: str, string: Sequence[int], digits: Sequence[Images], rng: Rng
) -> NDArray[np.uint8]:
    """The same with a digit in each cell, of the images (n, 28, 28) of its class."""
    made = form(kind, len(string), rng)
    written = np.zeros_like(made.print)
    tall = rng.uniform(0.6, 0.95)
    for digit, cell in zip(string, made.cells, strict=True):
        images = digits[digit]
        _write(written, cropped(images[int(rng.integers(len(images)))]), cell, tall, rng)
    return scanned(made.print, written, rng)


def _write(written: Floats, ink: Images, cell: Cell, tall: float, rng: Rng) -> None:
    """One digit into its cell, a little off its middle."""
    left, top, right, bottom = cell
    scale = tall * (bottom - top) * np.exp(rng.normal(0, 0.06)) / max(ink.shape)
    scale = min(scale, 0.95 * (right - left) / ink.shape[1])
    size = max(2, round(ink.shape[0] * scale)), max(2, round(ink.shape[1] * scale))
    small = resized(ink, size) / 255
    x = (left + right - size[1]) / 2 + rng.normal(0, 0.04) * (right - left)
    y = bottom - size[0] - rng.uniform(0, 0.15) * (bottom - top)
    row, column = max(0, round(y)), max(0, round(x))
    part = written[row : row + size[0], column : column + size[1]]
    np.maximum(part, small[: part.shape[0], : part.shape[1]], out=part)
