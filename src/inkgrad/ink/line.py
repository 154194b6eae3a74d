"""Any line of ink -> the one form a line reader sees: 32 pixels high, light ink on black.

Training lines and fields of a form alike go through here: levelled, scaled so that the body of the
writing is 22 pixels high, its middle in the middle, 4 pixels of paper to the left and right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.imaging.view import View

Ink = NDArray[np.uint8] | NDArray[np.float32]

HEIGHT = 32
_BODY = 22  # pixels from top to bottom of the writing
_MARGIN = 4  # pixels of paper before and after
INK = 96  # of 255: what is lighter is paper
_TAILS = 0.02  # part of the ink above the body, and below
_WIDEST = 4096  # pixels: a line of some three hundred characters
_STEEPEST = 0.3  # of a line that is levelled


def to_line(ink: Ink) -> NDArray[np.uint8]:
    """Ink (h, w), 0 for paper and more for ink -> (32, width) uint8.

    Raises ImageError where there is no ink, or far too long a line.
    """
    return line_form(ink).pixels


def line_form(ink: Ink | View) -> View:
    """The same as a view, which knows where each of its columns was."""
    given = View.of(ink)
    values = given.pixels.astype(np.float32)
    top = float(values.max(initial=0))
    if top <= 0:
        raise ImageError("shows no ink, expected a line of writing")
    values *= 255 / top
    level = levelled(given.showing(values))
    values = level.pixels
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
    line = level.fitted((*box, middle + high / 2), (wide, HEIGHT))
    return line.showing(line.pixels.round().clip(0, 255).astype(np.uint8))


def body(values: NDArray[np.float32]) -> tuple[float, float]:
    """The rows between which all but the tails of the ink lies."""
    mass = np.cumsum((values > INK).sum(1))
    places = np.searchsorted(mass, [_TAILS * mass[-1], (1 - _TAILS) * mass[-1]])
    return float(places[0]), float(places[1] + 1)


def levelled(line: View) -> View:
    """A line that rises or falls, brought to level: its columns are moved up and down."""
    h, w = line.pixels.shape
    ink = line.pixels > INK
    weight = ink.sum(0)
    inked = np.flatnonzero(weight)
    if inked[-1] - inked[0] < 2.5 * np.count_nonzero(ink.any(1)):
        return line  # too short to tell a rising line from a rising stroke
    middle = float(np.average(np.arange(w), weights=weight))
    x = np.arange(w) - middle
    y = (np.arange(h) @ ink)[inked] / weight[inked]
    slope = float(np.average(x[inked] * y, weights=weight[inked]))
    slope /= float(np.average(x[inked] ** 2, weights=weight[inked]))
    return line.levelled(min(max(slope, -_STEEPEST), _STEEPEST), middle)
