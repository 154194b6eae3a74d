"""The rules of the optimizers, one pass over the weights each."""

from __future__ import annotations

import numpy as np

from inkgrad.compiled import compiled
from inkgrad.kernels.arrays import Array


@compiled
def _kept(moment: float) -> float:
    """A moment, or zero for one that has decayed to nothing.

    A weight whose input stays black has a moment that decays into denormal numbers, on which a
    processor is ten times slower: Adam's step took 1.9 ms in place of 0.3. What is dropped here
    moves no weight.
    """
    return moment if abs(moment) > 1e-30 else moment * 0


@compiled
def sgd(
    theta: Array, grad: Array, v: Array, rate: float, decay: float, momentum: float, ahead: float
) -> None:
    for i in range(theta.size):
        g = grad[i] + decay * theta[i]
        v[i] = _kept(momentum * v[i] + g)
        theta[i] -= rate * (g + ahead * v[i] if ahead else v[i])


@compiled
def rmsprop(
    theta: Array,
    grad: Array,
    s: Array,
    rate: float,
    weight_decay: float,
    decay: float,
    epsilon: float,
) -> None:
    for i in range(theta.size):
        g = grad[i] + weight_decay * theta[i]
        s[i] = _kept(decay * s[i] + (1 - decay) * g * g)
        theta[i] -= rate * g / (np.sqrt(s[i]) + epsilon)


@compiled
def adam(
    theta: Array,
    grad: Array,
    m: Array,
    s: Array,
    beta1: float,
    beta2: float,
    rate: float,
    epsilon: float,
    l2: float,
    shrink: float,
) -> None:
    for i in range(theta.size):
        g = grad[i] + l2 * theta[i]
        m[i] = _kept(beta1 * m[i] + (1 - beta1) * g)
        s[i] = _kept(beta2 * s[i] + (1 - beta2) * g * g)
        theta[i] = shrink * theta[i] - rate * m[i] / (np.sqrt(s[i]) + epsilon)
