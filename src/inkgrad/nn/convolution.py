"""Convolution: every pixel of the output sees a window of the image.

Images lie sample by sample, row by row, the channels of a pixel together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.layers import Layer, draw
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array, Shape
from inkgrad.preconditions import require


@dataclass(eq=False)
class Conv2D(Layer):
    """y[p, q] = sum over the window at (p, q) of x * W, + b

    x (n, h, w, c), W (k, k, c, o), b (o,), y (n, p, q, o)

    `padding` zeros are put around the image: a number, or "same", which keeps h and w at stride 1
    (more of them below and to the right where k is even). `init` as for Dense. Plain twins:
    `plain.conv2d` and `plain.conv2d_backward`.
    """

    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int | str = "same"
    init: str | float = "he"

    W: ClassVar[Array]
    b: ClassVar[Array]
    dW: ClassVar[Array]
    db: ClassVar[Array]

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if len(inputs) != 3:
            raise ShapeError(f"got {inputs}, needs an image (h, w, channels)")
        if min(self.channels, self.kernel, self.stride) < 1:
            raise ShapeError("needs channels, kernel and stride of at least 1")
        before, after = self.pads()
        h, w, c = inputs
        p, q = ((side + before + after - self.kernel) // self.stride + 1 for side in (h, w))
        if min(p, q) < 1:
            raise ShapeError(f"got {inputs}, needs at least {self.kernel} x {self.kernel} pixels")
        k, o = self.kernel, self.channels
        return {"W": (k, k, c, o), "b": (o,)}, (p, q, o)

    def pads(self) -> tuple[int, int]:
        """Rows of zeros above and below; the same to the left and right."""
        if self.padding == "same":
            return (self.kernel - 1) // 2, self.kernel // 2
        if isinstance(self.padding, int) and 0 <= self.padding < self.kernel:
            return self.padding, self.padding
        raise ShapeError(f'has padding {self.padding!r}, needs "same" or 0 to kernel - 1')

    def initial(self, name: str, shape: Shape, rng: np.random.Generator) -> Array | float:
        if name == "b":
            return 0.0
        window = self.kernel**2
        return draw(self.init, shape, window * shape[2], window * self.channels, rng)

    def multiply_adds(self, inputs: Shape) -> int:
        p, q, o = self.shapes(inputs)[1]
        return p * q * o * self.kernel**2 * inputs[2]

    def __call__(self, x: Array) -> Array:
        require("x", x, (None, None, None, self.W.shape[2]), self.W.dtype)
        return operations().conv2d(x, self.W, self.b, self.stride, self.pads())

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        outputs = self.shapes(self.x.shape[1:])[1]
        require("dy", dy, (len(self.x), *outputs), self.W.dtype)
        dx, self.dW[...], self.db[...] = operations().conv2d_backward(
            self.x, dy, self.W, self.stride, self.pads(), need_dx
        )
        return dx


@dataclass(eq=False)
class Columns(Layer):
    """y = every column of an image as one row of values: x (n, h, w, c), y (n, w, h * c)

    A network with this layer takes images of any width. Plain twins: `plain.columns` and
    `plain.columns_backward`.
    """

    by_columns: ClassVar[bool] = True

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if len(inputs) != 3:
            raise ShapeError(f"got {inputs}, needs an image (h, w, channels)")
        h, w, c = inputs
        return {}, (w, h * c)

    def __call__(self, x: Array) -> Array:
        n, _, w, _ = x.shape
        return x.swapaxes(1, 2).reshape(n, w, -1)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        n, h, w, c = self.x.shape
        return dy.reshape(n, w, h, c).swapaxes(1, 2)


@dataclass(eq=False)
class Conv1D(Layer):
    """y[q] = sum over the window of columns at q of x * W, + b; as many columns as came in

    x (n, w, c), W (k, c, o), b (o,), y (n, w, o)

    Plain twins: `plain.conv1d` and `plain.conv1d_backward`.
    """

    channels: int
    kernel: int = 3
    init: str | float = "he"

    W: ClassVar[Array]
    b: ClassVar[Array]
    dW: ClassVar[Array]
    db: ClassVar[Array]

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if len(inputs) != 2:
            raise ShapeError(f"got {inputs}, needs columns (w, values): put Columns() before it")
        if self.channels < 1 or self.kernel % 2 != 1:
            raise ShapeError("needs at least 1 channel and an odd kernel")
        (w, c), o = inputs, self.channels
        return {"W": (self.kernel, c, o), "b": (o,)}, (w, o)

    def initial(self, name: str, shape: Shape, rng: np.random.Generator) -> Array | float:
        if name == "b":
            return 0.0
        return draw(self.init, shape, self.kernel * shape[1], self.kernel * self.channels, rng)

    def multiply_adds(self, inputs: Shape) -> int:
        w, c = inputs
        return w * c * self.kernel * self.channels

    def __call__(self, x: Array) -> Array:
        return operations().conv1d(x, self.W, self.b)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        dx, self.dW[...], self.db[...] = operations().conv1d_backward(self.x, dy, self.W, need_dx)
        return dx
