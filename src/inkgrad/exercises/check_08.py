"""8. The training loop: an epoch of steps."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "for first in range(0, len(order), batch): places = order[first : first + batch]",
    "The last batch may be smaller: slices end by themselves.",
    "Each step takes the gradient of its own batch alone: begin anew, don't add to the last one.",
)
_LR, _BATCH = 0.5, 4


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(10, 3)), rng.normal(size=10)
    order, theta = rng.permutation(10), np.zeros(3)

    def gradient(theta: Any, x: Any, y: Any) -> Any:
        return 2 * x.T @ (x @ theta - y) / len(x)

    found = function(learner, "epoch")(theta, x, y, order, _BATCH, gradient, _LR)
    same(
        "theta after an epoch",
        found,
        _epoch(theta, x, y, order, gradient),
        [
            KnownMistake(
                "not shuffled",
                _epoch(theta, x, y, np.arange(10), gradient),
                "samples were taken as they lie: by `order`, which is shuffled for every epoch",
            ),
            KnownMistake(
                "images without labels",
                _epoch(theta, x[order], y, np.arange(10), gradient),
                "x goes by `order` and y does not: each image gets another's label",
            ),
            KnownMistake(
                "the last batch lost",
                _epoch(theta, x, y, order[:8], gradient),
                "the last, smaller batch was left out: 2 of 10 samples are never seen",
            ),
            KnownMistake(
                "one step",
                theta - _LR * gradient(theta, x[order], y[order]),
                "this is one step with all samples: one for each batch",
            ),
            KnownMistake(
                "gradients that pile up",
                _piled(theta, x, y, order, gradient),
                "gradients of earlier batches are added to each step: begin anew for every batch",
            ),
            KnownMistake(
                "always from the start",
                _parallel(theta, x, y, order, gradient),
                "each batch's gradient was taken at the old theta: at the newest",
            ),
            KnownMistake(
                "uphill", _epoch(theta, x, y, order, gradient, -_LR), "this goes up: minus lr"
            ),
        ],
    )


Gradient = Callable[[Any, Any, Any], Any]


def _batches(order: Any) -> list[Any]:
    return [order[i : i + _BATCH] for i in range(0, len(order), _BATCH)]


def _epoch(theta: Any, x: Any, y: Any, order: Any, gradient: Gradient, lr: float = _LR) -> Any:
    for places in _batches(order):
        theta = theta - lr * gradient(theta, x[places], y[places])
    return theta


def _piled(theta: Any, x: Any, y: Any, order: Any, gradient: Gradient) -> Any:
    total = np.zeros_like(theta)
    for places in _batches(order):
        total = total + gradient(theta, x[places], y[places])
        theta = theta - _LR * total
    return theta


def _parallel(theta: Any, x: Any, y: Any, order: Any, gradient: Gradient) -> Any:
    return theta - _LR * sum(gradient(theta, x[p], y[p]) for p in _batches(order))
