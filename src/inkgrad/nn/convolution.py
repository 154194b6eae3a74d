"""Convolution as matrix products on rows of windows.

Images lie sample by sample, row by row, the channels of a pixel together. The windows that a kernel
sees along one image row are unrolled side by side: `windows` (h, q, k*c). A kernel's row is then a
matrix product on whole rows of windows, and a convolution the sum of k such products, shifted by
one row each. Unrolling along rows alone copies each pixel k times instead of k*k times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inkgrad.compiled import compiled
from inkgrad.errors import ShapeError
from inkgrad.nn.blas import multiply
from inkgrad.nn.layers import Layer, draw
from inkgrad.nn.vectors import Array, Shape


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
        _forward(np.ascontiguousarray(x), self.W, self.b, self.stride, self.pads()[0], y)
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        dx = np.empty(self.x.shape if need_dx else (0, 0, 0, 0), dy.dtype)
        x, dy = np.ascontiguousarray(self.x), np.ascontiguousarray(dy)
        _backward(x, self.W, dy, self.stride, self.pads()[0], self.dW, self.db, dx)
        return dx if need_dx else None


@compiled
def _copy(a: Array, i: int, b: Array, j: int, count: int) -> None:
    """b[j : j + count] = a[i : i + count], in vector instructions.

    Unsigned places are never counted from the end, which is what lets the compiler use them: the
    windows of 28x28 pixels with 16 channels took 28 us an image with signed ones, 6 with these.
    """
    first, second = np.uint64(i), np.uint64(j)
    for t in range(np.uint64(count)):
        b[second + t] = a[first + t]


@compiled
def _add(a: Array, i: int, b: Array, j: int, count: int) -> None:
    """b[j : j + count] += a[i : i + count], likewise."""
    first, second = np.uint64(i), np.uint64(j)
    for t in range(np.uint64(count)):
        b[second + t] += a[first + t]


@compiled
def _unroll(x: Array, k: int, stride: int, pad: int, q: int, windows: Array) -> None:
    """windows[i, j] = the k pixels of row i that output column j sees, zeros where there are none.

    x (h, w, c)  windows (h, q, k * c)
    """
    h, w, c = x.shape
    for i in range(h):
        row, out = x[i].reshape(w * c), windows[i].reshape(q * k * c)
        for j in range(q):
            first = j * stride - pad  # the window's first pixel
            at, start = j * k * c, first * c
            if 0 <= first <= w - k:
                _copy(row, start, out, at, k * c)
            else:
                for t in range(k * c):
                    inside = 0 <= start + t < w * c
                    out[at + t] = row[start + t] if inside else 0


@compiled
def _fold(windows: Array, k: int, stride: int, pad: int, q: int, x: Array) -> None:
    """x = the sum of what the windows hold for each pixel: what `_unroll` did, transposed."""
    h, w, c = x.shape
    for i in range(h):
        row, from_ = x[i].reshape(w * c), windows[i].reshape(q * k * c)
        row[:] = 0
        for j in range(q):
            first = j * stride - pad
            left, right = max(0, -first), max(0, first + k - w)
            at, start = (j * k + left) * c, (first + left) * c
            _add(from_, at, row, start, (k - left - right) * c)


@compiled
def _rows(row: int, pad: int, stride: int, h: int, p: int) -> tuple[int, int, int]:
    """The output rows that see the image through row `row` of the kernel.

    Returns the first and the one after the last, and the image row that the first one sees.
    """
    first = max(0, (pad - row + stride - 1) // stride)
    last = min(p, (h - 1 + pad - row) // stride + 1)
    return first, max(first, last), first * stride + row - pad


@compiled
def _forward(x: Array, W: Array, b: Array, stride: int, pad: int, y: Array) -> None:
    n, h, _, c = x.shape
    _, p, q, o = y.shape
    k = W.shape[0]
    windows = np.empty((h, q, k * c), x.dtype)
    for sample in range(n):
        _unroll(x[sample], k, stride, pad, q, windows)
        out = y[sample]
        for i in range(p):
            for j in range(q):
                for channel in range(o):
                    out[i, j, channel] = b[channel]
        for row in range(k):
            first, last, seen = _rows(row, pad, stride, h, p)
            step = max(1, last - first) if stride == 1 else 1  # rows of windows that lie together
            for i in range(first, last, step):
                at = windows[seen + (i - first) * stride :]
                multiply(at, False, W[row], False, True, out[i:], (step * q, k * c, o))


@compiled
def _backward(
    x: Array,
    W: Array,
    dy: Array,
    stride: int,
    pad: int,
    dW: Array,
    db: Array,
    dx: Array,
) -> None:
    n, h, _, c = x.shape
    _, p, q, o = dy.shape
    k = W.shape[0]
    windows = np.empty((h, q, k * c), x.dtype)
    slopes = np.empty((h, q, k * c), x.dtype)
    dW[:] = 0
    db[:] = 0
    for sample in range(n):
        _unroll(x[sample], k, stride, pad, q, windows)
        out = dy[sample]
        for i in range(p):
            for j in range(q):
                for channel in range(o):
                    db[channel] += out[i, j, channel]
        if len(dx):
            slopes[:] = 0
        for row in range(k):
            first, last, seen = _rows(row, pad, stride, h, p)
            step = max(1, last - first) if stride == 1 else 1
            for i in range(first, last, step):
                at = seen + (i - first) * stride
                multiply(windows[at:], True, out[i:], False, True, dW[row], (k * c, step * q, o))
                if len(dx):
                    multiply(out[i:], False, W[row], True, True, slopes[at:], (step * q, o, k * c))
        if len(dx):
            _fold(slopes, k, stride, pad, q, dx[sample])
