"""Fewer pixels from many: the largest or the mean of each window, or of the whole image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkgrad.compiled import compiled
from inkgrad.errors import ShapeError
from inkgrad.nn.layers import Layer
from inkgrad.nn.vectors import Array, Shape


@dataclass(eq=False)
class _Pool2D(Layer):
    """Windows of `size` pixels, `stride` apart (by default side by side); a remainder is left out.

    x (n, h, w, c)  y (n, p, q, c)
    """

    size: int = 2
    stride: int | None = None

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if len(inputs) != 3:
            raise ShapeError(f"got {inputs}, needs an image (h, w, channels)")
        if self.size < 1 or self.step < 1:
            raise ShapeError("needs size and stride of at least 1")
        h, w, c = inputs
        p, q = ((side - self.size) // self.step + 1 for side in (h, w))
        if min(p, q) < 1:
            raise ShapeError(f"got {inputs}, needs at least {self.size} x {self.size} pixels")
        return {}, (p, q, c)

    @property
    def step(self) -> int:
        return self.size if self.stride is None else self.stride

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
        places = np.empty(y.shape, np.int32 if self.size > 11 else np.int8)
        _max(np.ascontiguousarray(x), self.size, self.step, y, places)
        return y, places

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        _, h, w, _ = self.x_shape
        whole = self.step == self.size and h % self.size == w % self.size == 0
        dx = (np.empty if whole else np.zeros)(self.x_shape, dy.dtype)
        _max_back(np.ascontiguousarray(dy), self.places, self.size, self.step, dx)
        return dx


@dataclass(eq=False)
class AveragePool2D(_Pool2D):
    """y = the mean of each window"""

    def __call__(self, x: Array) -> Array:
        y = self._outputs(x)
        _mean(np.ascontiguousarray(x), self.size, self.step, y)
        return y

    def forward(self, x: Array) -> Array:
        self.x_shape = x.shape
        return self(x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        dx = np.zeros(self.x_shape, dy.dtype)
        _mean_back(np.ascontiguousarray(dy), self.size, self.step, dx)
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
def _max(x: Array, size: int, step: int, y: Array, places: Array) -> None:
    n, p, q, c = y.shape
    seen, best, winners = x.reshape(-1), y.reshape(-1), places.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, y.shape)
                first = _place(sample, i * step, j * step, x.shape)
                for channel in range(np.uint64(c)):
                    best[out + channel] = seen[first + channel]
                    winners[out + channel] = 0
                for a in range(1, size * size):
                    at = _place(sample, i * step + a // size, j * step + a % size, x.shape)
                    for channel in range(np.uint64(c)):
                        value, largest = seen[at + channel], best[out + channel]
                        winner = winners[out + channel]
                        best[out + channel] = value if value > largest else largest
                        winners[out + channel] = a if value > largest else winner


@compiled
def _max_back(dy: Array, places: Array, size: int, step: int, dx: Array) -> None:
    n, p, q, c = dy.shape
    slopes, winners, into = dy.reshape(-1), places.reshape(-1), dx.reshape(-1)
    apart = step >= size
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, dy.shape)
                for a in range(size * size):
                    at = _place(sample, i * step + a // size, j * step + a % size, dx.shape)
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
def _mean(x: Array, size: int, step: int, y: Array) -> None:
    n, p, q, c = y.shape
    seen, means = x.reshape(-1), y.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, y.shape)
                for channel in range(np.uint64(c)):
                    means[out + channel] = 0
                for a in range(size * size):
                    at = _place(sample, i * step + a // size, j * step + a % size, x.shape)
                    for channel in range(np.uint64(c)):
                        means[out + channel] += seen[at + channel] / (size * size)


@compiled
def _mean_back(dy: Array, size: int, step: int, dx: Array) -> None:
    n, p, q, c = dy.shape
    slopes, into = dy.reshape(-1), dx.reshape(-1)
    for sample in range(n):
        for i in range(p):
            for j in range(q):
                out = _place(sample, i, j, dy.shape)
                for a in range(size * size):
                    at = _place(sample, i * step + a // size, j * step + a % size, dx.shape)
                    for channel in range(np.uint64(c)):
                        into[at + channel] += slopes[out + channel] / (size * size)
