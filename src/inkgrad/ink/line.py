"""Any line of ink -> the one form a line reader sees: 32 pixels high, light ink on black.

Training lines and fields of a form alike go through here: levelled, scaled so that the body of the
writing is 22 pixels high, its middle in the middle, 4 pixels of paper to the left and right.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ImageError

HEIGHT = 32
_BODY = 22  # pixels from top to bottom of the writing
_MARGIN = 4  # pixels of paper before and after
INK = 96  # of 255: what is lighter is paper
_TAILS = 0.02  # part of the ink above the body, and below
_WIDEST = 4096  # pixels: a line of some three hundred characters
_STEEPEST = 0.3  # of a line that is levelled


class LineForm(NamedTuple):
    """A line (32, width) uint8, and where it came from: its column x was `left` + x / `scale`."""

    line: NDArray[np.uint8]
    left: float
    scale: float


def to_line(ink: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Ink (h, w), 0 for paper and more for ink -> (32, width) uint8.

    Raises ImageError where there is no ink, or far too long a line.
    """
    return line_form(ink).line


def line_form(ink: NDArray[np.uint8] | NDArray[np.float32]) -> LineForm:
    """The same with where each of its columns was in the ink."""
    values = ink.astype(np.float32)
    top = float(values.max(initial=0))
    if top <= 0:
        raise ImageError("shows no ink, expected a line of writing")
    values *= 255 / top
    values = levelled(values)
    first, last = body(values)
    columns = np.flatnonzero((values > INK).any(0))
    scale = _BODY / max(last - first, 1.0)
    wide = max(4, round((columns[-1] + 1 - columns[0]) * scale) + 2 * _MARGIN)
    if wide > _WIDEST:
        times = f"{wide / _BODY:,.0f} times as long as its letters are high"
        raise ImageError(f"holds a line {times}, expected at most {_WIDEST // _BODY}")
    wide += -wide % 4
    middle = (first + last) / 2
    high, margin = HEIGHT / scale, _MARGIN / scale
    box = (columns[0] - margin, middle - high / 2, columns[0] - margin + wide / scale)
    line = _cut(values, (*box, middle + high / 2), (wide, HEIGHT))
    return LineForm(line, float(box[0]), scale)


def body(values: NDArray[np.float32]) -> tuple[float, float]:
    """The rows between which all but the tails of the ink lies."""
    mass = np.cumsum((values > INK).sum(1))
    places = np.searchsorted(mass, [_TAILS * mass[-1], (1 - _TAILS) * mass[-1]])
    return float(places[0]), float(places[1] + 1)


def levelled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A line that rises or falls, brought to level: its columns are moved up and down."""
    h, w = values.shape
    ink = values > INK
    weight = ink.sum(0)
    inked = np.flatnonzero(weight)
    if inked[-1] - inked[0] < 2.5 * np.count_nonzero(ink.any(1)):
        return values  # too short to tell a rising line from a rising stroke
    x = np.arange(w) - np.average(np.arange(w), weights=weight)
    y = (np.arange(h) @ ink)[inked] / weight[inked]
    slope = float(np.average(x[inked] * y, weights=weight[inked]))
    slope /= float(np.average(x[inked] ** 2, weights=weight[inked]))
    slope = min(max(slope, -_STEEPEST), _STEEPEST)
    reach = int(np.ceil(abs(slope) * max(-x[0], x[-1])))
    if reach == 0:
        return values
    room = Image.fromarray(np.pad(values, ((reach, reach), (0, 0))))
    turned = room.transform(
        room.size,
        Image.Transform.AFFINE,
        (1, 0, 0, slope, 1, slope * float(x[0])),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(turned)


def _cut(
    values: NDArray[np.float32], box: tuple[float, float, float, float], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """The part in a box that may reach beyond the image, at another size."""
    h, w = values.shape
    left, top, right, bottom = box
    before = (max(0, int(np.ceil(-top))), max(0, int(np.ceil(-left))))
    after = (max(0, int(np.ceil(bottom - h))), max(0, int(np.ceil(right - w))))
    room = np.pad(values, list(zip(before, after, strict=True)))
    moved = (left + before[1], top + before[0], right + before[1], bottom + before[0])
    cut = Image.fromarray(room).resize(size, Image.Resampling.BILINEAR, moved)
    return np.asarray(cut).round().clip(0, 255).astype(np.uint8)
