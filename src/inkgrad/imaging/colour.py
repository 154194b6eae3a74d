"""Ink that differs from its paper by colour alone, as grey that shows it.

Brightness tells ink from paper nearly always, and then nothing is changed. Red on green, a yellow
marker on white and blue on a dark photo have next to no contrast in it: there the axis of colours
along which ink and paper differ most (their first principal component) takes its place.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import gaussian, rescaled, resized
from inkgrad.kernels.arrays import Floats

_LONGEST = 1600  # pixels that the longer side is brought to, to see which contrast there is
_NEAR, _FAR = 0.8, 6.0  # strokes are smoothed by so many pixels; paper by this part of the sides
_COARSE = 8  # pixels of a side that paper is smoothed in, for one deviation
_STRONGEST, _SHARE = (
    12,
    5000,
)  # contrast is that of the so-manieth strongest pixel, or one in so many
_SHOWN = 40  # grey levels: what stands out so far in brightness is read by it, as ever
_BETTER = 2.0  # times the contrast of brightness that colour must have,
_LEAST = 24  # grey levels that it must have,
_NOISE = 5.0  # and standard deviations of the noise
_STRIP = 500_000  # pixels that are projected at a time


def grey_with_ink(grey: NDArray[np.uint8], rgb: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """An image as the grey (h, w) in which its ink shows: as given, unless only colours tell.

    `grey` (h, w) is the brightness and `rgb` (h, w, 3) the same in colour, or None. Ink that was
    found by colour is darker than its paper. No more than reduced copies, a strip and the result
    are in memory besides.
    """
    if rgb is None or min(grey.shape) < 3:
        return grey
    brightness = _contrast(_differences(_reduced(grey)))
    if brightness >= _SHOWN:
        return grey
    channels = [_reduced(np.ascontiguousarray(rgb[:, :, channel])) for channel in range(3)]
    differences = np.stack([_differences(channel) for channel in channels])
    axis = _axis(differences)
    along = np.tensordot(axis, differences, 1)
    contrast = _contrast(along)
    noise = _noise(np.tensordot(axis, np.stack(channels), 1))
    if contrast < max(_LEAST, _BETTER * brightness, _NOISE * noise):
        return grey
    return _projected(rgb, axis)


def _reduced(values: NDArray[np.uint8]) -> Floats:
    return rescaled(values, min(1.0, _LONGEST / max(values.shape)), 3)


def _differences(image: Floats) -> Floats:
    """How far each pixel (h, w) is from the mean of what is around it, ink and paper alike."""
    deviation = max(min(image.shape) / _FAR, 2.0)
    small = rescaled(image, min(1.0, _COARSE / deviation), 3)
    around = gaussian(small, deviation * small.shape[0] / image.shape[0])
    return gaussian(image, _NEAR) - resized(around, (image.shape[0], image.shape[1]))


def _contrast(differences: Floats) -> float:
    """How far the strongest pixels stand out, a few left out."""
    strongest = min(max(_STRONGEST, differences.size // _SHARE), differences.size)
    return float(np.partition(np.abs(differences), -strongest, axis=None)[-strongest])


def _noise(image: Floats) -> float:
    """The standard deviation of noise, from how neighbours differ: strokes hardly count in that."""
    steps = [np.abs(np.diff(image, axis=axis)).ravel() for axis in (0, 1)]
    return 1.4826 * float(np.median(np.concatenate(steps))) / math.sqrt(2)


def _axis(differences: Floats) -> Floats:
    """The direction (3,) in which the pixels that stand out (3, h, w) do, negative for their ink.

    Its parts sum to 1 without their signs, as those of brightness do: contrasts can be compared.
    """
    far = np.sqrt(np.square(differences).sum(0))
    strong = differences[:, far >= 0.5 * _contrast(far)].astype(np.float64)
    axis = np.linalg.eigh(strong @ strong.T)[1][:, -1]
    if float(np.power(axis @ strong, 3).sum()) > 0:  # ink is less than paper, and farther away
        axis = -axis
    return np.asarray(axis / np.abs(axis).sum(), np.float32)


def _projected(rgb: NDArray[np.uint8], axis: Floats) -> NDArray[np.uint8]:
    """Colours (h, w, 3) along an axis (3,), from 0 to 255, some rows at a time."""
    height, width, _ = rgb.shape
    lowest = 255 * float(np.minimum(axis, 0).sum())
    out = np.empty((height, width), np.uint8)
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        strip = rgb[top : top + rows].astype(np.float32) @ axis - lowest
        out[top : top + rows] = strip.round().clip(0, 255)
    return out
