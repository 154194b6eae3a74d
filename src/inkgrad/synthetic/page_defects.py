"""What happens to a sheet besides being written on, as a scanner sees it in grey.

Its paper is lined, punched, bound or stapled; somebody marked, stamped or folded it; its back, or
the next sheet, is seen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.imaging.filters import gaussian
from inkgrad.synthetic.wear import Rng

Grey = NDArray[np.uint8]
Defect = Callable[[Grey, Grey, Rng], Grey]
"""From a page (h, w), another one and a generator to the page with the defect."""

_THROUGH, _STRONGLY = 0.16, 0.35  # of its ink that is seen through from the back
_STAMPED = ("RECEIVED", "12 MAR 98")


def unchanged(page: Grey, other: Grey, rng: Rng) -> Grey:
    """A page without any."""
    return page


def highlighter(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Four broad strokes of a marker across the lines, as dark as yellow, green or pink are."""
    h, w = page.shape
    shade = np.ones(page.shape)
    for _ in range(4):
        y, x = rng.integers(100, h - 200), rng.integers(60, w // 2)
        tall, wide = rng.integers(30, 60), rng.integers(150, 500)
        shade[y : y + tall, x : x + wide] = rng.choice([0.93, 0.84, 0.72])
    return (page * shade).astype(np.uint8)


def lined_paper(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Lined yellow paper with a double line along its margin."""
    h, w = page.shape
    room = Image.new("L", (w, h), 255)
    draw = ImageDraw.Draw(room)
    for y in range(80, h, int(rng.integers(45, 70))):
        draw.line([(0, y), (w, y)], fill=165, width=2)
    for x in (110, 118):
        draw.line([(x, 0), (x, h)], fill=139, width=3)
    return np.minimum(0.95 * page, 0.95 * np.asarray(room)).astype(np.uint8)


def spiral(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Holes along the left side, with the wire through them."""
    image = Image.fromarray(page)
    draw = ImageDraw.Draw(image)
    for y in range(30, page.shape[0] - 20, 46):
        draw.rectangle([18, y, 36, y + 14], fill=40)
        draw.line([(0, y + 4), (30, y + 8)], fill=90, width=4)
    return np.asarray(image)


def holes(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Two punched holes, what is below them dark, and a staple in the corner."""
    image = Image.fromarray(page)
    draw, middle = ImageDraw.Draw(image), page.shape[0] // 2
    for y in (middle - 200, middle + 200):
        draw.ellipse([28, y, 70, y + 42], fill=30)
    draw.line([(40, 30), (95, 22)], fill=60, width=4)
    return np.asarray(image)


def stamp(page: Grey, other: Grey, rng: Rng) -> Grey:
    """A round stamp in the lower right quarter, its ink paler than a pen's; its text counts too."""
    h, w = page.shape
    room = Image.new("L", (w, h), 255)
    draw, ink = ImageDraw.Draw(room), int(rng.integers(55, 90))
    x, y = int(rng.integers(w // 2, w - 330)), int(rng.integers(h // 2, h - 330))
    draw.ellipse([x, y, x + 280, y + 280], outline=ink, width=7)
    draw.ellipse([x + 30, y + 30, x + 250, y + 250], outline=ink, width=3)
    for line, text in enumerate(_STAMPED):
        place, font = (
            (x + 60 + 10 * line, y + 110 + 45 * line),
            ImageFont.load_default(36 - 8 * line),
        )
        draw.text(place, text, fill=ink, font=font)
    return np.minimum(page, np.asarray(room))


def next_page(page: Grey, other: Grey, rng: Rng) -> Grey:
    """The page beside it, of which a tenth is seen, behind a shadow."""
    shadow = np.full((page.shape[0], 6), 110, np.uint8)
    return np.hstack([page, shadow, other[:, : page.shape[1] // 10]])


def show_through(page: Grey, other: Grey, rng: Rng) -> Grey:
    """The writing on its back, faint and in a mirror."""
    return _through(page, other, _THROUGH, 0.0)


def strong_show_through(page: Grey, other: Grey, rng: Rng) -> Grey:
    """The same, stronger, as paper spreads it."""
    return _through(page, other, _STRONGLY, 1.5)


def two_inks(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Its lower half written in a paler ink."""
    shown = page.astype(float)
    paper, half = float(np.median(shown)), page.shape[0] // 2
    shown[half:] = paper + 0.45 * (shown[half:] - paper)
    return shown.clip(0, 255).astype(np.uint8)


def folded(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Folded across and down, one half in shade."""
    shown, (h, w) = page.astype(float), page.shape
    y = h // 2 + int(rng.integers(-100, 100))
    shown[y:] *= 0.88
    shown[y - 2 : y + 2] *= 0.75
    shown[:, w // 2 - 2 : w // 2 + 1] *= 0.85
    return shown.astype(np.uint8)


def curled(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Bent along its width: lines rise and fall, and one side is darker."""
    across = np.arange(page.shape[1]) / page.shape[1]
    rows = (18 * np.sin(1.3 * np.pi * across)).astype(int)
    moved = np.stack([np.roll(page[:, i], down) for i, down in enumerate(rows.tolist())], 1)
    return (moved * (0.8 + 0.2 * np.cos(1.1 * np.pi * across))).astype(np.uint8)


def _through(page: Grey, other: Grey, part: float, blur: float) -> Grey:
    back = other[:, ::-1].astype(np.float32)
    ink = (float(np.median(back)) - back).clip(0, 255)
    return (page - part * (gaussian(ink, blur) if blur else ink)).clip(0, 255).astype(np.uint8)


def specks(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Specks of two to six pixels all over it, as on a copy of a copy: six in 10,000 pixels."""
    dark = page.astype(np.int64)
    for y, x in zip(*np.nonzero(rng.random(page.shape) < 0.0006), strict=True):
        reach = int(rng.integers(1, 4))
        around = np.s_[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
        dark[around] = page[around] - int(rng.integers(30, 90))
    return np.clip(dark, 0, 255).astype(np.uint8)


def grain(page: Grey, other: Grey, rng: Rng) -> Grey:
    """Coarse grain of nine grey levels, as of a scan that was made larger."""
    h, w = page.shape
    small = rng.normal(0, 9, (h // 2 + 1, w // 2 + 1)).astype(np.float32)
    large = np.asarray(Image.fromarray(small).resize((w, h), Image.Resampling.BICUBIC))
    return np.clip(page + large, 0, 255).astype(np.uint8)


DEFECTS: dict[str, Defect] = {
    "none": unchanged,
    "highlighter": highlighter,
    "lined paper": lined_paper,
    "spiral": spiral,
    "holes": holes,
    "stamp": stamp,
    "next page": next_page,
    "show-through": show_through,
    "strong show-through": strong_show_through,
    "two inks": two_inks,
    "folded": folded,
    "curled": curled,
    "specks": specks,
    "grain": grain,
}
"""By the name that is said of them."""
