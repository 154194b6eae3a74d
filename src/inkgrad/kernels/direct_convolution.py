"""Convolution window by window, where they lie: for any kernel, stride and number of channels.

One row of a window is k*c numbers side by side, and the window one pixel further is c numbers
(times the stride) away: the windows of a row of pixels are a matrix that overlaps itself, and are
multiplied tile by tile without being unrolled: 11 us an image of 28x28 from 1 to 16 channels by
5x5, where NumPy on unrolled windows takes 34 (docs/decisions/0003). Plain twins: `nn.plain.conv2d`
and `nn.plain.conv2d_backward`.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.borders import copy, copy_pixels, frame_image
from inkgrad.kernels.compiled import compiled
from inkgrad.kernels.tiles import LANES, MOST_ROWS, tile


@compiled
def correlate(
    x: Array, W: Array, b: Array, before: tuple[int, int], apart: int, stride: int, y: Array
) -> None:
    """y[p, q] = b + sum over the window at (p, q) of x * W.

    x (n, h, w, c)  W (k, l, c, o filled up to whole vectors)  b (as W's o)  y (n, p, q, o)

    The image is laid `before` pixels (down, right) from the edge of zeros, its pixels `apart` from
    each other.
    """
    n, p, q, o = y.shape
    k, l, c, filled = W.shape
    wide = (q - 1) * stride + l
    frame = np.zeros(((p - 1) * stride + k) * wide * c, x.dtype)
    start, row = np.empty(q * filled, x.dtype), np.empty(q * filled, x.dtype)
    for j in range(q):
        copy(b, 0, start, j * filled, filled)
    weights, out = W.reshape(-1), y.reshape(-1)
    tiles = (q + MOST_ROWS - 1) // MOST_ROWS
    for sample in range(n):
        frame_image(x, sample, before, apart, frame, c, wide)
        for i in range(p):
            copy(start, 0, row, 0, q * filled)
            for t in range(tiles):
                first, last = q * t // tiles, q * (t + 1) // tiles
                from_ = (i * wide + first) * stride * c
                for at in range(0, filled, LANES):
                    by = (at, l * c * filled, filled)
                    into = (first * filled + at, filled)
                    counts, count = (k, l * c), last - first
                    # A constant step from row to row takes half the loads.
                    if stride * c == 1:
                        steps = (from_, 1, wide, 1)
                        tile(1, count, frame, steps, weights, by, True, row, into, counts)
                    else:
                        steps = (from_, stride * c, wide * c, 1)
                        tile(1, count, frame, steps, weights, by, True, row, into, counts)
            copy_pixels(row, 0, filled, out, (sample * p + i) * q * o, o, q, 1)


@compiled
def weight_gradient(
    x: Array, dy: Array, before: tuple[int, int], kernel: tuple[int, int], stride: int
) -> Array:
    """dW[a, u] = sum over pixels of x at window element (a, u) * dy, for kernels of k x l.

    x (n, h, w, c)  dy (n, p, q, o)  dW (k, l, c, o filled up to whole vectors)
    """
    n, p, q, o = dy.shape
    c, filled = x.shape[3], (o + LANES - 1) // LANES * LANES
    k, l = kernel
    dW = np.zeros((k, l, c, filled), x.dtype)
    wide = (q - 1) * stride + l
    frame = np.zeros(((p - 1) * stride + k) * wide * c, x.dtype)
    given, out = dy.reshape(-1), dW.reshape(-1)
    room = given if filled == o else np.zeros(p * q * filled, dy.dtype)
    tiles = (l * c + MOST_ROWS - 1) // MOST_ROWS
    for sample in range(n):
        frame_image(x, sample, before, 1, frame, c, wide)
        begin = sample * p * q * filled if filled == o else 0
        if filled != o:
            copy_pixels(given, sample * p * q * o, o, room, 0, filled, p * q, 1)
        for row in range(k):
            for t in range(tiles):
                first, last = l * c * t // tiles, l * c * (t + 1) // tiles
                steps = (row * wide * c + first, 1, stride * wide * c, stride * c)
                for at in range(0, filled, LANES):
                    by = (begin + at, q * filled, filled)
                    into = ((row * l * c + first) * filled + at, filled)
                    tile(1, last - first, frame, steps, room, by, True, out, into, (p, q))
    return dW
