"""Pixels of an image at places that need not be whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask


def nearest(image: NDArray[Any], points: NDArray[np.float64]) -> tuple[NDArray[Any], Mask]:
    """The pixels (...) of an image (h, w) nearest to points x, y (..., 2), and which are in it.

    Those beyond it are as at its end.
    """
    h, w = image.shape
    columns, rows = (np.rint(points[..., axis]).astype(np.intp) for axis in (0, 1))
    within = (columns >= 0) & (columns < w) & (rows >= 0) & (rows < h)
    return image[rows.clip(0, h - 1), columns.clip(0, w - 1)], within
