"""Is the backward pass the gradient of the loss? Asked of finite differences, in float64."""

from __future__ import annotations

import numpy as np

from inkgrad.errors import UsageError
from inkgrad.nn.losses import Loss
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array


def gradient_error(
    network: Network, x: Array, labels: Array, loss: Loss, step: float = 1e-6, reseed: int = 0
) -> float:
    """The largest difference between `grad` and central differences, relative to its size.

    `network` must be of dtype float64, or a UsageError is raised: in float32 a difference of losses
    is mostly rounding. Every parameter is moved by `step` both ways; dropout draws the same mask
    each time, from `reseed`. About 1e-8 is right, 1e-3 is a mistake.
    """
    if network.theta.dtype != np.float64:
        raise UsageError(
            f"gradient_error got a network of {network.theta.dtype}, whose losses are too coarse "
            "for differences, expected float64: Network(..., dtype=np.float64)"
        )

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
