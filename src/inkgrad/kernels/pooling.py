"""Pooling window by window, all channels of a pixel together.

Backward with long runs took 5.9 us an image of 28x28x16 in place of 8.8 (docs/decisions/0003); by
the plain twins the largest takes some 50 and the mean some 10 times as long (0012). Plain twins:
`nn.plain.max_pool`, `average_pool` and theirs with `_backward`.
"""

from __future__ import annotations

import math

import numpy as np

from inkgrad.kernels.arrays import Array, Shape
from inkgrad.kernels.compiled import compiled

Size = tuple[int, int]


def max_pool(x: Array, size: Size, step: Size) -> tuple[Array, Array]:
    """y, the largest of each window, and where it stands in it, the first of the largest.

    x (n, h, w, c)  y, places (n, p, q, c); `size` of windows and `step` between them down, across.
    """
    y = _outputs(x, size, step)
    places = np.empty(y.shape, np.int32 if math.prod(size) > 127 else np.int8)
    _max_pool(np.ascontiguousarray(x), size, step, y, places)
    return y, places


def max_pool_backward(dy: Array, places: Array, shape: Shape, size: Size, step: Size) -> Array:
    """dx, of this shape: dy where the largest stood."""
    whole = step == size and shape[1] % size[0] == shape[2] % size[1] == 0
    dx: Array = (np.empty if whole else np.zeros)(shape, dy.dtype)
    _max_pool_backward(np.ascontiguousarray(dy), places, size, step, dx)
    return dx


def average_pool(x: Array, size: Size, step: Size) -> Array:
    """y, the mean of each window; shapes as for `max_pool`."""
    y = _outputs(x, size, step)
    _average_pool(np.ascontiguousarray(x), size, step, y)
    return y


def average_pool_backward(dy: Array, shape: Shape, size: Size, step: Size) -> Array:
    """dx, of this shape: dy shared out evenly over each window."""
    dx = np.zeros(shape, dy.dtype)
    _average_pool_backward(np.ascontiguousarray(dy), size, step, dx)
    return dx


def _outputs(x: Array, size: Size, step: Size) -> Array:
    n, h, w, c = x.shape
    return np.empty((n, (h - size[0]) // step[0] + 1, (w - size[1]) // step[1] + 1, c), x.dtype)


# Kernels go over flat arrays by unsigned places: those are never counted from the end, which is
# what lets the compiler use vector instructions over the channels.


@compiled
def _place(sample: int, i: int, j: int, shape: Shape) -> np.uint64:
    """Where the channels of pixel (i, j) of a sample start in a flat array."""
    _, h, w, c = shape
    return np.uint64(((sample * h + i) * w + j) * c)


@compiled
def _max_pool(x: Array, size: Size, step: Size, y: Array, places: Array) -> None:
    n, p, q, c = y.shape
    seen, best, winners = x.reshape(-1), y.reshape(-1), places.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, y.shape)
                first = _place(sample, i * step[0], j * step[1], x.shape)
                for channel in range(np.uint64(c)):
                    best[out + channel] = seen[first + channel]
                    winners[out + channel] = 0
                for a in range(1, size[0] * size[1]):
                    at = _place(
                        sample, i * step[0] + a // size[1], j * step[1] + a % size[1], x.shape
                    )
                    for channel in range(np.uint64(c)):
                        value, largest = seen[at + channel], best[out + channel]
                        winner = winners[out + channel]
                        best[out + channel] = value if value > largest else largest
                        winners[out + channel] = a if value > largest else winner


@compiled
def _max_pool_backward(dy: Array, places: Array, size: Size, step: Size, dx: Array) -> None:
    n, p, q, c = dy.shape
    given, winners, into = dy.reshape(-1), places.reshape(-1), dx.reshape(-1)
    apart = step[0] >= size[0] and step[1] >= size[1]
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, dy.shape)
                for a in range(size[0] * size[1]):
                    at = _place(
                        sample, i * step[0] + a // size[1], j * step[1] + a % size[1], dx.shape
                    )
                    this = winners.dtype.type(a)
                    if apart:
                        for channel in range(np.uint64(c)):
                            hit = winners[out + channel] == this
                            into[at + channel] = given[out + channel] if hit else 0
                    else:
                        for channel in range(np.uint64(c)):
                            hit = winners[out + channel] == this
                            into[at + channel] += given[out + channel] if hit else 0


@compiled
def _average_pool(x: Array, size: Size, step: Size, y: Array) -> None:
    n, p, q, c = y.shape
    seen, means = x.reshape(-1), y.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, y.shape)
                for channel in range(np.uint64(c)):
                    means[out + channel] = 0
                for a in range(size[0] * size[1]):
                    at = _place(
                        sample, i * step[0] + a // size[1], j * step[1] + a % size[1], x.shape
                    )
                    for channel in range(np.uint64(c)):
                        means[out + channel] += seen[at + channel] / (size[0] * size[1])


@compiled
def _average_pool_backward(dy: Array, size: Size, step: Size, dx: Array) -> None:
    n, p, q, c = dy.shape
    given, into = dy.reshape(-1), dx.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, dy.shape)
                for a in range(size[0] * size[1]):
                    at = _place(
                        sample, i * step[0] + a // size[1], j * step[1] + a % size[1], dx.shape
                    )
                    for channel in range(np.uint64(c)):
                        into[at + channel] += given[out + channel] / (size[0] * size[1])
