"""Fewer pixels from many: the largest or the mean of each window, or of the whole image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inkgrad.compiled import compiled
from inkgrad.errors import ShapeError
from inkgrad.nn.layers import Layer
from inkgrad.nn.vectors import Array, Shape
from inkgrad.preconditions import require

Size = tuple[int, int]


@dataclass(eq=False)
class _Pool2D(Layer):
    """Windows of `size` pixels, `stride` apart (by default side by side); a remainder is left out.

    They are square, or `width` pixels wide where that is given.

    x (n, h, w, c)  y (n, p, q, c)
    """

    size: int = 2
    stride: int | None = None
    width: int | None = None

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if len(inputs) != 3:
            raise ShapeError(f"got {inputs}, needs an image (h, w, channels)")
        size, steps = self.sizes, self.steps
        if min(*size, *steps) < 1:
            raise ShapeError("needs size and stride of at least 1")
        h, w, c = inputs
        p, q = (h - size[0]) // steps[0] + 1, (w - size[1]) // steps[1] + 1
        if min(p, q) < 1:
            raise ShapeError(f"got {inputs}, needs at least {size[0]} x {size[1]} pixels")
        return {}, (p, q, c)

    @property
    def sizes(self) -> tuple[int, int]:
        """Rows and columns of a window."""
        return self.size, self.size if self.width is None else self.width

    @property
    def steps(self) -> tuple[int, int]:
        """From one window to the next, down and across."""
        return self.sizes if self.stride is None else (self.stride, self.stride)

    def _outputs(self, x: Array) -> Array:
        return np.empty((len(x), *self.shapes(x.shape[1:])[1]), x.dtype)


@dataclass(eq=False)
class MaxPool2D(_Pool2D):
    """y = the largest of each window; the slope goes to the first of the largest."""

    def __call__(self, x: Array) -> Array:
        return self._pool(x)[0]

    def forward(self, x: Array) -> Array:
        y, self.places = self._pool(x)
        self.x_shape = x.shape
        return y

    def _pool(self, x: Array) -> tuple[Array, Array]:
        y = self._outputs(x)
        places = np.empty(y.shape, np.int32 if math.prod(self.sizes) > 127 else np.int8)
        _max(np.ascontiguousarray(x), self.sizes, self.steps, y, places)
        return y, places

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        require("dy", dy, self.places.shape)
        _, h, w, _ = self.x_shape
        whole = self.steps == self.sizes and h % self.sizes[0] == w % self.sizes[1] == 0
        dx = (np.empty if whole else np.zeros)(self.x_shape, dy.dtype)
        _max_back(np.ascontiguousarray(dy), self.places, self.sizes, self.steps, dx)
        return dx


@dataclass(eq=False)
class AveragePool2D(_Pool2D):
    """y = the mean of each window"""

    def __call__(self, x: Array) -> Array:
        y = self._outputs(x)
        _mean(np.ascontiguousarray(x), self.sizes, self.steps, y)
        return y

    def forward(self, x: Array) -> Array:
        self.x_shape = x.shape
        return self(x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        require("dy", dy, (self.x_shape[0], *self.shapes(self.x_shape[1:])[1]))
        dx = np.zeros(self.x_shape, dy.dtype)
        _mean_back(np.ascontiguousarray(dy), self.sizes, self.steps, dx)
        return dx


@dataclass(eq=False)
class GlobalMaxPool(Layer):
    """y = the largest value of each channel      x (n, h, w, c)  y (n, c)"""

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        return {}, _channels(inputs)

    def __call__(self, x: Array) -> Array:
        return x.max(axis=(1, 2))

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        n, h, w, c = self.x.shape
        flat = self.x.reshape(n, h * w, c)
        dx = np.zeros_like(flat)
        np.put_along_axis(dx, flat.argmax(axis=1)[:, None], dy[:, None], axis=1)
        return dx.reshape(n, h, w, c)


@dataclass(eq=False)
class GlobalAveragePool(Layer):
    """y = the mean of each channel      x (n, h, w, c)  y (n, c)"""

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        return {}, _channels(inputs)

    def __call__(self, x: Array) -> Array:
        return x.mean(axis=(1, 2))

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        _, h, w, _ = self.x.shape
        return np.broadcast_to((dy / (h * w))[:, None, None], self.x.shape) if need_dx else None


def _channels(inputs: Shape) -> Shape:
    if len(inputs) != 3:
        raise ShapeError(f"got {inputs}, needs an image (h, w, channels)")
    return (inputs[2],)


# Kernels go over flat arrays by unsigned places: those are never counted from the end, which is
# what lets the compiler use vector instructions over the channels.


@compiled
def _place(sample: int, i: int, j: int, shape: Shape) -> np.uint64:
    """Where the channels of pixel (i, j) of a sample start in a flat array."""
    _, h, w, c = shape
    return np.uint64(((sample * h + i) * w + j) * c)


@compiled
def _max(x: Array, size: Size, step: Size, y: Array, places: Array) -> None:
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
def _max_back(dy: Array, places: Array, size: Size, step: Size, dx: Array) -> None:
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
def _mean(x: Array, size: Size, step: Size, y: Array) -> None:
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
def _mean_back(dy: Array, size: Size, step: Size, dx: Array) -> None:
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
