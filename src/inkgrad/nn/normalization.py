"""Batch normalization: every channel brought to mean 0 and variance 1, then scaled and shifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inkgrad.nn.layers import Layer
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array, Shape
from inkgrad.preconditions import require


@dataclass(eq=False)
class BatchNorm(Layer):
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta      (Ioffe and Szegedy 2015)

    x, y (n, c) or (n, h, w, c)  gamma, beta, mean, variance (c,)

    `forward` takes mean and variance of the batch, over all but the last axis, and notes them;
    calling takes the running ones, which training moves towards what was noted. Plain twins:
    `plain.batch_norm` and `plain.batch_norm_backward`.
    """

    epsilon: float = 1e-5

    gamma: ClassVar[Array]
    beta: ClassVar[Array]
    dgamma: ClassVar[Array]
    dbeta: ClassVar[Array]
    mean: ClassVar[Array]
    variance: ClassVar[Array]
    noted_mean: ClassVar[Array]
    noted_variance: ClassVar[Array]

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        return {"gamma": inputs[-1:], "beta": inputs[-1:]}, inputs

    def statistics(self, inputs: Shape) -> dict[str, Shape]:
        return {"mean": inputs[-1:], "variance": inputs[-1:]}

    def initial(self, name: str, shape: Shape, rng: np.random.Generator) -> Array | float:
        return 1.0 if name in ("gamma", "variance") else 0.0

    def rescaling(self) -> tuple[Array, Array]:
        """Scale and shift (c,) that do the same in prediction: y = x * scale + shift."""
        scale = self.gamma / np.sqrt(self.variance + self.epsilon)
        return scale, self.beta - self.mean * scale

    def __call__(self, x: Array) -> Array:
        scale, shift = self.rescaling()
        y = x * scale
        y += shift
        return y

    def forward(self, x: Array) -> Array:
        require("gamma", self.gamma, (x.shape[-1],))
        self.x = x
        y, self.noted_mean[...], self.noted_variance[...] = operations().batch_norm(
            x, self.gamma, self.beta, self.epsilon
        )
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        require("dy", dy, self.x.shape)
        dx, self.dgamma[...], self.dbeta[...] = operations().batch_norm_backward(
            self.x, dy, self.gamma, self.epsilon, self.noted_mean, self.noted_variance
        )
        return dx if need_dx else None
