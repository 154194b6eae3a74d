"""Convolution: every pixel of the output sees a window of the image.

Images lie sample by sample, row by row, the channels of a pixel together. What is done with windows
is in `windows`, for any convolution, and in `winograd`, with fewer multiplications, for kernels of
3 to 5 pixels at a stride of 1 over several channels. docs/decisions/0003 has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.kernels import direct_convolution as direct
from inkgrad.kernels import winograd
from inkgrad.kernels.tiles import LANES
from inkgrad.nn.layers import Layer, draw
from inkgrad.nn.vectors import Array, Shape

_LEAST_CHANNELS = 8  # below, changing to Winograd's basis costs more than it saves


@dataclass(eq=False)
class Conv2D(Layer):
    """y[p, q] = sum over the window at (p, q) of x * W, + b

    x (n, h, w, c)  W (k, k, c, o)  b (o,)  y (n, p, q, o)

    `padding` zeros are put around the image: a number, or "same", which keeps h and w at stride 1
    (more of them below and to the right where k is even). `init` as for Dense.
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
        y = np.empty((len(x), *self.shapes(x.shape[1:])[1]), x.dtype)
        x, b = np.ascontiguousarray(x), _filled(self.b)
        if self._is_short(x):
            U = _filled(winograd.transformed(self.W), 2)
            winograd.convolve(x, U, b, self.pads()[0], winograd.outputs(self.kernel), y)
        else:
            before = self.pads()[0]
            direct.correlate(x, _filled(self.W), b, (before, before), 1, self.stride, y)
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        x, dy = np.ascontiguousarray(self.x), np.ascontiguousarray(dy)
        k, c, o, before = self.kernel, x.shape[3], self.channels, self.pads()[0]
        self.db[...] = np.ones(dy.size // o, dy.dtype) @ dy.reshape(-1, o)
        if self._is_short(x):
            dU = winograd.slopes(x, dy, before, winograd.outputs(k))[:, :c, :o]
            self.dW[...] = winograd.transformed_back(dU, k)
        else:
            dW = direct.slopes(x, dy, (before, before), (k, k), self.stride)
            self.dW[...] = dW[..., :o]
        return self._input_slope(dy, x.shape) if need_dx else None

    def _input_slope(self, dy: Array, shape: Shape) -> Array:
        """dx, a convolution too: of dy, its pixels a stride apart.

        The kernel is turned by half a circle and its channels are exchanged.
        """
        dx = np.empty(shape, dy.dtype)
        turned = self.W[::-1, ::-1].swapaxes(2, 3)
        nothing = _filled(np.zeros(shape[3], dy.dtype))
        around = self.kernel - 1 - self.pads()[0]
        if self._is_short(dx):
            U = _filled(winograd.transformed(turned), 2)
            winograd.convolve(dy, U, nothing, around, winograd.outputs(self.kernel), dx)
        else:
            direct.correlate(dy, _filled(turned), nothing, (around, around), self.stride, 1, dx)
        return dx

    def _is_short(self, x: Array) -> bool:
        """Whether Winograd's way is the shorter one."""
        channels = min(x.shape[3], self.channels)
        return self.stride == 1 and self.kernel in winograd.KERNELS and channels >= _LEAST_CHANNELS


@dataclass(eq=False)
class Columns(Layer):
    """y = every column of an image as one row of values      x (n, h, w, c)  y (n, w, h * c)

    A network with this layer takes images of any width.
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

    x (n, w, c)  W (k, c, o)  b (o,)  y (n, w, o)
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
        # With zeros around each sample, sample after sample, a window's element is a shift away:
        # so every element of the kernel is one matrix product, and nothing is unrolled.
        n, w, _ = x.shape
        rows = self._framed(x)
        y = np.zeros((len(rows), self.channels), x.dtype)
        ends = len(rows) - self.kernel + 1
        for j in range(self.kernel):
            y[:ends] += rows[j : j + ends] @ self.W[j]
        return y.reshape(n, -1, self.channels)[:, :w] + self.b

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        n, w, c = self.x.shape
        rows = self._framed(self.x)
        slopes = np.zeros((n, w + self.kernel - 1, self.channels), dy.dtype)
        slopes[:, :w] = dy
        slopes = slopes.reshape(-1, self.channels)
        ends = len(rows) - self.kernel + 1
        dx = np.zeros_like(rows)
        self.db[...] = dy.sum(axis=(0, 1))
        for j in range(self.kernel):
            np.matmul(rows[j : j + ends].T, slopes[:ends], out=self.dW[j])
            if need_dx:
                dx[j : j + ends] += slopes[:ends] @ self.W[j].T
        before = self.kernel // 2
        return dx.reshape(n, -1, c)[:, before : before + w] if need_dx else None

    def _framed(self, x: Array) -> Array:
        """The columns of all samples as rows, with zeros before and after each sample."""
        n, w, c = x.shape
        before = self.kernel // 2
        rows = np.zeros((n, w + 2 * before, c), x.dtype)
        rows[:, before : before + w] = x
        return rows.reshape(-1, c)


def _filled(a: Array, axes: int = 1) -> Array:
    """An array with its last axes filled up by zeros to whole vectors."""
    more = [(0, 0)] * (a.ndim - axes) + [(0, -size % LANES) for size in a.shape[a.ndim - axes :]]
    return np.ascontiguousarray(np.pad(a, more) if any(map(any, more)) else a)
