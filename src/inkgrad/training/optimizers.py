"""How the weights move along the gradient: each optimizer sees one vector of each.

An optimizer is a specification: frozen, comparable, good for any number of networks. Where it
stands with one of them is an `OptimizerState`, which `start()` gives.

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
from typing import ClassVar

import numpy as np

from inkgrad.errors import TrainingError, UsageError
from inkgrad.nn.network import Network
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array, aligned
from inkgrad.preconditions import require_whole


@dataclass(frozen=True)
class Optimizer:
    """What optimizers share. `moments` names the vectors that one carries from step to step."""

    learning_rate: float = 0.001
    weight_decay: float = 0.0

    moments: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in ("learning_rate", "weight_decay"):
            if not 0 <= getattr(self, name) < math.inf:
                raise UsageError(f"{name} is {getattr(self, name)}, expected at least 0")
        for name in ("momentum", "decay", "beta1", "beta2"):
            if not 0 <= getattr(self, name, 0.0) < 1:
                raise UsageError(
                    f"{name} is {getattr(self, name)}, expected at least 0 and under 1"
                )

    def start(self) -> OptimizerState:
        """A run of this optimizer, before its first step."""
        return OptimizerState(self)

    def move(self, theta: Array, grad: Array, lr: float, state: OptimizerState) -> None:
        """Move `theta` in place, once; `state.steps` counts this step, from 1."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it moves")


class OptimizerState:
    """Where one run of an optimizer stands: `steps` taken, and its moments in `memory`, by name.

    The first step binds it to weights of that size and type. Raises TrainingError for others.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.steps = 0
        self.memory: dict[str, Array] = {}
        self._bound: tuple[int, np.dtype[np.floating]] | None = None

    def __repr__(self) -> str:
        return f"OptimizerState({self.optimizer}, {self.steps:,} steps)"

    def step(self, network: Network, lr: float | None = None) -> None:
        """Move the weights of `network` along its `grad`, at `lr` or the optimizer's own rate."""
        self.move(network.theta, network.grad, lr)

    def move(self, theta: Array, grad: Array, lr: float | None = None) -> None:
        """The same for a vector and its gradient, theta and grad (p,)."""
        if self._bound != (theta.size, theta.dtype):
            self._bind(theta)
        require_whole("theta", theta, (theta.size,))
        require_whole("grad", grad, theta.shape, theta.dtype)
        self.steps += 1
        rate = self.optimizer.learning_rate if lr is None else lr
        self.optimizer.move(theta, grad, rate, self)

    def restore(self, steps: int, memory: dict[str, Array]) -> None:
        """Go on from what another state was after so many steps."""
        names = set(self.optimizer.moments) if steps else set()
        if set(memory) != names:
            raise TrainingError(
                f"moments are {', '.join(sorted(memory)) or 'none'}, "
                f"expected {', '.join(sorted(names)) or 'none'} for {type(self.optimizer).__name__}"
            )
        for vector in memory.values():
            self._bind(vector)
        self.steps, self.memory = steps, memory

    def _bind(self, theta: Array) -> None:
        """Make the moments, for weights like these; TrainingError where there are some already."""
        given = (theta.size, theta.dtype)
        if self._bound not in (None, given):
            size, dtype = self._bound or given
            raise TrainingError(
                f"this state of {type(self.optimizer).__name__} belongs to a network of {size:,} "
                f"{dtype} weights, not {theta.size:,} {theta.dtype}: "
                "each network needs its own, from optimizer.start()"
            )
        self._bound = given
        for name in self.optimizer.moments:
            self.memory.setdefault(name, aligned(theta.size, theta.dtype))


@dataclass(frozen=True)
class SGD(Optimizer):
    """v = momentum v + g; theta -= lr v, or with Nesterov lr (g + momentum v)."""

    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False

    moments: ClassVar[tuple[str, ...]] = ("v",)

    def move(self, theta: Array, grad: Array, lr: float, state: OptimizerState) -> None:
        v = state.memory["v"]
        operations().sgd(theta, grad, v, lr, self.weight_decay, self.momentum, self.nesterov)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s = decay s + (1 - decay) g^2; theta -= lr g / (sqrt(s) + epsilon)   (Hinton 2012)"""

    decay: float = 0.99
    epsilon: float = 1e-8

    moments: ClassVar[tuple[str, ...]] = ("s",)

    def move(self, theta: Array, grad: Array, lr: float, state: OptimizerState) -> None:
        s = state.memory["s"]
        operations().rmsprop(theta, grad, s, lr, self.weight_decay, self.decay, self.epsilon)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m, s: decaying means of g and g^2; theta -= lr m^ / (sqrt(s^) + epsilon)

    m^ and s^ are corrected for starting from zero (Kingma and Ba 2015).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    moments: ClassVar[tuple[str, ...]] = ("m", "s")

    def move(self, theta: Array, grad: Array, lr: float, state: OptimizerState) -> None:
        self._move(operations().adam, theta, grad, lr, state)

    def _move(
        self, rule: Callable[..., None], theta: Array, grad: Array, lr: float, state: OptimizerState
    ) -> None:
        m, s = state.memory["m"], state.memory["s"]
        settings = (self.weight_decay, self.beta1, self.beta2, self.epsilon)
        rule(theta, grad, m, s, state.steps, lr, *settings)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weights that shrink on their own: theta *= 1 - lr * weight_decay first."""

    weight_decay: float = 0.01

    def move(self, theta: Array, grad: Array, lr: float, state: OptimizerState) -> None:
        self._move(operations().adamw, theta, grad, lr, state)


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
    """A decaying mean of a network's state, which predicts better than the last step does.

    Weights and running statistics alike. `decay` is raised to its full value over the first steps
    (1 + t) / (10 + t), so that the mean does not remember the start.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.state = network.state()
        self.decay = decay

    def update(self, network: Network, steps: int) -> None:
        """Take in the state after step number `steps`."""
        keep = min(self.decay, (1 + steps) / (10 + steps))
        state = self.state
        for mean, now in ((state.theta, network.theta), (state.running, network.running)):
            change = now - mean
            change *= 1 - keep
            mean += change
