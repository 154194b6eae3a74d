"""Smoothing and extremes of images (h, w), as float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from inkgrad.imaging.windows import over_windows
from inkgrad.kernels.arrays import Floats
from inkgrad.kernels.filters import blurred_across, blurred_down
from inkgrad.preconditions import require


def gaussian(
    image: ArrayLike,
    deviation: float | tuple[float, float],
    *,
    mirrored: bool = True,
    reach: float = 4.0,
) -> Floats:
    """The image (h, w) weighted with a Gaussian around every pixel.

    `deviation` in pixels, or that down and that across; 0 leaves a direction alone. The Gaussian is
    cut off `reach` deviations from its middle. Beyond its edges the image is mirrored, or else goes
    on as its outermost pixels are.
    """
    out = np.ascontiguousarray(image, np.float32)
    require("the image", out, (None, None))
    if not out.size:
        return out
    down, across = deviation if isinstance(deviation, tuple) else (deviation, deviation)
    if down > 0:
        out = blurred_down(out, _taps(down, reach), mirrored)
    if across > 0:
        out = blurred_across(out, _taps(across, reach), mirrored)
    return out


def grey_closed(image: ArrayLike, wide: int) -> Floats:
    """Grey closing by a square of `wide` pixels, an odd number: dark things that fit into it go."""
    out = np.asarray(image, np.float32)
    for axis in (0, 1):
        out = highest(out, wide, axis)
    for axis in (0, 1):
        out = over_windows(out, wide, wide // 2, axis, np.minimum, np.inf)
    return out


def highest(image: Floats, wide: int, axis: int) -> Floats:
    """The largest value within `wide` pixels, an odd number, around each, along one axis."""
    return over_windows(image, wide, wide // 2, axis, np.maximum, -np.inf)


def resized(values: ArrayLike, shape: tuple[int, int]) -> Floats:
    """Values (h, w) brought to another shape, linearly between them."""
    image = Image.fromarray(np.asarray(values, np.float32))
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BILINEAR))


def rescaled(grey: NDArray[Any], scale: float, least: int = 1) -> Floats:
    """An image (h, w), uint8 or float32, at so many times its size, no side below `least`.

    Enlarged smoothly (bicubic), made smaller by averaging.
    """
    height, width = (max(least, round(side * scale)) for side in grey.shape)
    how = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX
    return np.asarray(Image.fromarray(grey).resize((width, height), how), np.float32)


def _taps(deviation: float, reach: float) -> Floats:
    """The middle of the Gaussian and one half of it, their sum 1 with the other half."""
    half = np.exp(-0.5 * (np.arange(int(reach * deviation + 0.5) + 1) / deviation) ** 2)
    return np.asarray(half / (2 * half.sum() - half[0]), np.float32)
