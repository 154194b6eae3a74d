"""What compiled loops are given, checked in Python before they run.

A kernel looks at no bounds: an array that is too short is written past its end, and one of another
type is read as what it is not. So whoever calls one asks here first; a call takes under a
microsecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from inkgrad.errors import ShapeError

Array = NDArray[Any]


def require(
    what: str, array: Array, shape: Sequence[int | None], dtype: DTypeLike | None = None
) -> None:
    """`array` has this shape, None standing for any size, and this type, where one is given.

    Raises ShapeError, with `what` as its name.
    """
    found = array.shape
    if found != shape and (
        len(found) != len(shape)
        or any(size is not None and size != there for size, there in zip(shape, found, strict=True))
    ):
        expected = str(tuple(shape)).replace("None", "any")
        raise ShapeError(f"{what}: shape {found}, expected {expected}")
    if dtype is not None and array.dtype != dtype:
        raise ShapeError(f"{what}: {array.dtype}, expected {np.dtype(dtype)}")


def require_whole(
    what: str, array: Array, shape: Sequence[int | None], dtype: DTypeLike | None = None
) -> None:
    """The same of an array that must lie in memory in one piece: one that is written to."""
    require(what, array, shape, dtype)
    if not array.flags.c_contiguous:
        raise ShapeError(f"{what}: gaps in memory, expected a contiguous array")


def require_classes(what: str, labels: Array, classes: int, lowest: int = 0) -> None:
    """`labels` are integers from `lowest` to `classes` - 1. Raises ShapeError."""
    if labels.dtype.kind not in "iu":
        raise ShapeError(f"{what}: {labels.dtype}, expected integers")
    if labels.size:
        low, high = int(labels.min()), int(labels.max())
        if low < lowest or high >= classes:
            bad = low if low < lowest else high
            raise ShapeError(f"{what}: {bad} is no class, expected {lowest} to {classes - 1}")
