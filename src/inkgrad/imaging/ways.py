"""Ways from an image back to the one it was made of: where each place of it was.

Places are (x, y), x to the right and y down, of the edges of pixels: pixel i goes from i to i + 1.
A box is (left, top, right, bottom).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
Boxes = NDArray[np.float64]
Box = tuple[float, float, float, float]
PixelBox = tuple[int, int, int, int]
_NOISE = 1e-6  # pixels: what sums of rounded numbers are off by at most, and no more is meant


class Way(Protocol):
    """From the places of a later image to those of an earlier one, and forth again."""

    @property
    def straight(self) -> bool:
        """Whether what lies between two places does so in the earlier image too."""

    def back(self, points: Points) -> Points:
        """Places (..., 2) in the later image -> in the earlier one."""

    def here(self, points: Points) -> Points:
        """Places (..., 2) in the earlier image -> in the later one."""

    def boxes_back(self, boxes: Boxes) -> Boxes:
        """The smallest upright boxes (..., 4) around what boxes of the later image hold."""

    def inverse(self) -> Way:
        """The way forth as a way back."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A homography: `matrix` (3, 3) takes (x, y, 1) to the earlier image.

    Where its last row is (0, 0, 1), lines stay parallel.
    """

    matrix: Matrix
    straight = True

    def back(self, points: Points) -> Points:
        return mapped(self.matrix, points)

    def here(self, points: Points) -> Points:
        return self.inverse().back(points)

    def boxes_back(self, boxes: Boxes) -> Boxes:
        corners = self.back(corners_of(boxes))
        return np.concatenate([corners.min(-2), corners.max(-2)], axis=-1)

    def inverse(self) -> Plane:
        return Plane(np.asarray(np.linalg.inv(self.matrix), np.float64))


@dataclass(frozen=True, eq=False)
class Curve:
    """Columns moved up or down: row 0 of column x was row `rows`[x], of integers (w,)."""

    rows: NDArray[np.intp]
    straight = False

    def back(self, points: Points) -> Points:
        return points + self._moved(_column(points[..., 0], len(self.rows)))

    def here(self, points: Points) -> Points:
        return points - self._moved(_column(points[..., 0], len(self.rows)))

    def boxes_back(self, boxes: Boxes) -> Boxes:
        first = _column(boxes[..., 0], len(self.rows))
        last = np.maximum(first, _column_before(boxes[..., 2], len(self.rows)))
        highest, lowest = self.rows[first], self.rows[first]
        if (first < last).any():
            highest, lowest = (self._over(pick, first, last) for pick in (np.min, np.max))
        off = np.stack([np.zeros_like(highest), highest, np.zeros_like(lowest), lowest], axis=-1)
        return np.asarray(boxes + off, np.float64)

    def inverse(self) -> Curve:
        return Curve(-self.rows)

    def _moved(self, columns: NDArray[np.intp]) -> Points:
        off = self.rows[columns]
        return np.stack([np.zeros(off.shape), off], axis=-1)

    def _over(
        self, pick: Callable[..., Any], first: NDArray[np.intp], last: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """The least or the greatest of the rows in each of these ranges of columns."""
        ends = zip(first.ravel().tolist(), last.ravel().tolist(), strict=True)
        found = [int(pick(self.rows[a : b + 1])) for a, b in ends]
        return np.array(found, np.intp).reshape(first.shape)


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Columns left out: column x was column `kept`[x], of growing integers (w,)."""

    kept: NDArray[np.intp]
    straight = False

    def back(self, points: Points) -> Points:
        column = _column(points[..., 0], len(self.kept))
        return np.stack(
            [points[..., 0] + (self.kept - _range(self.kept))[column], points[..., 1]], -1
        )

    def here(self, points: Points) -> Points:
        x = points[..., 0]
        column = np.searchsorted(self.kept, np.floor(x + _NOISE), "right") - 1
        column = np.clip(column, 0, len(self.kept) - 1)
        off = x - self.kept[column]
        inner = column < len(self.kept) - 1  # what was left out is where it is missing
        return np.stack([column + np.where(inner, np.minimum(off, 1), off), points[..., 1]], -1)

    def boxes_back(self, boxes: Boxes) -> Boxes:
        left, top, right, bottom = np.moveaxis(boxes, -1, 0)
        off = self.kept - _range(self.kept)
        first, last = _column(left, len(off)), _column_before(right, len(off))
        return np.stack([left + off[first], top, right + off[last], bottom], axis=-1)

    def inverse(self) -> Way:
        return _Undone(self)


@dataclass(frozen=True, eq=False)
class _Undone:
    """A way that keeps the order of columns, gone the other way."""

    way: LeftOut
    straight = False

    def back(self, points: Points) -> Points:
        return self.way.here(points)

    def here(self, points: Points) -> Points:
        return self.way.back(points)

    def boxes_back(self, boxes: Boxes) -> Boxes:
        return np.concatenate([self.back(boxes[..., :2]), self.back(boxes[..., 2:])], axis=-1)

    def inverse(self) -> LeftOut:
        return self.way


@dataclass(frozen=True, eq=False)
class Chain:
    """Ways one after the other, the first one from the image that was there first."""

    ways: tuple[Way, ...] = ()

    @property
    def straight(self) -> bool:
        return all(way.straight for way in self.ways)

    def then(self, way: Way) -> Chain:
        """The chain with a way from a still later image."""
        return Chain((*self.ways, way))

    def since(self, other: Chain) -> Chain:
        """From where this one begins back to where another does that has the same end."""
        both = zip(self.ways, other.ways, strict=False)
        shared = next((i for i, (a, b) in enumerate(both) if a is not b), None)
        if shared is None:
            shared = min(len(self.ways), len(other.ways))
        forth = [way.inverse() for way in reversed(other.ways[shared:])]
        return Chain((*forth, *self.ways[shared:]))

    def back(self, points: Points) -> Points:
        for way in reversed(self._folded()):
            points = way.back(points)
        return points

    def here(self, points: Points) -> Points:
        for way in self._folded():
            points = way.here(points)
        return points

    def boxes_back(self, boxes: Boxes) -> Boxes:
        for way in reversed(self._folded()):
            boxes = way.boxes_back(boxes)
        return boxes

    def inverse(self) -> Chain:
        return Chain(tuple(way.inverse() for way in reversed(self.ways)))

    def _folded(self) -> list[Way]:
        """The same with planes that follow each other as one: boxes stay as small as they can."""
        folded: list[Way] = []
        for planes, ways in groupby(self.ways, lambda way: isinstance(way, Plane)):
            if planes:
                matrices = [way.matrix for way in ways if isinstance(way, Plane)]
                folded.append(Plane(_product(matrices)))
            else:
                folded += ways
        return folded


def moved(x: float, y: float) -> Plane:
    """From an image whose corner was at (x, y)."""
    return Plane(np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]]))


def turn(quarters: int, width: int, height: int) -> Plane:
    """From an image of this size turned by so many quarters counter-clockwise, as np.rot90 does."""
    ways = (
        [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.0, -1, width], [1, 0, 0], [0, 0, 1]],
        [[-1.0, 0, width], [0, -1, height], [0, 0, 1]],
        [[0.0, 1, 0], [-1, 0, height], [0, 0, 1]],
    )
    return Plane(np.array(ways[quarters % 4]))


def homography(before: Points, after: Points) -> Matrix:
    """The matrix (3, 3) that takes four points (4, 2) to four others, no three of them on a line.

    The direct linear transformation (Hartley and Zisserman 2004, section 4.1).
    """
    rows: list[Sequence[float]] = []
    for (x, y), (u, v) in zip(before, after, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
    found = np.linalg.solve(np.array(rows, float), np.asarray(after, float).reshape(-1))
    return np.append(found, 1.0).reshape(3, 3)


def mapped(matrix: Matrix, points: ArrayLike) -> Points:
    """Points (..., 2) through a homography (3, 3)."""
    given = np.asarray(points, float)
    whole = np.concatenate([given, np.ones((*given.shape[:-1], 1))], axis=-1) @ matrix.T
    return np.asarray(whole[..., :2] / whole[..., 2:])


def corners_of(boxes: ArrayLike) -> Points:
    """The corners (..., 4, 2) of boxes (..., 4), from the top left round by the top right."""
    given = np.asarray(boxes, float)
    return given[..., [0, 1, 2, 1, 2, 3, 0, 3]].reshape(*given.shape[:-1], 4, 2)


def around(points: ArrayLike) -> Box:
    """The smallest upright box around points (n, 2)."""
    given = np.asarray(points, float)
    (left, top), (right, bottom) = given.min(0), given.max(0)
    return float(left), float(top), float(right), float(bottom)


def in_pixels(box: ArrayLike, size: tuple[int, int]) -> PixelBox:
    """The pixels that a box touches in an image of this size (width, height).

    They are one at least, and none beside the image.
    """
    (width, height), (left, top, right, bottom) = size, np.asarray(box, float).tolist()
    x, y = (min(max(0, math.floor(v + _NOISE)), n - 1) for v, n in ((left, width), (top, height)))
    return (
        x,
        y,
        min(width, max(x + 1, math.ceil(right - _NOISE))),
        min(height, max(y + 1, math.ceil(bottom - _NOISE))),
    )


def _product(matrices: Sequence[Matrix]) -> Matrix:
    whole = matrices[0]
    for matrix in matrices[1:]:
        whole = whole @ matrix
    return whole


def _range(columns: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.arange(len(columns))


def _column(x: Any, count: int) -> NDArray[np.intp]:
    """The column, one of so many, in which places are; beside the image, the nearest one."""
    return np.clip(np.floor(x + _NOISE).astype(np.intp), 0, count - 1)


def _column_before(x: Any, count: int) -> NDArray[np.intp]:
    """The same, of a column's right edge that column."""
    return np.clip(np.ceil(x - _NOISE).astype(np.intp) - 1, 0, count - 1)
