"""Is the backward pass the gradient of the loss? Asked of finite differences, in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array

Loss = Callable[[Array, Array], tuple[float, Array]]


def gradient_error(
    network: Network, x: Array, labels: Array, loss: Loss, step: float = 1e-6, reseed: int = 0
) -> float:
    """The largest difference between `grad` and central differences, relative to its size.

    `network` must be of dtype float64. Every parameter is moved by `step` both ways; dropout draws
    the same mask each time, from `reseed`. About 1e-8 is right, 1e-3 is a mistake.
    """

    def value() -> float:
        network.draw_from(np.random.default_rng(reseed))
        return loss(network.forward(x), labels)[0]

    network.draw_from(np.random.default_rng(reseed))
    network.backward(loss(network.forward(x), labels)[1])
    expected = np.empty_like(network.theta)
    for i, kept in enumerate(network.theta.copy()):
        network.theta[i] = kept + step
        above = value()
        network.theta[i] = kept - step
        expected[i] = (above - value()) / (2 * step)
        network.theta[i] = kept
    scale = np.maximum(np.maximum(np.abs(expected), np.abs(network.grad)), 1e-3)
    return float((np.abs(expected - network.grad) / scale).max())
