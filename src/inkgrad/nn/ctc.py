"""Connectionist temporal classification: a loss for strings whose places are not known.

Graves 2006, "Connectionist temporal classification: labelling unsegmented sequence data with
recurrent neural networks". A reader gives a distribution over classes, and over the blank, for
every column. A path of one class a column stands for the string that is left when repeats are
merged and blanks dropped. The probability of a string is the sum over all its paths; the loss is
minus its logarithm. The blank is the last class. All sums are of logarithms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ShapeError
from inkgrad.kernels import ctc
from inkgrad.nn.losses import divided, takes_parts
from inkgrad.nn.operations import operations
from inkgrad.nn.vectors import Array
from inkgrad.preconditions import require, require_classes

Strings = NDArray[np.integer]
"""Labels (n, l), each row a string of classes, filled up with -1."""


@takes_parts
def ctc_loss(
    logits: Array,
    labels: Strings,
    smoothing: float = 0.0,
    samples: float | None = None,
    weights: Array | None = None,
) -> tuple[float, Array]:
    """The mean of -log p(string) in nats, and its gradient `dlogits` (n, t, k).

    logits (n, t, k) with the blank last; labels (n, l), strings. `weights` (n,) are
    what each string counts. `samples` is what sums are divided by: n, or the sum of the weights,
    unless these rows are a block of a larger batch. `smoothing` e adds e times the mean
    negative log probability of all classes and columns, which keeps a reader from being too sure. A
    string that has no path, being longer than the columns allow, adds nothing. Plain twin of the
    sums over alignments: `plain_ctc.ctc`. Raises ShapeError for labels that are no such strings.
    """
    require("logits", logits, (None, None, None))
    if not logits.shape[1]:
        raise ShapeError(f"logits have shape {logits.shape}, expected at least 1 column")
    require("labels", labels, (len(logits), None))
    require_classes("labels", labels, logits.shape[2] - 1, lowest=-1)
    if weights is not None:
        require("weights", weights, (len(logits),))
        return _weighted(logits, labels, smoothing, divided(weights, samples))
    n = samples or len(logits)
    log_p = log_softmax(logits)
    losses, dlogits = operations().ctc(log_p, labels)
    loss = (1 - smoothing) * float(losses.sum())
    dlogits *= (1 - smoothing) / n
    if smoothing:
        t, k = logits.shape[1:]
        loss -= smoothing * float(log_p.sum()) / (t * k)
        dlogits += (np.exp(log_p) - 1 / k) * (smoothing / (n * t))
    return loss / n, dlogits


def _weighted(
    logits: Array, labels: Strings, smoothing: float, share: Array
) -> tuple[float, Array]:
    """The same where each string has its share (n,) of the mean."""
    log_p = log_softmax(logits)
    losses, dlogits = operations().ctc(log_p, labels)
    losses, dlogits = (1 - smoothing) * losses, (1 - smoothing) * dlogits
    if smoothing:
        t, k = logits.shape[1:]
        losses -= smoothing * log_p.mean(axis=(1, 2))
        dlogits += (np.exp(log_p) - 1 / k) * (smoothing / t)
    dlogits *= share.astype(dlogits.dtype)[:, np.newaxis, np.newaxis]
    return float(share @ losses), dlogits


def log_softmax(logits: Array) -> Array:
    """The logarithms of the probabilities over the last axis."""
    z = logits - logits.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def greedy(logits: Array) -> Strings:
    """The string of the likeliest path of each sample (n, t), filled up with -1."""
    n, t, k = logits.shape
    strings = np.full((n, t), -1)
    for row, path in enumerate(logits.argmax(axis=2)):
        fresh = path[np.flatnonzero(np.diff(path, prepend=-1))]
        string = fresh[fresh < k - 1]
        strings[row, : len(string)] = string
    return strings


def count_read(logits: Array, strings: Strings) -> int:
    """How many samples the likeliest path reads exactly."""
    read = greedy(logits)
    wide = max(read.shape[1], strings.shape[1])
    first, second = (
        np.pad(array, ((0, 0), (0, wide - array.shape[1])), constant_values=-1)
        for array in (read, strings)
    )
    return int(np.count_nonzero((first == second).all(axis=1)))


def log_probability(log_p: Array, string: Strings) -> float:
    """log p(string) for one sample: log_p (t, k), string (l,) of classes in 0..k-2."""
    require("log_p", log_p, (None, None))
    require("the string", string, (None,))
    require_classes("the string", string, log_p.shape[1] - 1)
    if not len(log_p):
        raise ShapeError("log_p has no columns, expected at least 1")
    return ctc.log_probability(log_p, string)
