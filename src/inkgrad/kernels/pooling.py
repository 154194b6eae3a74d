"""Pooling window by window, all channels of a pixel together."""

from __future__ import annotations

import numpy as np

from inkgrad.compiled import compiled
from inkgrad.kernels.arrays import Array, Shape

Size = tuple[int, int]

# Kernels go over flat arrays by unsigned places: those are never counted from the end, which is
# what lets the compiler use vector instructions over the channels.


@compiled
def _place(sample: int, i: int, j: int, shape: Shape) -> np.uint64:
    """Where the channels of pixel (i, j) of a sample start in a flat array."""
    _, h, w, c = shape
    return np.uint64(((sample * h + i) * w + j) * c)


@compiled
def largest(x: Array, size: Size, step: Size, y: Array, places: Array) -> None:
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
def largest_back(dy: Array, places: Array, size: Size, step: Size, dx: Array) -> None:
    n, p, q, c = dy.shape
    slopes, winners, into = dy.reshape(-1), places.reshape(-1), dx.reshape(-1)
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
                            into[at + channel] = slopes[out + channel] if hit else 0
                    else:
                        for channel in range(np.uint64(c)):
                            hit = winners[out + channel] == this
                            into[at + channel] += slopes[out + channel] if hit else 0


@compiled
def mean(x: Array, size: Size, step: Size, y: Array) -> None:
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
def mean_back(dy: Array, size: Size, step: Size, dx: Array) -> None:
    n, p, q, c = dy.shape
    slopes, into = dy.reshape(-1), dx.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, dy.shape)
                for a in range(size[0] * size[1]):
                    at = _place(
                        sample, i * step[0] + a // size[1], j * step[1] + a % size[1], dx.shape
                    )
                    for channel in range(np.uint64(c)):
                        into[at + channel] += slopes[out + channel] / (size[0] * size[1])
