"""Columns of class probabilities -> strings, each with its exact probability.

The probability of a string is the sum over all its alignments (nn/ctc.py). Where patterns say which
strings are possible at all, and how much each counts, it is divided by the sum over all of those,
which is exact too: 99999 allows a hundred thousand strings, and one pass over the columns adds up
all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.vectors import Array
from inkgrad.recognition.patterns import Pattern, Unlikely, together
from inkgrad.recognition.prefixes import String, likeliest
from inkgrad.recognition.sums import sums_of

Found = list[tuple[String, float, Pattern | None]]


@dataclass(frozen=True)
class Decoding:
    """The likeliest strings with their probabilities, the best first, and sums in each view (v,).

    `log_allowed` is the logarithm of what all strings that are possible count in a view, `log_free`
    that of what all strings count that there are: 0 where columns are distributions.
    """

    strings: Found
    log_allowed: Array
    log_free: Array


def decode(
    log_p: Array | Sequence[Array],
    patterns: Sequence[Pattern] = (),
    count: int = 5,
    unlikely: Unlikely | None = None,
) -> Found:
    """The likeliest strings, the best first, with their probabilities.

    log_p (t, k) with the blank last, or one of these for each of several views of the same line,
    whose probabilities are averaged. Without patterns all strings are possible; with several, all
    that any of them allows, and `unlikely` ones count less. Probabilities are exact: over all
    alignments, and divided by the sum over all possible strings.
    """
    return decoding(log_p, patterns, count, unlikely).strings


def decoding(
    log_p: Array | Sequence[Array],
    patterns: Sequence[Pattern] = (),
    count: int = 5,
    unlikely: Unlikely | None = None,
    elsewhere: float = 0.0,
) -> Decoding:
    """The same with the sums that probabilities were divided by.

    That something else may be written than any pattern allows is a hypothesis too: `elsewhere` is
    how likely it is against what patterns allow, all its strings being alike. A probability is
    divided by `allowed + elsewhere * (free - allowed)`, so what fits is as sure as before. A view
    in which no string is possible adds nothing.
    """
    views = _checked([log_p] if isinstance(log_p, np.ndarray) else list(log_p), patterns)
    tables = together(tuple(patterns), unlikely, views[0].shape[1] - 1).tables
    sums = sums_of(views, tables)
    allowed = sums.log_totals
    free = np.array([_log_free(view) for view in views])
    possible = sums.totals > 0
    norms = np.zeros(len(views))
    over = 1 + elsewhere * np.maximum(np.expm1(free[possible] - allowed[possible]), 0)
    norms[possible] = 1 / (sums.totals[possible] * over * len(views))
    found = likeliest(sums, tables, norms, count) if count > 0 else []
    strings = [(string, min(1.0, p), _pattern_of(string, patterns)) for string, p in found]
    return Decoding(strings, allowed, free)


def log_total(log_p: Array, patterns: Sequence[Pattern]) -> float:
    """log of the sum of what all strings that any of the patterns allows count."""
    (view,) = _checked([log_p], patterns)
    automaton = together(tuple(patterns), None, view.shape[1] - 1)
    return float(sums_of([view], automaton.tables).log_totals[0])


def _checked(views: list[Array], patterns: Sequence[Pattern]) -> list[Array]:
    """Views whose columns all have the classes of the patterns; ShapeError for others."""
    classes = {view.shape[1] - 1 if view.ndim == 2 and len(view) else 0 for view in views}
    classes |= {pattern.automaton.classes for pattern in patterns}
    if len(classes) != 1 or 0 in classes:
        shapes = ", ".join(str(view.shape) for view in views)
        raise ShapeError(
            f"columns of shape {shapes} for {len(patterns)} patterns, expected (t, classes + 1)"
        )
    return views


def _log_free(log_p: Array) -> float:
    """log of the sum of what all strings count, which is that over all paths."""
    top = log_p.max(axis=1, keepdims=True)
    return float((top + np.log(np.exp(log_p - top).sum(axis=1, keepdims=True))).sum())


def _pattern_of(string: String, patterns: Sequence[Pattern]) -> Pattern | None:
    """The pattern by which a string counts most; the first of several."""
    if len(patterns) < 2:
        return patterns[0] if patterns else None
    return max(patterns, key=lambda pattern: pattern.automaton.log_weight(string))
