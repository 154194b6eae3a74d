"""A photo or scan of a sheet that was written into, laid as the sheet was printed.

The four marks near its corners say where it is and which side is up; the edges of its cells say
whether they are those marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.forms.landmarks import Points
from inkgrad.forms.laying import FormWay, bent, resampled
from inkgrad.forms.overview import dark
from inkgrad.imaging.filters import gaussian, grey_closed, rescaled, resized
from inkgrad.imaging.flattened import PAPER, sheets_in
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.ways import Matrix, homography, mapped
from inkgrad.kernels.arrays import Floats
from inkgrad.kernels.regions import Labels
from inkgrad.personal.sheet_page import WritingSheet, code_boxes, marks

_SIDE = 1200  # pixels of the longer side in which marks are looked for
_DARK = 0.55  # of black
_BLACK = 0.5  # of black: boxes of the code that are filled
_SMALLEST, _LARGEST = 0.004, 0.12  # of the longer side: a mark's side
_FULL, _LONG = 0.42, 2.5  # of its box that is dark at least, and how much longer than wide
_SHEETS = 2  # in a photo that are tried
_MOST = 16  # pieces that may be marks
_TIMES = (1.3, 16.0)  # the first mark is so many times as large as the others
_EDGE = 0.12  # of black: how much darker an edge is than what is beside it,
_GAP = 9  # so many pixels of the sheet away
_SEEN = 0.7  # part of the edges' places that is darker
_STEP = 12  # pixels of the sheet between places that are looked at
_PAPER_SIDE, _WIDE = 600, 27  # pixels: in which light is looked at, and more than a mark is wide
_SMALLER, _SOFT = 0.5, 0.6  # at which size a bend is looked for; pixels
_REACHES = (10, 5, 2)  # pixels, then, that a cell may be off
_CLEAR = 0.4  # of what is usual: cells seen less clearly do not count


class PrintedSheet:
    """A sheet as it was printed, to lay photos on."""

    def __init__(self, sheet: WritingSheet) -> None:
        pages = range(sheet.pages)
        self._pages = {sheet.code(page): PrintedPage(sheet, page) for page in pages}
        self._layouts = {page.places: page for page in self._pages.values()}  # fullest first

    def lay(self, grey: NDArray[np.uint8]) -> tuple[PrintedPage, NDArray[np.uint8]]:
        """Which page a photo (h, w) shows, and the photo as that was printed, in even light.

        Raises ImageError where it shows none of its pages.
        """
        others = False
        for layout in self._layouts.values():
            for pixels in layout.seen_in(grey):
                page = self._pages.get(code_on(pixels))
                if page and page.places == layout.places:
                    return page, pixels
                others = True
        if others:
            raise ImageError("shows another sheet, or another page of it")
        raise ImageError(
            "shows no page of the sheet, expected all four marks at its corners in the picture"
        )


class PrintedPage:
    """A page as it was printed: its `blank` (h, w), and its cells with what is to be in each."""

    def __init__(self, sheet: WritingSheet, page: int) -> None:
        self.blank = sheet.drawn(page)
        self.size = self.blank.shape[1], self.blank.shape[0]
        self.cells = list(sheet.cells(page))
        self.places = tuple(box for _, box in self.cells)
        boxes = np.array(self.places, float)
        self._middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        self._edges, self._aside, self._firsts = _places(boxes)

    def seen_in(self, grey: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
        """A photo as a page with these cells lies; more than once where that can be seen so."""
        for image in _images(grey):
            fit, pixels = self._laid(image)
            if fit >= _SEEN:
                yield pixels

    def _laid(self, grey: NDArray[np.uint8]) -> tuple[float, NDArray[np.uint8]]:
        """How much of the print is seen where it should be, and the photo so laid."""
        scale = min(1.0, _SIDE / max(grey.shape))
        image = dark(_even(rescaled(grey, scale, 8).round().clip(0, 255).astype(np.uint8)))
        soft = gaussian(image, _SOFT)
        ways = _ways(image)
        if not ways:
            return 0.0, grey
        matrix = max(ways, key=lambda each: self._fit(soft, lambda x: mapped(each, x)))
        way = self._unbent(grey, np.diag([1 / scale, 1 / scale, 1.0]) @ matrix)
        pixels = _even(resampled(grey, way))
        return self._fit(gaussian(dark(pixels), _SOFT), lambda places: places), pixels

    def _fit(self, soft: Floats, way: Callable[[Points], Points]) -> float:
        """In which part of the places of edges it is darker than on both sides of them."""
        edges, *beside = (_at(soft, way(self._edges + k * self._aside)) for k in (0, -1, 1))
        return float(np.mean([edges > side + _EDGE for side in beside]))

    def _unbent(self, grey: NDArray[np.uint8], matrix: Matrix) -> FormWay:
        """The way with the bend that brings the edges of cells to where they are seen."""
        way = FormWay.flat(matrix, self.size)
        for reach in _REACHES:
            laid = resampled(grey, way, _SMALLER)
            soft = gaussian(dark(_even(laid)), _SOFT)
            moves = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
            worth = np.array([self._worth(soft, move) for move in moves])  # (moves, cells)
            best, top = worth.argmax(axis=0), worth.max(axis=0)
            weights = (top > _CLEAR * np.median(top)).astype(float)
            seen = way.there(self._middles + moves[best] / _SMALLER)
            flat = mapped(np.asarray(np.linalg.inv(matrix), np.float64), seen)
            way = FormWay(matrix, bent(self._middles, flat, weights, self.size), self.size)
        return way

    def _worth(self, soft: Floats, move: NDArray[np.intp]) -> Points:
        """How much darker the edges of each cell (n,) are than what is beside them, so moved."""
        edges, *beside = (
            _at(soft, (self._edges + k * self._aside) * _SMALLER + move) for k in (0, -1, 1)
        )
        off = (edges - np.maximum(*beside)).astype(np.float64)
        return np.asarray(np.add.reduceat(off, self._firsts))


def _even(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image (h, w) with its paper equally bright everywhere; marks are smaller than paper is.

    `flattened.evened` takes a sheet with marks as black as these for one of dark paper.
    """
    small = rescaled(grey, min(1.0, _PAPER_SIDE / max(grey.shape)), 4)
    paper = gaussian(grey_closed(small, _WIDE), _WIDE / 4, mirrored=True)
    light = np.maximum(resized(paper, (grey.shape[0], grey.shape[1])), 8)
    return np.asarray((grey * (PAPER / light)).clip(0, PAPER).round(), np.uint8)


def code_on(laid: NDArray[np.uint8]) -> tuple[bool, ...]:
    """Which boxes of the code are black on a page that lies as it was printed."""
    found = []
    for left, top, right, bottom in code_boxes():
        aside = (right - left) // 4
        inner = laid[top + aside : bottom - aside, left + aside : right - aside]
        found.append(bool(dark(inner).mean() > _BLACK))
    return tuple(found)


def _images(grey: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The whole photo, then what may be the sheet in it, straightened."""
    yield grey
    for view in islice(sheets_in(grey).likely, _SHEETS):
        yield view.pixels


def _ways(image: Floats) -> list[Matrix]:
    """The ways (3, 3) from the sheet to an image in which four dark pieces would be its marks."""
    pieces, count = connected(image > _DARK)
    boxes, mass = (each.astype(float) for each in extents(pieces, count))
    left, top, right, bottom = boxes.T
    wide, tall = right - left, bottom - top
    least, most = (part * max(image.shape) for part in (_SMALLEST, _LARGEST))
    good = (np.minimum(wide, tall) >= least) & (np.maximum(wide, tall) <= most)
    good &= (mass >= _FULL * wide * tall) & (
        np.maximum(wide, tall) <= _LONG * np.minimum(wide, tall)
    )
    chosen = np.flatnonzero(good)
    full = mass[chosen] / (wide * tall)[chosen]
    chosen = chosen[np.argsort(-mass[chosen] * full**2, kind="stable")][:_MOST]
    middles = _middles(pieces, chosen)
    printed = np.array([((a + c) / 2, (b + d) / 2) for a, b, c, d in marks()])
    return [
        homography(printed, middles[[first, *others]])
        for first in range(len(chosen))
        for others in _around(middles, mass[chosen], first)
    ]


def _around(middles: Points, mass: Points, first: int) -> list[tuple[int, int, int]]:
    """Three other pieces, in the order of the marks, that may belong to the first one."""
    smaller = [
        k
        for k in range(len(mass))
        if k != first and _TIMES[0] * mass[k] <= mass[first] <= _TIMES[1] * mass[k]
    ]
    found = []
    for three in combinations(smaller, 3):
        places = middles[[first, *three]]
        turns = places - places.mean(axis=0)
        order = np.argsort(np.arctan2(turns[:, 1], turns[:, 0]), kind="stable")  # clockwise
        start = int(np.flatnonzero(order == 0)[0])
        _, right, across, below = np.roll(order, -start)
        corners = places[[0, right, across, below]]
        edges = np.roll(corners, -1, 0) - corners
        after = np.roll(edges, -1, 0)
        if (edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]).min() <= 0:
            continue  # one lies between the others
        found.append((three[right - 1], three[below - 1], three[across - 1]))
    return found


def _middles(pieces: Labels, chosen: NDArray[np.intp]) -> Points:
    """The centres of mass (n, 2) of pieces, as (x, y)."""
    found = []
    for piece in chosen:
        rows, columns = np.nonzero(pieces == piece + 1)
        found.append((columns.mean() + 0.5, rows.mean() + 0.5))
    return np.array(found, np.float64).reshape(-1, 2)


def _places(boxes: Points) -> tuple[Points, Points, NDArray[np.intp]]:
    """Places (n, 2) on the upper and left edges of cells, what leads off each edge, and the places'
    number at which each cell begins.
    """
    edges: list[tuple[float, float]] = []
    away: list[tuple[float, float]] = []
    firsts: list[int] = []
    for left, top, right, bottom in boxes:
        firsts.append(len(edges))
        for x in np.arange(left + _STEP, right - 4, _STEP):
            edges.append((x, top + 1))
            away.append((0, _GAP))
        for y in np.arange(top + 3 * _STEP, bottom - 2 * _STEP, _STEP):
            edges.append((left + 1, y))
            away.append((_GAP, 0))
    return np.array(edges), np.array(away, float), np.array(firsts)


def _at(image: Floats, points: Points) -> Floats:
    """The values of an image at the pixels that hold these points; 0 outside."""
    x, y = np.floor(points).astype(np.intp).T
    inside = (x >= 0) & (y >= 0) & (x < image.shape[1]) & (y < image.shape[0])
    return np.where(inside, image[np.where(inside, y, 0), np.where(inside, x, 0)], 0)
