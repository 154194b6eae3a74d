"""The rectifier's gradient in one pass over memory, where NumPy takes three.

32 images of 28x28 with 16 channels: 0.04 ms, and 1.5 ms by `np.where`
(docs/decisions/0012). Plain twin: `nn.plain.relu_backward`.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.compiled import compiled


def relu_backward(y: Array, dy: Array) -> Array:
    """dx = dy where y > 0, else 0      y, dy, dx of one shape"""
    dx = np.empty(dy.shape, dy.dtype)
    _where_positive(y.reshape(-1), np.ascontiguousarray(dy).reshape(-1), dx.reshape(-1))
    return dx


@compiled
def _where_positive(y: Array, dy: Array, dx: Array) -> None:
    for i in range(len(dx)):
        dx[i] = dy[i] if y[i] > 0 else 0
