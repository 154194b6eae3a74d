"""8. The training loop: an epoch of steps."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same
from inkgrad.nn.vectors import Array

HINTS = (
    "for first in range(0, len(order), batch): places = order[first : first + batch]",
    "The last batch may be smaller: slices end by themselves.",
    "Train: pixels / 255, W from small normal numbers, then 20 epochs of your `epoch`'s loop with "
    "the gradients x.T @ dz and dz.sum(axis=0) of exercise 5, at a rate of 0.1 to 1.",
    "Each step takes the gradient of its own batch alone: begin anew, don't add to the last one.",
)
_LR, _BATCH = 0.5, 4
_CLASSES, _ENOUGH, _TURNED, _GUESSED = 5, 0.9, 0.6, 0.5
_ONE_ANSWER, _MOVED = 0.6, 0.1


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    _epoch_of(learner)
    _training(learner)


def _training(learner: ModuleType) -> None:
    """What a training made is judged by its symptoms."""
    x, labels, new, wanted = _blobs()
    result = function(learner, "train")(x, labels, _CLASSES, np.random.default_rng(0))
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong("train gives two arrays: W and b")
    weights, biases = (np.asarray(each, np.float64) for each in result)
    if weights.shape != (x.shape[1], _CLASSES) or biases.shape != (_CLASSES,):
        raise Wrong(f"W has shape {weights.shape} and b {biases.shape}, expected (36, 5) and (5,)")
    if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
        raise Wrong(
            "the weights are nan: they grew until exp overflowed. Scale the pixels, subtract the "
            "maximum in softmax, or take a smaller rate; whoever goes on after that is right by "
            "chance only, 9.8 % on MNIST",
            "it learned, and then fell apart",
        )
    right = _right(weights, biases, new, wanted)
    if right < _ENOUGH:
        raise _symptom(weights, biases, new, wanted)


def _right(weights: Array, biases: Array, pixels: Array, wanted: Array) -> float:
    """The part that is read right."""
    return float(np.mean((pixels / 255 @ weights + biases).argmax(axis=1) == wanted))


def _symptom(weights: Array, biases: Array, new: Array, wanted: Array) -> Wrong:
    """What is wrong with a training that reads too little, by what would mend it."""
    right = _right(weights, biases, new, wanted)
    answers = (new / 255 @ weights + biases).argmax(axis=1)
    commonest = float(np.bincount(answers, minlength=_CLASSES).max() / len(answers))
    if float(np.abs(weights).max()) < _MOVED:
        return Wrong(
            f"no weight is larger than {_MOVED}: the rate is too small, or the epochs too few "
            f"({100 * right:.0f} % right)",
            "never started",
        )
    if _right(-weights, -biases, new, wanted) > _TURNED:
        return Wrong("with the signs of W and b turned it reads well: minus the gradient", "uphill")
    if _right(weights, biases, new * 255.0, wanted) > _ENOUGH:
        return Wrong(
            "it reads pixels from 0 to 255 well, and none from 0 to 1: divide by 255 first",
            "pixels not scaled",
        )
    if commonest > _ONE_ANSWER:
        return Wrong(
            f"{100 * commonest:.0f} % of the answers are one class: was it trained on batches of "
            "one class (shuffle), or on pixels that were not divided by 255?",
            "the same answer for every input",
        )
    what = f"it reads {100 * right:.0f} % of new samples right, expected 90 % at least"
    if right < _GUESSED:
        return Wrong(
            f"{what}: that is guessing. Do images keep their labels when they are shuffled?",
            "images without labels",
        )
    return Wrong(what)


def _blobs() -> list[np.ndarray]:
    """Images of 6 x 6 pixels of five classes, sorted by label; and others, to measure by."""
    rng = np.random.default_rng(10)
    middles = rng.integers(0, 2, (_CLASSES, 36)) * 150
    parts: list[np.ndarray] = []
    for count in (60, 40):
        labels = np.repeat(np.arange(_CLASSES), count)
        noise = rng.normal(40, 60, (len(labels), 36))
        parts += [(middles[labels] + noise).clip(0, 255).astype(np.uint8), labels]
    return parts


def _epoch_of(learner: ModuleType) -> None:
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
