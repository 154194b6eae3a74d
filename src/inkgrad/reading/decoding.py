"""Columns of class probabilities -> strings, each with its exact probability.

The probability of a string is the sum over all its alignments (nn/ctc.py). Where a pattern says
which strings are possible at all, it is divided by the sum over all of those, which is exact too:
99999 allows a hundred thousand strings, and one pass over the columns adds up all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkgrad.compiled import compiled
from inkgrad.errors import UsageError
from inkgrad.nn.ctc import log_probability
from inkgrad.nn.vectors import Array

_BEAM = 24  # prefixes kept from column to column
_WORTHLESS = 1e-7  # prefixes less probable than this part of the best are dropped
_SURE = 0.9999  # a column as blank as this only parts characters
_UNLIKELY = 1e-4  # classes less probable than this in a column begin nothing there
_DIGITS = "0123456789"

String = tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """Which strings are possible: 9 stands for any digit, everything else for itself.

    What is not in the alphabet of the reader (a dash, a point) is written out but not looked for.
    """

    text: str
    allowed: NDArray[np.bool_]  # (length, classes)
    literals: tuple[str | None, ...]  # None where a character is read

    @classmethod
    def parse(cls, text: str, alphabet: str = _DIGITS) -> Pattern:
        """Raises UsageError for a pattern in which nothing is to be read."""
        rows, literals = [], []
        for sign in text:
            row = [c in _DIGITS if sign == "9" else c == sign for c in alphabet]
            literals.append(None if any(row) else sign)
            if any(row):
                rows.append(row)
        if not rows:
            raise UsageError(
                f"pattern {text!r} has nothing to read, expected 99999 or the like: 9 for any digit"
            )
        return cls(text, np.array(rows), tuple(literals))

    def written(self, characters: str) -> str:
        """What was read, with what is only written out put in."""
        rest = iter(characters)
        return "".join(next(rest) if sign is None else sign for sign in self.literals)

    def __len__(self) -> int:
        return len(self.allowed)


@dataclass(frozen=True)
class Unlikely:
    """A prior: strings that begin with one of `prefixes` (m, l) are this many times less likely."""

    prefixes: NDArray[np.intp]
    times: float = 50.0

    def log_weight(self, string: String) -> float:
        """The logarithm of how much a string counts."""
        begins = (self.prefixes == np.array(string[: self.prefixes.shape[1]])).all(axis=1).any()
        return -math.log(self.times) if begins else 0.0


def decode(
    log_p: Array | Sequence[Array],
    patterns: Sequence[Pattern] = (),
    count: int = 5,
    unlikely: Unlikely | None = None,
    other: float = 0.0,
) -> list[tuple[String, float, Pattern | None]]:
    """The likeliest strings, the best first, with their probabilities.

    log_p (t, k) with the blank last, or one of these for each of several views of the same line,
    whose probabilities are averaged. Without patterns all strings are possible; with several, all
    that any of them allows, and `unlikely` ones count less. Probabilities are exact: over all
    alignments, and divided by the sum over all possible strings. To that sum what no pattern
    allows, nothing at all among it, is added `other` times: with 0 a pattern is sure to be there.
    """
    views = [log_p] if isinstance(log_p, np.ndarray) else list(log_p)
    choices: list[Pattern | None] = list(patterns) or [None]
    totals = []
    for view in views:
        sums = [_log_sum(view, _allowed(pattern), unlikely) for pattern in choices]
        if patterns and other:
            known = sum(math.exp(log_total(view, pattern.allowed)) for pattern in patterns)
            sums.append(math.log(max(other * (1 - known), 1e-300)))
        totals.append(np.logaddexp.reduce(sums))
    found: list[tuple[String, float, Pattern | None]] = []
    for pattern in choices:
        strings = {s for view in views for s in _candidates(view, _allowed(pattern))}
        for string in sorted(strings):
            labels, weight = np.array(string, np.int64), 1.0
            if unlikely:
                weight = math.exp(unlikely.log_weight(string))
            parts = [
                weight * math.exp(log_probability(view, labels) - total)
                for view, total in zip(views, totals, strict=True)
                if total > -math.inf
            ]
            found.append((string, min(1.0, sum(parts) / len(views)), pattern))
    return sorted(found, key=lambda each: -each[1])[:count]


def _allowed(pattern: Pattern | None) -> NDArray[np.bool_] | None:
    return pattern.allowed if pattern else None


def _log_sum(log_p: Array, allowed: NDArray[np.bool_] | None, unlikely: Unlikely | None) -> float:
    """log of the sum of what all possible strings count."""
    if allowed is None:
        return 0.0
    if unlikely is None:
        return log_total(log_p, allowed)
    every = log_total(log_p, allowed)
    begun = _log_total_of(log_p, allowed, unlikely.prefixes)
    part = math.exp(min(0.0, begun - every)) if every > -math.inf else 0.0
    return every + math.log(max(1 - part * (1 - 1 / unlikely.times), 1e-300))


def _candidates(log_p: Array, allowed: NDArray[np.bool_] | None) -> list[String]:
    """Strings worth their exact probability, by a beam search over prefixes (Graves 2012)."""
    p = np.exp(log_p)
    blank = p.shape[1] - 1
    longest = len(allowed) if allowed is not None else len(p)
    beam: dict[String, tuple[float, float]] = {(): (1.0, 0.0)}  # ends in blank, in its last class
    for t, column in enumerate(p):
        if column[blank] > _SURE:  # nothing begins here
            beam = {s: (float(a + b), 0.0) for s, (a, b) in beam.items()}
            continue
        likely = np.flatnonzero(column[:blank] > _UNLIKELY).tolist()
        ahead: dict[String, tuple[float, float]] = {}

        def give(prefix: String, by_blank: float, by_class: float) -> None:
            a, b = ahead.get(prefix, (0.0, 0.0))  # noqa: B023 - used within this turn only
            ahead[prefix] = (a + by_blank, b + by_class)  # noqa: B023

        for prefix, (in_blank, in_class) in beam.items():
            both = in_blank + in_class
            again = in_class * column[prefix[-1]] if prefix else 0.0
            give(prefix, both * column[blank], again)
            place = len(prefix)
            if place == longest:
                continue
            for c in likely:
                if allowed is not None and not allowed[place, c]:
                    continue
                before = in_blank if prefix and prefix[-1] == c else both
                if before:
                    give((*prefix, c), 0.0, before * column[c])
        scale = max((a + b for a, b in ahead.values()), default=0.0)
        if scale == 0:
            return []
        # A prefix is worth nothing where too few columns are left to complete it.
        left = len(p) - 1 - t
        kept = [
            (prefix, (a / scale, b / scale))
            for prefix, (a, b) in ahead.items()
            if a + b > _WORTHLESS * scale and (allowed is None or longest - len(prefix) <= left)
        ]
        if len(kept) > _BEAM:
            kept = sorted(kept, key=lambda item: -sum(item[1]))[:_BEAM]
        beam = dict(kept)
    return [s for s in beam if allowed is None or len(s) == longest]


@compiled
def log_total(log_p: Array, allowed: NDArray[np.bool_]) -> float:
    """log of the sum of the probabilities of all strings that `allowed` (length, classes) allows.

    One pass over the columns: for each number of characters written so far, the sum over paths that
    stand in the blank, and over those that stand in each class.
    """
    columns, k = log_p.shape
    length = len(allowed)
    p = np.exp(log_p)
    in_blank = np.zeros(length + 1)
    in_class = np.zeros((length + 1, k - 1))
    in_blank[0] = 1
    log_scale = 0.0
    for t in range(columns):
        for i in range(length, -1, -1):  # from the end: what is read is still of the column before
            here = in_class[i].sum()
            before = in_blank[i - 1] + in_class[i - 1].sum() if i else 0.0
            in_blank[i] = (in_blank[i] + here) * p[t, k - 1]
            for c in range(k - 1):
                value = in_class[i, c]
                if i and allowed[i - 1, c]:
                    value += before - in_class[i - 1, c]
                in_class[i, c] = value * p[t, c]
        scale = max(in_blank.max(), in_class.max())
        if scale == 0:
            return -math.inf
        in_blank /= scale
        in_class /= scale
        log_scale += math.log(scale)
    total = in_blank[length] + in_class[length].sum()
    return math.log(total) + log_scale if total > 0 else -math.inf


@compiled
def _log_total_of(log_p: Array, allowed: NDArray[np.bool_], prefixes: NDArray[np.integer]) -> float:
    """The same for those strings alone that begin with one of the prefixes."""
    total = -math.inf
    for prefix in prefixes:
        only = allowed.copy()
        for place in range(min(len(prefix), len(allowed))):
            only[place] = False
            only[place, prefix[place]] = allowed[place, prefix[place]]
        value = log_total(log_p, only)
        high, low = max(total, value), min(total, value)
        total = high if low == -math.inf else high + math.log1p(math.exp(low - high))
    return total


def places(log_p: Array, string: String) -> list[tuple[int, int]]:
    """The columns, first and one after the last, of each character on the likeliest path.

    Where there are too few columns for the string, its characters share them.
    """
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
