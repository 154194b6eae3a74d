"""A photo with a sheet of paper in it -> the sheet alone, straight, and in even light.

The view says where each of its pixels was, so what is read on the sheet has its place in the photo.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.edges import Doubles
from inkgrad.imaging.filters import gaussian, grey_closed, rescaled, resized
from inkgrad.imaging.masks import grown
from inkgrad.imaging.proportions import proportion, side_lengths
from inkgrad.imaging.regions import connected
from inkgrad.imaging.sheet import candidates
from inkgrad.imaging.view import View
from inkgrad.imaging.ways import corners_of, homography
from inkgrad.kernels.arrays import Floats

_SMALLEST, _LONGEST = 120, 4.0  # pixels of a photo's sides, and times its height that it is wide
_LEAST_LONG, _LARGER = 2000, 1.5  # pixels of a page, if it is no more than so many times its own
_INSET = 0.012  # of the sheet on every side: what is there may be the desk
_SMALL, _WIDE = 160, 6  # pixels that light is looked at in; strokes are thinner than a part of it
_SMOOTH = 1.5  # pixels
PAPER = 235
"""Grey level of paper in even light."""
_STRONGEST = 0.995  # part of the pixels that stand out less than strokes do
_DARK = 12.0  # grey levels added before a logarithm
_SHINING = 1.3  # times as far as dark ink does light ink stand out
_FINE, _THIN, _SOFT = 480, 9, 1.0  # pixels that thin strokes are looked for in, theirs, and of blur
_RIM_SEEN, _RIM, _INWARD = 480, 0.05, 0.1  # of a sheet that pixels long is its rim; of a piece on
# the rim may lie further in, which is darker than this part of the paper
_DESK = 0.8
_STRIP = 256  # rows that are evened at a time


def flattened(given: NDArray[np.uint8] | View) -> View | None:
    """The sheet in a grey photo (h, w), uint8, as a view of it; None where there is no sheet.

    Images too small or too long for a photo of a sheet, as fields are, have none.
    """
    return next(sheets_in(given).likely, None)


class Sheets(NamedTuple):
    """Views of what may be the sheet in a photo, the likeliest first, each made when it is asked.

    `doubtful` are those likelier no sheet, for who can tell which it is: shadows have straight
    edges as well.
    """

    likely: Iterator[View]
    doubtful: Iterator[View]


def sheets_in(given: NDArray[np.uint8] | View) -> Sheets:
    """What may be the sheet in a grey photo (h, w), uint8; its edges are looked for once."""
    photo = View.of(given)
    grey = photo.pixels
    if min(grey.shape) < _SMALLEST or max(grey.shape) > _LONGEST * min(grey.shape):
        return Sheets(iter(()), iter(()))
    return Sheets(*(map(partial(_sheet, photo), corners) for corners in candidates(grey)))


def _sheet(photo: View, corners: Doubles) -> View:
    """The sheet with these corners (4, 2), straight and in even light."""
    size = _size(corners, photo.pixels.shape)
    edge = _INSET * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    square = corners_of((0, 0, 1, 1))
    matrix = homography(square, corners)
    inner = np.concatenate([square + edge, np.ones((4, 1))], 1) @ matrix.T
    view = photo.straightened(inner[:, :2] / inner[:, 2:], size)
    return view.showing(evened(view.pixels))


def enlargement(side: float) -> float:
    """By how much a page is enlarged, at least 1, whose longer side is so many pixels long.

    Strokes of a pixel or two are told from each other, and from noise, less well.
    """
    return max(1.0, min(_LARGER, _LEAST_LONG / side))


def _size(corners: Doubles, shape: tuple[int, ...]) -> tuple[int, int]:
    """The width and height of a sheet with these corners, as it is seen or enlarged."""
    long = side_lengths(corners)
    wide, tall = max(long[0], long[2]), max(long[1], long[3])
    ratio = proportion(corners, shape)
    if ratio > wide / tall:
        tall = wide / ratio
    else:
        wide = tall * ratio
    larger = enlargement(max(wide, tall))
    return max(8, round(larger * wide)), max(8, round(larger * tall))


def evened(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A sheet (h, w) as if its paper were equally bright everywhere; one of dark paper as it is.

    What lies along its edges and on them is the desk, and becomes paper.
    """
    paper, (shade, shine) = _standing_out(grey, _SMALL, 0.5)
    _, (thin_shade, thin_shine) = _standing_out(grey, _FINE, _SOFT, _THIN)
    light_ink = shine > _SHINING * shade and thin_shade < _SHINING * thin_shine
    if light_ink or thin_shine > _SHINING * thin_shade:
        return grey
    light = resized(
        np.maximum(gaussian(paper, _SMOOTH, mirrored=False), 8), (grey.shape[0], grey.shape[1])
    )
    out = np.empty_like(grey)
    for top in range(0, len(grey), _STRIP):
        part = slice(top, top + _STRIP)
        out[part] = (grey[part] * (PAPER / light[part])).clip(0, 255).round()
    _clear_edges(out)
    return out


def _standing_out(
    grey: NDArray[np.uint8], side: int, soft: float, wide: int = 0
) -> tuple[Floats, tuple[float, float]]:
    """The paper of a sheet so many pixels long, and how far dark ink stands out there, and light.

    Strokes are thinner than `wide` pixels, or than a part of the sheet. Where one side of it is lit
    more, or a flash is, only thin strokes stand out more than light does.
    """
    small = gaussian(rescaled(grey, min(1.0, side / max(grey.shape)), 4), soft)
    wide = wide or 2 * (min(small.shape) // (2 * _WIDE)) + 3
    paper, dark = grey_closed(small, wide), -grey_closed(-small, wide)
    out = [
        float(np.quantile(np.log((above + _DARK) / (below + _DARK)), _STRONGEST))
        for above, below in ((paper, small), (small, dark))
    ]
    return paper, (out[0], out[1])


def _clear_edges(sheet: NDArray[np.uint8]) -> None:
    """Make paper of the dark pieces that touch an edge and keep to the rim."""
    small = rescaled(sheet, min(1.0, _RIM_SEEN / max(sheet.shape)), 4)
    pieces, count = connected(small < _DESK * PAPER)
    rim = max(2, round(_RIM * min(small.shape)))
    inner = pieces[rim:-rim, rim:-rim]
    whole, within = (np.bincount(p.ravel(), minlength=count + 1) for p in (pieces, inner))
    ends = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    touching = np.bincount(ends, minlength=count + 1) > 0
    taken = touching & (within <= _INWARD * whole)
    taken[0] = False
    mask = grown(grown(taken[pieces]))
    if mask.any():
        large = Image.fromarray(mask).resize(sheet.shape[::-1], Image.Resampling.NEAREST)
        sheet[np.asarray(large)] = PAPER
