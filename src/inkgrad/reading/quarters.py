"""Which side of a field is up: told by how sure the reader is of it each way it can lie.

Digits upside down are often digits too (6 and 9, 0, 1, 8): a field that is read well as it lies is
never turned, and one that is turned is less sure by what the other ways have for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inkgrad.nn.vectors import Array

# Found on 150 composed fields, each of them turned every way, and no cheque was turned wrongly by
# them (benchmarks/accuracy/turned_fields.py).
SURE = 0.9  # a field read so well as it lies is not looked at another way
_LEAST, _TIMES = 0.5, 2.0  # what another way needs: so much confidence, so many times the first's
_HIGH = 1.2  # times its width: writing so high may lie on its side


class Quarter(NamedTuple):
    """How a field is read one way: a confidence, 0 for no text, and log P of a free character."""

    confidence: float
    each: float


def each(log_ps: Sequence[Array]) -> float:
    """log P of the likeliest path, whatever is allowed, for each of its characters; of all views.

    Columns (t, k) have the blank last. Long strings and short ones can be compared by that.
    """
    total, count = 0.0, 0
    for log_p in log_ps:
        path = log_p.argmax(axis=1)
        before = np.concatenate([[log_p.shape[1] - 1], path[:-1]])
        begun = (path != log_p.shape[1] - 1) & (path != before)
        total += float(log_p.max(axis=1).sum())
        count += max(1, int(begun.sum()))
    return total / count


def to_try(first: Quarter, ink: Array) -> tuple[int, ...]:
    """The quarters, counted as np.rot90 does, by which a field with this ink (h, w) is turned."""
    if first.confidence >= SURE:
        return ()
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis)) for axis in (1, 0))
    if len(rows) and np.ptp(rows) + 1 > _HIGH * (np.ptp(columns) + 1):
        return 1, 3, 2
    return (2,)


def upright(first: Quarter, others: Mapping[int, Quarter]) -> tuple[int, float]:
    """By how many quarters to turn a field for reading, and with which confidence.

    Another way must be clearly better, with patterns and without. Where it is as good and no
    better, neither is to be trusted.
    """
    if not others:
        return 0, first.confidence
    best = max(others, key=lambda quarters: others[quarters].confidence)
    there, here = others[best].confidence, first.confidence
    better = here == 0 or others[best].each > first.each
    if better and there >= max(_LEAST, _TIMES * here):
        return best, there * there / (here + sum(way.confidence for way in others.values()))
    in_doubt = there >= _LEAST and there > here / _TIMES
    return 0, min(here, _LEAST) if in_doubt else here
