"""Where each character of a string stands in the columns: on the likeliest path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkgrad.kernels.compiled import compiled
from inkgrad.nn.vectors import Array
from inkgrad.preconditions import require, require_classes

String = tuple[int, ...]


def places(log_p: Array, string: String) -> list[tuple[int, int]]:
    """The columns, first and one after the last, of each character on the likeliest path.

    Where there are too few columns for the string, its characters share them. Raises ShapeError
    for a string of other classes than those of log_p.
    """
    require("log_p", log_p, (None, None))
    require_classes("the string", np.array(string, np.int64), log_p.shape[1] - 1)
    if not string:
        return []
    if len(log_p) < len(string) + sum(a == b for a, b in pairwise(string)):
        first = np.arange(len(string)) * len(log_p) // len(string)
        return [(int(column), int(column) + 1) for column in first]
    wanted = np.full(2 * len(string) + 1, log_p.shape[1] - 1)
    wanted[1::2] = string
    states = _likeliest_path(log_p, wanted)
    spans = []
    for i in range(len(string)):
        columns = np.flatnonzero(states == 2 * i + 1)
        spans.append((int(columns[0]), int(columns[-1]) + 1))
    return spans


def widened(spans: Sequence[tuple[int, int]], columns: int) -> list[tuple[int, int]]:
    """Spans that reach halfway to their neighbours, and to the ends: a reader notes only peaks."""
    bounds = [(a[1] + b[0]) // 2 for a, b in pairwise(spans)]
    return list(pairwise([0, *bounds, columns]))


@compiled
def _likeliest_path(log_p: Array, wanted: NDArray[np.integer]) -> NDArray[np.integer]:
    """The state of each column (t,) on the likeliest path (Viterbi 1967); even ones are blanks."""
    t, k = log_p.shape
    states = len(wanted)
    best = np.full((t, states), -math.inf)
    came = np.zeros((t, states), np.int64)
    best[0, 0] = log_p[0, wanted[0]]
    if states > 1:
        best[0, 1] = log_p[0, wanted[1]]
    for column in range(1, t):
        for s in range(states):
            skips = s >= 2 and wanted[s] != k - 1 and wanted[s] != wanted[s - 2]
            for r in range(max(0, s - (2 if skips else 1)), s + 1):
                if best[column - 1, r] > best[column, s]:
                    best[column, s] = best[column - 1, r]
                    came[column, s] = r
            best[column, s] += log_p[column, wanted[s]]
    path = np.empty(t, np.int64)
    s = states - 1
    if states > 1 and best[t - 1, states - 2] > best[t - 1, states - 1]:
        s = states - 2
    for column in range(t - 1, -1, -1):
        path[column] = s
        s = came[column, s]
    return path
