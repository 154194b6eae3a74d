"""How wrong an answer is, and the gradient of that: where backpropagation starts.

A loss takes logits and labels, and returns the mean over the samples it is given and its
gradient. The losses here can also be told that they are given a part of a batch: `takes_parts`
marks them, and training weighs the parts of all others itself. With `weights` a mean is a weighted
one: the sum of weight times loss, divided by the sum of the weights, so that a sample of weight 2
counts as two of them and one of weight 0 as none.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn import plain
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array
from inkgrad.preconditions import require

Loss = Callable[[Array, Array], tuple[float, Array]]
_Marked = TypeVar("_Marked", bound=Callable[..., Any])
_taking_parts: list[Callable[..., Any]] = []


def takes_parts(loss: _Marked) -> _Marked:
    """Marks a loss with `smoothing` and `samples`, which honours both; `weights` are up to it."""
    _taking_parts.append(loss)
    return loss


def can_take_parts(loss: Loss) -> bool:
    """Whether a loss is marked so."""
    return any(loss is each for each in _taking_parts)


def can_take_weights(loss: Loss) -> bool:
    """Whether a loss is marked so, and has `weights` too."""
    return can_take_parts(loss) and "weights" in signature(loss).parameters


def softmax(logits: Array, temperature: float = 1.0) -> Array:
    """Probabilities (n, k) from logits (n, k): exp(z / T) / sum, with the maximum taken off first.

    A temperature over 1 makes them more cautious, under 1 more certain; the ranking stays.
    """
    scaled = logits if temperature == 1 else logits / temperature
    p: Array = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p


@takes_parts
def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    smoothing: float = 0.0,
    samples: float | None = None,
    weights: Array | None = None,
) -> tuple[float, Array]:
    """The mean cross-entropy in nats, and its gradient `dlogits` (n, k).

    logits (n, k); labels (n,) integers in 0..k-1. Computed from the logits: -log softmax[label] is
    log sum exp(z) - z[label], which neither overflows nor takes the log of zero.

    `smoothing` e makes the target 1 - e + e/k for the label and e/k elsewhere (Szegedy 2016).
    `weights` (n,) are what each sample counts. `samples` is what sums are divided by: n, or the sum
    of the weights, unless these rows are a block of a larger batch.
    Raises ShapeError for labels that are not such integers. Plain twin:
    `plain.softmax_cross_entropy`.
    """
    rows, k = logits.shape
    _require_labels(labels, rows, k)
    if weights is not None:
        require("weights", weights, (rows,))
    if operations() is plain:
        return plain.softmax_cross_entropy(logits, labels, smoothing, samples, weights)
    if weights is not None:
        return _weighted(logits, labels, smoothing, samples, weights)
    n = samples or rows
    label_at = np.arange(0, rows * k, k) + labels
    z = logits - np.maximum.reduce(logits, axis=1, keepdims=True)
    p = np.exp(z)
    total = np.add.reduce(p, axis=1, keepdims=True)
    at_label = float(np.add.reduce(z.take(label_at)))
    loss = float(np.add.reduce(np.log(total), axis=None)) - (1 - smoothing) * at_label
    total *= n
    p /= total
    p.reshape(-1)[label_at] -= (1 - smoothing) / n
    if smoothing:
        loss -= smoothing * float(z.sum()) / k
        p -= smoothing / (k * n)
    return loss / n, p


def _weighted(
    logits: Array, labels: Array, smoothing: float, samples: float | None, weights: Array
) -> tuple[float, Array]:
    """The same where samples count differently: in a path of its own, that costs others nothing."""
    rows, k = logits.shape
    share = divided(weights, samples)
    label_at = np.arange(0, rows * k, k) + labels
    z = logits - np.maximum.reduce(logits, axis=1, keepdims=True)
    p = np.exp(z)
    total = np.add.reduce(p, axis=1, keepdims=True)
    losses = np.log(total[:, 0]) - (1 - smoothing) * z.take(label_at)
    p /= total
    p.reshape(-1)[label_at] -= 1 - smoothing
    if smoothing:
        losses -= smoothing * z.mean(axis=1)
        p -= smoothing / k
    p *= share.astype(p.dtype)[:, np.newaxis]
    return float(share @ losses), p


def divided(weights: Array, samples: float | None) -> Array:
    """The part (n,) of a mean that is each sample's: weights by their sum, or by `samples`."""
    total = float(weights.sum()) if samples is None else samples
    return weights / total if total else np.zeros(weights.shape)


def _require_labels(labels: Array, rows: int, k: int) -> None:
    if labels.dtype.kind not in "iu":
        raise ShapeError(f"labels: {labels.dtype}, expected integers in 0..{k - 1}")
    require("labels", labels, (rows,))
    # A negative number is a very large one without its sign: one pass looks at both ends.
    if rows and np.maximum.reduce(labels.astype(np.uintp, copy=False)) >= k:
        bad = int(labels.min() if labels.min() < 0 else labels.max())
        raise ShapeError(f"labels: {bad} is no class, expected 0..{k - 1}")


def count_right(logits: Array, labels: Array) -> int:
    """How many samples have their label as the likeliest class."""
    return int(np.count_nonzero(logits.argmax(axis=1) == labels))


@takes_parts
def open_cross_entropy(
    logits: Array,
    labels: Array,
    smoothing: float = 0.0,
    samples: float | None = None,
    weights: Array | None = None,
) -> tuple[float, Array]:
    """As `softmax_cross_entropy`, but a label of -1 stands for what belongs to no class.

    Its target is the same probability for all classes: a network that learns from such samples is
    in doubt about others like them (outlier exposure; Hendrycks 2019).
    """
    if weights is not None:
        require("weights", weights, (len(logits),))
    n = samples or (len(logits) if weights is None else float(weights.sum()))
    known = labels >= 0
    loss, dlogits = 0.0, np.empty_like(logits)
    for rows, part in ((known, smoothing), (~known, 1.0)):
        if rows.any():
            of_class = np.maximum(labels[rows], 0)
            each = None if weights is None else weights[rows]
            value, dlogits[rows] = softmax_cross_entropy(logits[rows], of_class, part, n, each)
            loss += value
    return loss, dlogits
