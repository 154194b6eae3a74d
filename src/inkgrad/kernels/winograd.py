"""Convolution with fewer multiplications (Winograd 1980; for images Lavin and Gray 2016).

A tile of m x m output pixels depends on 6 x 6 input pixels, m = 7 - k. Both are brought to another
basis (`winograd_basis`), where the convolution of a tile is a product number by number: 36
multiplications do what takes 16 * 9 = 144 for kernels of 3x3 and 4 * 25 = 100 for 5x5. With
channels, the products become 36 matrix products, of tiles by channels with channels by channels.

An image of 28x28 from 16 to 16 channels by 3x3 takes 22 us, 34 directly and 125 by NumPy on
unrolled windows (docs/decisions/0003). Rounding is that of sums with coefficients up to 8: some
1e-6 of the largest value, where plain sums have 3e-7. Plain twins: `nn.plain.conv2d` and
`nn.plain.conv2d_backward`.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.borders import copy, copy_pixels, frame_image
from inkgrad.kernels.compiled import compiled
from inkgrad.kernels.tiles import LANES, MOST_ROWS, tile
from inkgrad.kernels.winograd_basis import POINTS, SIDE, change

_ONE = POINTS.index(1) * (SIDE + 1)  # product (1, 1): in every output, with a factor of 1
_GROUP = 42  # tiles whose gradients are summed at once: the sums are worth loading, tiles in cache


@compiled
def _layout(n: int, p: int, q: int, m: int) -> tuple[int, int, int]:
    """Tiles across an image of p x q outputs, in the image, and in all images."""
    down, across = (p + m - 1) // m, (q + m - 1) // m
    return across, down * across, n * down * across


@compiled
def _frame_of(layout: tuple[int, int, int], m: int, filled: int, like: Array) -> Array:
    """A flat frame of zeros for one image of the input."""
    across, of_image, _ = layout
    k = SIDE + 1 - m
    return np.zeros((of_image // across * m + k - 1) * (across * m + k - 1) * filled, like.dtype)


# Products lie tile by tile, the 36 of a tile side by side, in vectors of 16 channels: what a tile
# is changed into is one run of memory, and from tile to tile it is a constant step.
_STEP = SIDE * SIDE * LANES


@compiled
def _to_products(
    x: Array,
    layout: tuple[int, int, int],
    first: int,
    count: int,
    before: int,
    m: int,
    frame: Array,
    filled: int,
    products: Array,
    room: int,
) -> None:
    """Tiles first, first + 1, ... of the input as products (filled / 16, room, 36, 16)."""
    across, of_image, _ = layout
    wide = across * m + SIDE - m
    for place in range(count):
        sample, at = divmod(first + place, of_image)
        if at == 0:
            frame_image(x, sample, (before, before), 1, frame, filled, wide)
        from_ = (at // across * wide + at % across) * m * filled
        for group in range(filled // LANES):
            pixels = (from_ + group * LANES, wide * filled, filled)
            to = ((group * room + place) * _STEP, SIDE * LANES, LANES)
            change(0, m, frame, pixels, products, to)


@compiled
def convolve(x: Array, U: Array, b: Array, before: int, m: int, y: Array) -> None:
    """y = the convolution of x with the kernels that U stands for, + b, at a stride of 1.

    x (n, h, w, c)  U (36, c, o) with c and o filled up to whole vectors  b (as U's o)
    y (n, p, q, o)
    """
    n, p, q, o = y.shape
    _, deep, filled = U.shape
    layout = _layout(n, p, q, m)
    across, of_image, tiles = layout
    frame = _frame_of(layout, m, deep, x)
    seen = np.empty(MOST_ROWS * SIDE * SIDE * deep, x.dtype)
    made = np.empty(MOST_ROWS * SIDE * SIDE * filled, x.dtype)
    weights, out = U.reshape(-1), y.reshape(-1)
    whole = across * m == q and of_image // across * m == p and filled == o
    room = out if whole else np.empty(of_image * m * m * filled, x.dtype)
    wide = across * m * filled
    for first in range(0, tiles, MOST_ROWS):
        count = min(MOST_ROWS, tiles - first)
        _to_products(x, layout, first, count, before, m, frame, deep, seen, MOST_ROWS)
        for place in range(count):
            copy(b, 0, made, (place * SIDE * SIDE + _ONE) * filled, filled)
        counts = (deep // LANES, LANES)
        for t in range(SIDE * SIDE):
            add, steps = t == _ONE, (t * LANES, _STEP, MOST_ROWS * _STEP, 1)
            for at in range(0, filled, 2 * LANES):
                by = (t * deep * filled + at, LANES * filled, filled)
                into = (t * filled + at, SIDE * SIDE * filled)
                if at + LANES < filled:
                    tile(2, count, seen, steps, weights, by, add, made, into, counts)
                else:
                    tile(1, count, seen, steps, weights, by, add, made, into, counts)
        for place in range(count):
            sample, at = divmod(first + place, of_image)
            to = sample * of_image * m * m * filled if whole else 0
            to += at // across * m * wide + at % across * m * filled
            for channel in range(0, filled, LANES):
                products = (place * SIDE * SIDE * filled + channel, SIDE * filled, filled)
                change(1, m, made, products, room, (to + channel, wide, filled))
            if at == of_image - 1 and not whole:
                for i in range(p):
                    copy_pixels(room, i * wide, filled, out, (sample * p + i) * q * o, o, q, 1)


@compiled
def weight_gradient(x: Array, dy: Array, before: int, m: int) -> Array:
    """dU, the gradient by U of what `convolve` computes, from dy, the gradient by y.

    x (n, h, w, c)  dy (n, p, q, o)  dU (36, c, o) with c and o filled up to whole vectors
    """
    n, p, q, o = dy.shape
    deep = (x.shape[3] + LANES - 1) // LANES * LANES
    filled = (o + LANES - 1) // LANES * LANES
    dU = np.empty((SIDE * SIDE, deep, filled), x.dtype)
    layout = _layout(n, p, q, m)
    across, of_image, tiles = layout
    frame = _frame_of(layout, m, deep, x)
    seen = np.empty(_GROUP * SIDE * SIDE * deep, x.dtype)
    made = np.empty(_GROUP * SIDE * SIDE * filled, x.dtype)
    given, out = dy.reshape(-1), dU.reshape(-1)
    whole = across * m == q and of_image // across * m == p and filled == o
    room = given if whole else np.zeros(of_image * m * m * filled, x.dtype)
    wide = across * m * filled
    parts = (LANES + MOST_ROWS - 1) // MOST_ROWS  # of a vector of channels
    for first in range(0, tiles, _GROUP):
        count = min(_GROUP, tiles - first)
        _to_products(x, layout, first, count, before, m, frame, deep, seen, _GROUP)
        for place in range(count):
            sample, at = divmod(first + place, of_image)
            if at == 0 and not whole:
                frame_image(dy, sample, (0, 0), 1, room, filled, across * m)
            from_ = sample * of_image * m * m * filled if whole else 0
            from_ += at // across * m * wide + at % across * m * filled
            for channel in range(0, filled, LANES):
                products = (place * SIDE * SIDE * filled + channel, SIDE * filled, filled)
                change(2, m, room, (from_ + channel, wide, filled), made, products)
        add, counts = first > 0, (1, count)
        for t in range(SIDE * SIDE):
            for part in range(deep // LANES * parts):
                group, piece = divmod(part, parts)
                top, bottom = LANES * piece // parts, LANES * (piece + 1) // parts
                steps = (group * _GROUP * _STEP + t * LANES + top, 1, 0, _STEP)
                row = t * deep + group * LANES + top
                for at in range(0, filled, 2 * LANES):
                    by = (t * filled + at, 0, SIDE * SIDE * filled)
                    into = (row * filled + at, filled)
                    if at + LANES < filled:
                        tile(2, bottom - top, seen, steps, made, by, add, out, into, counts)
                    else:
                        tile(1, bottom - top, seen, steps, made, by, add, out, into, counts)
    return dU
