"""A filled form laid on its template: turned, scaled, shifted, photographed, its paper bent a bit.

First roughly (`overview`), then by landmarks at growing sizes: a homography that most of them agree
on, at last a slow bend of the paper. What is written moves none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ImageError
from inkgrad.forms.anywhere import anywhere
from inkgrad.forms.landmarks import Landmarks, Points
from inkgrad.forms.overview import IN_SCAN, ON_SHEET, Matrix, Search, dark, roughly
from inkgrad.imaging.filters import gaussian, rescaled
from inkgrad.imaging.flattened import PAPER, evened, sheets_in
from inkgrad.imaging.view import View
from inkgrad.imaging.ways import homography, mapped

_SIDES = ((448, 20), (896, 12), (1500, 8))  # pixels of the longer side, and within which to look
_SOFT = 0.7  # pixels
_NEAR = 2.5  # pixels off at most of landmarks that agree
_DRAWS = 400  # of three landmarks
_LEAST = 8  # landmarks that have to agree
_FITS = 0.35  # part of the landmarks: fewer, and it is another form
_SURE = 0.5  # and with so many nothing else is tried
_SHEETS, _WAYS_UP = 3, 3  # tried at most
_PLACES, _DOUBTFUL_SHEETS = 4, 8  # and in a photo in which none of these is it
_MESH = 48  # pixels between places whose way is calculated
_STIFF = 0.2  # landmarks' worth of wish that a sheet is not bent


@dataclass(frozen=True)
class FormWay:
    """From places on the template to those in an image: bent, then seen from an angle.

    `bend` (terms, 2) are coefficients of `_terms`, in pixels of a template of size `size`.
    """

    matrix: Matrix
    bend: NDArray[np.float64]
    size: tuple[int, int]

    @classmethod
    def flat(cls, matrix: Matrix, size: tuple[int, int]) -> FormWay:
        """The way of a sheet that is not bent."""
        return cls(matrix, np.zeros((len(_POWERS), 2)), size)

    def there(self, points: Points) -> Points:
        """Places (..., 2) of the template in the image."""
        given = np.asarray(points, np.float64)
        return mapped(self.matrix, given + _terms(given, self.size) @ self.bend)

    def here(self, points: Points) -> Points:
        """Places (..., 2) of the image on the template; a bend is slow, so two steps find it."""
        flat = mapped(_inverse(self.matrix), points)
        given = flat
        for _ in range(2):
            given = flat - _terms(given, self.size) @ self.bend
        return given


_Start = tuple[Matrix, View]
_Try = tuple[float, FormWay, View]


@dataclass(frozen=True)
class Laid:
    """A form as its template lies: grey (h, w) in even light, and the way to the image.

    `fit` is the part of the landmarks that were found where they should be.
    """

    pixels: NDArray[np.uint8]
    way: FormWay
    fit: float


class Bed:
    """The print of an empty form, ready to have filled ones laid on it."""

    def __init__(self, blank: NDArray[np.uint8]) -> None:
        self.blank = evened(blank)
        self.size = blank.shape[1], blank.shape[0]
        self._levels = []
        for side, reach in _SIDES:
            scale = min(1.0, side / max(blank.shape))
            form = gaussian(dark(rescaled(self.blank, scale, 8)), _SOFT)
            self._levels.append((scale, reach, Landmarks.of(form, reach)))

    def lay(self, grey: NDArray[np.uint8]) -> Laid:
        """A filled form in a grey image (h, w) as the template lies.

        Raises ImageError where the print of the form is not found.
        """
        best: list[_Try] = []
        for starts in self._starts(View.of(grey)):
            best = [max([*best, *self._tried(starts)], key=lambda each: each[0])]
            if best[0][0] >= _FITS:
                break
        fit, way, view = best[0]
        if fit < _FITS:
            raise ImageError(
                f"is not recognized as this form ({100 * fit:.0f} % of its print is found, "
                f"expected {100 * _FITS:.0f} % at least)"
            )
        pixels = resampled(view.pixels, way)
        return Laid(pixels, replace(way, matrix=_back_through(view, way)), fit)

    def _tried(self, starts: Iterable[_Start]) -> Iterator[_Try]:
        """How well it is found from each beginning on: the last fits well, if any does."""
        for start, view in starts:
            fit, way = self._refined(view.pixels, start)
            yield fit, way, view
            if fit >= _SURE:
                return

    def _starts(self, whole: View) -> Iterator[Iterable[_Start]]:
        """Where it may lie: on what may be its sheet, or on all of the image, each way up.

        Then anywhere in the image, by its print; then on what is doubtful a sheet.
        """
        light = cache(lambda: whole.showing(evened(whole.pixels)))
        sheets = sheets_in(whole)

        def usual() -> Iterator[_Start]:
            yield from self._on_sheets(islice(sheets.likely, _SHEETS))
            yield from self._on(light(), IN_SCAN)

        yield usual()
        yield ((start, light()) for start in anywhere(self.blank, whole.pixels, _PLACES))
        yield self._on_sheets(islice(chain(*sheets), _DOUBTFUL_SHEETS))

    def _on_sheets(self, sheets: Iterable[View]) -> Iterator[_Start]:
        for view in sheets:
            yield from self._on(view, ON_SHEET)

    def _on(self, view: View, search: Search) -> Iterator[_Start]:
        for _, start in roughly(self.blank, view.pixels, search)[:_WAYS_UP]:
            yield start, view

    def _refined(self, image: NDArray[np.uint8], start: Matrix) -> tuple[float, FormWay]:
        """How well the form is found from a rough beginning on, and its way to the image."""
        way, fit = FormWay.flat(start, self.size), 0.0
        for scale, reach, landmarks in self._levels:
            if len(landmarks.places) < _LEAST:
                continue
            for _ in range(2 if landmarks is self._levels[0][2] else 1):
                seen = gaussian(dark(resampled(image, way, scale)), _SOFT)
                found, weights = landmarks.found_in(seen, reach)
                here = (landmarks.places + 0.0) / scale
                there = way.there(found / scale)
                good = _agreeing(landmarks.places, found, weights > 0)
                if good.sum() < _LEAST:
                    fit = 0.0
                    break
                matrix = _fitted(here[good], there[good], weights[good])
                flat = mapped(_inverse(matrix), there)
                way = FormWay(matrix, bent(here, flat, weights, self.size), self.size)
                off = np.hypot(*((way.here(there) - here) * scale).T)
                fit = float(np.mean((off < _NEAR) & (weights > 0)))
        return fit, way


def _back_through(view: View, way: FormWay) -> Matrix:
    """The same way on to the image that was opened: a view of a sheet is a plane."""
    w, h = way.size
    square = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    return homography(square, view.points_back(mapped(way.matrix, square)))


def _agreeing(here: Points, there: Points, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which landmarks agree with one affine way, that of the most of them (RANSAC)."""
    known = np.flatnonzero(found)
    best = np.zeros(len(here), bool)
    if len(known) < _LEAST:
        return best
    rng = np.random.default_rng(0)
    full = np.concatenate([here, np.ones((len(here), 1))], 1)
    for _ in range(_DRAWS):
        three = rng.choice(known, 3, replace=False)
        if abs(np.linalg.det(full[three])) < 1e3:
            continue
        affine = np.linalg.solve(full[three], there[three])
        near = found & (np.hypot(*(full @ affine - there).T) < 2 * _NEAR)
        if near.sum() > best.sum():
            best = near
    return best


def _fitted(here: Points, there: Points, weights: NDArray[np.float64]) -> Matrix:
    """The homography that fits best, least squares reweighted (Tukey) against outliers."""
    matrix = _least_squares(here, there, weights)
    for _ in range(4):
        off = np.hypot(*(mapped(matrix, here) - there).T)
        wide = max(1.0, 4 * float(np.median(off)))
        kept = (1 - np.minimum(off / wide, 1) ** 2) ** 2
        if (kept > 0.05).sum() < _LEAST:
            break
        matrix = _least_squares(here, there, weights * kept)
    return matrix


def _least_squares(here: Points, there: Points, weights: NDArray[np.float64]) -> Matrix:
    """Direct linear transformation, places first brought to the size of one (Hartley 1997)."""
    normals = [_normal(points) for points in (here, there)]
    (x, y), (u, v) = (mapped(n, p).T for n, p in zip(normals, (here, there), strict=True))
    one, none = np.ones_like(x), np.zeros_like(x)
    across = np.stack([x, y, one, none, none, none, -u * x, -u * y], 1)
    down = np.stack([none, none, none, x, y, one, -v * x, -v * y], 1)
    w = np.sqrt(weights)[:, None]
    rows, values = (
        np.concatenate([w * across, w * down]),
        np.concatenate([w[:, 0] * u, w[:, 0] * v]),
    )
    stiff = np.zeros((2, 8))  # perspective, little as it is told by few landmarks, stays little
    stiff[0, 6] = stiff[1, 7] = 0.3
    rows, values = np.concatenate([rows, stiff]), np.concatenate([values, [0.0, 0.0]])
    solved = np.linalg.lstsq(rows, values, rcond=None)[0]
    matrix = np.append(solved, 1.0).reshape(3, 3)
    return np.asarray(np.linalg.inv(normals[1]) @ matrix @ normals[0])


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _normal(points: Points) -> Matrix:
    middle = points.mean(0)
    size = max(float(np.abs(points - middle).mean()), 1e-6)
    return np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])


_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0))


def _terms(points: Points, size: tuple[int, int]) -> NDArray[np.float64]:
    """What a bend is made of: powers of the place, -1 to 1 over the template."""
    x, y = (2 * points[..., k] / size[k] - 1 for k in (0, 1))
    return np.stack([x**a * y**b for a, b in _POWERS], -1)


def bent(
    here: Points, there: Points, weights: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.float64]:
    """The bend (terms, 2) that takes places here to those there, which are near to them."""
    rows = _terms(here, size)
    off = there - here
    bend = np.zeros((rows.shape[1], 2))
    wide = 0.02 * max(size)
    stiff = np.sqrt(_STIFF) * np.eye(rows.shape[1])
    for _ in range(6):
        left = np.hypot(*(rows @ bend - off).T)
        w = np.sqrt(weights * (1 - np.minimum(left / wide, 1) ** 2) ** 2)[:, None]
        if (w > 0.1).sum() < 2 * _LEAST:
            return np.zeros_like(bend)
        given = np.concatenate([w * rows, stiff]), np.concatenate([w * off, 0 * bend])
        bend = np.linalg.lstsq(*given, rcond=None)[0]
        wide = max(2.0, 0.6 * wide)
    return bend


def resampled(image: NDArray[np.uint8], way: FormWay, scale: float = 1.0) -> NDArray[np.uint8]:
    """The image (h, w) as the template lies, so many times as large, in small quadrilaterals."""
    w, h = (max(8, round(side * scale)) for side in way.size)
    columns = np.unique(np.append(np.arange(0, w, _MESH), w))
    rows = np.unique(np.append(np.arange(0, h, _MESH), h))
    rough = float(np.sqrt(abs(np.linalg.det(way.matrix[:2, :2])))) / scale
    shrink = 1.0
    if rough > 1.5:  # an image much larger than what is made of it is averaged first
        shrink = 1.2 / rough
        image = rescaled(image, shrink, 8).round().clip(0, 255).astype(np.uint8)
    places = np.stack(np.meshgrid(columns, rows), -1) * np.array(way.size) / (w, h)
    grid = shrink * way.there(places)
    mesh = [
        (
            (int(columns[j]), int(rows[i]), int(columns[j + 1]), int(rows[i + 1])),
            grid[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]].reshape(-1).tolist(),
        )
        for i in range(len(rows) - 1)
        for j in range(len(columns) - 1)
    ]
    laid = Image.fromarray(image).transform(
        (w, h), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=PAPER
    )
    return np.asarray(laid)
