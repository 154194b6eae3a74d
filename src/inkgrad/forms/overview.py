"""Where a form lies in an image, roughly: which way it is up, how far it is turned, how large.

The print of the empty form, small and at every likely angle and size, is looked for by correlation
in the image, small as well (Lewis 1995). Writing is no more than noise in that.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.filters import gaussian, rescaled
from inkgrad.imaging.flattened import PAPER
from inkgrad.imaging.ways import homography
from inkgrad.kernels.arrays import Floats

Matrix = NDArray[np.float64]

_SIDE = 112  # pixels of the longer side in which it is looked for
_SOFT = 0.9  # pixels: print may be as far off and still count
_SLOW = 4.0  # pixels: what changes as slowly is light


@dataclass(frozen=True)
class Search:
    """Angles in degrees and sizes in times that at which form and image are as long.

    Where the image `is_sheet`, its sides are the form's, however long they seem to be.
    """

    angles: Sequence[float]
    sizes: Sequence[float]
    is_sheet: bool = False


ON_SHEET = Search((-2.0, 0.0, 2.0), (0.97, 1.0, 1.03, 1.06), is_sheet=True)
"""For a sheet that was found in a photo and straightened."""
IN_SCAN = Search(tuple(np.arange(-8.0, 8.1, 2.0)), tuple(np.arange(0.82, 1.2, 0.04)))
"""For an image that the form fills more or less."""


def dark(grey: NDArray[np.uint8] | Floats) -> Floats:
    """How much darker than its paper each pixel of a sheet in even light is, 0..1."""
    return np.asarray((1 - np.asarray(grey, np.float32) / PAPER).clip(0, 1))


def roughly(
    form: NDArray[np.uint8], image: NDArray[np.uint8], search: Search
) -> list[tuple[float, Matrix]]:
    """For each way up, how well the form (h, w) is seen so, and the way (3, 3) from it to there.

    Both are grey in even light. How well is a correlation, 1 at most; the best comes first.
    """
    shrink, shrunk = (_SIDE / max(grey.shape) for grey in (form, image))
    there, small = _small(image), Image.fromarray(_small(form))
    size = there.shape[1], there.shape[0]
    shape = (2 * _SIDE, 2 * _SIDE)
    spectrum = np.fft.rfft2(there, shape)
    whole = float(np.linalg.norm(there)) + 1e-6
    down, up = np.diag([shrink, shrink, 1.0]), np.diag([1 / shrunk, 1 / shrunk, 1.0])
    found = []
    for quarters in range(4):
        best = (-1.0, np.eye(3))
        base = _turned(small.size, size if search.is_sheet else None, quarters)
        for angle, times in itertools.product(search.angles, search.sizes):
            matrix = _about_middle(angle, times) @ base
            seen = _seen(small, matrix)
            both = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(seen, shape)), shape)
            y, x = divmod(int(both.argmax()), shape[1])
            worth = float(both[y, x]) / (whole * float(np.linalg.norm(seen)) + 1e-6)
            if worth > best[0]:
                x, y = (v - 2 * _SIDE if v >= _SIDE else v for v in (x, y))
                moved = np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])
                best = worth, up @ moved @ matrix @ down
        found.append(best)
    return sorted(found, key=lambda each: -each[0])


def _small(grey: NDArray[np.uint8]) -> Floats:
    """The print of a sheet, small, without what changes slowly over it."""
    image = dark(rescaled(grey, _SIDE / max(grey.shape), 8))
    return np.asarray(gaussian(image, _SOFT) - gaussian(image, _SLOW))


def _turned(form: tuple[int, int], sheet: tuple[int, int] | None, quarters: int) -> Matrix:
    """The way of a form of this size to the middle of a square, turned; to the sheet's sides."""
    h, w = form[::-1]
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    wide, tall = sheet or (form if quarters % 2 == 0 else form[::-1])
    sides = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], float)
    if sheet is None:
        sides += (_SIDE - sides.max(0)) / 2
    return homography(corners, np.roll(sides, -quarters, 0))


def _about_middle(angle: float, times: float) -> Matrix:
    cos, sin = times * np.cos(np.radians(angle)), times * np.sin(np.radians(angle))
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
    matrix[:2, 2] = _SIDE / 2 - matrix[:2, :2] @ (_SIDE / 2, _SIDE / 2)
    return matrix


def _seen(small: Image.Image, matrix: Matrix) -> Floats:
    back = np.linalg.inv(matrix)
    how = Image.Transform.AFFINE
    data = back[:2].reshape(-1).tolist()
    turned = small.transform((_SIDE, _SIDE), how, data, Image.Resampling.BILINEAR)
    return np.array(turned, np.float32)
