"""Which column of a table holds the labels, where no name tells: by what the columns hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import DataError

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Edges:
    """The columns at the edges that may be something else than pixels, and those between.

    `counts`: the first should count the rows. Unless the label is known, one column at either edge
    may be it.
    """

    columns: list[int]
    middle: slice
    counts: bool

    @classmethod
    def of(cls, width: int, known: bool) -> Edges | None:
        """The edges of so many columns; None where they leave no square image."""
        labels = 0 if known else 1
        for counts in (0, 1):
            pixels = width - labels - counts
            side = math.isqrt(max(pixels, 0))
            if side > 1 and side * side == pixels:
                ends = [*range(counts), *(() if known else (counts, width - 1))]
                middle = slice(counts, width) if known else slice(counts + 1, width - 1)
                return cls(ends, middle, bool(counts))
        return None


def label_by_content(path: Path, first: Column, last: Column) -> bool:
    """Whether the last column holds the labels and not the first; DataError where neither is clear.

    A pixel at a corner is the same nearly everywhere, or of many values; labels are few whole
    numbers, each of them often.
    """
    tests = (_varies, _is_whole, _counts_up, _is_even, _is_few)
    for test in tests:
        one, other = test(first, last), test(last, first)
        if one != other:
            return other
    raise DataError(
        f"{path}: its label may be in the first column or in the last: "
        "say which with --label 1 or --label -1"
    )


def _varies(column: Column, other: Column) -> bool:
    return bool((column != column[0]).any())


def _is_whole(column: Column, other: Column) -> bool:
    return bool(np.isfinite(column).all() and (column == np.round(column)).all())


def _counts_up(column: Column, other: Column) -> bool:
    """0, 1, 2, ... or 1, 2, 3, ... without a gap, and each more than once."""
    values, counts = np.unique(column, return_counts=True)
    return bool(values[0] in (0, 1) and (np.diff(values) == 1).all() and (counts > 1).all())


def _is_few(column: Column, other: Column) -> bool:
    return 2 * len(np.unique(column)) <= len(np.unique(other))


def _is_even(column: Column, other: Column) -> bool:
    """No value is nearly everywhere, as the black of a corner is."""
    _, counts = np.unique(column, return_counts=True)
    return bool(counts.max() < 0.8 * len(column))
