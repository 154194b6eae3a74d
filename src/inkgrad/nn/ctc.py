"""Connectionist temporal classification: a loss for strings whose places are not known.

Graves 2006, "Connectionist temporal classification: labelling unsegmented sequence data with
recurrent neural networks". A reader gives a distribution over classes, and over the blank, for
every column. A path of one class a column stands for the string that is left when repeats are
merged and blanks dropped. The probability of a string is the sum over all its paths; the loss is
minus its logarithm. The blank is the last class. All sums are of logarithms.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inkgrad.compiled import compiled
from inkgrad.errors import ShapeError
from inkgrad.nn.losses import takes_parts
from inkgrad.nn.vectors import Array
from inkgrad.preconditions import require, require_classes

Strings = NDArray[np.integer]
"""Labels (n, l), each row a string of classes, filled up with -1."""


@takes_parts
def ctc_loss(
    logits: Array, labels: Strings, smoothing: float = 0.0, samples: int | None = None
) -> tuple[float, Array]:
    """The mean of -log p(string) in nats, and its slope `dlogits` (n, t, k).

    logits (n, t, k) with the blank last; labels (n, l), strings. `samples` is what sums are divided
    by: n, unless these rows are a block of a larger batch. `smoothing` e adds e times the mean
    negative log probability of all classes and columns, which keeps a reader from being too sure. A
    string that has no path, being longer than the columns allow, adds nothing. Raises ShapeError
    for labels that are no such strings.
    """
    require("logits", logits, (None, None, None))
    if not logits.shape[1]:
        raise ShapeError(f"logits have shape {logits.shape}, expected at least 1 column")
    require("labels", labels, (len(logits), None))
    require_classes("labels", labels, logits.shape[2] - 1, lowest=-1)
    n = samples or len(logits)
    log_p = log_softmax(logits)
    losses, dlogits = np.empty(len(logits), logits.dtype), np.empty_like(logits)
    _ctc(log_p, np.asarray(labels, np.int64), losses, dlogits)
    loss = (1 - smoothing) * float(losses.sum())
    dlogits *= (1 - smoothing) / n
    if smoothing:
        t, k = logits.shape[1:]
        loss -= smoothing * float(log_p.sum()) / (t * k)
        dlogits += (np.exp(log_p) - 1 / k) * (smoothing / (n * t))
    return loss / n, dlogits


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


@compiled
def _add_logs(a: float, b: float) -> float:
    """log(exp(a) + exp(b))"""
    high, low = max(a, b), min(a, b)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


@compiled
def _ctc(log_p: Array, strings: Strings, losses: Array, dlogits: Array) -> None:
    """For each sample -log p(string), and p - (posterior of each class in each column)."""
    n, t, k = log_p.shape
    for row in range(n):
        length = 0
        while length < strings.shape[1] and strings[row, length] >= 0:
            length += 1
        states = 2 * length + 1  # blank, first, blank, second, ..., blank
        wanted = np.full(states, k - 1)
        for i in range(length):
            wanted[2 * i + 1] = strings[row, i]
        forward, backward = _forward(log_p[row], wanted), _backward(log_p[row], wanted)
        total = forward[t - 1, states - 1]
        if states > 1:
            total = _add_logs(total, forward[t - 1, states - 2])
        if total == -math.inf:
            losses[row] = 0
            dlogits[row] = 0
            continue
        losses[row] = -total
        for column in range(t):
            for c in range(k):
                dlogits[row, column, c] = math.exp(log_p[row, column, c])
            for s in range(states):
                both = forward[column, s] + backward[column, s] - total
                if both > -80:
                    dlogits[row, column, wanted[s]] -= math.exp(both)


@compiled
def _forward(log_p: Array, wanted: Strings) -> Array:
    """log of the sum over paths that end in state s at a column, that column included."""
    t, k = log_p.shape
    states = len(wanted)
    found = np.full((t, states), -math.inf)
    found[0, 0] = log_p[0, wanted[0]]
    if states > 1:
        found[0, 1] = log_p[0, wanted[1]]
    for column in range(1, t):
        for s in range(states):
            total = found[column - 1, s]
            if s >= 1:
                total = _add_logs(total, found[column - 1, s - 1])
            if s >= 2 and wanted[s] != k - 1 and wanted[s] != wanted[s - 2]:
                total = _add_logs(total, found[column - 1, s - 2])
            found[column, s] = total + log_p[column, wanted[s]]
    return found


@compiled
def _backward(log_p: Array, wanted: Strings) -> Array:
    """log of the sum over the rest of the paths from state s at a column, that column left out."""
    t, k = log_p.shape
    states = len(wanted)
    found = np.full((t, states), -math.inf)
    found[t - 1, max(0, states - 2) :] = 0
    for column in range(t - 2, -1, -1):
        for s in range(states):
            total = found[column + 1, s] + log_p[column + 1, wanted[s]]
            if s + 1 < states:
                ahead = found[column + 1, s + 1] + log_p[column + 1, wanted[s + 1]]
                total = _add_logs(total, ahead)
            if s + 2 < states and wanted[s + 2] != k - 1 and wanted[s + 2] != wanted[s]:
                ahead = found[column + 1, s + 2] + log_p[column + 1, wanted[s + 2]]
                total = _add_logs(total, ahead)
            found[column, s] = total
    return found


def log_probability(log_p: Array, string: Strings) -> float:
    """log p(string) for one sample: log_p (t, k), string (l,) of classes in 0..k-2."""
    require("log_p", log_p, (None, None))
    require("the string", string, (None,))
    require_classes("the string", string, log_p.shape[1] - 1)
    if not len(log_p):
        raise ShapeError("log_p has no columns, expected at least 1")
    return _log_probability(log_p, string)


@compiled
def _log_probability(log_p: Array, string: Strings) -> float:
    k = log_p.shape[1]
    wanted = np.full(2 * len(string) + 1, k - 1)
    for i in range(len(string)):
        wanted[2 * i + 1] = string[i]
    ends = _forward(log_p, wanted)[-1]
    return _add_logs(ends[-1], ends[-2]) if len(ends) > 1 else ends[-1]
