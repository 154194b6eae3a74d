"""7. Adam and its relatives: momentum, and Adam with its corrections."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

HINTS = (
    "Momentum: velocity = beta * velocity + gradient; theta - lr * velocity.",
    "m is a mean of gradients, v of their squares: beta * old + (1 - beta) * new.",
    "Both begin at 0, so they are too small at first: m / (1 - beta1 ** t), v / (1 - beta2 ** t).",
    "The epsilon stands outside the root: sqrt(v_hat) + epsilon.",
)
_LR, _BETA1, _BETA2, _EPSILON = 0.1, 0.9, 0.999, 1e-8


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    momentum = function(learner, "momentum_step")
    theta, velocity, gradient = np.array([1.0, -2.0]), np.array([0.5, 0.0]), np.array([2.0, 4.0])
    new_theta, new_velocity = _pair(momentum(theta, gradient, velocity, 0.1, 0.9), 2)
    mixed = 0.9 * velocity + gradient
    same(
        "velocity",
        new_velocity,
        mixed,
        [
            KnownMistake("no momentum", gradient, "the old velocity is kept: beta times it"),
            KnownMistake(
                "a mean in place of a sum",
                0.9 * velocity + 0.1 * gradient,
                "that is a mean, as Adam takes it; momentum adds the whole gradient",
            ),
        ],
    )
    same(
        "theta",
        new_theta,
        theta - 0.1 * mixed,
        [
            KnownMistake(
                "uphill", theta + 0.1 * mixed, "this goes up: minus the rate times the velocity"
            ),
            KnownMistake(
                "plain descent", theta - 0.1 * gradient, "this steps by the gradient alone"
            ),
        ],
    )
    _adam(learner)


def _adam(learner: ModuleType) -> None:
    step, rng = function(learner, "adam_step"), np.random.default_rng(5)
    theta, m, v = np.array([1.0, -1.0, 0.5]), np.zeros(3), np.zeros(3)
    mine = [theta, m, v]
    for t in range(1, 4):
        gradient = rng.normal(size=3) * np.array([1.0, 100.0, 1e-3])
        found = _pair(step(*mine, gradient, t, _LR), 3)
        first, second = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        same(
            "m",
            found[1],
            first,
            [
                KnownMistake(
                    "the sum", 0.9 * m + gradient, "m is a mean: (1 - beta1) times the gradient"
                ),
                KnownMistake(
                    "the betas exchanged",
                    0.999 * m + 0.001 * gradient,
                    "m goes by beta1 (0.9), v by beta2 (0.999)",
                ),
            ],
        )
        same(
            "v",
            found[2],
            second,
            [
                KnownMistake("not squared", 0.999 * v + 0.001 * gradient, "v is a mean of squares"),
                KnownMistake(
                    "the betas exchanged",
                    0.9 * v + 0.1 * gradient**2,
                    "m goes by beta1 (0.9), v by beta2 (0.999)",
                ),
            ],
        )
        right, known = _moved(theta, first, second, t)
        same("theta", found[0], right, known)
        theta, m, v = right, first, second
        mine = [theta.copy(), m.copy(), v.copy()]


def _moved(theta: Any, m: Any, v: Any, t: int) -> tuple[Any, list[KnownMistake]]:
    """Where a step of Adam leads, and where it would with known mistakes."""
    m_hat, v_hat = m / (1 - _BETA1**t), v / (1 - _BETA2**t)
    right = theta - _LR * m_hat / (np.sqrt(v_hat) + _EPSILON)
    plain = theta - _LR * m / (np.sqrt(v) + _EPSILON)
    late = theta - _LR * (m / (1 - _BETA1 ** (t + 1))) / (
        np.sqrt(v / (1 - _BETA2 ** (t + 1))) + _EPSILON
    )
    return right, [
        KnownMistake(
            "no correction",
            plain,
            "m and v begin at 0 and are too small at first: divide them by 1 - beta ** t",
        ),
        KnownMistake("steps counted wrongly", late, "t is 1 in the first step: use it as it is"),
        KnownMistake(
            "no root", theta - _LR * m_hat / (v_hat + _EPSILON), "the root of v is missing"
        ),
        KnownMistake("uphill", 2 * theta - right, "this goes up: minus the rate times the step"),
    ]


def _pair(result: Any, count: int) -> list[np.ndarray]:
    if not isinstance(result, tuple) or len(result) != count:
        raise Wrong(f"expected {count} arrays to be returned, as the text says, in that order")
    return [np.asarray(each, np.float64) for each in result]
