"""Any ink -> the one 28x28 form a network sees: light ink on black, fitted to 20 pixels, centred.

This is how MNIST was made (LeCun 1998, section III.A): the ink's box scaled, keeping its
proportions, so that its longer side is 20 pixels, and placed so that its centre of mass is in the
middle of 28x28. Training sets and photographs alike go through here, so they look the same after.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ImageError
from inkgrad.imaging.filters import gaussian, rescaled
from inkgrad.imaging.masks import grown
from inkgrad.imaging.regions import connected, extents

SIDE = 28
BOX = 20
_WORK = (64, 256)  # pixels that the longer side of a photograph is brought to, if it is not there
_TINY, _EVEN = 12, 6  # pixels of a very small image; grey levels that even paper varies by
_LEAST_CONTRAST = 24  # grey levels between paper and ink
_STRONGEST = 12  # the ink is as strong as its so-manieth strongest pixel
_FULL, _BLEACHED = 250, 2  # what ink reaches in the form; pixels whose ink was rounded to none
_SPECK = 0.03  # pieces smaller than this part of the largest piece are dirt


def from_image(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The glyph (28, 28) in a photograph or scan of one character.

    grey (h, w), 0 black to 255 white, of either polarity; uneven light, noise and specks are taken
    off. A character that is small on its page is looked at again from nearer. What has this form
    already is left as it is. Raises ImageError where no ink stands out from the paper.
    """
    for light in (grey, 255 - grey) if grey.shape == (SIDE, SIDE) else ():
        if is_glyph(light):
            return light.copy()
    if min(grey.shape) >= 3 and max(grey.shape) <= _TINY and (plain := _plain(grey)) is not None:
        return to_glyph(plain)
    ink = character_ink(grey)
    while (nearer := _nearer(grey, ink)) is not None:
        grey = nearer
        ink = character_ink(grey)
    return to_glyph(ink)


def is_glyph(grey: NDArray[np.uint8]) -> bool:
    """Whether an image has the form already: light ink on black, fitted to 20 pixels, centred.

    Where the middle of 28 pixels is, at 13.5 or at 14, makers of data sets do not agree, and the
    centre of mass is rounded to a pixel: it is within one of 13.5, and no edge holds ink.
    """
    if grey.shape != (SIDE, SIDE) or grey.max() < _FULL:
        return False
    ink = cropped(grey)
    if not BOX - _BLEACHED <= max(ink.shape) <= BOX:
        return False
    along = np.arange(SIDE) - (SIDE - 1) / 2
    mass = grey / float(grey.sum())
    return max(abs(float(mass.sum(axis) @ along)) for axis in (0, 1)) <= 1


def _plain(grey: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """The ink of a very small image on even paper, its greys as they are; None on other paper.

    So few pixels hold no noise or shade that could be told from strokes.
    """
    edge = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]]).astype(np.float32)
    paper = float(np.median(edge))
    ink = np.abs(grey - np.float32(paper))
    even = float(np.mean(np.abs(edge - paper) <= _EVEN)) >= 0.6
    return np.where(ink > _EVEN, ink, 0) if even and ink.max() >= _LEAST_CONTRAST else None


def _nearer(grey: NDArray[np.uint8], ink: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """The part of the image around the ink, where that shows more; None where it would not."""
    scale = max(grey.shape) / max(ink.shape)
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis)) for axis in (1, 0))
    side = max(np.ptp(rows), np.ptp(columns)) + 1
    if scale <= 1 or side * 2.5 > max(ink.shape):
        return None
    margin = 0.4 * side
    top, bottom = (rows[0] - margin) * scale, (rows[-1] + 1 + margin) * scale
    left, right = (columns[0] - margin) * scale, (columns[-1] + 1 + margin) * scale
    return grey[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)]


def to_glyph(ink: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink (h, w), 0 for paper and more for ink, cropped, fitted to 20 pixels, centred by mass."""
    values = ink.astype(np.float32)
    top = float(values.max(initial=0))
    if top <= 0:
        raise ImageError("shows no ink, expected one character")
    values *= 255 / top
    inked = values > 32
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    values = values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(values.shape)
    height, width = (max(1, round(side * scale)) for side in values.shape)
    fitted = Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)
    return centred(np.clip(np.asarray(fitted), 0, None))


def cropped(ink: NDArray[Any]) -> NDArray[Any]:
    """The part of an image (h, w) that holds all its ink."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def centred(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Ink of at most 28x28 on a 28x28 field, its centre of mass in the middle, at full strength."""
    height, width = ink.shape
    mass = float(ink.sum())
    row = float(ink.sum(1) @ np.arange(height)) / mass
    column = float(ink.sum(0) @ np.arange(width)) / mass
    top = min(max(round((SIDE - 1) / 2 - row), 0), SIDE - height)
    left = min(max(round((SIDE - 1) / 2 - column), 0), SIDE - width)
    field = np.zeros((SIDE, SIDE), np.float32)
    field[top : top + height, left : left + width] = ink * (255 / float(ink.max()))
    return field.round().clip(0, 255).astype(np.uint8)


def character_ink(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much ink each pixel holds, 0..1, the longer side 64 to 256 pixels; ImageError if none."""
    if min(grey.shape) < 3:
        height, width = grey.shape
        raise ImageError(f"is {width} x {height} pixels, expected at least 3 x 3")
    image = _resized(grey)
    difference = image - _paper(image)
    noise = _noise(image)
    smooth = gaussian(difference, min(image.shape) / 150)
    if float(-smooth.min()) >= float(smooth.max()):  # dark ink on light paper
        smooth = -smooth
    strongest = min(_STRONGEST, smooth.size)
    strength = float(np.partition(smooth, -strongest, axis=None)[-strongest])
    if strength < max(_LEAST_CONTRAST, 5 * min(noise, 20)):
        raise ImageError("shows no ink that stands out from the paper, expected one character")
    threshold = otsu(smooth.clip(0, strength))
    ink = np.clip((smooth - 0.35 * threshold) / (1.3 * threshold), 0, 1)
    return _without_specks(ink.astype(np.float32))


def _noise(image: NDArray[np.float32]) -> float:
    """The standard deviation of noise, from how neighbours differ: strokes hardly count in that."""
    differences = [np.abs(np.diff(image, axis=axis)).ravel() for axis in (0, 1)]
    return 1.4826 * float(np.median(np.concatenate(differences))) / math.sqrt(2)


def _resized(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    longer = max(grey.shape)
    scale = min(max(longer, _WORK[0]), _WORK[1]) / longer
    return grey.astype(np.float32) if scale == 1 else rescaled(grey, scale, 3)


def _paper(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """The paper's brightness: a quadratic surface through the edge, which is mostly paper.

    Pixels far from the surface (ink that reaches the edge) are dropped and the fit repeated.
    """
    height, width = image.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    edge = np.ones(image.shape, bool)
    margin_y, margin_x = max(1, height // 12), max(1, width // 12)
    edge[margin_y : height - margin_y, margin_x : width - margin_x] = False
    basis, values = terms[:, edge].T, image[edge]
    keep = np.abs(values - np.median(values)) <= max(40.0, 2 * float(values.std()))
    for terms_used in (1, 3, 6, 6):  # level, then slope, then bend: never bent around the ink
        fit, *_ = np.linalg.lstsq(basis[keep, :terms_used], values[keep], rcond=None)
        off = np.abs(values - basis[:, :terms_used] @ fit)
        keep = off <= max(12.0, 3 * float(np.median(off)))
    return np.asarray(np.tensordot(fit, terms, 1), np.float32)


def otsu(values: NDArray[np.float32]) -> float:
    """The threshold that splits values best into two groups (Otsu 1979)."""
    counts, edges = np.histogram(values, 128)
    middles = (edges[:-1] + edges[1:]) / 2
    weight = np.cumsum(counts)
    total = np.cumsum(counts * middles)
    below, above = weight, weight[-1] - weight
    with np.errstate(divide="ignore", invalid="ignore"):  # an empty group is no split: NaN
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return float(middles[int(np.nanargmax(between))])


def _without_specks(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    pieces, count = connected(ink > 0.5)
    if count == 0:
        raise ImageError("shows no ink that stands out from the paper, expected one character")
    _, mass = extents(pieces, count)
    kept = np.append(False, mass >= _SPECK * mass.max())
    return ink * grown(grown(kept[pieces]))
