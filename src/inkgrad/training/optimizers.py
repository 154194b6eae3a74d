"""How the weights move along the gradient: each optimizer sees one vector of each.

theta, grad (p,) float; lr the learning rate of this step. Definitions and defaults are PyTorch's,
so results can be compared step by step. `weight_decay` adds to the gradient (L2) everywhere but in
AdamW, which shrinks the weights on their own (decoupled; Loshchilov and Hutter 2019).

Each rule is an operation: a compiled loop over the weights, one pass over memory in place of ten,
or its plain twin, `plain.sgd` and so on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array, aligned


@dataclass(eq=False)
class Optimizer:
    """What optimizers share; `memory` is what one carries from step to step, for checkpoints."""

    learning_rate: float = 0.001
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        self.steps = 0
        self.memory: dict[str, Array] = {}

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        """Move `theta` in place, once."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it moves")

    def _vector(self, name: str, like: Array) -> Array:
        if name not in self.memory:
            self.memory[name] = aligned(like.size, like.dtype)
        return self.memory[name]


@dataclass(eq=False)
class SGD(Optimizer):
    """v = momentum v + g; theta -= lr v, or with Nesterov lr (g + momentum v)."""

    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        v = self._vector("v", theta)
        operations().sgd(theta, grad, v, lr, self.weight_decay, self.momentum, self.nesterov)


@dataclass(eq=False)
class RMSprop(Optimizer):
    """s = decay s + (1 - decay) g^2; theta -= lr g / (sqrt(s) + epsilon)   (Hinton 2012)"""

    decay: float = 0.99
    epsilon: float = 1e-8

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        s = self._vector("s", theta)
        operations().rmsprop(theta, grad, s, lr, self.weight_decay, self.decay, self.epsilon)


@dataclass(eq=False)
class Adam(Optimizer):
    """m, s: decaying means of g and g^2; theta -= lr m^ / (sqrt(s^) + epsilon)

    m^ and s^ are corrected for starting from zero (Kingma and Ba 2015).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self._move(operations().adam, theta, grad, lr)

    def _move(self, rule: Callable[..., None], theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        m, s = self._vector("m", theta), self._vector("s", theta)
        settings = (self.weight_decay, self.beta1, self.beta2, self.epsilon)
        rule(theta, grad, m, s, self.steps, lr, *settings)


@dataclass(eq=False)
class AdamW(Adam):
    """Adam with weights that shrink on their own: theta *= 1 - lr * weight_decay first."""

    weight_decay: float = 0.01

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self._move(operations().adamw, theta, grad, lr)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}


def clip_by_norm(grad: Array, largest: float) -> float:
    """Scale `grad` in place so that its Euclidean norm is at most `largest`; the norm it had."""
    norm = math.sqrt(float(np.dot(grad, grad)))
    if norm > largest:
        grad *= largest / norm
    return norm


class MovingAverage:
    """A decaying mean of the weights, which predicts better than the last step does.

    `decay` is raised to its full value over the first steps (1 + t) / (10 + t), so that the mean
    does not remember the start.
    """

    def __init__(self, theta: Array, decay: float) -> None:
        self.theta = theta.copy()
        self.decay = decay
        self._work = np.empty_like(theta)

    def update(self, theta: Array, steps: int) -> None:
        """Take in the weights after step number `steps`."""
        keep = min(self.decay, (1 + steps) / (10 + steps))
        np.subtract(theta, self.theta, out=self._work)
        self._work *= 1 - keep
        self.theta += self._work
