"""Which words of a line are crossed out, by columns of a network whose signs are words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inkgrad.nn.vectors import Array
from inkgrad.synthetic.strikes import SIGNS

SURE = 0.95  # of a word less likely crossed out it is not said (benchmarks/accuracy/crossed_out.py)


def tells(alphabet: str) -> bool:
    """Whether a network with these classes tells which words are crossed out."""
    return alphabet == SIGNS


class _Said(NamedTuple):
    """What columns say at one place of a line: where, in pixels, how likely it is crossed out."""

    at: float
    crossed_out: float


def crossed_out(log_p: Array, width: int, words: Sequence[tuple[int, int]]) -> list[float]:
    """How likely each word is crossed out that goes from one pixel to another of a line so wide.

    By log probabilities (t, 3) of `strikes.SIGNS` and the blank. Where columns say several things
    within a word, the least likely counts: two words were read as one. Where they say nothing, what
    they say nearest to its middle does.
    """
    said = _said(log_p, width)
    found = []
    for left, right in words:
        inside = [each.crossed_out for each in said if left <= each.at < right]
        middle = (left + right) / 2
        near = min(said, key=lambda each: abs(each.at - middle), default=_Said(0, 0.0))
        found.append(min(inside, default=near.crossed_out))
    return found


def _said(log_p: Array, width: int) -> list[_Said]:
    """What columns say one after the other: a run of them that are not blank is one sign."""
    p, wide = np.exp(log_p), width / len(log_p)
    written = p[:, 0] + p[:, 1] > p[:, 2]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], written, [False]]).astype(int)))
    found = []
    for begin, end in edges.reshape(-1, 2).tolist():
        signs = p[begin:end, :2].sum(0)
        found.append(_Said((begin + end) / 2 * wide, float(signs[1] / signs.sum())))
    return found
