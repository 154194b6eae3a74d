"""How the weights move along the slope: each optimizer sees one vector of each.

theta, grad (p,) float; lr the learning rate of this step. Definitions and defaults are PyTorch's,
so results can be compared step by step. `weight_decay` adds to the gradient (L2) everywhere but in
AdamW, which shrinks the weights on their own (decoupled; Loshchilov and Hutter 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inkgrad.nn.vectors import Array, aligned

_FLUSH_EVERY = 256  # steps
_NOTHING = 1e-25  # as a first moment moves no weight: its step is under 1e-17


class Optimizer(Protocol):
    """Steps downhill; `memory` is what it carries from step to step, for checkpoints."""

    learning_rate: float
    weight_decay: float
    steps: int

    def step(self, theta: Array, grad: Array, lr: float) -> None: ...

    @property
    def memory(self) -> dict[str, Array]: ...


@dataclass(eq=False)
class _Base:
    learning_rate: float = 0.001
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        self.steps = 0
        self.memory: dict[str, Array] = {}
        self._work: list[Array] = []

    def _vector(self, name: str, like: Array) -> Array:
        if name not in self.memory:
            self.memory[name] = aligned(like.size, like.dtype)
        return self.memory[name]

    def _scratch(self, like: Array, place: int = 0) -> Array:
        if len(self._work) <= place or self._work[place].size != like.size:
            self._work[place:] = [aligned(like.size, like.dtype)]
        return self._work[place]

    def _decayed(self, theta: Array, grad: Array) -> Array:
        """The gradient with the slope of L2 regularization added; `grad` itself is not touched."""
        if not self.weight_decay:
            return grad
        slope = np.multiply(theta, self.weight_decay, out=self._scratch(theta, 1))
        slope += grad
        return slope

    def _flush(self, moment: Array) -> None:
        """Zero what has decayed to nothing, now and then.

        A weight whose input stays black has a moment that decays into denormal numbers, on which a
        processor is ten times slower.
        """
        if self.steps % _FLUSH_EVERY == 0:
            moment[np.abs(moment) < _NOTHING] = 0


@dataclass(eq=False)
class SGD(_Base):
    """v = momentum v + g; theta -= lr v, or with Nesterov lr (g + momentum v)."""

    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        work = self._scratch(theta)
        g = self._decayed(theta, grad)
        if self.momentum:
            v = self._vector("v", theta)
            v *= self.momentum
            v += g
            self._flush(v)
            if self.nesterov:
                np.multiply(v, self.momentum, out=work)
                work += g
                g = work
            else:
                g = v
        theta -= np.multiply(g, lr, out=work)


@dataclass(eq=False)
class RMSprop(_Base):
    """s = decay s + (1 - decay) g^2; theta -= lr g / (sqrt(s) + epsilon)   (Hinton 2012)"""

    decay: float = 0.99
    epsilon: float = 1e-8

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        work = self._scratch(theta)
        g = self._decayed(theta, grad)
        s = self._vector("s", theta)
        np.multiply(g, g, out=work)
        work *= 1 - self.decay
        s *= self.decay
        s += work
        self._flush(s)
        np.sqrt(s, out=work)
        work += self.epsilon
        np.divide(g, work, out=work)
        work *= lr
        theta -= work


@dataclass(eq=False)
class Adam(_Base):
    """m, s: decaying means of g and g^2; theta -= lr m^ / (sqrt(s^) + epsilon)

    m^ and s^ are corrected for starting from zero (Kingma and Ba 2015). Here m and s are kept as
    sums, undivided by 1 / (1 - beta), which spares two passes over the weights; the constants of
    the last three lines make up for it.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def step(self, theta: Array, grad: Array, lr: float) -> None:
        self.steps += 1
        m, s = self._vector("m", theta), self._vector("s", theta)
        work = self._scratch(theta)
        g = self._slope_and_shrink(theta, grad, lr)
        m *= self.beta1
        m += g
        self._flush(m)
        np.multiply(g, g, out=work)
        s *= self.beta2
        s += work
        self._flush(s)
        first = (1 - self.beta1) / (1 - self.beta1**self.steps)  # m^ = m * first
        second = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.steps))  # sqrt(s^)
        np.sqrt(s, out=work)
        work += self.epsilon / second
        np.divide(m, work, out=work)
        work *= lr * first / second
        theta -= work

    def _slope_and_shrink(self, theta: Array, grad: Array, lr: float) -> Array:
        return self._decayed(theta, grad)


@dataclass(eq=False)
class AdamW(Adam):
    """Adam with weights that shrink on their own: theta *= 1 - lr * weight_decay first."""

    weight_decay: float = 0.01

    def _slope_and_shrink(self, theta: Array, grad: Array, lr: float) -> Array:
        if self.weight_decay:
            theta *= 1 - lr * self.weight_decay
        return grad


OPTIMIZERS: dict[str, type[_Base]] = {
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
