"""The rectifier's gradient, in one pass."""

from __future__ import annotations

from inkgrad.compiled import compiled
from inkgrad.kernels.arrays import Array


@compiled
def where_positive(y: Array, dy: Array, dx: Array) -> None:
    for i in range(len(dx)):
        dx[i] = dy[i] if y[i] > 0 else 0
