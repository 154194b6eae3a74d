"""Fewer pixels from many: the largest or the mean of each window, or of the whole image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.layers import Layer
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array, Shape
from inkgrad.preconditions import require


@dataclass(eq=False)
class _Pool2D(Layer):
    """Windows of `size` pixels, `stride` apart (by default side by side); a remainder is left out.

    They are square, or `width` pixels wide where that is given.

    x (n, h, w, c), y (n, p, q, c)
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


@dataclass(eq=False)
class MaxPool2D(_Pool2D):
    """y = the largest of each window; the gradient goes to the first of the largest.

    Plain twins: `plain.max_pool` and `plain.max_pool_backward`.
    """

    def __call__(self, x: Array) -> Array:
        return operations().max_pool(x, self.sizes, self.steps)[0]

    def forward(self, x: Array) -> Array:
        y, self.places = operations().max_pool(x, self.sizes, self.steps)
        self.x_shape = x.shape
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        require("dy", dy, self.places.shape)
        return operations().max_pool_backward(dy, self.places, self.x_shape, self.sizes, self.steps)


@dataclass(eq=False)
class AveragePool2D(_Pool2D):
    """y = the mean of each window

    Plain twins: `plain.average_pool` and `plain.average_pool_backward`.
    """

    def __call__(self, x: Array) -> Array:
        return operations().average_pool(x, self.sizes, self.steps)

    def forward(self, x: Array) -> Array:
        self.x_shape = x.shape
        return self(x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        require("dy", dy, (self.x_shape[0], *self.shapes(self.x_shape[1:])[1]))
        return operations().average_pool_backward(dy, self.x_shape, self.sizes, self.steps)


@dataclass(eq=False)
class GlobalMaxPool(Layer):
    """y = the largest value of each channel: x (n, h, w, c), y (n, c)"""

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
    """y = the mean of each channel: x (n, h, w, c), y (n, c)"""

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
