"""The functions that bend: without one between them, two dense layers are one.

All act value by value: x and y (n, ...) have one shape. Each remembers what makes its gradient
cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inkgrad.nn.layers import Layer
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array
from inkgrad.preconditions import require


@dataclass(eq=False)
class ReLU(Layer):
    """y = max(x, 0)      Plain twin of its backward: `plain.relu_backward`."""

    def __call__(self, x: Array) -> Array:
        return np.maximum(x, 0)

    def forward(self, x: Array) -> Array:
        self.y = self(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        require("dy", dy, self.y.shape)
        return operations().relu_backward(self.y, dy)


@dataclass(eq=False)
class LeakyReLU(Layer):
    """y = x where x > 0, slope * x elsewhere (Maas 2013)"""

    slope: float = 0.01

    def __call__(self, x: Array) -> Array:
        return np.where(x > 0, x, x * self.slope)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        return np.where(self.x > 0, dy, dy * self.slope) if need_dx else None


@dataclass(eq=False)
class Tanh(Layer):
    """y = tanh(x)"""

    def __call__(self, x: Array) -> Array:
        return np.tanh(x)

    def forward(self, x: Array) -> Array:
        self.y = self(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        return np.multiply(dy, 1 - self.y * self.y) if need_dx else None


@dataclass(eq=False)
class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)), as (1 + tanh(x / 2)) / 2, which cannot overflow"""

    def __call__(self, x: Array) -> Array:
        return np.multiply(np.tanh(x * 0.5) + 1, 0.5)

    def forward(self, x: Array) -> Array:
        self.y = self(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        return np.multiply(dy, self.y * (1 - self.y)) if need_dx else None


@dataclass(eq=False)
class GELU(Layer):
    """y = x / 2 * (1 + tanh(u)), u = sqrt(2 / pi) * (x + 0.044715 x^3)

    The tanh form of Hendrycks and Gimpel 2016, which ONNX names approximate="tanh".
    """

    def _tanh(self, x: Array) -> Array:
        return np.tanh(x * (1 + x * x * 0.044715) * math.sqrt(2 / math.pi))

    def __call__(self, x: Array) -> Array:
        return np.multiply(x * 0.5, 1 + self._tanh(x))

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        if not need_dx:
            return None
        x, t = self.x, self._tanh(self.x)
        du = (1 + x * x * (3 * 0.044715)) * math.sqrt(2 / math.pi)
        return np.multiply(dy, (1 + t + x * (1 - t * t) * du) * 0.5)
