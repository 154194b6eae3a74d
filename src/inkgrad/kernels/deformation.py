"""Images bent, turned and thickened, each warped once by all deformations together.

32 digits: 0.26 ms by an affine map, 1.1 ms with displacements and thickness, within the thread that
trains on them (docs/decisions/0012).
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Bytes, Floats
from inkgrad.kernels.compiled import compiled


@compiled
def deform(
    images: Bytes,
    maps: Floats,
    noise: Floats,
    taps: Floats,
    strength: float,
    thicker: Floats,
    out: Bytes,
) -> None:
    n, h, w = images.shape
    field = np.zeros((2, h, w), np.float32)
    work = np.empty((h, w), np.float32)
    warped = np.empty((h, w), np.float32)
    for i in range(n):
        if len(noise):
            for axis in range(2):
                _smooth(noise[i, axis], taps, strength, work, field[axis])
        _warp(images[i], maps[i], field, warped)
        if thicker[i] != 0:
            _thicken(warped, thicker[i], work)
            warped[:] = work
        for y in range(h):
            for x in range(w):
                out[i, y, x] = np.uint8(warped[y, x] + np.float32(0.5))


@compiled
def _smooth(noise: Floats, taps: Floats, strength: float, work: Floats, out: Floats) -> None:
    """out = strength * (2 noise - 1) smoothed both ways; beyond the edge there is no noise."""
    h, w = noise.shape
    reach = len(taps) // 2
    for y in range(h):
        low, high = max(-reach, -y), min(reach, h - 1 - y)
        middle = np.float32(strength) * taps[low + reach : high + reach + 1].sum()
        for x in range(w):
            work[y, x] = -middle
        for t in range(low, high + 1):
            tap = np.float32(2 * strength) * taps[t + reach]
            for x in range(w):
                work[y, x] += tap * noise[y + t, x]
    for y in range(h):
        for x in range(w):
            out[y, x] = 0
        for t in range(-reach, reach + 1):
            tap = taps[t + reach]
            for x in range(max(0, -t), min(w, w - t)):
                out[y, x] += tap * work[y, x + t]


@compiled
def _warp(image: Bytes, m: Floats, field: Floats, out: Floats) -> None:
    h, w = image.shape
    middle_y, middle_x = np.float32((h - 1) / 2), np.float32((w - 1) / 2)
    for y in range(h):
        for x in range(w):
            v, u = y - middle_y, x - middle_x
            from_y = m[0] * v + m[1] * u + m[4] + middle_y + field[0, y, x]
            from_x = m[2] * v + m[3] * u + m[5] + middle_x + field[1, y, x]
            top, left = int(np.floor(from_y)), int(np.floor(from_x))
            down, right = np.float32(from_y - top), np.float32(from_x - left)
            value = np.float32(0)
            if -1 <= top < h and -1 <= left < w:
                if top >= 0:
                    if left >= 0:
                        value += (1 - down) * (1 - right) * image[top, left]
                    if left + 1 < w:
                        value += (1 - down) * right * image[top, left + 1]
                if top + 1 < h:
                    if left >= 0:
                        value += down * (1 - right) * image[top + 1, left]
                    if left + 1 < w:
                        value += down * right * image[top + 1, left + 1]
            out[y, x] = value


@compiled
def _thicken(image: Floats, by: float, out: Floats) -> None:
    """A part `by` of the way to the largest of a pixel and its four neighbours, or the smallest."""
    h, w = image.shape
    part = abs(by)
    for y in range(h):
        for x in range(w):
            here = image[y, x]
            extreme = here
            for k in range(4):
                b, a = y + (k == 0) - (k == 1), x + (k == 2) - (k == 3)
                beside = image[b, a] if 0 <= b < h and 0 <= a < w else np.float32(0)
                extreme = max(extreme, beside) if by > 0 else min(extreme, beside)
            out[y, x] = here + part * (extreme - here)
