"""A Gaussian along the columns and along the rows of an image, whole rows at a time.

1600 x 1000 pixels, 0.7 / 4 pixels wide: 6 / 10 ms, and 23 / 44 by scipy.ndimage
(docs/decisions/0008).
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Floats
from inkgrad.kernels.compiled import compiled


@compiled
def _inside(i: int, n: int, mirrored: bool) -> int:
    """Where in a row of n a place is found that may lie beyond its ends."""
    if not mirrored:
        return min(max(i, 0), n - 1)
    i = i % (2 * n)
    return min(i, 2 * n - 1 - i)


@compiled
def blurred_down(image: Floats, taps: Floats, mirrored: bool) -> Floats:
    h, w = image.shape
    out = np.empty_like(image)
    for y in range(h):
        total, middle = out[y], image[y]
        for x in range(w):
            total[x] = taps[0] * middle[x]
        for t in range(1, len(taps)):
            above = image[_inside(y - t, h, mirrored)]
            below = image[_inside(y + t, h, mirrored)]
            for x in range(w):
                total[x] += taps[t] * (above[x] + below[x])
    return out


@compiled
def blurred_across(image: Floats, taps: Floats, mirrored: bool) -> Floats:
    h, w = image.shape
    reach = len(taps) - 1
    out = np.empty_like(image)
    row = np.empty(w + 2 * reach, np.float32)
    for y in range(h):
        row[reach : reach + w] = image[y]
        for t in range(reach):
            row[t] = image[y, _inside(t - reach, w, mirrored)]
            row[reach + w + t] = image[y, _inside(w + t, w, mirrored)]
        total, middle = out[y], row[reach : reach + w]
        for x in range(w):
            total[x] = taps[0] * middle[x]
        for t in range(1, reach + 1):
            before, after = row[reach - t : reach - t + w], row[reach + t : reach + t + w]
            for x in range(w):
                total[x] += taps[t] * (before[x] + after[x])
    return out
