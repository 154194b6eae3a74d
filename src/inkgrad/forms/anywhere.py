"""A form somewhere in a photo, at any angle, where no edge of its sheet tells where it lies.

Its print is looked for by correlation in the whole photo, at all angles and sizes (Lewis 1995), and
the likeliest places are bettered corner by corner until they fit as seen from an angle. Contrast is
evened first: print in a shadow counts as much as the edge of a desk.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ShapeError
from inkgrad.forms.landmarks import Points
from inkgrad.forms.overview import Matrix, dark
from inkgrad.imaging.filters import gaussian, rescaled
from inkgrad.imaging.ways import homography, mapped
from inkgrad.kernels.arrays import Floats

_SIDE, _ROOM = 192, 256  # pixels of both longer sides, and of the square they are correlated in
_ANGLES = np.arange(0.0, 360.0, 5.0)
_SIZES = 0.42 * 1.09 ** np.arange(11)  # of the photo that the form is long
_FINE, _SLOW, _NEAR = 1.2, 5.0, 8.0  # pixels: of print, of light, and within which contrast is even
_PRINT_FINE, _PRINT_SLOW = 0.8, 4.0  # pixels, of the empty form
_DARK = 12.0  # grey levels added before the logarithm
_FAINT = 0.02  # of contrast is no print
_STRONGEST = (-1.0, 3.0)  # a place of the photo says no more than this
_APART = 12.0  # pixels of corners: nearer places are one
_STEPS = (8.0, 4.0, 2.0, 1.0, 0.5)  # pixels that corners are moved by
_LITTLE, _ROUNDS = 1e-4, 12  # a gain that is none; rounds of moves of one size
_TOGETHER = (
    *((1, 1, 1, 1), (1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 1, 1), (1, 0, 0, 1)),
    *((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
    *((1, 0, -1, 0), (0, 1, 0, -1), (1, 1, -1, -1), (1, -1, -1, 1)),
)
"""Which corners are moved together, clockwise: all, a side, one, or against each other."""


def anywhere(form: NDArray[np.uint8], photo: NDArray[np.uint8], most: int) -> Iterator[Matrix]:
    """Ways (3, 3) from the print of a form (h, w) to where it may be in a photo, likely ones first.

    The form is grey in even light, the photo as it was taken. No more than `most` are tried.
    """
    image, small = _contrast(photo), _print(form)
    up = np.diag([max(photo.shape) / _SIDE] * 2 + [1.0])
    down = np.diag([_SIDE / max(form.shape)] * 2 + [1.0])
    square, places = _square(small), list[Points]()
    for matrix in _likely(small, image):
        corners = mapped(matrix, square)
        if all(np.abs(corners - other).max() >= _APART for other in places):
            places.append(corners)
            yield up @ homography(square, _bettered(small, image, corners)) @ down
        if len(places) == most:
            return


def _contrast(photo: NDArray[np.uint8]) -> Floats:
    """How much darker each place is than what is around it, small, in units of what is usual."""
    bright = np.log(rescaled(photo, _SIDE / max(photo.shape), 8) + np.float32(_DARK))
    darker = gaussian(bright, _SLOW) - gaussian(bright, _FINE)
    usual = np.sqrt(gaussian(darker**2, _NEAR)) + np.float32(_FAINT)
    return np.asarray((darker / usual).clip(*_STRONGEST), np.float32)


def _print(form: NDArray[np.uint8]) -> Floats:
    image = dark(rescaled(form, _SIDE / max(form.shape), 8))
    return np.asarray(gaussian(image, _PRINT_FINE) - gaussian(image, _PRINT_SLOW))


def _likely(form: Floats, image: Floats) -> list[Matrix]:
    """The best place for each angle and size, ways from the small form to the small photo."""
    room = np.zeros((_ROOM, _ROOM), np.float32)
    room[: image.shape[0], : image.shape[1]] = image
    spectrum = np.fft.rfft2(room)
    half, (h, w) = _ROOM / 2, form.shape
    found = []
    for size in _SIZES:
        for angle in np.radians(_ANGLES):
            cos, sin = size * np.cos(angle), size * np.sin(angle)
            matrix = np.array([[cos, -sin, half], [sin, cos, half], [0, 0, 1.0]])
            matrix[:2, 2] -= matrix[:2, :2] @ (w / 2, h / 2)
            seen = _warped(form, matrix, room.shape)
            worth = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(seen)), room.shape)
            y, x = divmod(int(worth.argmax()), _ROOM)
            best = float(worth[y, x]) / (float(np.linalg.norm(seen)) + 1e-6)
            matrix[:2, 2] += [v - _ROOM if v >= half else v for v in (x, y)]
            found.append((best, matrix))
    return [matrix for _, matrix in sorted(found, key=lambda each: -each[0])]


def _bettered(form: Floats, image: Floats, corners: Points) -> Points:
    """Corners (4, 2) moved for as long as the form fits better: an ascent in smaller steps."""
    square = _square(form)

    def worth(places: Points) -> float:
        try:
            seen = _warped(form, homography(square, places), image.shape)
        except (ShapeError, np.linalg.LinAlgError):
            return -np.inf
        return float((seen * image).sum()) / (float(np.linalg.norm(seen)) + 1e-6)

    moves = np.array(_TOGETHER)[:, :, None] * np.eye(2)[:, None, None]
    both = np.concatenate([*moves, *-moves])
    best = worth(corners)
    for step in _STEPS:
        for _ in range(_ROUNDS):
            before = best
            for move in step * both:
                value = worth(corners + move)
                if value > best + _LITTLE:
                    best, corners = value, corners + move
            if best == before:
                break
    return corners


def _square(form: Floats) -> Points:
    h, w = form.shape
    return np.array([(0, 0), (w, 0), (w, h), (0, h)], float)


def _warped(form: Floats, matrix: Matrix, shape: tuple[int, ...]) -> Floats:
    back = np.linalg.inv(matrix)
    how = Image.Transform.PERSPECTIVE
    data = (back / back[2, 2]).reshape(-1)[:8].tolist()
    given = Image.fromarray(form)
    size = shape[1], shape[0]
    return np.asarray(given.transform(size, how, data, Image.Resampling.BILINEAR), np.float32)
