"""The sum over all alignments of a string with columns (see `nn.ctc`).

16 lines of 64 columns and 12 characters: 1.3 ms; loops in Python 0.6 s (docs/decisions/0012). Plain
twin: `nn.plain_ctc.ctc`.
"""

from __future__ import annotations

import math

import numpy as np

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.compiled import compiled


def ctc(log_p: Array, labels: Array) -> tuple[Array, Array]:
    """For each sample -log p(string), and its gradient by the logits that log_p comes from.

    log_p (n, t, k) with the blank last; labels (n, l), strings filled up with -1; losses (n,),
    dlogits (n, t, k). A string that has no path has a loss and a gradient of 0.
    """
    losses, dlogits = np.empty(len(log_p), log_p.dtype), np.empty_like(log_p)
    _all_alignments(log_p, np.asarray(labels, np.int64), losses, dlogits)
    return losses, dlogits


@compiled
def _add_logs(a: float, b: float) -> float:
    """log(exp(a) + exp(b))"""
    high, low = max(a, b), min(a, b)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


@compiled
def _all_alignments(log_p: Array, strings: Array, losses: Array, dlogits: Array) -> None:
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
def _forward(log_p: Array, wanted: Array) -> Array:
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
def _backward(log_p: Array, wanted: Array) -> Array:
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


@compiled
def log_probability(log_p: Array, string: Array) -> float:
    """log p(string) for one sample: log_p (t, k), string (l,)."""
    k = log_p.shape[1]
    wanted = np.full(2 * len(string) + 1, k - 1)
    for i in range(len(string)):
        wanted[2 * i + 1] = string[i]
    ends = _forward(log_p, wanted)[-1]
    return _add_logs(ends[-1], ends[-2]) if len(ends) > 1 else ends[-1]
