"""Pixels, and the way back to the image that was opened.

Every step from a page to a line makes a new View: cropped, turned, rescaled, levelled or
straightened. Each knows where its pixels were, so whatever is found in the last one has its place
in the first.

Places are (x, y), x to the right and y down, of the edges of pixels: pixel i goes from i to i + 1.
A box is (left, top, right, bottom). Arrays of pixels are (h, w) or (h, w, c), as NumPy has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from inkgrad.imaging.filters import rescaled

Pixels = NDArray[Any]
Matrix = NDArray[np.float64]
Box = tuple[float, float, float, float]


def _identity() -> Matrix:
    return np.eye(3)


@dataclass(frozen=True)
class View:
    """`pixels` (h, w) or (h, w, c), and `matrix` (3, 3): (x, y, 1) here -> a place in the original.

    The matrix is a homography; where its last row is (0, 0, 1), lines stay parallel.
    """

    pixels: Pixels
    matrix: Matrix = field(default_factory=_identity)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])

    def showing(self, pixels: Pixels) -> View:
        """The same place with other pixels, as many. ValueError for another size."""
        if pixels.shape[:2] != self.pixels.shape[:2]:
            raise ValueError(f"has {pixels.shape[:2]} pixels, expected {self.pixels.shape[:2]}")
        return View(pixels, self.matrix)

    def cropped(self, box: Box) -> View:
        """The pixels in a box, its edges rounded, as far as they are in the image."""
        left, top = max(0, round(box[0])), max(0, round(box[1]))
        right, bottom = min(self.width, round(box[2])), min(self.height, round(box[3]))
        if left >= right or top >= bottom:
            raise ValueError(f"box {box} holds no pixel of {self.width} x {self.height}")
        return View(self.pixels[top:bottom, left:right], self.matrix @ _moved(left, top))

    def turned(self, quarters: int) -> View:
        """Turned by so many quarters counter-clockwise."""
        w, h = self.width, self.height
        ways = (
            _identity(),
            np.array([[0.0, -1, w], [1, 0, 0], [0, 0, 1]]),
            np.array([[-1.0, 0, w], [0, -1, h], [0, 0, 1]]),
            np.array([[0.0, 1, 0], [-1, 0, h], [0, 0, 1]]),
        )
        pixels = np.ascontiguousarray(np.rot90(self.pixels, quarters % 4))
        return View(pixels, self.matrix @ ways[quarters % 4])

    def rescaled(self, scale: float, least: int = 1) -> View:
        """At another size, each side at least `least` pixels long: float32 (h, w)."""
        pixels = rescaled(self.pixels, scale, least)
        across, down = self.width / pixels.shape[1], self.height / pixels.shape[0]
        return View(pixels, self.matrix @ np.diag([across, down, 1.0]))

    def levelled(self, slope: float, paper: float = 0.0) -> View:
        """Columns moved so that a line that falls by `slope` pixels a pixel to the right is level.

        The image becomes higher by what they move; what was not there is `paper`.
        """
        reach = int(np.ceil(abs(slope) * self.width / 2))
        if not reach:
            return self
        # What is at (x, y) here was at (x, y - reach + slope (x - w / 2)) before.
        back = np.array([[1.0, 0, 0], [slope, 1, -reach - slope * self.width / 2], [0, 0, 1]])
        return self._seen_through(back, (self.width, self.height + 2 * reach), paper)

    def straightened(self, corners: ArrayLike, size: tuple[int, int], paper: float = 0.0) -> View:
        """What lies between four corners (4, 2) as a rectangle of `size` (width, height).

        The corners go round from the top left: top right, bottom right, bottom left.
        """
        w, h = size
        rectangle = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
        return self._seen_through(homography(rectangle, np.asarray(corners, float)), size, paper)

    def _seen_through(self, matrix: Matrix, size: tuple[int, int], paper: float) -> View:
        pixels = np.asarray(self.pixels)
        flat = Image.fromarray(pixels)
        a = matrix / matrix[2, 2]
        seen = flat.transform(
            size,
            Image.Transform.PERSPECTIVE,
            [float(value) for value in a.reshape(-1)[:8]],
            Image.Resampling.BILINEAR,
            fillcolor=_colour(paper, pixels),
        )
        return View(np.asarray(seen), self.matrix @ matrix)

    def points_back(self, points: ArrayLike) -> NDArray[np.float64]:
        """Places (..., 2) here -> in the image that was opened."""
        return mapped(self.matrix, points)

    def points_here(self, points: ArrayLike) -> NDArray[np.float64]:
        """Places (..., 2) in the image that was opened -> here."""
        return mapped(np.asarray(np.linalg.inv(self.matrix), np.float64), points)

    def corners_back(self, box: Box | None = None) -> NDArray[np.float64]:
        """The corners (4, 2) of a box, or of all of the view, in the image that was opened."""
        left, top, right, bottom = box or (0, 0, self.width, self.height)
        return self.points_back([(left, top), (right, top), (right, bottom), (left, bottom)])

    def back(self, box: Box) -> Box:
        """The smallest upright box around a box here, in the image that was opened."""
        return around(self.corners_back(box))


def around(points: ArrayLike) -> Box:
    """The smallest upright box around points (n, 2)."""
    given = np.asarray(points, float)
    (left, top), (right, bottom) = given.min(0), given.max(0)
    return float(left), float(top), float(right), float(bottom)


def mapped(matrix: Matrix, points: ArrayLike) -> NDArray[np.float64]:
    """Points (..., 2) through a homography (3, 3)."""
    given = np.asarray(points, float)
    whole = np.concatenate([given, np.ones((*given.shape[:-1], 1))], axis=-1) @ matrix.T
    return np.asarray(whole[..., :2] / whole[..., 2:])


def homography(before: NDArray[np.float64], after: NDArray[np.float64]) -> Matrix:
    """The matrix (3, 3) that takes four points (4, 2) to four others, no three of them on a line.

    The direct linear transformation (Hartley and Zisserman 2004, section 4.1).
    """
    rows: list[Sequence[float]] = []
    for (x, y), (u, v) in zip(before, after, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
    found = np.linalg.solve(np.array(rows, float), np.asarray(after, float).reshape(-1))
    return np.append(found, 1.0).reshape(3, 3)


def _moved(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


def _colour(paper: float, pixels: Pixels) -> float | tuple[int, ...]:
    if pixels.ndim == 3:
        return (int(paper),) * pixels.shape[2]
    return paper if pixels.dtype == np.float32 else int(paper)
