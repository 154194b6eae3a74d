"""Convolution in two and in one dimension: which kernel does it, and how its arrays are laid out.

Images lie sample by sample, row by row, the channels of a pixel together. `direct_convolution` does
any convolution; `winograd`, with fewer multiplications, kernels of 3 to 5 pixels at a stride of 1
over several channels: 22 us an image of 28x28 from 16 to 16 channels in place of 34, where NumPy on
unrolled windows takes 125 (docs/decisions/0003). Plain twins: `nn.plain.conv2d`, `conv1d` and
theirs with `_backward`.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels import direct_convolution as direct
from inkgrad.kernels import winograd
from inkgrad.kernels import winograd_basis as basis
from inkgrad.kernels.arrays import Array, Shape
from inkgrad.kernels.tiles import LANES

_LEAST_CHANNELS = 8  # below, changing to Winograd's basis costs more than it saves


def conv2d(x: Array, W: Array, b: Array, stride: int, pads: tuple[int, int]) -> Array:
    """y[p, q] = sum over the window at (p, q) of x * W, + b

    x (n, h, w, c)  W (k, k, c, o)  b (o,)  y (n, p, q, o); `pads` zeros before and after each axis.
    """
    k, before = len(W), pads[0]
    p, q = ((side + sum(pads) - k) // stride + 1 for side in x.shape[1:3])
    y = np.empty((len(x), p, q, len(b)), x.dtype)
    x, b = np.ascontiguousarray(x), _filled(b)
    if _is_short(W, stride):
        U = _filled(basis.transformed(W), 2)
        winograd.convolve(x, U, b, before, basis.outputs(k), y)
    else:
        direct.correlate(x, _filled(W), b, (before, before), 1, stride, y)
    return y


def conv2d_backward(
    x: Array, dy: Array, W: Array, stride: int, pads: tuple[int, int], need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """dx (None where not needed), dW and db of `conv2d`, from dy (n, p, q, o)."""
    x, dy = np.ascontiguousarray(x), np.ascontiguousarray(dy)
    k, _, c, o = W.shape
    db = np.ones(dy.size // o, dy.dtype) @ dy.reshape(-1, o)
    if _is_short(W, stride):
        dU = winograd.weight_gradient(x, dy, pads[0], basis.outputs(k))[:, :c, :o]
        dW = basis.transformed_back(dU, k)
    else:
        dW = direct.weight_gradient(x, dy, (pads[0], pads[0]), (k, k), stride)[..., :o]
    return _input_gradient(dy, W, x.shape, stride, pads) if need_dx else None, dW, db


def _input_gradient(dy: Array, W: Array, shape: Shape, stride: int, pads: tuple[int, int]) -> Array:
    """dx, a convolution too: of dy, its pixels a stride apart.

    The kernel is turned by half a circle and its channels are exchanged.
    """
    dx = np.empty(shape, dy.dtype)
    turned = W[::-1, ::-1].swapaxes(2, 3)
    nothing = _filled(np.zeros(shape[3], dy.dtype))
    around = len(W) - 1 - pads[0]
    if _is_short(W, stride):
        U = _filled(basis.transformed(turned), 2)
        winograd.convolve(dy, U, nothing, around, basis.outputs(len(W)), dx)
    else:
        direct.correlate(dy, _filled(turned), nothing, (around, around), stride, 1, dx)
    return dx


def _is_short(W: Array, stride: int) -> bool:
    """Whether Winograd's way is the shorter one."""
    k, _, c, o = W.shape
    return stride == 1 and k in basis.KERNELS and min(c, o) >= _LEAST_CHANNELS


def _filled(a: Array, axes: int = 1) -> Array:
    """An array with its last axes filled up by zeros to whole vectors."""
    more = [(0, 0)] * (a.ndim - axes) + [(0, -size % LANES) for size in a.shape[a.ndim - axes :]]
    return np.ascontiguousarray(np.pad(a, more) if any(map(any, more)) else a)


def conv1d(x: Array, W: Array, b: Array) -> Array:
    """y[q] = sum over the window of columns at q of x * W, + b; as many columns as came in

    x (n, w, c)  W (k, c, o), k odd  b (o,)  y (n, w, o)
    """
    # With zeros around each sample, sample after sample, a window's element is a shift away:
    # so every element of the kernel is one matrix product, and nothing is unrolled.
    n, w, _ = x.shape
    k, _, o = W.shape
    rows = _framed(x, k)
    y = np.zeros((len(rows), o), x.dtype)
    ends = len(rows) - k + 1
    for j in range(k):
        y[:ends] += rows[j : j + ends] @ W[j]
    return y.reshape(n, -1, o)[:, :w] + b


def conv1d_backward(
    x: Array, dy: Array, W: Array, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """dx (None where not needed), dW and db of `conv1d`, from dy (n, w, o)."""
    n, w, c = x.shape
    k, _, o = W.shape
    rows = _framed(x, k)
    dy_rows = np.zeros((n, w + k - 1, o), dy.dtype)
    dy_rows[:, :w] = dy
    dy_rows = dy_rows.reshape(-1, o)
    ends = len(rows) - k + 1
    dx, dW = np.zeros_like(rows), np.empty(W.shape, dy.dtype)
    for j in range(k):
        np.matmul(rows[j : j + ends].T, dy_rows[:ends], out=dW[j])
        if need_dx:
            dx[j : j + ends] += dy_rows[:ends] @ W[j].T
    inside = dx.reshape(n, -1, c)[:, k // 2 : k // 2 + w] if need_dx else None
    return inside, dW, dy.sum(axis=(0, 1))


def _framed(x: Array, k: int) -> Array:
    """The columns of all samples as rows, with zeros before and after each sample."""
    n, w, c = x.shape
    rows = np.zeros((n, w + k // 2 * 2, c), x.dtype)
    rows[:, k // 2 : k // 2 + w] = x
    return rows.reshape(-1, c)
