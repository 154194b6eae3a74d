"""Pixels, and the way back to the image that was opened.

Every step from a page to a line makes a new View: cropped, turned, rescaled, levelled,
straightened, along a curve, without some of its columns. Each knows where its pixels were, so
whatever is found in the last one has its place in the first.

Places are (x, y), x to the right and y down, of the edges of pixels: pixel i goes from i to i + 1.
A box is (left, top, right, bottom). Arrays of pixels are (h, w) or (h, w, c), as NumPy has them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from inkgrad.imaging.filters import rescaled
from inkgrad.imaging.masks import Mask
from inkgrad.imaging.ways import (
    Box,
    Chain,
    Curve,
    LeftOut,
    Matrix,
    PixelBox,
    Plane,
    Way,
    corners_of,
    homography,
    in_pixels,
    moved,
    turn,
)

Pixels = NDArray[Any]
Size = tuple[int, int]  # width and height


@dataclass(frozen=True, eq=False)
class View:
    """`pixels` (h, w) or (h, w, c), and the `way` from them to the image that was opened.

    `opened` is that image's size; without it the pixels are that image.
    """

    pixels: Pixels
    way: Chain = field(default_factory=Chain)
    opened: Size = (0, 0)

    def __post_init__(self) -> None:
        if self.opened == (0, 0):
            object.__setattr__(self, "opened", (self.width, self.height))

    @classmethod
    def of(cls, given: Pixels | View) -> View:
        """Pixels as the image that was opened; a View as it is."""
        return given if isinstance(given, View) else cls(given)

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
        return replace(self, pixels=pixels)

    def cropped(self, box: Box) -> View:
        """The pixels in a box, its edges rounded, as far as they are in the image."""
        left, top = max(0, round(box[0])), max(0, round(box[1]))
        right, bottom = min(self.width, round(box[2])), min(self.height, round(box[3]))
        if left >= right or top >= bottom:
            raise ValueError(f"box {box} holds no pixel of {self.width} x {self.height}")
        return self._next(self.pixels[top:bottom, left:right], moved(left, top))

    def turned(self, quarters: int) -> View:
        """Turned by so many quarters counter-clockwise."""
        pixels = np.ascontiguousarray(np.rot90(self.pixels, quarters % 4))
        return self._next(pixels, turn(quarters, self.width, self.height))

    def rescaled(self, scale: float, least: int = 1) -> View:
        """At another size, each side at least `least` pixels long: float32 (h, w)."""
        pixels = rescaled(self.pixels, scale, least)
        across, down = self.width / pixels.shape[1], self.height / pixels.shape[0]
        return self._next(pixels, Plane(np.diag([across, down, 1.0])))

    def fitted(self, box: Box, size: Size) -> View:
        """What lies in a box, which may reach beyond the image, at this size: float32 (h, w).

        What is not there is 0.
        """
        left, top, right, bottom = box
        before = (max(0, int(np.ceil(-top))), max(0, int(np.ceil(-left))))
        after = (
            max(0, int(np.ceil(bottom - self.height))),
            max(0, int(np.ceil(right - self.width))),
        )
        room = Image.fromarray(
            np.pad(self.pixels.astype(np.float32), list(zip(before, after, strict=True)))
        )
        there = (left + before[1], top + before[0], right + before[1], bottom + before[0])
        pixels = np.asarray(room.resize(size, Image.Resampling.BILINEAR, there))
        across, down = (right - left) / size[0], (bottom - top) / size[1]
        way = Plane(np.array([[across, 0, left], [0, down, top], [0, 0, 1]]))
        return self._next(pixels, way)

    def levelled(self, slope: float, middle: float | None = None, paper: float = 0.0) -> View:
        """Columns moved so that a line that falls by `slope` pixels a pixel to the right is level.

        Column `middle` stays, else that in the middle. The image becomes higher above and below by
        what others move; what was not there is `paper`.
        """
        middle = self.width / 2 if middle is None else middle
        reach = int(np.ceil(abs(slope) * max(middle, self.width - 1 - middle)))
        if not reach:
            return self
        edges = [(reach, reach), (0, 0), (0, 0)][: self.pixels.ndim]
        room = Image.fromarray(np.pad(self.pixels, edges, constant_values=paper))
        off = -slope * middle
        pixels = room.transform(
            room.size,
            Image.Transform.AFFINE,
            (1, 0, 0, slope, 1, off),
            Image.Resampling.BILINEAR,
        )
        way = Plane(np.array([[1.0, 0, 0], [slope, 1, off - reach], [0, 0, 1]]))
        return self._next(np.asarray(pixels), way)

    def straightened(self, corners: ArrayLike, size: Size, paper: float = 0.0) -> View:
        """What lies between four corners (4, 2) as a rectangle of this size.

        The corners go round from the top left: top right, bottom right, bottom left.
        """
        rectangle = corners_of((0, 0, *size))
        matrix = homography(rectangle, np.asarray(corners, float))
        pixels = Image.fromarray(self.pixels).transform(
            size,
            Image.Transform.PERSPECTIVE,
            _coefficients(matrix),
            Image.Resampling.BICUBIC,
            fillcolor=_colour(paper, self.pixels),
        )
        return self._next(np.asarray(pixels), Plane(matrix))

    def along(self, rows: NDArray[np.intp], height: int) -> View:
        """So many rows of each column, from its own of `rows` (w,) on; what is not there is 0."""
        source = rows[None] + np.arange(height)[:, None]
        inside = (source >= 0) & (source < self.height)
        there = self.pixels[np.clip(source, 0, self.height - 1), np.arange(self.width)[None]]
        return self._next(np.where(inside, there, 0), Curve(rows))

    def columns(self, kept: NDArray[np.intp]) -> View:
        """These columns, from the left to the right, without those between them."""
        return self._next(self.pixels[:, kept], LeftOut(kept))

    def _next(self, pixels: Pixels, way: Way) -> View:
        return View(pixels, self.way.then(way), self.opened)

    def since(self, other: View) -> View:
        """The same pixels, their way leading back to another view of the same image."""
        return View(self.pixels, self.way.since(other.way), (other.width, other.height))

    def points_back(self, points: ArrayLike) -> NDArray[np.float64]:
        """Places (..., 2) here -> in the image that was opened."""
        return self.way.back(np.asarray(points, float))

    def points_here(self, points: ArrayLike) -> NDArray[np.float64]:
        """Places (..., 2) in the image that was opened -> here."""
        return self.way.here(np.asarray(points, float))

    def corners_back(self, box: Box | None = None) -> NDArray[np.float64]:
        """The corners (4, 2) of a box, or of all of the view, in the image that was opened."""
        return self.points_back(corners_of(box or (0, 0, self.width, self.height)))

    def back(self, box: Box) -> Box:
        """The smallest upright box around a box here, in the image that was opened."""
        left, top, right, bottom = self.way.boxes_back(np.asarray(box, float)).tolist()
        return left, top, right, bottom

    def pixels_back(self, box: Box) -> PixelBox:
        """The pixels of the image that was opened that a box here touches: one at least."""
        return in_pixels(self.back(box), self.opened)

    def marked_back(self, mask: Mask) -> PixelBox:
        """The same of pixels marked in a mask (h, w), of which there is one at least."""
        rows, columns = _ends(mask) if self.way.straight else np.nonzero(mask)
        boxes = np.stack([columns, rows, columns + 1, rows + 1], axis=-1)
        found = self.way.boxes_back(boxes.astype(np.float64))
        return in_pixels([*found[:, :2].min(0), *found[:, 2:].max(0)], self.opened)


def _ends(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the first and last pixel of each column: all others lie between them."""
    columns = np.flatnonzero(mask.any(axis=0))
    marked = mask[:, columns]
    last = len(mask) - 1 - marked[::-1].argmax(axis=0)
    return np.concatenate([marked.argmax(axis=0), last]), np.tile(columns, 2)


def _coefficients(matrix: Matrix) -> list[float]:
    """The first eight of a matrix as Pillow takes them, the ninth being 1."""
    return [float(value) for value in (matrix / matrix[2, 2]).reshape(-1)[:8]]


def _colour(paper: float, pixels: Pixels) -> float | tuple[int, ...]:
    if pixels.ndim == 3:
        return (int(paper),) * pixels.shape[2]
    return paper if pixels.dtype == np.float32 else int(paper)
