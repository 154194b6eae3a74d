"""Ink as lines are composed of it: laid on paper, drawn over it, worn by pens and scanners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.errors import ShapeError
from inkgrad.imaging.filters import gaussian, rescaled, resized
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.kernels import drawing
from inkgrad.kernels.arrays import Floats as Floats  # its neighbours have it from here
from inkgrad.preconditions import require

Rng = np.random.Generator
_NO_LABEL = -1


def worn(ink: Floats, rng: Rng, coarse: float = 0.0) -> Floats:
    """What pens, paper and scanners do to ink: thinned, thickened, broken, blurred, binarized.

    So large a part as `coarse` is scanned with few pixels, 10 to 20 for 32, and comes out as small.
    """
    values = ink / max(float(ink.max()), 1.0)
    if rng.random() < 0.3:
        values = _thicker(values) if rng.random() < 0.5 else values**2
    few = rng.random() < coarse
    if few:
        values = rescaled(values, rng.uniform(10, 20) / 32, 8)
    values = gaussian(values, rng.uniform(0.0, 0.5) if few else rng.uniform(0.3, 1.3))
    if rng.random() < 0.3:
        grain = rng.standard_normal(values.shape, np.float32) * np.float32(rng.uniform(0.02, 0.15))
        values += grain - 0.1
    if rng.random() < 0.2:  # strokes that do not cover everywhere
        values -= 0.6 * resized(rng.random((6, 6)), values.shape) ** 3
    if rng.random() < 0.5:
        values = (values > rng.uniform(0.25, 0.5)).astype(np.float32)
    values = (255 * np.clip(values, 0, 1)).astype(np.float32)
    return values if values.max() > 100 else ink


def _thicker(ink: Floats) -> Floats:
    """Ink that reaches a pixel further down and to the right."""
    thicker = ink.copy()
    np.maximum(thicker[1:], ink[:-1], out=thicker[1:])
    across = thicker.copy()
    np.maximum(thicker[:, 1:], across[:, :-1], out=thicker[:, 1:])
    return thicker


def overlay(room: Floats, pieces: list[Stroke], thickness: float) -> None:
    """Draw strokes into the room, at their places in it."""
    low = np.concatenate(pieces).min(0)
    drawn = draw([piece - low for piece in pieces], thickness).astype(np.float32)
    y, x = (low[::-1] - thickness / 2 - 1).round().astype(int)
    top, left = min(max(0, y), room.shape[0]), min(max(0, x), room.shape[1])
    part = drawn[top - y :, left - x :][: room.shape[0] - top, : room.shape[1] - left]
    place = room[top : top + part.shape[0], left : left + part.shape[1]]
    np.maximum(place, part, out=place)


def paste(
    image: Images, room: Floats, top: float, left: float, down: float, across: float, slant: float
) -> None:
    """Lay an image into the room at another size, leaning; the darker of both stays.

    `down` and `across` are room pixels for one of the image. Raises ShapeError for arrays that are
    no images, and for sizes that are none.
    """
    require("the image", image, (None, None))
    require("the room", room, (None, None), np.float32)
    if not (down > 0 and across > 0):
        raise ShapeError(f"an image cannot be laid at {down} by {across} of its size")
    drawing.paste(image, room, top, left, down, across, slant)


def as_rows(strings: Sequence[NDArray[np.intp]], wide: int) -> NDArray[np.intp]:
    """Strings as labels (n, wide), filled up with -1."""
    labels = np.full((len(strings), wide), _NO_LABEL)
    for row, string in enumerate(strings):
        labels[row, : len(string)] = string
    return labels


def stacked(lines: Sequence[NDArray[np.uint8]]) -> Images:
    """Lines of different widths as one batch, paper to the right of the shorter ones."""
    wide = max(line.shape[1] for line in lines)
    batch = np.zeros((len(lines), lines[0].shape[0], wide), np.uint8)
    for row, line in enumerate(lines):
        batch[row, :, : line.shape[1]] = line
    return batch
